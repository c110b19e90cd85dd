/**
 * Tells a long tail from a few outliers. A robust scale limits both, and of a tail that is what could be
 * learned: of rain that falls in one hour of five, the limit keeps hardly more than that it rained.
 */
import { t } from '@vscode/l10n';
import { formatCount } from '../common/formatCount';
import { describedColumns, shorten } from '../common/limits';
import { type InputScale, scaleInput } from '../spec/inputScale';
import type { EncodeRequest, EncodingPlan } from './encode';
import { fitScale, quantile } from './inputs';
import { sortedNumbers } from './sorting';

/** A number this many times the distance between the quartiles away from them is hardly one of the others. */
const outlierDistance = 20;
/** A larger share of the cells is no slip but a tail; so are more than two of few. */
const [fewShare, fewCells] = [0.01, 2];
/** With this share of all squared distances from the median, a few cells squeeze all others together. */
const decisive = 0.9;

/** Whether some few of the sorted numbers need a limit, and whether a limit would cut off a tail of them. */
export function judgeTail(sorted: Float64Array): { readonly outliers: boolean; readonly tail: boolean } {
  if (sorted.length === 0) {
    return { outliers: false, tail: false };
  }
  const few = Math.max(fewCells, fewShare * sorted.length);
  const tail = limitedCells(sorted, fitScale(sorted, 'robust')) > few;
  const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => quantile(sorted, share));
  const far = outlierDistance * (high - low);
  let [count, ofFar, ofAll] = [0, 0, 0];
  for (const value of sorted) {
    const square = (value - middle) * (value - middle);
    ofAll += square;
    if (value < low - far || value > high + far) {
      count++;
      ofFar += square;
    }
  }
  const isDecided = ofFar >= decisive * ofAll;
  const outliers = far > 0 && count > 0 && count <= few && (isDecided || !tail);
  return { outliers, tail: tail && !outliers };
}

/** How many of the sorted numbers become equal to others by the limit of their scale. */
export function limitedCells(sorted: Float64Array, scale: InputScale): number {
  const { limit = Number.POSITIVE_INFINITY } = scale;
  const first = sorted.findIndex((value) => scaleInput(value, scale) > -limit);
  const last = sorted.findLastIndex((value) => scaleInput(value, scale) < limit);
  if (first < 0 || last < first) {
    return 0;
  }
  const [below, above] = [sorted.subarray(0, first), sorted.subarray(last + 1)];
  // Equal numbers stay what they were.
  return [below, above].reduce((sum, cells) => sum + (cells[0] === cells[cells.length - 1] ? 0 : cells.length), 0);
}

/** The inputs whose tail their scale cuts off, each with a sentence. */
export function cutTails(
  { table, inputs, data }: EncodeRequest,
  plan: EncodingPlan,
): readonly { readonly column: string; readonly count: number; readonly message: string }[] {
  return (data.scale === 'robust' ? inputs.slice(0, describedColumns) : []).flatMap((index, at) => {
    const column = table.columns[index];
    const encoding = plan.inputs[at];
    if (column.type !== 'number' || encoding.limit === undefined) {
      return [];
    }
    const sorted = sortedNumbers(column.values);
    const count = limitedCells(sorted, encoding);
    if (count <= Math.max(fewCells, fewShare * sorted.length) || !judgeTail(sorted).tail) {
      return [];
    }
    const message = t(
      '“{0}”: scale: robust limits {1} of {2} cells ({3} %), from which nothing more is learned than that they are far out. So many are a long tail, not outliers; scale: standard keeps it.',
      shorten(column.name),
      formatCount(count),
      formatCount(sorted.length),
      Number(((100 * count) / sorted.length).toPrecision(2)),
    );
    return [{ column: column.name, count, message }];
  });
}
