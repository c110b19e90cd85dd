/**
 * Runs a program through an experiment in whole steps or phase by phase, and hashes its state.
 */
import assert from 'node:assert/strict';
import { permutation, purposes } from '../../../../src/common/random';
import type { Backend, Program, ProgramState } from '../../../../src/engine/backend';
import { sampleWeights } from '../../../../src/engine/classWeights';
import { RateControl } from '../../../../src/engine/rateControl';
import { sizeOf } from '../../../../src/engine/shape';
import { type Phase, phasesOf } from '../../../../src/engine/steps';
import { range } from '../support';
import type { Dice, Experiment } from './randomNetworks';

/** The steps of one call over the samples of `rows`, batch after batch. All have the rates of the first. */
export interface Call {
  readonly rows: Int32Array;
  readonly steps: number;
}

/** The steps of all epochs, divided at random into calls. Some calls repeat their samples. */
export function callsOf({ plan, data }: Experiment, dice: Dice): readonly Call[] {
  const { batchSize, epochs, shuffle } = plan.training;
  const calls: Call[] = [];
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const order = shuffle ? permutation(plan.seed, purposes.shuffle, epoch, data.samples) : range(data.samples);
    const batches = Math.ceil(data.samples / batchSize);
    for (let batch = 0; batch < batches && calls.length < 8; ) {
      const steps = Math.min(dice.between(1, 4), batches - batch);
      const rows = order.subarray(batch * batchSize, (batch + steps) * batchSize);
      calls.push({ rows, steps: dice.chance(0.2) ? 2 * steps + 1 : steps });
      batch += steps;
    }
  }
  return calls;
}

export function compile(
  backend: Backend,
  { plan, data, classNames }: Experiment,
  options: { scratch?: boolean; threads?: number; precision?: 'float64' } = {},
): Program {
  const { classWeight } = plan.training;
  const weights = classWeight && sampleWeights(classWeight, data, range(data.samples), classNames ?? []);
  const maxBatch = Math.min(plan.training.batchSize, data.samples);
  return backend.compile(plan, weights ? { ...data, sampleWeights: weights } : data, { maxBatch, ...options });
}

export function ratesOf({ plan }: Experiment, calls: readonly Call[]): RateControl {
  return new RateControl(
    plan.training,
    calls.reduce((sum, { steps }) => sum + steps, 0),
  );
}

/** Batches of a call. */
export function batchesOf({ plan }: Experiment, { rows, steps }: Call): readonly { from: number; count: number }[] {
  const { batchSize } = plan.training;
  const round = Math.ceil(rows.length / batchSize);
  return Array.from({ length: steps }, (_, step) => {
    const from = (step % round) * batchSize;
    return { from, count: Math.min(batchSize, rows.length - from) };
  });
}

export function doPhase(program: Program, phase: Phase): number | undefined {
  if (phase.kind === 'loss') {
    return program.loss();
  }
  program[phase.kind](phase.layer);
  return undefined;
}

/** Does one step and returns the loss. Stops after the loss where it is not finite, as a trainer does. */
export function stepByPhases(program: Program, rows: Int32Array, from: number, count: number): number {
  program.begin(rows, from, count, 'training');
  let loss = Number.NaN;
  for (const phase of phasesOf(program.plan.network)) {
    loss = doPhase(program, phase) ?? loss;
    if (phase.kind === 'loss' && !Number.isFinite(loss)) {
      return loss;
    }
  }
  program.endStep();
  return loss;
}

export function evaluate(program: Program, rows: Int32Array): number {
  program.begin(rows, 0, Math.min(rows.length, program.plan.training.batchSize), 'evaluation');
  for (let layer = 0; layer < program.plan.network.layers.length; layer++) {
    program.forward(layer);
  }
  return program.loss();
}

/** A hash of numbers down to their last bit; every NaN is the same. */
export function bitsOf(values: ArrayLike<number>): string {
  const bytes = new Uint32Array(Float64Array.from(values).buffer);
  let [low, high] = [values.length, 1];
  for (let i = 0; i < bytes.length; i++) {
    low = Math.imul(low ^ bytes[i], 0x01000193);
    high = Math.imul(high + bytes[i], 0x9e3779b1) ^ (high >>> 15);
  }
  return `${low >>> 0} ${high >>> 0}`;
}

/** Hashes of everything that lasts from step to step. */
export function lastingBits({ weights, optimizer, step, learningRate, momentum = Number.NaN }: ProgramState): string {
  return [...weights, ...optimizer, [step, learningRate, momentum]].map(bitsOf).join('\n');
}

export function outputBits(program: Program, count: number): string {
  return bitsOf(program.outputs().subarray(0, count * sizeOf(program.plan.network.outputShape)));
}

/**
 * |found − expected| ≤ bound·max(0.01, the largest |expected|) for every number: where sums cancel, their
 * rounding errors remain.
 */
export function assertNear(found: ArrayLike<number>, expected: ArrayLike<number>, bound: number, what: string): void {
  assert.equal(found.length, expected.length, what);
  let largest = 0.01;
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(expected[i]));
  }
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(found[i] - expected[i]) / largest;
    if (!(error <= bound)) {
      assert.fail(`${what}[${i}] is ${found[i]}, not ${expected[i]} (largest ${largest}), off by ${error}`);
    }
  }
}
