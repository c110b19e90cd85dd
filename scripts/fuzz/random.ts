/** Random choices and mutations, each a function of a seed and a number alone. */
import { block, philox } from '../../src/common/random';

export class Random {
  readonly #seed: number;
  readonly #number: number;
  #draws = 0;

  constructor(seed: number, number: number) {
    this.#seed = seed;
    this.#number = number;
  }

  /** A whole number from 0 to `bound` - 1. */
  below(bound: number): number {
    philox(this.#draws++, 0, this.#number, 0, this.#seed, 77);
    return block[0] % bound;
  }

  pick<T>(values: ArrayLike<T>): T {
    return values[this.below(values.length)];
  }

  /** One time in `count`. */
  once(count: number): boolean {
    return this.below(count) === 0;
  }

  list<T>(longest: number, make: () => T): T[] {
    return Array.from({ length: this.below(longest) + 1 }, make);
  }
}

/** Replaces, inserts, removes, repeats and moves parts of a text, one to four times. */
export function mutateText(text: string, words: readonly string[], random: Random): string {
  let result = text;
  for (const _ of random.list(4, () => 0)) {
    const at = random.below(result.length + 1);
    const length = random.once(3) ? random.below(40) : random.below(4);
    const [before, part, after] = [result.slice(0, at), result.slice(at, at + length), result.slice(at + length)];
    switch (random.below(6)) {
      case 0:
        result = before + after;
        break;
      case 1:
        result = before + random.pick(words) + after;
        break;
      case 2:
        result = before + part + random.pick(words) + after;
        break;
      case 3:
        result = before + part.repeat(random.below(20)) + after;
        break;
      case 4: {
        const to = random.below(after.length + 1);
        result = before + after.slice(0, to) + part + after.slice(to);
        break;
      }
      default:
        result = random.once(4) ? before : before + random.pick(words).repeat(random.below(30)) + after;
    }
  }
  return result;
}

/** Changes, removes, inserts and repeats bytes, one to four times. */
export function mutateBytes(bytes: Uint8Array, random: Random): Uint8Array {
  let result = bytes.slice();
  for (const _ of random.list(4, () => 0)) {
    const at = random.below(result.length + 1);
    const length = random.once(3) ? random.below(64) : random.below(9);
    const [before, part, after] = [result.slice(0, at), result.slice(at, at + length), result.slice(at + length)];
    switch (random.below(5)) {
      case 0:
        part.fill(random.pick([0, 1, 0x22, 0x7f, 0x80, 0xff]));
        break;
      case 1:
        result = joined(before, after);
        continue;
      case 2:
        result = joined(before, part, part, after);
        continue;
      case 3:
        if (random.once(4)) {
          result = before;
          continue;
        }
        break;
      default:
        part.forEach((_, i) => {
          part[i] = random.below(256);
        });
    }
    result = joined(before, part, after);
  }
  return result;
}

const jsonWords = [
  '0',
  '-1',
  '1e999',
  '1.5',
  'null',
  'true',
  '"NaN"',
  '""',
  '[]',
  '{}',
  '[',
  ']',
  '{',
  '}',
  ',',
  ':',
  '"',
];

/** Changes words in the JSON header of a safetensors file, whose length stays right. */
export function mutateHeader(bytes: Uint8Array, random: Random): Uint8Array {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const header = new TextDecoder().decode(bytes.subarray(8, 8 + length));
  const own = header.match(/[\w.]+/g) ?? [];
  let changed: string;
  if (random.once(4)) {
    changed = mutateText(header, [...jsonWords, ...own], random);
  } else {
    // Most such files are still JSON, and reach the checks behind it.
    const at = random.below(own.length);
    let count = 0;
    const word = random.once(2) ? random.pick(own) : random.pick(jsonWords);
    changed = header.replace(/[\w.]+/g, (old) => (count++ === at ? word : old));
  }
  const json = new TextEncoder().encode(changed);
  const size = new Uint8Array(8);
  new DataView(size.buffer).setUint32(0, json.length, true);
  return joined(size, json, bytes.subarray(8 + length));
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}
