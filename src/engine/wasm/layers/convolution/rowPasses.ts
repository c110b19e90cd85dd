/** How the gradient of the weights runs over a row of places. */

/**
 * A pass over a row: takes `vectors` `times` times, each time `step` vectors further, then `lanes` places.
 */
export interface Pass {
  readonly vectors: readonly number[];
  readonly step: number;
  readonly times: number;
  readonly lanes: number;
  /** The total of the first vector's sums; those of the next vector have the next total. */
  readonly total: number;
}

/**
 * Even and odd vectors have totals of their own, and so has the end of a row. As pairs, two neighbouring sums
 * can become one of twice the width. Without such registers each vector of the pair has a pass of its own.
 *
 * ```
 *   places   │ 0–3 │ 4–7 │ 8–11 │ 12–15 │ 16–19 │ 20 21 │
 *   total       0     1      0       1       2      2
 * ```
 */
export function passesOver(places: number, wide: boolean): readonly Pass[] {
  const times = Math.floor(places / 8);
  const rest = places % 8;
  const pairs: readonly Pass[] = (times === 0 ? [] : wide ? [[0, 1]] : [[0], [1]]).map((vectors) => ({
    vectors,
    step: 2,
    times,
    lanes: 0,
    total: vectors[0],
  }));
  if (rest === 0) {
    return pairs;
  }
  // The first vector behind the pairs.
  const vectors = [times * 2];
  return [...pairs, { vectors, step: 1, times: Math.floor(rest / 4), lanes: rest % 4, total: times === 0 ? 0 : 2 }];
}
