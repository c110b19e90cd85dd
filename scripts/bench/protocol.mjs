/**
 * Times a library in this process: warms up on a network that is then discarded, trains a new one and checks
 * its error, then repeats the training until the time is over. The engine and all adapters in JavaScript use
 * this; `peers/pytorch.py` does the same.
 */
import { readData } from './data.mjs';
import { median } from './statistics.mjs';

export const mark = 'nnspec-bench: ';

/** The shortest reliable timing. */
const blockMilliseconds = 60;

/**
 * The rows and epochs that a library of this speed trains: those of the workload, or if that would take too
 * long, fewer rows and then fewer epochs.
 * @param {{ rows: number, epochs: number, batch: number }} workload
 * @param {number} speed samples a second
 * @param {number} limit seconds
 */
export function portionOf(workload, speed, limit) {
  const { rows, epochs, batch } = workload;
  const samples = speed * limit;
  if (rows * epochs <= samples) {
    return { rows, epochs, whole: true };
  }
  // Repeating a few batches measures speed as well, but the loss needs steps: at least two batches of rows
  // remain.
  const fewest = Math.min(rows, 2 * batch);
  const fitting = Math.floor(samples / epochs / batch) * batch;
  const taken = Math.max(fewest, Math.min(rows, fitting));
  return { rows: taken, epochs: Math.max(1, Math.min(epochs, Math.floor(samples / taken))), whole: false };
}

/** Mean over samples of the squared error, summed over the outputs. */
export function squaredError(predicted, targets, rows, outputs) {
  let sum = 0;
  for (let i = 0; i < rows * outputs; i++) {
    sum += (predicted[i] - targets[i]) ** 2;
  }
  return sum / rows;
}

/**
 * A whole workload must reach its bar. One that was shortened for a slow library must at least improve.
 */
export function hasLearned({ before, after, whole, lossBar }) {
  return whole ? after <= lossBar : after < before;
}

/**
 * @typedef {import('./engine/training').WorkloadData} WorkloadData
 * @typedef {object} Model
 * @property {(epochs: number) => unknown} train
 * @property {() => ArrayLike<number> | Promise<ArrayLike<number>>} predict `[rows, outputs]`
 * @property {() => unknown} [reset] returns to the initial weights; without it training continues
 * @property {() => unknown} [dispose]
 */

/**
 * Times the library on the job that is the process's argument. All methods of a model may be asynchronous.
 * @param {(data: WorkloadData, job: any) => Promise<(rows: number) => Model | Promise<Model>>} prepare
 *   returns a function that builds a network for the first `rows` rows
 */
export async function measureHere(prepare) {
  const job = JSON.parse(process.argv[2]);
  let result;
  try {
    const data = readData(job.data, job.workload);
    result = await measure(await prepare(data, job), data, job);
  } catch (error) {
    result = { error: String(error?.stack ?? error).slice(0, 600) };
  }
  printResult(result);
}

/** Prints the result and ends the process, since libraries may have left threads running. */
export function printResult(result) {
  process.stdout.write(`\n${mark}${JSON.stringify(result)}\n`, () => process.exit(0));
}

async function measure(make, { workload, targets, outputs }, { seconds, limit }) {
  const speed = await warmUp(make, workload, seconds);
  const { rows, epochs, whole } = portionOf(workload, speed, limit);
  const model = await make(rows);
  const error = async () => squaredError(await model.predict(), targets, rows, outputs);
  const before = await error();
  const first = await timed(model, epochs, rows, 0);
  const after = await error();
  // Some libraries compile each new network: its first run is warm-up, unless there is time for one run only.
  const long = first.milliseconds > limit * 500;
  const speeds = long ? [first.speed] : [];
  const end = performance.now() + (long ? 0 : seconds * 1000);
  while (performance.now() < end || speeds.length === 0) {
    await model.reset?.();
    speeds.push((await timed(model, epochs, rows, blockMilliseconds)).speed);
  }
  await model.dispose?.();
  const learned = hasLearned({ before, after, whole, lossBar: workload.lossBar });
  return { speed: median(speeds), first: first.speed, before, after, rows, epochs, whole, learned };
}

/** Repeats whole runs until the time is over. */
async function timed(model, epochs, rows, least) {
  const start = performance.now();
  let samples = 0;
  let milliseconds;
  do {
    await model.train(epochs);
    samples += rows * epochs;
    milliseconds = performance.now() - start;
  } while (milliseconds < least);
  return { speed: (samples / milliseconds) * 1000, milliseconds };
}

/**
 * Trains a network on few rows, with more epochs in each call, until its speed is known and its code is
 * compiled.
 */
async function warmUp(make, { rows, batch, epochs }, seconds) {
  const few = Math.min(rows, batch);
  const model = await make(few);
  await model.train(1);
  const end = performance.now() + (seconds * 1000) / 2;
  let speed;
  for (let count = 1; ; count = Math.min(2 * count, Math.ceil((epochs * rows) / few))) {
    ({ speed } = await timed(model, count, few, 0));
    if (performance.now() > end) {
      break;
    }
  }
  await model.dispose?.();
  return speed;
}
