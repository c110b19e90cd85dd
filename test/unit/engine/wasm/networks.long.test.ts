import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { createWasmBackend, referenceBackend, type ThreadRequest, wasmBackend } from '../../../../src/engine';
import type { Backend, Program } from '../../../../src/engine/backend';
import { Kinks } from '../../../../src/engine/kinks';
import { sizeOf } from '../../../../src/engine/shape';
import { phasesOf } from '../../../../src/engine/steps';
import { control } from '../../../../src/engine/wasm/memory/control';
import { parseSpec } from '../../../../src/language';
import { machineOf } from '../../../../src/server/machine.node';
import { makeOptimizer } from '../../../../src/spec/optimizers';
import { planNetwork } from '../../../../src/spec/planNetwork';
import { isFull } from '../../../harness/rounds';
import { range } from '../support';
import { Dice, type Experiment, randomExperiment, type Size } from './randomNetworks';
import {
  assertNear,
  batchesOf,
  bitsOf,
  callsOf,
  compile,
  doPhase,
  evaluate,
  lastingBits,
  outputBits,
  ratesOf,
  stepByPhases,
} from './walks';

/**
 * Experiments of each size in each test. NETWORKS=200 searches further, and may find sums that cancel so far
 * that they exceed the bounds of the first test.
 */
const each = Number(process.env.NETWORKS ?? (isFull ? 8 : 2));
const sizes: readonly Size[] = ['tiny', 'small', 'wide', 'vast'];

function forExperiments(seed: number, check: (experiment: Experiment, dice: Dice) => void, chosen = sizes): void {
  for (const size of chosen) {
    for (let i = 0; i < (size === 'vast' ? each / 2 : each); i++) {
      const experiment = randomExperiment(seed + i, size);
      try {
        check(experiment, new Dice(seed + i));
      } catch (error) {
        throw new Error(`${size}, seed ${seed + i}, ${experiment.data.samples} samples: ${experiment.text}`, {
          cause: error,
        });
      }
    }
  }
}

/** Tiles other than the standard one. */
const tiles = [
  { rows: 4, panelWidth: 16, unroll: 1 },
  { rows: 2, panelWidth: 8, unroll: 4 },
  { rows: 4, panelWidth: 16, unroll: 2 },
];

/** Large enough for threads to divide each phase. */
function largeImages(): Experiment {
  const text = `data: { source: iris }
model: { layers: [{ conv2d: { filters: 24, kernel_size: 5, padding: same, activation: relu } },
  { conv2d: { filters: 12, kernel_size: 3, strides: 2, activation: tanh } }, layer_normalization, { max_pooling2d: 2 },
  { conv2d: { filters: 8, kernel_size: 3, padding: 1, activation: { prelu: 0.1 } } }, global_average_pooling2d, { dense: { units: 1 } }] }
training: { batch_size: 8, optimizer: adam, loss: mean_squared_error }`;
  return fixed(text, [3, 128, 128], 8);
}

/** Threads divide the columns of both hidden layers. */
function largeDense(): Experiment {
  const text = `data: { source: iris }
model: { layers: [{ dense: { units: 700, activation: relu } }, { dense: { units: 720, activation: relu } }, { dense: { units: 1 } }] }
training: { batch_size: 60, optimizer: { sgd: 0.01 }, loss: mean_squared_error }`;
  return fixed(text, [680], 120);
}

function fixed(text: string, inputShape: readonly number[], samples: number): Experiment {
  const { spec } = parseSpec(text, { fileName: 'a.nnspec' });
  const network = spec && planNetwork(spec, { inputShape, targetSize: 1, targetKind: 'numbers' }).plan;
  assert.ok(network);
  const dice = new Dice(1);
  const numbers = (length: number) => Float32Array.from({ length }, () => dice.between(-100, 100) / 100);
  const data = { inputs: numbers(samples * sizeOf(inputShape)), targets: numbers(samples), samples, targetSize: 1 };
  return { text, plan: { network, training: spec.training, seed: 3 }, data };
}

