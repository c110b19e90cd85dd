/** Finds the entry of a parameter or of a key of the schema. */
import type { ParameterEntry } from '../../spec/catalogue/types';
import { type KeyEntry, type MapSchema, rangeSchema, regularizerSchema, specSchema } from '../../spec/schema';
import type { Context } from './expected';
import { findThing } from './things';

export function parameterEntryOf({ of, name }: NonNullable<Context['parameter']>): ParameterEntry | undefined {
  return findThing(of.kind, of.name)?.parameters.find((parameter) => parameter.name === name);
}

const keys = new Map([specSchema, regularizerSchema, rangeSchema].flatMap(keysOf).map((key) => [key.doc, key]));

/**
 * The schema's entry with this documentation key; undefined for a layer's name, which is no key of the
 * schema.
 */
export function keyEntryOf(doc: string): KeyEntry | undefined {
  return keys.get(doc);
}

function keysOf(map: MapSchema): KeyEntry[] {
  return map.keys.flatMap((key) => [key, ...(key.value.type === 'map' ? keysOf(key.value) : [])]);
}
