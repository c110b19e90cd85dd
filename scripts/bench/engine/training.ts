/** This engine as one of the timed libraries: a spec of the workload's network, compiled by a backend. */
import type { Backend, Program, ProgramData } from '../../../src/engine';
import { parseSpec } from '../../../src/language';
import type { TrainingPlan } from '../../../src/spec/plan';
import { planNetwork } from '../../../src/spec/planNetwork';
import { measureHere } from '../protocol.mjs';

interface WorkloadLayer {
  readonly type: 'dense' | 'conv' | 'pool';
  readonly units?: number;
  readonly filters?: number;
  readonly kernel?: number;
  readonly size?: number;
  readonly activation?: string;
}

export interface Workload {
  readonly name: string;
  readonly inputShape: readonly number[];
  readonly layers: readonly WorkloadLayer[];
  readonly loss: 'bce' | 'mse' | 'ce';
  readonly optimizer: { readonly name: 'sgd' | 'momentum' | 'adam'; readonly rate: number; readonly momentum?: number };
  readonly batch: number;
  readonly rows: number;
  readonly epochs: number;
}

export interface WorkloadData {
  readonly workload: Workload;
  readonly inputs: Float32Array;
  readonly targets: Float32Array;
  readonly tensors: readonly { readonly shape: readonly number[]; readonly values: Float32Array }[];
  readonly inputSize: number;
  readonly outputs: number;
}

/** Times one workload in this process. The job is the process's argument. */
export async function timeTraining(backend: Backend): Promise<void> {
  await measureHere(async (data: WorkloadData, { threads }: { threads: number }) => async (rows: number) => {
    const program = compile(backend, planOf(data.workload), data, { rows, threads });
    // Threads start asynchronously.
    if (program.threads > 1) {
      await new Promise((done) => setTimeout(done, 200));
    }
    const start = program.snapshot();
    const order = Int32Array.from({ length: rows }, (_, row) => row);
    return {
      train: (epochs: number) => trainEpochs(program, order, epochs),
      predict: () => predict(program, data.outputs, order, data.workload.batch),
      reset: () => program.restore(start),
      dispose: () => program.dispose?.(),
    };
  });
}

/** The program for the workload's first rows, with the common initial weights if there are any. */
export function compile(
  backend: Backend,
  plan: TrainingPlan,
  { inputs, targets, tensors, inputSize, outputs }: WorkloadData,
  { rows, threads }: { rows: number; threads: number },
): Program {
  const data: ProgramData = {
    inputs: inputs.subarray(0, rows * inputSize),
    targets: targets.subarray(0, rows * outputs),
    samples: rows,
    targetSize: outputs,
  };
  const program = backend.compile(plan, data, { threads, maxBatch: Math.min(rows, plan.training.batchSize) });
  const names = plan.network.layers.flatMap((layer) => layer.tensors.map(({ name }) => name));
  for (const [i, { values }] of tensors.entries()) {
    program.write(names[i], values);
  }
  return program;
}

/** Trains many epochs in one call. */
export function trainEpochs(program: Program, order: Int32Array, epochs: number): void {
  const steps = epochs * Math.ceil(order.length / program.plan.training.batchSize);
  const done = program.trainSteps(order, order.length, steps, new Float64Array(0));
  if (done < steps) {
    throw new Error(`The loss was not finite after ${done} steps.`);
  }
}

function predict(program: Program, outputs: number, order: Int32Array, batch: number): number[] {
  const found: number[] = [];
  for (let from = 0; from < order.length; from += batch) {
    const count = Math.min(batch, order.length - from);
    program.begin(order, from, count, 'evaluation');
    for (let layer = 0; layer < program.plan.network.layers.length; layer++) {
      program.forward(layer);
    }
    found.push(...program.outputs().subarray(0, count * outputs));
  }
  return found;
}

/** Writes the workload as a spec (JSON is YAML) and plans it like the product does. */
export function planOf(workload: Workload): TrainingPlan {
  const { name, rate, momentum } = workload.optimizer;
  const optimizer = name === 'adam' ? { adam: rate } : { sgd: { learning_rate: rate, ...(momentum && { momentum }) } };
  const text = JSON.stringify({
    data: { source: 'moons' },
    model: { layers: layersOf(workload) },
    training: { loss: losses[workload.loss].name, optimizer, batch_size: workload.batch, epochs: workload.epochs },
  });
  const { spec, problems } = parseSpec(text, { fileName: `${workload.name}.nnspec` });
  if (!spec) {
    throw new Error(`The workload ${workload.name} is no spec: ${JSON.stringify(problems)}`);
  }
  const { plan, issues } = planNetwork(spec, {
    inputShape: workload.inputShape,
    targetSize: workload.layers.at(-1)?.units ?? 1,
    targetKind: losses[workload.loss].kind,
  });
  if (!plan) {
    throw new Error(`The workload ${workload.name} has no plan: ${JSON.stringify(issues)}`);
  }
  return { network: plan, training: spec.training, seed: 1 };
}

const losses = {
  bce: { name: 'binary_crossentropy', kind: 'binary' },
  mse: { name: 'mean_squared_error', kind: 'numbers' },
  ce: { name: 'categorical_crossentropy', kind: 'classes' },
} as const;

function layersOf({ inputShape, layers }: Workload): unknown[] {
  const written: unknown[] = [];
  let flat = inputShape.length === 1;
  for (const { type, units, filters, kernel, size, activation } of layers) {
    switch (type) {
      case 'conv':
        written.push({ conv2d: { filters, kernel_size: kernel, activation } });
        break;
      case 'pool':
        written.push({ max_pooling2d: size });
        break;
      case 'dense':
        if (!flat) {
          written.push('flatten');
        }
        flat = true;
        written.push({ dense: { units, activation } });
        break;
      default:
        throw new Error(`No layer of a workload is called ${type satisfies never}.`);
    }
  }
  return written;
}
