/** The axes of the parallel coordinates: what differs between the runs, and last how well they do. */
import type { Comparison, SettingValue } from '../../src/protocol/compare';
import { formatShort, tagLabel } from '../shared/format';
import { type Ranking, rowScore, seedSetting, settingText, type TableRow } from './rows';

export interface ParallelAxis {
  readonly label: string;
  /** For each row its place on the axis; NaN where it has none. */
  readonly places: readonly number[];
  readonly min: number;
  readonly max: number;
  /** The ticks of an axis of a few values; others have round numbers. */
  readonly ticks?: readonly number[];
  textAt(place: number): string;
}

/** Settings beyond these are left to the table. */
const mostAxes = 8;
/** Numbers of this ratio and above are shown by their logarithm. */
const logRatio = 50;

/** The rows that have a score, and their axes; no axes where nothing differs. */
export function parallelAxes(
  rows: readonly TableRow[],
  { settings }: Pick<Comparison, 'settings'>,
  { tag }: Ranking,
): { readonly rows: readonly TableRow[]; readonly axes: readonly ParallelAxis[] } {
  const known = rows.filter((row) => rowScore(row, tag) !== undefined);
  // A row of several runs, which differ in their seed, has no one place on the axis of the seeds.
  const isPlace = (where: string) => where !== seedSetting || known.every(({ runs }) => runs.length === 1);
  const chosen = settings.filter(
    ({ where }) => isPlace(where) && new Set(known.map((row) => row.runs[0].settings[where])).size > 1,
  );
  const axes = chosen.slice(0, mostAxes).map(({ where, label }) =>
    axisOf(
      label,
      known.map((row) => row.runs[0].settings[where]),
    ),
  );
  const scores = known.map((row) => rowScore(row, tag));
  return { rows: known, axes: axes.length === 0 ? [] : [...axes, numberAxis(tagLabel(tag), scores as number[])] };
}

function axisOf(label: string, values: readonly (SettingValue | undefined)[]): ParallelAxis {
  const numbers = values.filter((value) => typeof value === 'number');
  if (numbers.length === values.length) {
    return numberAxis(label, numbers);
  }
  const names = [...new Set(values.map(settingText))];
  return {
    label,
    places: values.map((value) => names.indexOf(settingText(value))),
    min: -0.5,
    max: names.length - 0.5,
    ticks: names.map((_, i) => i),
    textAt: (place) => names[place] ?? '',
  };
}

function numberAxis(label: string, values: readonly number[]): ParallelAxis {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const isLog = low > 0 && high / low >= logRatio;
  const placeOf = (value: number) => (isLog ? Math.log10(value) : value);
  const [min, max] = [placeOf(low), placeOf(high)];
  const margin = max > min ? 0.04 * (max - min) : 1;
  const distinct = [...new Set(values)].sort((a, b) => a - b);
  return {
    label,
    places: values.map(placeOf),
    min: min - margin,
    max: max + margin,
    ...(distinct.length <= mostTicks && { ticks: distinct.map(placeOf) }),
    textAt: (place) => formatShort(isLog ? 10 ** place : place, 3),
  };
}

/** An axis of so few values has a tick at each of them. */
const mostTicks = 6;
