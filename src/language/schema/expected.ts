/** The part of the schema that applies at a place of the file: after a key, in an item, for a scalar. */
import {
  type KeyEntry,
  type MapSchema,
  rangeSchema,
  regularizerSchema,
  specSchema,
  type ThingKind,
  type ValueSchema,
} from '../../spec/schema';
import type { Path } from '../yaml/tree';
import { findParameter, findThing, findThingByAlias, parameterSchema, type ThingEntry } from './things';

/** A value of the schema, or the parameters of a thing. */
export type Expected =
  | { readonly type: 'schema'; readonly schema?: ValueSchema }
  | { readonly type: 'parameters'; readonly kind: ThingKind; readonly entry: ThingEntry };

export interface Step {
  readonly expected: Expected;
  readonly context: Context;
  /** The thing that the key names. */
  readonly thing?: NamedThing;
}

export interface Context {
  /** Parameter of a thing whose value is expected. */
  readonly parameter?: { readonly of: NamedThing; readonly name: string };
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

export const atRoot: Step = { expected: { type: 'schema', schema: specSchema }, context: {} };

/** The part of the schema at a path. The items of a list inherit its context. */
export function expectedAt(path: Path): Step {
  let step = atRoot;
  for (const key of path) {
    step =
      typeof key === 'string'
        ? stepInto(step.expected, key, step.context)
        : { expected: expectedItem(step.expected), context: step.context };
  }
  return step;
}

/** The part of the schema at a path of a sweep, such as `model.layers.hidden.dense.units`. */
export function stepOfPath(written: string): Step {
  let step = atRoot;
  for (const word of written.split('.')) {
    const { expected, context } = step;
    const isItem = expected.type === 'schema' && (expected.schema?.type === 'list' || expected.schema?.type === 'size');
    step = isItem ? { expected: expectedItem(expected), context } : stepInto(expected, word, context);
  }
  return step;
}

/**
 * The part of the schema for a key's value. A free key (a column of `types`, a class of `class_weight`) has
 * its map's context.
 */
export function stepInto(expected: Expected, key: string, context: Context = {}): Step {
  if (expected.type === 'parameters') {
    const { kind, entry } = expected;
    const { parameter } = findParameter(entry, key);
    if (!parameter) {
      if (isLayerName(expected, key)) {
        return layerName;
      }
      // An activation layer may hold its function directly, without the parameter’s name.
      const primary = entry.parameters.find((other) => other.primary && other.type === 'activation');
      return primary ? stepInto({ type: 'schema', schema: { type: 'thing', of: 'activation' } }, key) : unknown;
    }
    return {
      expected: { type: 'schema', schema: parameterSchema(parameter) },
      context: { parameter: { of: { kind, name: entry.name }, name: parameter.name } },
    };
  }
  const { schema } = expected;
  if (schema?.type === 'map') {
    const { keys }: MapSchema = schema;
    const found = keys.find(({ name, aliases }: KeyEntry) => name === key || aliases?.includes(key));
    return found ? { expected: { type: 'schema', schema: found.value }, context: { doc: found.doc } } : unknown;
  }
  if (schema?.type === 'regularizer') {
    return stepInto({ type: 'schema', schema: regularizerSchema }, key);
  }
  if (schema?.type === 'dictionary') {
    return { expected: { type: 'schema', schema: schema.of }, context };
  }
  if (schema?.type === 'paths') {
    const { expected: of, context: own } = stepOfPath(key);
    const swept = of.type === 'schema' && of.schema;
    return swept ? { expected: { type: 'schema', schema: { type: 'swept', of: swept } }, context: own } : unknown;
  }
  if (schema?.type === 'swept') {
    return stepInto({ type: 'schema', schema: rangeSchema }, key);
  }
  if (schema?.type === 'weights') {
    return { expected: { type: 'schema', schema: { type: 'number', minimum: 0 } }, context };
  }
  const kind = kindOf(schema);
  const entry = kind && (findThing(kind, key) ?? findThingByAlias(kind, key));
  if (!kind || !entry) {
    return unknown;
  }
  return { expected: { type: 'parameters', kind, entry }, context: {}, thing: { kind, name: entry.name } };
}

/** Whether the key is a layer's `name`, which every layer may carry. */
export function isLayerName(expected: Expected, key: string): boolean {
  return expected.type === 'parameters' && expected.kind === 'layer' && key === 'name';
}

/** The part of the schema for the items of a list. */
export function expectedItem(expected: Expected): Expected {
  const schema = scalarSchema(expected);
  if (schema?.type === 'list' || schema?.type === 'swept') {
    return { type: 'schema', schema: schema.of };
  }
  // Sizes may be given axis by axis.
  if (schema?.type === 'size') {
    return { type: 'schema', schema: { type: 'integer' } };
  }
  return { type: 'schema' };
}

/** The schema of a scalar at this place. Where parameters are expected, a scalar is the primary one. */
export function scalarSchema(expected: Expected): ValueSchema | undefined {
  if (expected.type === 'schema') {
    return expected.schema;
  }
  const primary = expected.entry.parameters.find((parameter) => parameter.primary);
  return primary && parameterSchema(primary);
}

/** The thing that a scalar names: directly, or as the primary parameter of the thing around it. */
export function thingNamed(expected: Expected, name: string): NamedThing | undefined {
  const kind = kindOf(scalarSchema(expected));
  const entry = kind && (findThing(kind, name) ?? findThingByAlias(kind, name));
  return kind && entry ? { kind, name: entry.name } : undefined;
}

/** The kind of thing that a value of the schema names. */
export function kindOf(schema: ValueSchema | undefined): ThingKind | undefined {
  if (schema?.type === 'thing') {
    return schema.of;
  }
  return schema?.type === 'layer' ? 'layer' : undefined;
}
