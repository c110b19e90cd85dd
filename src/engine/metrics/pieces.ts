/** Metrics of very many samples in pieces. */
import type { FloatArray, ProgramData } from '../backend';
import type { Pieces } from '../pieces';
import type { Metric } from './metric';

/** Outputs that a metric takes in at once. The sum of a share of labels rounds where it is cut: so every batch is cut alike. */
const outputsOfPiece = 1 << 17;

/** Shows each metric the rows `[from, from + count)` of a batch and what the network made of them, `size` outputs a sample. */
export function* addBatch(
  metrics: readonly Metric[],
  { targets, targetSize }: ProgramData,
  batch: { readonly outputs: FloatArray; readonly size: number },
  rows: Int32Array,
  from: number,
  count: number,
): Pieces<void> {
  const samples = Math.ceil(outputsOfPiece / batch.size);
  for (let first = 0; first < count; first += samples) {
    const outputs = first === 0 ? batch.outputs : batch.outputs.subarray(first * batch.size);
    for (const metric of metrics) {
      if (first > 0) {
        yield;
      }
      if (metric.addOutputs && targetSize > outputsOfPiece) {
        const row = rows[from + first];
        for (let k = 0; k < targetSize; k += outputsOfPiece) {
          if (k > 0) {
            yield;
          }
          metric.addOutputs(outputs, targets, row, k, Math.min(k + outputsOfPiece, targetSize));
        }
      } else {
        metric.add(outputs, targets, rows, from + first, Math.min(samples, count - first));
      }
    }
  }
}

/** The value of each by its name, behind the prefix. */
export function* valuesOf(
  metrics: readonly Metric[],
  prefix: string,
): Pieces<(readonly [tag: string, value: number])[]> {
  const values: (readonly [string, number])[] = [];
  for (const metric of metrics) {
    values.push([`${prefix}${metric.name}`, metric.valueParts ? yield* metric.valueParts() : metric.value()]);
  }
  return values;
}
