/**
 * Edits (insert, delete, replace, swap of neighbours) that turn one word into the other; `limit` if there are
 * at least that many.
 */
export function editDistance(a: string, b: string, limit = Number.POSITIVE_INFINITY): number {
  if (Math.abs(a.length - b.length) >= limit) {
    return limit;
  }
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(replaced, last[j] + 1, row[j - 1] + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, beforeLast[j - 2] + 1);
      }
      row.push(best);
    }
    // Two rows, since a swap steps over one.
    if (Math.min(...row) >= limit && Math.min(...last) >= limit) {
      return limit;
    }
    beforeLast = last;
    last = row;
  }
  return Math.min(last[b.length], limit);
}

/**
 * The candidate that a misspelt word most likely means. At most a third of its letters may differ, and not
 * all of them. If several are equally near, it is the first.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const folded = word.slice(0, 60).toLowerCase();
  let best: string | undefined;
  let fewest = Math.max(1, Math.floor(folded.length / 3)) + 1;
  for (const candidate of candidates) {
    const edits = editDistance(folded, candidate.toLowerCase(), fewest);
    if (edits < fewest && edits < Math.max(candidate.length, folded.length)) {
      fewest = edits;
      best = candidate;
    }
  }
  return best;
}
