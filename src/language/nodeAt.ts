/** What stands under the cursor: the path to it, and the thing it names. */
import type { Kind } from '../spec/catalogue/types';
import type { Position, Range } from '../spec/problem';
import { type MapSchema, specSchema, type ThingKind, type ValueSchema } from '../spec/schema';
import { type ParsedSpec, parseSpec } from './parse';
import { findParameter, findThing, findThingByAlias, parameterSchema, type ThingEntry } from './things';
import type { Path, TreeNode } from './tree';

export interface NodeAt {
  /** Keys and indices from the file's root to what the cursor is on. */
  readonly path: Path;
  readonly kind: 'key' | 'value';
  /** Of the key or the scalar under the cursor. */
  readonly range: Range;
  /** Catalogue entry that it names, under its canonical name. */
  readonly thing?: { readonly kind: Kind; readonly name: string };
  /** Parameter of a catalogue entry: the key under the cursor, or the one whose value is. */
  readonly parameter?: { readonly of: { readonly kind: Kind; readonly name: string }; readonly name: string };
  /** Documentation key of a schema key (`data.split`). */
  readonly doc?: string;
}

/** Undefined where the cursor is on nothing: white space, a comment, a file that could not be read. */
export function nodeAt(text: string, position: Position): NodeAt | undefined {
  return nodeIn(parseSpec(text, { fileName: '' }), position);
}

/** As `nodeAt`, for a text that was parsed already. */
export function nodeIn({ tree, lines }: ParsedSpec, position: Position): NodeAt | undefined {
  if (position.line < 0 || position.line >= lines.count || position.character < 0) return undefined;
  const offset = lines.offsetAt(position);
  return tree && find(tree, { type: 'schema', schema: specSchema }, [], {}, offset, (span) => lines.range(span));
}

/** What is expected at a place: a value of the schema, or the parameters of a thing. */
type Expected =
  | { readonly type: 'schema'; readonly schema?: ValueSchema }
  | { readonly type: 'parameters'; readonly kind: ThingKind; readonly entry: ThingEntry };

type Context = Pick<NodeAt, 'parameter' | 'doc'>;
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
    if (!holds(node.span, offset)) return undefined;
    const thing = typeof node.value === 'string' ? thingOf(expected, node.value) : undefined;
    return { path, kind: 'value', range: toRange(node.span), ...context, ...(thing ? { thing } : {}) };
  }
  if (node.kind === 'list') {
    const inner: Expected = { type: 'schema', schema: itemSchema(expected) };
    for (const [index, item] of node.items.entries()) {
      const found = find(item, inner, [...path, index], context, offset, toRange);
      if (found) return found;
    }
    return undefined;
  }
  for (const entry of node.entries) {
    const inside = [...path, entry.key];
    const step = stepInto(expected, entry.key);
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
    if (found) return found;
  }
  return undefined;
}

function holds([start, end]: readonly [number, number], offset: number): boolean {
  return end > start && offset >= start && offset <= end;
}

interface Step {
  readonly expected: Expected;
  readonly context: Context;
  readonly thing?: NodeAt['thing'];
}

function stepInto(expected: Expected, key: string): Step {
  if (expected.type === 'parameters') {
    const { kind, entry } = expected;
    const { parameter } = findParameter(entry, key);
    if (!parameter) {
      // An activation layer holds its function without naming the parameter.
      const primary = entry.parameters.find((other) => other.primary && other.type === 'activation');
      return primary ? stepInto({ type: 'schema', schema: { type: 'thing', of: 'activation' } }, key) : unknown;
    }
    const of = kind === 'source' ? undefined : { kind, name: entry.name };
    return {
      expected: { type: 'schema', schema: parameterSchema(parameter) },
      context: of ? { parameter: { of, name: parameter.name } } : {},
    };
  }
  const { schema } = expected;
  if (schema?.type === 'map') {
    const found = (schema as MapSchema).keys.find(({ name }) => name === key);
    return found ? { expected: { type: 'schema', schema: found.value }, context: { doc: found.doc } } : unknown;
  }
  const kind = kindOf(schema);
  const entry = kind && (findThing(kind, key) ?? findThingByAlias(kind, key));
  if (!kind || !entry) return unknown;
  return { expected: { type: 'parameters', kind, entry }, context: {}, thing: catalogued(kind, entry.name) };
}

const unknown: Step = { expected: { type: 'schema' }, context: {} };

function itemSchema(expected: Expected): ValueSchema | undefined {
  const schema =
    expected.type === 'schema'
      ? expected.schema
      : expected.entry.parameters.filter(({ primary }) => primary).map(parameterSchema)[0];
  return schema?.type === 'list' ? schema.of : undefined;
}

function kindOf(schema: ValueSchema | undefined): ThingKind | undefined {
  if (schema?.type === 'thing') return schema.of;
  return schema?.type === 'layer' ? 'layer' : undefined;
}

/** The thing that a scalar names: directly, or as the primary parameter of the thing around it. */
function thingOf(expected: Expected, name: string): NodeAt['thing'] {
  const schema =
    expected.type === 'schema'
      ? expected.schema
      : expected.entry.parameters.filter(({ primary }) => primary).map(parameterSchema)[0];
  const kind = kindOf(schema);
  const entry = kind && (findThing(kind, name) ?? findThingByAlias(kind, name));
  return kind && entry ? catalogued(kind, entry.name) : undefined;
}

function catalogued(kind: ThingKind, name: string): NodeAt['thing'] {
  return kind === 'source' ? undefined : { kind, name };
}
