/** Finds categories that differ only in capitals, spaces or the form of a character. */
import { shorten } from '../common/limits';
import { tallyCodes } from './columnFacts';
import type { CategoryColumn } from './table';

/** Columns with more values hold no categories. */
const mostValues = 2000;
/** Categories whose spellings are kept. */
const mostGroups = 20;

/** Each list holds the spellings of one category, the most frequent first. */
export function spellingsIn({ values, codes }: CategoryColumn): readonly (readonly string[])[] {
  if (values.length > mostValues) {
    return [];
  }
  const groups = new Map<string, number[]>();
  for (const [code, value] of values.entries()) {
    const plain = value.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
    // Single letters, such as grades, may differ on purpose.
    if (plain.length > 1) {
      groups.set(plain, [...(groups.get(plain) ?? []), code]);
    }
  }
  const several = [...groups.values()].filter((group) => group.length > 1);
  const tally = several.length > 0 ? tallyCodes(codes, values.length) : new Int32Array(0);
  return several
    .slice(0, mostGroups)
    .map((group) => group.sort((a, b) => tally[b] - tally[a]).map((code) => shorten(values[code], 40)));
}