const learnedOf = ({ plan }: Experiment) => plan.network.layers.flatMap(({ tensors }) => tensors);

describe('random networks on the wasm backend', function () {
  this.timeout(60_000 + each * 20_000);

  it('values of every layer, losses and gradients are within 2e-4 of the largest in float64; updates within 1e-5', () => {
    forExperiments(1000, (experiment, dice) => {
      const { network, training } = experiment.plan;
      const wasm = compile(wasmBackend, experiment);
      const exact = compile(referenceBackend, experiment, { precision: 'float64' });
      const both = [wasm, exact];
      const kinks = new Kinks(network);
      const calls = callsOf(experiment, dice).slice(0, 2);
      const rates = ratesOf(experiment, calls);
      const optimizer = makeOptimizer(training.optimizer, training.schedule?.parameters.cycle_momentum === true);
      for (const call of calls) {
        const { from, count } = batchesOf(experiment, call)[0];
        rates.apply(wasm);
        exact.restore(wasm.snapshot());
        for (const program of both) {
          program.begin(call.rows, from, count, 'training');
        }
        const phases = phasesOf(network);
        for (const phase of phases.filter(({ kind }) => kind !== 'update')) {
          const [loss, expected] = both.map((program) => doPhase(program, phase));
          if (loss !== undefined && expected !== undefined) {
            assertNear([loss], [expected], 2e-4, 'loss');
          }
        }
        const [sides, expected] = both.map((program) => bitsOf(kinks.sides(program)));
        // On the two sides of a kink gradients differ.
        if (sides === expected) {
          for (const name of wasm.tensors().filter((each) => /\.(z|a|delta|dInput|gradient)$/.test(each))) {
            assertNear(wasm.read(name).values, exact.read(name).values, 2e-4, name);
          }
        }
        // The reference's rule on the same gradients: a sign could depend on the last bit of a gradient.
        const updated = learnedOf(experiment).map(({ name }) => {
          const [values, gradient, ...memory] = [
            name,
            `${name}.gradient`,
            ...optimizer.memories.map((memory) => `${name}.${memory.name}`),
          ].map((each) => Float64Array.from(wasm.read(each).values));
          const { learningRate, momentum, step } = wasm;
          optimizer.update({ values, gradient }, memory, { learningRate, momentum, step: step + 1 });
          return { name, values };
        });
        for (const phase of phases) {
          if (phase.kind === 'update') {
            doPhase(wasm, phase);
          }
        }
        wasm.endStep();
        for (const { name, values } of updated) {
          assertNear(wasm.read(name).values, values, 1e-5, `${name} updated`);
        }
      }
    });
  });

  it('many steps, single steps and phases give the same bits of losses, outputs, weights and optimizer state', () => {
    forExperiments(2000, (experiment, dice) => {
      const [many, single, phased] = [0, 0, 0].map(() => compile(wasmBackend, experiment));
      const calls = callsOf(experiment, dice);
      const rates = ratesOf(experiment, calls);
      for (const call of calls) {
        for (const program of [many, single, phased]) {
          rates.apply(program);
        }
        const losses = new Float64Array(call.steps);
        const done = many.trainSteps(call.rows, call.rows.length, call.steps, losses);
        const [ofSingle, ofPhases]: number[][] = [[], []];
        for (const { from, count } of batchesOf(experiment, call).slice(0, done + 1)) {
          // A trainer may evaluate between two batches.
          if (dice.chance(0.3)) {
            evaluate(single, call.rows);
          }
          ofSingle.push(single.trainStep(call.rows, from, count));
          ofPhases.push(stepByPhases(phased, call.rows, from, count));
          assert.equal(outputBits(single, count), outputBits(phased, count), 'outputs');
        }
        assert.equal(done, ofSingle.filter(Number.isFinite).length);
        assert.equal(bitsOf(losses.subarray(0, ofSingle.length)), bitsOf(ofSingle), 'losses of many steps');
        assert.equal(bitsOf(ofPhases), bitsOf(ofSingle), 'losses of phases');
        assert.equal(lastingBits(many.snapshot()), lastingBits(single.snapshot()), 'many steps');
        assert.equal(lastingBits(phased.snapshot()), lastingBits(single.snapshot()), 'phases');
        assert.deepEqual(many.findDivergence(), single.findDivergence());
        if (done < call.steps) {
          return;
        }
      }
    });
  });

  it('a snapshot after any phase continues with the same bits in another program: with another tile, or for probes', () => {
    forExperiments(3000, (experiment, dice) => {
      const program = compile(wasmBackend, experiment);
      const calls = callsOf(experiment, dice);
      const phases = phasesOf(experiment.plan.network);
      const batches = calls.flatMap((call) =>
        batchesOf(experiment, call).map((batch) => ({ ...batch, rows: call.rows })),
      );
      const cut = dice.below(Math.min(3, batches.length));
      const { rows, from, count } = batches[cut];
      for (const before of batches.slice(0, cut)) {
        program.trainStep(before.rows, before.from, before.count);
      }
      ratesOf(experiment, calls).apply(program);
      program.begin(rows, from, count, 'training');
      const done = dice.below(phases.length + 1);
      for (const phase of phases.slice(0, done)) {
        doPhase(program, phase);
      }
      const state = structuredClone(program.snapshot());
      const others = [false, true].map((scratch) =>
        compile(createWasmBackend({ tile: dice.oneOf(tiles) }), experiment, { scratch }),
      );
      // Earlier use must leave no trace.
      evaluate(others[1], rows);
      if (dice.chance(0.5)) {
        others[0].trainStep(rows, from, count);
      }
      for (const other of others) {
        other.restore(state);
      }
      const all = [program, ...others];
      const allSame = (values: readonly string[]): void => assert.deepEqual(new Set(values).size, 1, values.join('\n'));
      for (const phase of phases.slice(done)) {
        allSame(all.map((each) => String(doPhase(each, phase))));
      }
      for (const name of program.tensors()) {
        allSame(all.map((each) => `${name} ${bitsOf(each.read(name).values)}`));
      }
      for (const each of all) {
        each.endStep();
      }
      for (const next of batches.slice(cut + 1, cut + 3)) {
        allSame(all.map((each) => String(each.trainStep(next.rows, next.from, next.count))));
        allSame(all.map((each) => lastingBits(each.snapshot())));
      }
    });
  });

  it('every tensor has the reference’s shape; reading returns what was written, and writing that back changes nothing', () => {
    forExperiments(4000, (experiment, dice) => {
      const wasm = compile(wasmBackend, experiment);
      const reference = compile(referenceBackend, experiment);
      assert.deepEqual([...wasm.tensors()].sort(), [...reference.tensors()].sort());
      const [call] = callsOf(experiment, dice);
      const [{ from, count }] = batchesOf(experiment, call);
      for (const program of [wasm, reference]) {
        stepByPhases(program, call.rows, from, count);
      }
      for (const name of wasm.tensors()) {
        const { shape, values } = wasm.read(name);
        assert.deepEqual(shape, reference.read(name).shape, name);
        assert.equal(values.length, sizeOf(shape), name);
      }
      const stored = experiment.plan.network.layers.flatMap(({ tensors, state }) => [...tensors, ...(state ?? [])]);
      for (const { name, shape } of stored) {
        const values = Float32Array.from({ length: sizeOf(shape) }, () => dice.normal());
        wasm.write(name, values);
        assert.equal(bitsOf(wasm.read(name).values), bitsOf(values), name);
      }
      const before = lastingBits(wasm.snapshot());
      for (const { name } of stored) {
        wasm.write(name, wasm.read(name).values);
      }
      assert.equal(lastingBits(wasm.snapshot()), before);
    });
  });

  it('a weight that is not finite has no effect where its input is 0, whatever the tile', () => {
    const experiment = largeDense();
    const [{ name, shape }] = learnedOf(experiment);
    const [, size] = shape;
    const isBroken = (column: number): boolean => column % 16 === 0;
    const inputs = experiment.data.inputs.map((value, i) => (isBroken(i % size) || i % 5 < 2 ? 0 : value));
    const rows = range(experiment.data.samples);
    const lossWith = (backend: Backend, spoilt: boolean): number => {
      const program = compile(backend, { ...experiment, data: { ...experiment.data, inputs } });
      const values = program.read(name).values;
      for (let i = 0; i < values.length; i++) {
        if (isBroken(i % size)) {
          values[i] = spoilt ? [Number.POSITIVE_INFINITY, Number.NaN][(i >> 4) % 2] : 0;
        }
      }
      program.write(name, values);
      return evaluate(program, rows);
    };
    const expected = lossWith(wasmBackend, false);
    assert.ok(Number.isFinite(expected));
    for (const tile of tiles) {
      assert.equal(lossWith(createWasmBackend({ tile }), true), expected);
    }
  });

  it('an input, target or weight that is not finite ends the run at the same step and tensor as in the reference', () => {
    // A large layer skips products with 0, also where the weight is not finite.
    const small = sizes.filter((size) => size !== 'vast');
    forExperiments(
      5000,
      (experiment, dice) => {
        const { place, value } = spoil(experiment, dice);
        const { inputs, targets } = experiment.data;
        const data = { ...experiment.data, inputs: inputs.slice(), targets: targets.slice() };
        if (place !== 'weight') {
          data[place][dice.below(data[place].length)] = value;
        }
        const programs = [wasmBackend, wasmBackend, referenceBackend].map((backend) =>
          compile(backend, { ...experiment, data }),
        );
        if (place === 'weight') {
          const { name, shape } = dice.oneOf(learnedOf(experiment));
          const values = programs[0].read(name).values;
          values[dice.below(sizeOf(shape))] = value;
          for (const program of programs) {
            program.write(name, values);
          }
        }
        const [many, phased, reference] = programs;
        const calls = callsOf(experiment, dice);
        const rates = ratesOf(experiment, calls);
        for (const call of calls) {
          for (const program of programs) {
            rates.apply(program);
          }
          const losses = new Float64Array(call.steps);
          const wanted = reference.trainSteps(call.rows, call.rows.length, call.steps, losses);
          const done = many.trainSteps(call.rows, call.rows.length, call.steps, losses);
          assert.equal(done, wanted, `steps with ${value} in ${place}`);
          for (const { from, count } of batchesOf(experiment, call).slice(0, done + 1)) {
            stepByPhases(phased, call.rows, from, count);
          }
          if (done === call.steps) {
            continue;
          }
          const expected = reference.findDivergence();
          assert.ok(expected);
          assert.deepEqual(many.findDivergence(), expected, `${value} in ${place}`);
          assert.deepEqual(phased.findDivergence(), expected, `${value} in ${place}`);
          return;
        }
      },
      small,
    );
  });
});

