/** Reads dates as days since 1970-01-01, in the calendar of Gregory, and finds the order of their parts. */
import type { DateOrder } from './spec';

export const dateOrders: readonly DateOrder[] = ['ymd', 'dmy', 'mdy'];

const yearFirst =
  /^(\d{4})(?:[-/]|\. ?|년 ?)(\d{1,2})(?:[-/]|\. ?|월 ?)(\d{1,2})(?:\.|일)?(?:(?:[T ]|, )(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?: ?(Z|[+-]\d{2}(?::?\d{2})?))?)?$/;
const yearLast =
  /^(\d{1,2})(?:[-/]|\. ?)(\d{1,2})(?:[-/]|\. ?)(\d{4})(?:(?:[T ]|, )(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?: ?(Z|[+-]\d{2}(?::?\d{2})?))?)?$/;
const compact =
  /^(\d{4})(\d{2})(\d{2})(?:(?:[T ]|, )(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?: ?(Z|[+-]\d{2}(?::?\d{2})?))?)?$/;

/** Days with the time of day as their fraction; undefined if the trimmed text is no date of this order. */
export function parseDate(text: string, order: DateOrder): number | undefined {
  const match = order === 'ymd' ? (yearFirst.exec(text) ?? compact.exec(text)) : yearLast.exec(text);
  if (!match) {
    return undefined;
  }
  const [a, b, c] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const [year, month, day] = order === 'ymd' ? [a, b, c] : order === 'dmy' ? [c, b, a] : [c, a, b];
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) {
    return undefined;
  }
  const fraction = fractionOf(match);
  return fraction === undefined ? undefined : daysOf(year, month, day) + fraction;
}

/** The time of day of a match, moved to Greenwich if it names its zone. */
function fractionOf(match: RegExpExecArray): number | undefined {
  const [, , , , hours = '0', minutes = '0', seconds = '0', part = '', zone = 'Z'] = match;
  const [hour, minute, second] = [Number(hours), Number(minutes), Number(seconds)];
  if (hour > 24 || minute > 59 || second > 59 || (hour === 24 && minute + second > 0)) {
    return undefined;
  }
  const zoned = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone);
  const offset = zoned ? (zoned[1] === '-' ? -60 : 60) * (60 * Number(zoned[2]) + Number(zoned[3] ?? 0)) : 0;
  const fine = part === '' ? 0 : Number(`0.${part}`);
  return (3600 * hour + 60 * minute + second + fine - offset) / 86400;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function daysIn(year: number, month: number): number {
  return month === 2 ? (isLeap(year) ? 29 : 28) : month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days of 400 years, after which the calendar repeats itself. */
const cycle = 146097;
/** Days from 0000-03-01 to 1970-01-01. */
const epoch = 719468;

/** Counts years from March, so that a leap day is the last day of its year. */
function daysOf(year: number, month: number, day: number): number {
  const years = month > 2 ? year : year - 1;
  const months = (month + 9) % 12;
  const leaps = Math.floor(years / 4) - Math.floor(years / 100) + Math.floor(years / 400);
  return 365 * years + leaps + Math.floor((153 * months + 2) / 5) + day - 1 - epoch;
}

/** Year, month (from 1) and day of a number of days. */
export function dateOf(days: number): { readonly year: number; readonly month: number; readonly day: number } {
  const since = Math.floor(days) + epoch;
  const cycles = Math.floor(since / cycle);
  const inCycle = since - cycles * cycle;
  const leaps = Math.floor(inCycle / 1460) - Math.floor(inCycle / 36524) + Math.floor(inCycle / 146096);
  const years = Math.floor((inCycle - leaps) / 365);
  const inYear = inCycle - (365 * years + Math.floor(years / 4) - Math.floor(years / 100));
  const months = Math.floor((5 * inYear + 2) / 153);
  const month = months < 10 ? months + 3 : months - 9;
  const day = inYear - Math.floor((153 * months + 2) / 5) + 1;
  return { year: years + 400 * cycles + (month <= 2 ? 1 : 0), month, day };
}

/** Day of the week of a number of days; Monday is 0. */
export function weekdayOf(days: number): number {
  // 1970-01-01 was a Thursday.
  return (((Math.floor(days) + 3) % 7) + 7) % 7;
}

/** `2024-01-31`, without the time of day. */
export function isoDate(days: number): string {
  const { year, month, day } = dateOf(days);
  return [String(year).padStart(4, '0'), String(month).padStart(2, '0'), String(day).padStart(2, '0')].join('-');
}

/** The same with the time of day, to the millisecond, if it is not midnight. */
export function dateText(days: number): string {
  const milliseconds = Math.round((days - Math.floor(days)) * 86_400_000);
  if (milliseconds === 0) {
    return isoDate(days);
  }
  if (milliseconds === 86_400_000) {
    return isoDate(Math.ceil(days));
  }
  const seconds = Math.floor(milliseconds / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const rest = milliseconds % 1000;
  const time = parts.map((part) => String(part).padStart(2, '0')).join(':');
  return `${isoDate(days)}T${time}${rest === 0 ? '' : `.${String(rest).padStart(3, '0')}`}`;
}

export interface FoundOrder {
  readonly order: DateOrder;
  /** Another order that reads every cell, some of them as another day. */
  readonly other?: DateOrder;
}

/** The order in which every cell is a date; undefined if there is none. */
export function findDateOrder(cells: readonly string[]): FoundOrder | undefined {
  const fitting = dateOrders.filter((order) => cells.every((text) => parseDate(text, order) !== undefined));
  if (cells.length === 0 || fitting.length === 0) {
    return undefined;
  }
  const [order, other] = fitting;
  const differs = other !== undefined && cells.some((text) => parseDate(text, order) !== parseDate(text, other));
  return differs ? { order, other } : { order };
}

/** Month of the year, day of the week. */
export type DateCycle = 'month' | 'weekday';

/** Days that dates must span for the month, and for the day of the week, to tell something. */
const [yearSpan, weekSpan] = [365, 14];

/** The cycles that dates between two days are given as inputs beside their days. */
export function cyclesBetween(first: number, last: number): readonly DateCycle[] {
  const month = last - first >= yearSpan ? ['month' as const] : [];
  return [...month, ...(last - first >= weekSpan ? ['weekday' as const] : [])];
}
