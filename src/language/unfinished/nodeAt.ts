/** The node under the cursor: its path, and the thing that it names. */
import type { Position, Range } from '../../spec/problem';
import { type ParsedSpec, parseSpec } from '../reading/parse';
import {
  atRoot,
  type Context,
  type Expected,
  expectedItem,
  type NamedThing,
  stepInto,
  thingNamed,
} from '../schema/expected';
import { longestSuggested } from '../text/limits';
import type { Path, TreeNode } from '../yaml/tree';
import { readUnfinished } from '.';

export interface NodeAt extends Context {
  /** Keys and indices from the root to the node under the cursor. */
  readonly path: Path;
  readonly kind: 'key' | 'value';
  /** The range of the key or the scalar under the cursor. */
  readonly range: Range;
  /** The thing that it names, by its canonical name. */
  readonly thing?: NamedThing;
}

/** Undefined on white space, in a comment, and in a file that could not be read. */
export function nodeAt(text: string, position: Position): NodeAt | undefined {
  return nodeIn(parseSpec(text, { fileName: '' }), position);
}

/** As `nodeAt`, for a parsed text. */
export function nodeIn(parsed: ParsedSpec, position: Position): NodeAt | undefined {
  const { lines } = parsed;
  if (position.line < 0 || position.line >= lines.count || position.character < 0) {
    return undefined;
  }
  const offset = lines.offsetAt(position);
  const tree = treeOf(parsed);
  return tree && find(tree, atRoot.expected, [], {}, offset, (span) => lines.range(span));
}

/** The file's tree; in a file with syntax errors that is not long, the tree that its indentation suggests. */
export function treeOf(parsed: ParsedSpec): TreeNode | undefined {
  const { tree, problems, text } = parsed;
  const isBroken = !tree || problems.some(({ code }) => code === 'yaml-syntax');
  if (!isBroken) {
    return tree;
  }
  const known = suggested.get(parsed);
  if (known) {
    return known.tree;
  }
  if (text.length > longestSuggested) {
    return undefined;
  }
  const read = readUnfinished(text);
  suggested.set(parsed, read);
  return read.tree;
}

/** Trees of files with syntax errors: a hover asks several times, and the next one again. */
const suggested = new WeakMap<ParsedSpec, { readonly tree?: TreeNode }>();

type ToRange = (span: readonly [number, number]) => Range;

function find(
  node: TreeNode,
  expected: Expected,
  path: Path,
  context: Context,
  offset: number,
  toRange: ToRange,
): NodeAt | undefined {
  if (node.kind === 'scalar') {
    if (!holds(node.span, offset)) {
      return undefined;
    }
    const thing = typeof node.value === 'string' ? thingNamed(expected, node.value) : undefined;
    return {
      path,
      kind: 'value',
      range: toRange(node.span),
      ...context,
      ...primaryOf(expected),
      ...(thing ? { thing } : {}),
    };
  }
  if (node.kind === 'list') {
    const inner = expectedItem(expected);
    for (const [index, item] of node.items.entries()) {
      const found = find(item, inner, [...path, index], context, offset, toRange);
      if (found) {
        return found;
      }
    }
    return undefined;
  }
  for (const entry of node.entries) {
    const inside = [...path, entry.key];
    const step = stepInto(expected, entry.key, context);
    if (holds(entry.keySpan, offset)) {
      return {
        path: inside,
        kind: 'key',
        range: toRange(entry.keySpan),
        ...step.context,
        ...(step.thing ? { thing: step.thing } : {}),
      };
    }
    const found = find(entry.value, step.expected, inside, step.context, offset, toRange);
    if (found) {
      return found;
    }
  }
  return undefined;
}

/** The parameter that a scalar stands for where parameters are expected. */
function primaryOf(expected: Expected): Context {
  if (expected.type === 'schema') {
    return {};
  }
  const { kind, entry } = expected;
  const primary = entry.parameters.find((parameter) => parameter.primary);
  return primary ? { parameter: { of: { kind, name: entry.name }, name: primary.name } } : {};
}

function holds([start, end]: readonly [number, number], offset: number): boolean {
  return end > start && offset >= start && offset <= end;
}
