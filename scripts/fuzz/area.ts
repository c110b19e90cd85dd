import type { Random } from './random';

/** Text, bytes or a list: an input can be cut into parts, which shrinking needs. */
export type Input = string | Uint8Array | readonly unknown[];

/** One kind of input, and the promises that are checked for it. */
export interface Area<I extends Input = Input> {
  readonly name: string;
  /** Its part of all inputs. */
  readonly share: number;
  make(random: Random): I;
  /** Throws, or rejects, where a promise is broken. */
  check(input: I): void | Promise<void>;
  show(input: I): string;
}

export const showBytes = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