/** Chooses a value that is not finite, and the place for it. */
function spoil(
  { plan: { network } }: Experiment,
  dice: Dice,
): { place: 'inputs' | 'targets' | 'weight'; value: number } {
  const place = dice.oneOf(['inputs', 'targets', 'weight'] as const);
  // Under a hinge an infinite margin is a loss of 0. The reference's convolution skips errors of 0, and
  // 0·∞ would be NaN.
  const onlyNaN =
    (place === 'targets' && network.loss.name.includes('hinge')) ||
    (place !== 'targets' && network.layers.some(({ type }) => type.startsWith('conv')));
  const infinities = onlyNaN ? [] : [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  return { place, value: dice.oneOf([Number.NaN, ...infinities]) };
}

describe('random networks on several threads', function () {
  this.timeout(60_000 + each * 20_000);
  let folder: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nnspec-threads-'));
    await build({
      entryPoints: { engineThread: 'src/server/threadEntry.node.ts' },
      outdir: folder,
      bundle: true,
      platform: 'node',
      logLevel: 'error',
    });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** A program whose threads have all started. */
  async function compileThreaded(experiment: Experiment, threads: number): Promise<Program> {
    const requests: ThreadRequest[] = [];
    const machine = machineOf(folder);
    const backend: Backend = createWasmBackend({
      startThread(request) {
        requests.push(request);
        return machine.startThread?.(request) ?? { dispose: () => {} };
      },
    });
    const program = compile(backend, experiment, { threads });
    assert.equal(requests.length, threads - 1);
    const ready = (): boolean =>
      requests.every(({ memory }) => Atomics.load(new Int32Array(memory.buffer), control.ready / 4) === threads - 1);
    while (!ready()) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return program;
  }

  /** Whether there is enough work for threads, and no layer needs statistics of whole batches. */
  function usesThreads({ plan: { network, training }, data }: Experiment): boolean {
    const weights = network.layers.flatMap(({ tensors }) => tensors).filter(({ shape }) => shape.length > 1);
    const products = weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    const whole = network.layers.some(({ type }) => type === 'batch_normalization');
    return !whole && products * Math.min(training.batchSize, data.samples) > 500_000 && network.parameterCount >= 8000;
  }

  it('1, 2, 3 and 4 give the same bits of losses, weights and optimizer state', async () => {
    const experiments: Experiment[] = [];
    for (const size of ['wide', 'vast'] as const) {
      for (let [seed, found] = [6000, 0]; found < each; seed++) {
        const experiment = randomExperiment(seed, size);
        if (!usesThreads(experiment)) {
          continue;
        }
        experiments.push(experiment);
        found++;
      }
    }
    experiments.push(largeDense());
    for (const experiment of experiments) {
      const calls = callsOf(experiment, new Dice(1));
      const found: string[][] = [];
      // One program after the other: threads that wait for work keep the cores busy for a while.
      for (const threads of [1, 2, 3, 4]) {
        const program = threads === 1 ? compile(wasmBackend, experiment) : await compileThreaded(experiment, threads);
        const rates = ratesOf(experiment, calls);
        found.push(
          calls.map((call) => {
            rates.apply(program);
            const losses = new Float64Array(call.steps);
            program.trainSteps(call.rows, call.rows.length, call.steps, losses);
            return `${bitsOf(losses)}\n${lastingBits(program.snapshot())}`;
          }),
        );
        program.dispose?.();
      }
      assert.deepEqual(
        found,
        found.map(() => found[0]),
        experiment.text,
      );
    }
  });

  it('give phases of large images the bits of whole steps on one thread', async () => {
    const experiment = largeImages();
    const [one, two] = [compile(wasmBackend, experiment), await compileThreaded(experiment, 2)];
    const rows = range(experiment.data.samples);
    const loss = one.trainStep(rows, 0, rows.length);
    assert.equal(stepByPhases(two, rows, 0, rows.length), loss);
    assert.equal(lastingBits(two.snapshot()), lastingBits(one.snapshot()));
    two.dispose?.();
  });

  it('after the last barrier only the first thread counts the steps: another may get there after the next step has begun', () => {
    let seed = 6000;
    while (!usesThreads(randomExperiment(seed, 'wide'))) {
      seed++;
    }
    const experiment = randomExperiment(seed, 'wide');
    const requests: ThreadRequest[] = [];
    const backend = createWasmBackend({
      startThread(request) {
        requests.push(request);
        return { dispose: () => {} };
      },
    });
    const program = compile(backend, experiment, { threads: 2 });
    const [{ module, memory, thread }] = requests;
    const second = new WebAssembly.Instance(module, { env: { memory } });
    const [integers, doubles] = [new Int32Array(memory.buffer), new Float64Array(memory.buffer)];
    integers[control.done / 4] = 77;
    doubles[control.step / 8] = 5;
    // Run as thread 1 of 1, it has no work, and no barrier waits for the first thread.
    (second.exports.train as (...numbers: number[]) => void)(thread, 1, experiment.data.samples, 1, 1);
    assert.deepEqual([integers[control.done / 4], doubles[control.step / 8]], [77, 5]);
    program.dispose?.();
  });
});
