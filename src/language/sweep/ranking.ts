/** How the runs of a sweep are ranked. */
import type { TagValues } from '../../common/tagValues';
import { higherIsBetter } from '../../spec/catalogue/metrics';
import type { Part } from '../../spec/spec';
import { splitTag } from '../reading/tags';
import type { Sweep } from './runs';

/** The tag that ranks the runs, and whether a larger value is better. */
export function rankingOf({ parsed }: Sweep): { readonly tag: string; readonly higher: boolean } {
  const tag = parsed.spec.sweep?.best ?? 'loss';
  return { tag, higher: higherIsBetter(tag) };
}

/** The value of a tag among the final ones of a run; NaN where it has none. */
export function finalValue(final: Readonly<Partial<Record<Part, TagValues>>> | undefined, tag: string): number {
  const { measure, part } = splitTag(tag);
  return final?.[part]?.find(([each]) => each === measure)?.[1] ?? Number.NaN;
}
