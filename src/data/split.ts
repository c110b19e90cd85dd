/** Which rows go to which part. */
import { permutation, purposes } from '../common/random';
import { inStretches, type Steps } from '../common/steps';
import { type Part, parts } from '../spec/spec';

/** Keeps a product such as 0.7 × 10 = 7.000000000000001 or 0.29 × 100 = 28.999999999999996 from being off by one row. */
const roundingSlack = 1e-9;

/**
 * Draws the rows of each part by the seed; inside a part they keep their order. Each part gets its share of the rows rounded
 * down, and the rows left over go to the largest remainders (of equal ones, to the earlier part). With `classes` this is done
 * class by class, and what rounding gave or took in one class is made up for in the next: so the parts have the sizes they
 * have without classes, give or take one row.
 */
export function* splitSteps(
  rows: number,
  shares: Readonly<Record<Part, number>>,
  seed: number,
  classes?: Int32Array,
): Steps<Record<Part, Int32Array>> {
  const order = permutation(seed, purposes.split, 0, rows);
  const partOf = new Uint8Array(rows);
  const carried = parts.map(() => 0);
  const sizes = parts.map(() => 0);
  for (const members of classes ? yield* group(order, classes) : [order]) {
    let next = 0;
    for (const [part, count] of apportion(members.length, shares, carried).entries()) {
      yield* inStretches(count, (from, to) => {
        for (let i = from; i < to; i++) {
          partOf[members[next++]] = part;
        }
      });
      sizes[part] += count;
    }
  }
  const found = sizes.map((size) => new Int32Array(size));
  const filled = parts.map(() => 0);
  yield* inStretches(rows, (from, to) => {
    for (let row = from; row < to; row++) {
      found[partOf[row]][filled[partOf[row]]++] = row;
    }
  });
  const [train, validation, test] = found;
  return { train, validation, test };
}

/** The drawn order, class by class; classes whose rows were all dropped are left out. */
function* group(order: Int32Array, classes: Int32Array): Steps<Int32Array[]> {
  const sizes: number[] = [];
  yield* inStretches(order.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const own = classes[i];
      while (sizes.length <= own) {
        sizes.push(0);
      }
      sizes[own]++;
    }
  });
  const groups = sizes.map((size) => new Int32Array(size));
  const filled = sizes.map(() => 0);
  yield* inStretches(order.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const own = classes[order[i]];
      groups[own][filled[own]++] = order[i];
    }
  });
  return groups.filter(({ length }) => length > 0);
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
      if (shares[part] <= 0 || (step < 0 && counts[index] === 0)) {
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
