/** A file's tree as if a setting had another value, written where the file writes it or would write it. */
import { isRecord } from '../../common/isRecord';
import { findLayerKind } from '../../spec/layers';
import { splitSchema } from '../../spec/schema';
import type { WrittenValue } from '../../spec/spec';
import { atRoot, type Expected, expectedItem, kindOf, stepInto } from '../schema/expected';
import type { Span } from '../text/lines';
import { type Entry, isEmpty, type ListNode, type MapNode, type Path, type TreeNode } from '../yaml/tree';

export interface NewValue {
  readonly path: Path;
  readonly value: TreeNode;
  /** Where the value is reported that the path leads through but the file does not have. */
  readonly at: Span;
}

/** `standard` is the effective spec, whose values stand for what the file leaves out. */
export function withValue(tree: TreeNode, standard: unknown, { path, value, at }: NewValue): TreeNode {
  return put(tree, standard, atRoot.expected, path);

  function put(node: TreeNode | undefined, own: unknown, expected: Expected, [step, ...rest]: Path): TreeNode {
    if (step === undefined) {
      return value;
    }
    if (typeof step === 'number') {
      const inner = expectedItem(expected);
      const list = listOf(node, own, at);
      const items = list.items.map((item, index) =>
        index === step ? put(item, Array.isArray(own) ? own[step] : undefined, inner, rest) : item,
      );
      return { ...list, items };
    }
    const map = mapOf(node, own, expected, at);
    const before = map.entries.find(({ key }) => key === step);
    const inner = stepInto(expected, step).expected;
    const entry: Entry = {
      key: step,
      keySpan: before?.keySpan ?? at,
      value: put(before?.value, isRecord(own) ? own[step] : undefined, inner, rest),
    };
    const entries = before ? map.entries.map((each) => (each === before ? entry : each)) : [...map.entries, entry];
    return { ...map, entries };
  }
}

/** A map in place of every form in which a file may write it: a bare name, or the primary parameter alone. */
function mapOf(node: TreeNode | undefined, standard: unknown, expected: Expected, at: Span): MapNode {
  const span = node?.span ?? at;
  const made = (entries: readonly Entry[]): MapNode => ({ kind: 'map', span, flow: true, entries });
  if (!node || isEmpty(node)) {
    // One share alone would not sum to 1.
    const whole = expected.type === 'schema' && expected.schema === splitSchema ? nodeOf(standard, at) : undefined;
    return whole?.kind === 'map' ? whole : made([]);
  }
  if (expected.type === 'parameters') {
    const { entry, kind } = expected;
    const primary = entry.parameters.find((parameter) => parameter.primary);
    const isActivation = kind === 'layer' && findLayerKind(entry.name)?.isActivation === true;
    if (node.kind === 'map') {
      return isActivation ? withFunctionNamed(node) : node;
    }
    return made(primary ? [{ key: primary.name, keySpan: node.span, value: node }] : []);
  }
  if (node.kind === 'scalar' && kindOf(expected.schema)) {
    return made([{ key: String(node.value), keySpan: node.span, value: nodeOf(null, node.span) }]);
  }
  return node.kind === 'map' ? node : made([]);
}

/** `{ leaky_relu: 0.2, name: bend }` becomes `{ activation: { leaky_relu: 0.2 }, name: bend }`. */
function withFunctionNamed(node: MapNode): MapNode {
  const own = node.entries.find(({ key }) => key !== 'name');
  if (!own || node.entries.some(({ key }) => key === 'activation')) {
    return node;
  }
  const { keySpan } = own;
  const wrapped: Entry = { key: 'activation', keySpan, value: { ...node, entries: [own] } };
  return { ...node, entries: node.entries.map((entry) => (entry === own ? wrapped : entry)) };
}

/** A list, also where the file has its only item without brackets. */
function listOf(node: TreeNode | undefined, standard: unknown, at: Span): ListNode {
  if (node?.kind === 'list') {
    return node;
  }
  if (node && !isEmpty(node)) {
    return { kind: 'list', span: node.span, flow: true, items: [node] };
  }
  const whole = nodeOf(standard, at);
  return whole.kind === 'list' ? whole : { kind: 'list', span: at, flow: true, items: [] };
}

/** Plain data as a tree that stands at one span. */
export function nodeOf(value: unknown, span: Span): TreeNode {
  if (Array.isArray(value)) {
    return { kind: 'list', span, flow: true, items: value.map((item) => nodeOf(item, span)) };
  }
  if (isRecord(value)) {
    const entries = Object.entries(value).map(([key, inner]) => ({ key, keySpan: span, value: nodeOf(inner, span) }));
    return { kind: 'map', span, flow: true, entries };
  }
  const scalar = typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean' ? value : null;
  return { kind: 'scalar', span, value: scalar, source: String(value ?? ''), quoted: typeof value === 'string' };
}

/** A node as plain data. */
export function writtenOf(node: TreeNode): WrittenValue {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(writtenOf);
    default:
      return Object.fromEntries(node.entries.map(({ key, value }) => [key, writtenOf(value)]));
  }
}
