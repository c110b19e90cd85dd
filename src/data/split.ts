/** Divides the rows among the parts. */
import { permutation, purposes } from '../common/random';
import { type Part, parts } from '../spec/spec';

/** Absorbs rounding, as in 0.29 × 100 = 28.999999999999996, so that no part is off by one row. */
const roundingSlack = 1e-9;

/**
 * Draws the rows of each part by the seed; inside a part they keep their order. Each part gets its share
 * rounded down, and the remaining rows go to the largest remainders (the earlier part first). With `classes`
 * each class is divided in this way, and its rounding error is carried to the next class, so that the sizes
 * differ by at most one row from those without classes.
 */
export function splitRows(
  rows: number,
  shares: Readonly<Record<Part, number>>,
  seed: number,
  classes?: Int32Array,
): Record<Part, Int32Array> {
  const [first, ...others] = parts.filter((part) => shares[part] > 0);
  if (others.length === 0) {
    const none = new Int32Array(0);
    return { train: none, validation: none, test: none, [first]: inOrder(rows) };
  }
  return rowsOfParts(divide(permutation(seed, purposes.split, 0, rows), listOf(shares), classes));
}

/** The part of each row, where the parts take their shares of `order` one after the other. */
export function divide(order: Int32Array, shares: readonly number[], classes?: Int32Array): Uint16Array {
  const partOf = new Uint16Array(order.length);
  const carried = shares.map(() => 0);
  for (const members of classes ? group(order, classes) : [order]) {
    let next = 0;
    for (const [part, count] of apportion(members.length, shares, carried).entries()) {
      for (let i = 0; i < count; i++) {
        partOf[members[next++]] = part;
      }
    }
  }
  return partOf;
}

/**
 * The first rows train, the last ones test: in the order of `times`, or of the rows where there are none or
 * two are equal. Sizes are those of `splitRows`; inside a part rows keep their own order.
 */
export function splitInOrder(
  rows: number,
  shares: Readonly<Record<Part, number>>,
  times?: Float64Array,
): Record<Part, Int32Array> {
  return rowsOfParts(divide(inOrder(rows, times), listOf(shares)));
}

/** The rows in the order of `times`, or in their own. */
export function inOrder(rows: number, times?: Float64Array): Int32Array {
  const order = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    order[row] = row;
  }
  return times ? order.sort((a, b) => times[a] - times[b] || a - b) : order;
}

/**
 * Keeps the rows of a group together. The groups come in an order drawn by the seed; each goes to the part
 * that lacks most rows of its share. No part stays empty where there are enough groups.
 */
export function splitGroups(
  groupOf: Int32Array,
  groups: number,
  shares: Readonly<Record<Part, number>>,
  seed: number,
): Record<Part, Int32Array> {
  return rowsOfParts(divideGroups(groupOf, permutation(seed, purposes.split, 0, groups), listOf(shares)));
}

/** The part of each row, where the groups come in `order`. */
export function divideGroups(groupOf: Int32Array, order: Int32Array, shares: readonly number[]): Uint16Array {
  const groups = order.length;
  const sizes = new Int32Array(groups);
  for (const group of groupOf) {
    sizes[group]++;
  }
  const lacking = apportion(
    groupOf.length,
    shares,
    shares.map(() => 0),
  );
  const empty = new Set([...shares.keys()].filter((part) => shares[part] > 0));
  const candidates = [...empty];
  const partOfGroup = new Uint16Array(groups);
  for (const [done, group] of order.entries()) {
    const open = groups - done <= empty.size ? [...empty] : candidates;
    const part = open.reduce((best, each) => (lacking[each] > lacking[best] ? each : best));
    partOfGroup[group] = part;
    lacking[part] -= sizes[group];
    empty.delete(part);
  }
  return Uint16Array.from(groupOf, (group) => partOfGroup[group]);
}

/** For a table in which the rows of each part stand together; `kept` are the rows in use. */
export function splitAt(kept: Int32Array, rowsOfPart: Readonly<Record<Part, number>>): Record<Part, Int32Array> {
  const { train, validation } = rowsOfPart;
  return rowsOfParts(Uint16Array.from(kept, (row) => (row < train ? 0 : row < train + validation ? 1 : 2)));
}

/** The rows of each part, in their order. */
function rowsOfParts(partOf: Uint16Array): Record<Part, Int32Array> {
  const sizes = parts.map(() => 0);
  for (const part of partOf) {
    sizes[part]++;
  }
  const found = sizes.map((size) => new Int32Array(size));
  const filled = parts.map(() => 0);
  for (let row = 0; row < partOf.length; row++) {
    found[partOf[row]][filled[partOf[row]]++] = row;
  }
  const [train, validation, test] = found;
  return { train, validation, test };
}

function listOf(shares: Readonly<Record<Part, number>>): number[] {
  return parts.map((part) => shares[part]);
}

/** A share with which a part gets a row, in hundredths. There are no more parts than rows. */
export function shareOfOneRow(rows: number): number {
  return Math.ceil(100 / rows) / 100;
}

/** The drawn order, class by class; classes without rows are omitted. */
function group(order: Int32Array, classes: Int32Array): Int32Array[] {
  const sizes: number[] = [];
  for (let i = 0; i < order.length; i++) {
    const own = classes[i];
    while (sizes.length <= own) {
      sizes.push(0);
    }
    sizes[own]++;
  }
  const groups = sizes.map((size) => new Int32Array(size));
  const filled = sizes.map(() => 0);
  for (let i = 0; i < order.length; i++) {
    const own = classes[order[i]];
    groups[own][filled[own]++] = order[i];
  }
  return groups.filter(({ length }) => length > 0);
}

/** Sizes of the parts for `total` rows; `carried` holds each part's rounding error so far and is updated. */
function apportion(total: number, shares: readonly number[], carried: number[]): number[] {
  const sum = shares.reduce((so, share) => so + share, 0);
  const claims = shares.map((share, index) => (share > 0 ? (share / sum) * total + carried[index] : 0));
  const counts = claims.map((claim) => Math.max(0, Math.floor(claim + roundingSlack)));
  let left = total - counts.reduce((so, count) => so + count, 0);
  while (left !== 0) {
    // Rounding slack and negative claims, which count as 0, may have given out a row too many. It is taken
    // back from the smallest claim.
    const step = left > 0 ? 1 : -1;
    let chosen = -1;
    shares.forEach((share, index) => {
      if (share <= 0 || (step < 0 && counts[index] === 0)) {
        return;
      }
      const claim = (claims[index] - counts[index]) * step;
      if (chosen < 0 || claim > (claims[chosen] - counts[chosen]) * step + roundingSlack) {
        chosen = index;
      }
    });
    counts[chosen] += step;
    left -= step;
  }
  counts.forEach((count, index) => {
    carried[index] = claims[index] - count;
  });
  return counts;
}
