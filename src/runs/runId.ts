/** Ids of runs. They name folders, sort by time, and can be read. */
import { checksum } from '../common/checksum';

/** Characters of a run's name in its id: with its time an id fits into the names of every file system. */
const slugLength = 40;
const pattern = /^\d{8}-\d{6}-[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)*-[0-9a-f]{4}$/u;

/**
 * `20261202-141500-xor-3fa9`: the time in UTC, the letters and digits of the name, and four hex digits.
 * `random` is at least 0 and below 1.
 */
export function newRunId(name: string, createdAt: Date, random: number): string {
  const [day, time] = createdAt.toISOString().split('T');
  const digits = Math.floor(random * 0x10000)
    .toString(16)
    .padStart(4, '0');
  return [day.replaceAll('-', ''), time.slice(0, 8).replaceAll(':', ''), slugOf(name), digits].join('-');
}

/**
 * The id of a sweep whose runs are jobs of their own, on one machine or several: the same for all that train
 * the same text with the same options.
 */
export function jobArrayId(name: string, specText: string, options: object): string {
  const bytes = new TextEncoder().encode(JSON.stringify([specText, options]));
  return `${slugOf(name)}-${checksum(bytes, 0).toString(16).padStart(8, '0')}`;
}

/** True for the name of a run's folder: nothing else in the folder of runs is one, and no path leaves it. */
export function isRunId(name: string): boolean {
  return pattern.test(name);
}

function slugOf(name: string): string {
  const words =
    name
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  const slug = [...words.join('-')].slice(0, slugLength).join('').replace(/-$/, '');
  return slug === '' ? 'run' : slug;
}

/** The part of an id that tells the name of its spec: `xor` of `20261202-141500-xor-3fa9`. */
export function slugIn(id: string): string {
  return id.slice('20261202-141500-'.length, -'-3fa9'.length);
}
