import { inStretches } from '../common/steps';
import type { Walk as EngineWalk, Pieces, WalkTensor } from '../engine';
import type { TensorView, Walk } from '../protocol/engine';

/** Tensors up to this count of numbers are shown whole. */
const shownWhole = 64;
const cornerSide = 8;

/** A walk as the wire carries it: large tensors are a corner and a summary. */
export function* viewOfWalk(walk: EngineWalk): Pieces<Walk> {
  const steps: Walk['steps'][number][] = [];
  for (const { phase, loss, tensors } of walk.steps) {
    const views: Record<string, TensorView> = {};
    for (const [role, tensor] of Object.entries(tensors)) {
      views[role] = yield* viewOfTensor(tensor);
    }
    steps.push({ phase, loss, tensors: views });
  }
  return { ...walk, steps };
}

/** Axes after the first count as columns: `[C, H, W]` is shown as C rows of H·W numbers. */
export function* viewOfTensor({ name, shape, values }: WalkTensor): Pieces<TensorView> {
  if (values.length <= shownWhole) {
    return { name, shape, values: Float64Array.from(values), shown: shape };
  }
  const summary = yield* summarise(values);
  if (shape.length === 1) {
    return { name, shape, values: Float64Array.from(values.subarray(0, shownWhole)), shown: [shownWhole], summary };
  }
  const rows = Math.min(shape[0], cornerSide);
  const columns = values.length / shape[0];
  const shownColumns = Math.min(columns, cornerSide);
  const corner = new Float64Array(rows * shownColumns);
  for (let row = 0; row < rows; row += 1) {
    corner.set(values.subarray(row * columns, row * columns + shownColumns), row * shownColumns);
  }
  return { name, shape, values: corner, shown: [rows, shownColumns], summary };
}

function* summarise(values: ArrayLike<number>): Pieces<NonNullable<TensorView['summary']>> {
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let squares = 0;
  yield* inStretches(values.length, (from, to) => {
    for (let i = from; i < to; i += 1) {
      const value = values[i];
      // A NaN among them must be seen in every figure.
      minimum = value < minimum || Number.isNaN(value) ? value : minimum;
      maximum = value > maximum || Number.isNaN(value) ? value : maximum;
      sum += value;
      squares += value * value;
    }
  });
  return { minimum, maximum, mean: sum / values.length, norm: Math.sqrt(squares) };
}
