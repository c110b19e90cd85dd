/** Which rows go to which part. */
import { permutation, purposes } from '../common/random';
import { type Part, parts } from '../spec/spec';

/** Keeps a product such as 0.7 × 10 = 7.000000000000001 or 0.29 × 100 = 28.999999999999996 from being off by one row. */
const roundingSlack = 1e-9;

/**
 * Draws the rows of each part by the seed; inside a part they keep their order. Each part gets its share of the rows rounded
 * down, and the rows left over go to the largest remainders (of equal ones, to the earlier part). With `classes` this is done
 * class by class, and what rounding gave or took in one class is made up for in the next: so the parts have the sizes they
 * have without classes, give or take one row.
 */
export function splitRows(
  rows: number,
  shares: Readonly<Record<Part, number>>,
  seed: number,
  classes?: Int32Array,
): Record<Part, Int32Array> {
  const order = permutation(seed, purposes.split, 0, rows);
  const partOf = new Uint8Array(rows);
  const carried = parts.map(() => 0);
  for (const members of classes ? group(order, classes) : [order]) {
    const counts = apportion(members.length, shares, carried);
    let next = 0;
    counts.forEach((count, part) => {
      for (let i = 0; i < count; i++) partOf[members[next++]] = part;
    });
  }
  const [train, validation, test] = parts.map((_, part) => collect(partOf, part));
  return { train, validation, test };
}

/** The drawn order, class by class. */
function group(order: Int32Array, classes: Int32Array): number[][] {
  const groups: number[][] = [];
  for (const row of order) {
    const group = classes[row];
    groups[group] ??= [];
    groups[group].push(row);
  }
  // Classes whose rows were all dropped leave holes.
  return groups.filter((members) => members !== undefined);
}

/** Sizes of the parts for `total` rows; `carried` holds each part's claim from before and is updated. */
function apportion(total: number, shares: Readonly<Record<Part, number>>, carried: number[]): number[] {
  const sum = parts.reduce((so, part) => so + shares[part], 0);
  const claims = parts.map((part, index) => (shares[part] > 0 ? (shares[part] / sum) * total + carried[index] : 0));
  const counts = claims.map((claim) => Math.max(0, Math.floor(claim + roundingSlack)));
  let left = total - counts.reduce((so, count) => so + count, 0);
  while (left !== 0) {
    // Slack and clamped negative claims may also have given out a row too many: it is taken back where the claim is smallest.
    const step = left > 0 ? 1 : -1;
    let chosen = -1;
    parts.forEach((part, index) => {
      if (shares[part] <= 0 || (step < 0 && counts[index] === 0)) return;
      const claim = (claims[index] - counts[index]) * step;
      if (chosen < 0 || claim > (claims[chosen] - counts[chosen]) * step + roundingSlack) chosen = index;
    });
    counts[chosen] += step;
    left -= step;
  }
  counts.forEach((count, index) => {
    carried[index] = claims[index] - count;
  });
  return counts;
}

function collect(partOf: Uint8Array, part: number): Int32Array {
  const rows: number[] = [];
  partOf.forEach((of, row) => {
    if (of === part) rows.push(row);
  });
  return Int32Array.from(rows);
}
