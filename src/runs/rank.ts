/** How runs stand to each other: the one rule for every list that has the best run first. */
import { decodeNumber } from '../common/jsonNumbers';
import type { RunHeader } from './header';

/** The tag by which a run is ranked, and its value. */
export interface Rank {
  readonly tag: string;
  readonly value: number;
}

/**
 * The final value of the tag by which the epochs of the run are ranked: that of the weights which are kept.
 * Before the end of the run the best one so far. Undefined for a run that came to no result.
 */
export function rankOf({ state, best, final }: Pick<RunHeader, 'state' | 'best' | 'final'>): Rank | undefined {
  if (!best || state === 'diverged' || state === 'failed') {
    return undefined;
  }
  const { tag } = best;
  const [part, name] = tag.startsWith('val_') ? (['validation', tag.slice('val_'.length)] as const) : ['train', tag];
  const value = decodeNumber(final?.[part]?.[name]) ?? best.value;
  return Number.isFinite(value) ? { tag, value } : undefined;
}

/** Sorts by rank. What has none, or another tag than the first, keeps its order behind the others. */
export function bestFirst<T>(
  all: readonly T[],
  rank: (each: T) => Rank | undefined,
  higherIsBetter: (tag: string) => boolean,
): readonly T[] {
  const tag = all.map(rank).find((each) => each !== undefined)?.tag;
  const sign = tag !== undefined && higherIsBetter(tag) ? -1 : 1;
  const places = all.map((each) => {
    const own = rank(each);
    return { each, place: own && own.tag === tag ? sign * own.value : Number.POSITIVE_INFINITY };
  });
  return places.sort((a, b) => (a.place === b.place ? 0 : a.place - b.place)).map(({ each }) => each);
}
