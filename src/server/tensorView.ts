import type { Walk as EngineWalk, WalkTensor } from '../engine';
import type { TensorView, Walk } from '../protocol/engine';

/** Tensors of up to this many numbers are shown whole. */
const shownWhole = 64;
const cornerSide = 8;

/** A walk for the wire: of a large tensor only a corner and a summary. */
export function viewOfWalk(walk: EngineWalk): Walk {
  return { ...walk, steps: walk.steps.map(viewOfStep), again: walk.again.map(viewOfStep) };
}

function viewOfStep({ phase, loss, tensors }: EngineWalk['steps'][number]): Walk['steps'][number] {
  const views = Object.entries(tensors).map(([role, tensor]) => [role, viewOfTensor(tensor)] as const);
  return { phase, loss, tensors: Object.fromEntries(views) };
}

/** Axes after the first count as columns: `[C, H, W]` is shown as C rows of H·W numbers. */
export function viewOfTensor({ name, shape, values }: WalkTensor): TensorView {
  if (values.length <= shownWhole) {
    return { name, shape, values: Float64Array.from(values), shown: shape };
  }
  const summary = summarise(values);
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

function summarise(values: ArrayLike<number>): NonNullable<TensorView['summary']> {
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    // A NaN must show in every figure.
    minimum = value < minimum || Number.isNaN(value) ? value : minimum;
    maximum = value > maximum || Number.isNaN(value) ? value : maximum;
    sum += value;
    squares += value * value;
  }
  return { minimum, maximum, mean: sum / values.length, norm: Math.sqrt(squares) };
}
