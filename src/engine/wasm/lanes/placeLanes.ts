/**
 * Lanes of four places of a feature map [C, places], which lie side by side in memory:
 *
 * ```
 *   feature 0   x x p p p p x       lanes of 0:  [p p p p]
 *   feature 1   x x p p p p x       lanes of 1:  [p p p p]
 * ```
 */
import { type FunctionBuilder, type I32, i32, type Local, v128 } from '../../../assembler';
import { eachIndex, type Index, type Lanes } from './lanes';

export interface Places {
  /** Address of the first place in feature 0. */
  readonly first: Local<'i32'>;
  /** Features. */
  readonly size: number;
  /** Places of the whole map. */
  readonly places: number;
  /** Lanes that hold a place; only these are written. */
  readonly lanes: number;
}

export function placeLanes(f: FunctionBuilder, { first, size, places, lanes }: Places): Lanes {
  const at = (k: Index): readonly [address: I32, offset: number] =>
    typeof k === 'number' ? [first, k * places * 4] : [f.let(i32.add(first, i32.mul(k, places * 4))), 0];
  return {
    size,
    each: (body) => eachIndex(f, size, body),
    get: (k) => v128.load(...at(k)),
    set(k, value) {
      const [address, offset] = at(k);
      f.storeLanes(address, f.let(value), lanes, offset);
    },
  };
}
