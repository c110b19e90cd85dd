/** How the runs of a sweep stand to each other. */
import { decodeNumber } from '../../../common/jsonNumbers';
import type { RunHeader } from '../../../runs/header';
import { higherIsBetter } from '../../../spec/catalogue/metrics';
import { prefixes } from '../lastResults';

/** The tag by which a run is ranked, and its value. */
export interface Rank {
  readonly tag: string;
  readonly value: number;
}

/**
 * The final value of the tag by which the epochs of the run are ranked; before its end the best one so far.
 * Undefined for a run that came to no result.
 */
export function rankOf({ state, best, final }: RunHeader): Rank | undefined {
  if (!best || state === 'diverged' || state === 'failed') {
    return undefined;
  }
  const { tag } = best;
  const part = tag.startsWith(prefixes.validation) ? 'validation' : 'train';
  const value = decodeNumber(final?.[part]?.[tag.slice(prefixes[part].length)]) ?? best.value;
  return Number.isFinite(value) ? { tag, value } : undefined;
}

/** Sorts by rank. What has none, or another tag than the first, keeps its order behind the others. */
export function bestFirst<T>(all: readonly T[], rank: (each: T) => Rank | undefined): readonly T[] {
  const tag = all.map(rank).find((each) => each !== undefined)?.tag;
  const sign = tag !== undefined && higherIsBetter(tag) ? -1 : 1;
  const places = all.map((each) => {
    const own = rank(each);
    return { each, place: own && own.tag === tag ? sign * own.value : Number.POSITIVE_INFINITY };
  });
  return places.sort((a, b) => (a.place === b.place ? 0 : a.place - b.place)).map(({ each }) => each);
}
