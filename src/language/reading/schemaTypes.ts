/** TypeScript types inferred from the tables of the schema. */
import type { Cell, ClassWeight, Expectation, LayerSpec, NestedNumbers, Regularizer, Thing } from '../../spec/spec';
import type { TreeNode } from '../yaml/tree';

/** A layer as read: without a name where the file gives none. */
export type LayerReading = Omit<LayerSpec, 'name' | 'layers'> & {
  readonly name?: string;
  readonly layers?: readonly LayerReading[];
};

export type ValueOf<S> = S extends { readonly type: 'text' | 'name' }
  ? string
  : S extends { readonly type: 'boolean' }
    ? boolean
    : S extends { readonly type: 'number' | 'integer' }
      ? number
      : S extends { readonly type: 'choice'; readonly choices: readonly (infer C)[] }
        ? C
        : S extends { readonly type: 'thing' }
          ? Thing
          : S extends { readonly type: 'layer' }
            ? LayerReading
            : S extends { readonly type: 'size' }
              ? number | string | readonly number[]
              : S extends { readonly type: 'regularizer' }
                ? Regularizer
                : S extends { readonly type: 'numbers' }
                  ? NestedNumbers
                  : S extends { readonly type: 'formula' }
                    ? string
                    : S extends { readonly type: 'cell' }
                      ? Cell
                      : S extends { readonly type: 'expectation' }
                        ? Expectation
                        : S extends { readonly type: 'weights' }
                          ? ClassWeight
                          : S extends { readonly type: 'list'; readonly of: infer O }
                            ? readonly ValueOf<O>[]
                            : S extends { readonly type: 'free' }
                              ? TreeNode
                              : S extends { readonly type: 'paths' }
                                ? object
                                : S extends { readonly type: 'dictionary'; readonly of: infer O }
                                  ? Readonly<Record<string, ValueOf<O>>>
                                  : S extends { readonly type: 'map'; readonly keys: readonly (infer K)[] }
                                    ? ValuesOf<K> | WordOf<S>
                                    : never;

type WordOf<S> = S extends { readonly words: readonly (infer W)[] } ? W : never;

/** Every key is optional here: missing required keys were reported. */
type ValuesOf<K> = {
  readonly [E in K as E extends { readonly name: infer N extends string } ? N : never]?: E extends {
    readonly value: infer V;
  }
    ? ValueOf<V>
    : never;
};
