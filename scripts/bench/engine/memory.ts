/** The memory that training takes: growth of the heap over many steps, and the peak of a large network. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Backend, Program } from '../../../src/engine';
import { readData } from '../data.mjs';
import { trainerOf } from './trainer';
import { compile, planOf, trainEpochs, type Workload, type WorkloadData } from './training';

const digits = `data:
  source: digits
  scale: minmax
model:
  layers:
    - dense: { units: 32, activation: relu }
    - dense: { units: 10, activation: softmax }
training:
  optimizer: { adam: 0.001 }
  epochs: 1000000
`;

/**
 * Bytes by which the heap grows over `steps` steps of digits, after a warm-up. The run's history is included.
 * Needs `--expose-gc`.
 */
export async function measureHeap(backend: Backend, steps: number): Promise<object> {
  const trainer = await trainerOf(backend, digits);
  const train = (least: number): number => {
    let done = 0;
    while (done < least) {
      done += trainer.trainEpoch().steps;
    }
    return done;
  };
  train(2000);
  const before = await settled();
  const done = train(steps);
  const after = await settled();
  return { steps: done, heap: after.heapUsed - before.heapUsed, buffers: after.arrayBuffers - before.arrayBuffers };
}

/** Bytes of the heap after two collections: objects that the first frees may keep others alive. */
async function settled(): Promise<NodeJS.MemoryUsage> {
  if (!globalThis.gc) {
    throw new Error('The heap is measured under --expose-gc.');
  }
  for (let i = 0; i < 2; i++) {
    globalThis.gc();
    await new Promise((done) => setTimeout(done, 20));
  }
  return process.memoryUsage();
}

/**
 * `added`: the peak of the bytes that compiling and training the wide network add to the process, with any
 * copy of the data. Unless the network is to be the `first` of the process, small ones are trained before on
 * the same number of threads, so that the memory of V8's compiler and of empty threads is not counted.
 * `needed`: the bytes that no engine can avoid, of weights, optimizer state, and for one batch the inputs and
 * each layer's pre-activation, output and error. Needs `--expose-gc`.
 */
export async function measurePeak(backend: Backend, folder: string, threads: number, first: boolean): Promise<object> {
  const data = readData(folder, 'wide');
  const { workload } = data;
  const plan = planOf(workload);
  // Collects the garbage of reading the data. Freed during training, it would hide the network's memory.
  const { rss } = await settled();
  const before = first ? rss : await trainSmall(backend, data, threads);
  resetPeak();
  const program = compile(backend, plan, data, { rows: workload.rows, threads });
  if (threads > 1) {
    await pause();
  }
  trainTwoSteps(program);
  const { network } = plan;
  const units = network.layers.reduce((sum, { outputShape }) => sum + outputShape[0], 0);
  // Each weight has a velocity, the state of momentum.
  const needed = 4 * (2 * network.parameterCount + workload.batch * (network.inputShape[0] + 3 * units));
  const bytes = data.inputs.byteLength + data.targets.byteLength;
  return { added: peak() - before, needed, data: bytes, threads };
}

/** Trains two small networks, one after the other. Returns the process's bytes while the second exists. */
async function trainSmall(backend: Backend, data: WorkloadData, threads: number): Promise<number> {
  const train = async (): Promise<Program> => {
    const small = { ...data, inputSize: narrow, tensors: [] };
    const program = compile(backend, planOf(narrowed(data.workload)), small, {
      rows: 2 * data.workload.batch,
      threads,
    });
    trainTwoSteps(program);
    await pause();
    return program;
  };
  (await train()).dispose?.();
  await pause();
  const second = await train();
  const bytes = process.memoryUsage().rss;
  second.dispose?.();
  await pause();
  return bytes;
}

/** Two steps: all memory is allocated in the first. */
function trainTwoSteps(program: Program): void {
  trainEpochs(
    program,
    Int32Array.from({ length: 2 * program.plan.training.batchSize }, (_, row) => row),
    1,
  );
}

/** Waits, since threads start and end asynchronously. */
const pause = () => new Promise((done) => setTimeout(done, 300));

/** A small network with enough weights for threads and wide vectors. */
const narrow = 96;

function narrowed(workload: Workload): Workload {
  const layers = workload.layers.map((layer) => ({ ...layer, units: Math.min(layer.units ?? narrow, narrow) }));
  return { ...workload, inputShape: [narrow], layers };
}

/** Resets the process's peak on Linux. Elsewhere the peak since its start counts. */
function resetPeak(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // Not Linux, or not permitted: the figure is an upper bound then.
  }
}

function peak(): number {
  try {
    const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'));
    if (line) {
      return Number(line[1]) * 1024;
    }
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS * 1024;
}
