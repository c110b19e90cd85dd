/** Finds rows of a part that are in the train part as well. */
import type { Part } from '../../spec/spec';
import type { Column } from '../table';

export interface Repeated {
  readonly part: Part;
  /** Rows of the part that are equal to a row of the train part. */
  readonly count: number;
  /** The rows of the part. */
  readonly of: number;
  /** The first of them, and a row of the train part that equals it: numbers from 0. */
  readonly example: readonly [row: number, train: number];
}

/**
 * Compares all `columns`, whose hashes are given; missing cells are alike. Only the parts that have such rows
 * are returned.
 */
export function repeatedRows(
  columns: readonly Column[],
  keys: Float64Array,
  parts: Readonly<Record<Part, Int32Array>>,
): readonly Repeated[] {
  const trained = new Map<number, number>();
  for (const row of parts.train) {
    trained.set(keys[row], trained.get(keys[row]) ?? row);
  }
  return (['validation', 'test'] as const).flatMap((part) => {
    let pairs: (readonly [row: number, train: number])[] = [];
    for (const row of parts[part]) {
      const train = trained.get(keys[row]);
      if (train !== undefined) {
        pairs.push([row, train]);
      }
    }
    // Different rows may have one hash. Columns are compared one by one, as they are kept.
    for (const column of pairs.length > 0 ? columns : []) {
      const cells = column.type === 'number' ? column.values : column.codes;
      pairs = pairs.filter(([row, train]) => areEqual(cells[row], cells[train]));
    }
    return pairs.length > 0 ? [{ part, count: pairs.length, of: parts[part].length, example: pairs[0] }] : [];
  });
}

function areEqual(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

/** The first of each of the rows with one hash. */
export function withoutRepeats(rows: Int32Array, hashes: Float64Array): Int32Array {
  const seen = new Set<number>();
  return rows.filter((row) => {
    const isNew = !seen.has(hashes[row]);
    seen.add(hashes[row]);
    return isNew;
  });
}

/** A hash of each row's cells: 53 bits. Goes column by column, as the table is kept. */
export function hashesOf(columns: readonly Column[], rows: number): Float64Array {
  const high = new Int32Array(rows).fill(0x243f6a88);
  const low = new Int32Array(rows).fill(0x13198a2e);
  const number = new Float64Array(1);
  const words = new Int32Array(number.buffer);
  for (const column of columns) {
    const cells = column.type === 'number' ? column.values : column.codes;
    for (let row = 0; row < rows; row++) {
      // 0 is added since −0 equals 0.
      number[0] = cells[row] + 0;
      high[row] = mix(high[row], words[0], words[1]);
      low[row] = mix(low[row], words[1], words[0] ^ high[row]);
    }
  }
  const hashes = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    hashes[row] = (high[row] >>> 0) * 2 ** 21 + (low[row] >>> 11);
  }
  return hashes;
}

function mix(hash: number, first: number, second: number): number {
  return mixWord(mixWord(hash, first), second);
}

/** A step of MurmurHash3 (Appleby, public domain). */
function mixWord(hash: number, word: number): number {
  const scrambled = Math.imul(word, 0xcc9e2d51);
  const mixed = hash ^ Math.imul((scrambled << 15) | (scrambled >>> 17), 0x1b873593);
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}
