/** What the language expects at a place of the file: how the schema goes on from a key, an item, a scalar. */
import type { Kind } from '../spec/catalogue/types';
import { regularizerSchema, type ThingKind, type ValueSchema } from '../spec/schema';
import { findParameter, findThing, findThingByAlias, parameterSchema, type ThingEntry } from './things';

/** A value of the schema, or the parameters of a thing. */
export type Expected =
  | { readonly type: 'schema'; readonly schema?: ValueSchema }
  | { readonly type: 'parameters'; readonly kind: ThingKind; readonly entry: ThingEntry };

export interface Step {
  readonly expected: Expected;
  readonly context: Context;
  /** What the key names. */
  readonly thing?: NamedThing;
}

export interface Context {
  /** Parameter of a catalogue entry whose value is expected. */
  readonly parameter?: { readonly of: { readonly kind: Kind; readonly name: string }; readonly name: string };
  /** Documentation key of the schema key whose value is expected. */
  readonly doc?: string;
}

/** A catalogue entry or a built-in data set, under its canonical name. */
export interface NamedThing {
  readonly kind: ThingKind;
  readonly name: string;
}

const layerName: Step = { expected: { type: 'schema', schema: { type: 'name' } }, context: { doc: 'layer.name' } };
const unknown: Step = { expected: { type: 'schema' }, context: {} };

/** What is expected of a key's value. */
export function stepInto(expected: Expected, key: string): Step {
  if (expected.type === 'parameters') {
    const { kind, entry } = expected;
    const { parameter } = findParameter(entry, key);
    if (!parameter) {
      if (isLayerName(expected, key)) return layerName;
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
    const found = schema.keys.find(({ name }) => name === key);
    return found ? { expected: { type: 'schema', schema: found.value }, context: { doc: found.doc } } : unknown;
  }
  if (schema?.type === 'regularizer') return stepInto({ type: 'schema', schema: regularizerSchema }, key);
  if (schema?.type === 'dictionary') return { expected: { type: 'schema', schema: schema.of }, context: {} };
  if (schema?.type === 'weights') return { expected: { type: 'schema', schema: { type: 'number' } }, context: {} };
  const kind = kindOf(schema);
  const entry = kind && (findThing(kind, key) ?? findThingByAlias(kind, key));
  if (!kind || !entry) return unknown;
  return { expected: { type: 'parameters', kind, entry }, context: {}, thing: { kind, name: entry.name } };
}

/** Whether the key is a layer's `name`, which every layer may carry. */
export function isLayerName(expected: Expected, key: string): boolean {
  return expected.type === 'parameters' && expected.kind === 'layer' && key === 'name';
}

/** What is expected of the items of a list. */
export function expectedItem(expected: Expected): Expected {
  const schema = scalarSchema(expected);
  if (schema?.type === 'list') return { type: 'schema', schema: schema.of };
  // Sizes may be given axis by axis.
  if (schema?.type === 'size') return { type: 'schema', schema: { type: 'integer' } };
  return { type: 'schema' };
}

/** What a scalar is read as: of a thing's parameters its primary one. */
export function scalarSchema(expected: Expected): ValueSchema | undefined {
  if (expected.type === 'schema') return expected.schema;
  const primary = expected.entry.parameters.find((parameter) => parameter.primary);
  return primary && parameterSchema(primary);
}

/** The thing that a scalar names: directly, or as the primary parameter of the thing around it. */
export function thingNamed(expected: Expected, name: string): NamedThing | undefined {
  const kind = kindOf(scalarSchema(expected));
  const entry = kind && (findThing(kind, name) ?? findThingByAlias(kind, name));
  return kind && entry ? { kind, name: entry.name } : undefined;
}

function kindOf(schema: ValueSchema | undefined): ThingKind | undefined {
  if (schema?.type === 'thing') return schema.of;
  return schema?.type === 'layer' ? 'layer' : undefined;
}
