import type { KeyEntry, ValueSchema } from '../../spec/schema';

/** A key of a block, as the schema of specs has keys. */
export function key<const N extends string, const V extends ValueSchema>(name: N, value: V): Key<N, V> {
  return { name, value, doc: name };
}

export function requiredKey<const N extends string, const V extends ValueSchema>(name: N, value: V): Key<N, V> {
  return { name, value, doc: name, required: true };
}

type Key<N, V> = Pick<KeyEntry, 'doc' | 'required'> & { readonly name: N; readonly value: V };

export const text = { type: 'text' } as const;
export const name = { type: 'name' } as const;
export const free = { type: 'free' } as const;
export const expected = { type: 'list', of: { type: 'expectation' }, minimumLength: 1, maximumLength: 20 } as const;
