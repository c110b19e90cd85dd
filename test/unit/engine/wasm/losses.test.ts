import assert from 'node:assert/strict';
import { pageSize, v128 } from '../../../../src/assembler';
import { exp, log, log1p } from '../../../../src/common/math';
import { normal, purposes, uniform } from '../../../../src/common/random';
import { makeLoss } from '../../../../src/engine/reference/losses';
import { localLanes } from '../../../../src/engine/wasm/lanes/lanes';
import { makeLossKernel } from '../../../../src/engine/wasm/losses';
import { makeLossPass } from '../../../../src/engine/wasm/losses/pass';
import { Arena } from '../../../../src/engine/wasm/memory/arena';
import { control, controlEnd } from '../../../../src/engine/wasm/memory/control';
import { catalogue } from '../../../../src/spec/catalogue';
import { outputsPerTarget } from '../../../../src/spec/lossRules';
import type { Thing } from '../../../../src/spec/spec';
import { rounds } from '../../../harness/rounds';
import { complete, type Parameters, thing } from '../support';
import { instantiate } from './support';

type Outputs = 'numbers' | 'rates' | 'probabilities' | 'distribution' | 'logarithms' | 'sigmoid' | 'softmax';
type Targets = 'numbers' | 'counts' | 'answers' | 'classes';

/** The outputs that a loss is given. With `sigmoid` and `softmax` it is computed on the logits. */
interface Setting {
  readonly loss: Thing;
  readonly outputs: Outputs;
  readonly targets: Targets;
}

const setting = (name: string, outputs: Outputs, targets: Targets, parameters: Parameters = {}): Setting => ({
  loss: complete('loss', thing(name, parameters)),
  outputs,
  targets,
});

const settings: readonly Setting[] = [
  setting('mean_squared_error', 'numbers', 'numbers'),
  setting('half_mean_squared_error', 'numbers', 'numbers'),
  setting('mean_absolute_error', 'numbers', 'numbers'),
  setting('huber', 'numbers', 'numbers'),
  setting('huber', 'numbers', 'numbers', { delta: 0.3 }),
  setting('smooth_l1', 'numbers', 'numbers'),
  setting('smooth_l1', 'numbers', 'numbers', { beta: 0.3 }),
  setting('log_cosh', 'numbers', 'numbers'),
  setting('binary_crossentropy', 'sigmoid', 'answers'),
  setting('binary_crossentropy', 'sigmoid', 'answers', { label_smoothing: 0.2 }),
  setting('binary_crossentropy', 'probabilities', 'answers'),
  setting('binary_crossentropy', 'probabilities', 'answers', { label_smoothing: 0.2 }),
  setting('categorical_crossentropy', 'softmax', 'classes'),
  setting('categorical_crossentropy', 'softmax', 'classes', { label_smoothing: 0.2 }),
  setting('categorical_crossentropy', 'distribution', 'classes'),
  setting('categorical_crossentropy', 'distribution', 'classes', { label_smoothing: 0.2 }),
  setting('negative_log_likelihood', 'logarithms', 'classes'),
  setting('kl_divergence', 'softmax', 'classes'),
  setting('kl_divergence', 'distribution', 'classes'),
  setting('hinge', 'numbers', 'answers'),
  setting('squared_hinge', 'numbers', 'answers'),
  setting('categorical_hinge', 'numbers', 'classes'),
  setting('poisson', 'rates', 'counts'),
  setting('gaussian_nll', 'numbers', 'numbers'),
  setting('focal', 'sigmoid', 'answers'),
  setting('focal', 'sigmoid', 'answers', { gamma: 0.5, alpha: 0.7 }),
  setting('focal', 'probabilities', 'answers', { gamma: 3 }),
  setting('focal', 'softmax', 'classes'),
  setting('focal', 'softmax', 'classes', { gamma: 1.3, alpha: 0.7 }),
  setting('focal', 'softmax', 'classes', { gamma: 0 }),
  setting('focal', 'distribution', 'classes'),
  setting('cosine_similarity', 'numbers', 'numbers'),
];

interface Case extends Setting {
  readonly size: number;
  readonly count: number;
  readonly logits: Float32Array;
  readonly outputValues: Float32Array;
  readonly targetValues: Float32Array;
  readonly weights?: Float64Array;
}

/** Random numbers of a case, one after another. */
function drawer(seed: number) {
  let next = 0;
  return {
    uniform: () => uniform(seed, purposes.generate, 1, next++),
    normal: () => normal(seed, purposes.generate, 2, next++),
    whole: (below: number) => Math.floor(below * uniform(seed, purposes.generate, 3, next++)),
  };
}

type Draw = ReturnType<typeof drawer>;

const sigmoid = (z: number): number => 1 / (1 + exp(-z));
function softmax(z: Float32Array): number[] {
  const top = Math.max(...z);
  const powers = [...z].map((each) => exp(each - top));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

function outputsOf(kind: Outputs, logits: Float32Array): ArrayLike<number> {
  switch (kind) {
    case 'numbers':
      return logits;
    case 'rates':
      return logits.map((z) => exp(Math.min(z, 20)));
    case 'sigmoid':
    case 'probabilities':
      return logits.map(sigmoid);
    case 'softmax':
    case 'distribution':
      return softmax(logits);
    case 'logarithms':
      return softmax(logits).map(log);
  }
}

function targetsOf(kind: Targets, size: number, draw: Draw, round: (x: number) => number): number[] {
  const soft = draw.whole(3) === 0;
  switch (kind) {
    case 'numbers':
      return Array.from({ length: size }, () => round(draw.normal()));
    case 'counts':
      return Array.from({ length: size }, () => draw.whole(6));
    case 'answers':
      return Array.from({ length: size }, () => (soft ? draw.uniform() : draw.whole(2)));
    case 'classes': {
      const right = draw.whole(size);
      const one = Array.from({ length: size }, (_, k) => (soft ? draw.uniform() : Number(k === right)));
      // A row need not sum to 1.
      const sum = (draw.whole(4) === 0 ? 2 : 1) * one.reduce((a, b) => a + b, 0);
      return one.map((t) => t / sum);
    }
  }
}

function makeCase(given: Setting, seed: number, spread?: number): Case {
  const draw = drawer(seed);
  const pairs = outputsPerTarget(given.loss);
  const size = (1 + draw.whole(draw.whole(3) === 0 ? 40 : 10)) * pairs;
  const count = 1 + draw.whole(draw.whole(3) === 0 ? 40 : 9);
  const scale = spread ?? [0.5, 2, 6][draw.whole(3)];
  // Whole numbers hit kinks and ties.
  const round = draw.whole(4) === 0 ? Math.round : (x: number) => x;
  const number = () => round(scale * draw.normal());
  const rows = Array.from({ length: count }, () => Float32Array.from({ length: size }, number));
  const weighed = draw.whole(3) === 0;
  return {
    ...given,
    size,
    count,
    logits: Float32Array.from(rows.flatMap((row) => [...row])),
    outputValues: Float32Array.from(rows.flatMap((row) => Array.from(outputsOf(given.outputs, row)))),
    targetValues: Float32Array.from(rows.flatMap(() => targetsOf(given.targets, size / pairs, draw, round))),
    weights: weighed ? Float64Array.from({ length: count }, () => draw.whole(4) * (0.1 + draw.uniform())) : undefined,
  };
}

interface Result {
  readonly loss: number;
  readonly error: Float32Array | Float64Array;
}

const headOf = ({ outputs }: Setting) => ({
  fused: outputs === 'sigmoid' || outputs === 'softmax',
  activation: outputs === 'distribution' ? 'softmax' : outputs,
});

function byReference(each: Case): Result {
  const head = headOf(each);
  const error = new Float64Array(each.count * each.size);
  const buffers = {
    outputs: head.fused ? each.logits : each.outputValues,
    targets: each.targetValues,
    error,
    size: each.size,
  };
  return { loss: makeLoss(each.loss, head, buffers, each.weights)(each.count, true), error };
}

interface Machine {
  readonly memory: WebAssembly.Memory;
  run(training: boolean, ranges: readonly (readonly [number, number])[]): Result;
}

/** Fills memory that a kernel must not depend on. */
const garbage = Number.NaN;

/** The pass of a case in a memory whose rows behind the batch are filled with NaN. */
function machineOf(each: Case): Machine {
  const { size, count } = each;
  const head = headOf(each);
  const maxRows = 4 * Math.ceil(count / 4) + 4;
  const targetSize = each.targetValues.length / count;
  const arena = new Arena(controlEnd);
  const pages = 2 + Math.ceil((4 * maxRows * (3 * size + targetSize)) / pageSize);
  const buffer = (width: number) => ({ address: arena.floats(maxRows * width).address, size: width });
  const outputs = buffer(size);
  const logits = head.fused ? buffer(size) : outputs;
  const error = buffer(size);
  const targets = buffer(targetSize);
  const sampleWeights = each.weights && arena.bytes(maxRows * 8);
  const { memory, functions } = instantiate<{ loss(from: number, to: number): void; 'mean loss'(): number }>(
    pages,
    (module) => {
      makeLossPass(module, arena, {
        ...head,
        loss: each.loss,
        outputs,
        logits,
        targets,
        error,
        maxRows,
        sampleWeights,
      });
    },
  );
  assert.ok(arena.end <= pages * pageSize);
  const view = new DataView(memory.buffer);
  const fill = (to: typeof outputs, values: Float32Array) => {
    const place = new Float32Array(memory.buffer, to.address, maxRows * to.size);
    place.fill(garbage);
    place.set(values);
  };
  if (head.fused) {
    fill(logits, each.logits);
  }
  fill(outputs, each.outputValues);
  fill(targets, each.targetValues);
  if (each.weights && sampleWeights !== undefined) {
    const place = new Float64Array(memory.buffer, sampleWeights, maxRows);
    place.fill(garbage);
    place.set(each.weights);
  }
  const errors = new Float32Array(memory.buffer, error.address, maxRows * size);
  return {
    memory,
    run(training, ranges) {
      errors.fill(7);
      view.setInt32(control.count, count, true);
      view.setInt32(control.training, Number(training), true);
      for (const [from, to] of ranges) {
        functions.loss(from, to);
      }
      const behind = errors.subarray(count * size, 4 * Math.ceil(count / 4) * size);
      if (training) {
        assert.ok(
          behind.every((value) => value === 0),
          'an error behind the batch',
        );
      }
      return { loss: functions['mean loss'](), error: errors.slice(0, count * size) };
    },
  };
}

/** The same by the kernel on locals, four samples after four. */
function inLocals(each: Case): Result {
  const { size, count } = each;
  const head = headOf(each);
  const targetSize = each.targetValues.length / count;
  const given = [each.outputValues, head.fused ? each.logits : each.outputValues, each.targetValues];
  const sizes = [size, size, targetSize];
  const starts = [0, size, 2 * size].map((k) => k * 16);
  const scaleAt = (2 * size + targetSize) * 16;
  const errorAt = scaleAt + 16;
  const lossAt = errorAt + size * 16;
  const { memory, functions } = instantiate<{ group(): void }>(1, (module) => {
    const f = module.function('group');
    const load = (at: number, length: number) =>
      localLanes(
        f,
        Array.from({ length }, (_, k) => f.let(v128.load(at + k * 16))),
      );
    const [outputs, logits, targets] = sizes.map((length, k) => load(starts[k], length));
    const errors = Array.from({ length: size }, () => f.local('v128'));
    const scale = f.let(v128.load(scaleAt));
    const kernel = makeLossKernel(each.loss, head);
    f.storeV128(lossAt, kernel.emit(f, { outputs, logits, targets, error: localLanes(f, errors), scale }, true));
    for (const [k, error] of errors.entries()) {
      f.storeV128(errorAt + k * 16, error);
    }
  });
  const numbers = new Float32Array(memory.buffer);
  const error = new Float32Array(count * size);
  const sums = [0, 0, 0, 0];
  for (let s = 0; s < count; s += 4) {
    for (let lane = 0; lane < 4; lane++) {
      const there = s + lane < count;
      for (const [b, values] of given.entries()) {
        for (let k = 0; k < sizes[b]; k++) {
          numbers[starts[b] / 4 + k * 4 + lane] = there ? values[(s + lane) * sizes[b] + k] : 0;
        }
      }
      numbers[scaleAt / 4 + lane] = there ? 1 / count : 0;
    }
    functions.group();
    for (let lane = 0; lane < 4 && s + lane < count; lane++) {
      for (let k = 0; k < size; k++) {
        error[(s + lane) * size + k] = numbers[errorAt / 4 + k * 4 + lane];
      }
      sums[lane] += numbers[lossAt / 4 + lane];
    }
  }
  return { loss: (sums[0] + sums[1] + (sums[2] + sums[3])) / count, error };
}

/** Largest |x| of a row. */
function largest(values: ArrayLike<number>, from: number, to: number): number {
  let most = 0;
  for (let i = from; i < to; i++) {
    most = Math.max(most, Math.abs(values[i]));
  }
  return most;
}

/**
 * The size of the numbers whose difference is the error of a sample, where it can be far larger than the
 * error itself.
 */
function partsOf({ loss, size, count, targets, outputValues, weights }: Case, s: number): number {
  const mass = weights ? weights.reduce((sum, w) => sum + w, 0) : count;
  const share = mass === 0 ? 0 : (weights ? weights[s] : 1) / mass;
  if (targets === 'classes') {
    return share;
  }
  if (loss.name !== 'cosine_similarity') {
    return share / size;
  }
  const squares = outputValues.subarray(s * size, (s + 1) * size).reduce((sum, o) => sum + o * o, 0);
  return share / Math.sqrt(squares);
}

const describeCase = ({ loss, outputs, size, count, weights }: Case): string =>
  `${loss.name} ${JSON.stringify(loss.parameters)} on ${outputs} [${count}, ${size}]${weights ? ' weighed' : ''}`;

function compare(each: Case, bound: number): void {
  const what = describeCase(each);
  const expected = byReference(each);
  const { loss, error } = machineOf(each).run(true, [[0, each.count]]);
  const off = Math.abs(loss - expected.loss) / (1 + Math.abs(expected.loss));
  if (!(off <= bound)) {
    assert.fail(`${what}: the loss is ${loss}, the reference's ${expected.loss}`);
  }
  for (let s = 0; s < each.count; s++) {
    const [from, to] = [s * each.size, (s + 1) * each.size];
    const size = Math.max(largest(expected.error, from, to), partsOf(each, s));
    for (let i = from; i < to; i++) {
      const distance = Math.abs(error[i] - expected.error[i]);
      if (!(distance <= bound * size + 1e-30)) {
        assert.fail(
          `${what}: the error of sample ${s} at ${i - from} is ${error[i]}, the reference's ${expected.error[i]}`,
        );
      }
    }
  }
}

describe('losses in WebAssembly', () => {
  it('exist for every loss of the catalogue', () => {
    const names = catalogue.filter(({ kind }) => kind === 'loss').map(({ name }) => name);
    assert.deepEqual([...new Set(settings.map(({ loss }) => loss.name))].sort(), [...names].sort());
    assert.throws(() => makeLossKernel(thing('surprise'), { fused: false }), /no loss surprise/);
  });

  it(`agree with the reference within 2e-6 on ${rounds(1000)} random shapes, targets and weights`, () => {
    for (let seed = 0; seed < rounds(1000); seed++) {
      compare(makeCase(settings[seed % settings.length], seed), 2e-6);
    }
  });

  it('agree within 2e-6 for logits of 10,000, and are finite', () => {
    const fused = settings.filter(({ outputs }) => outputs === 'sigmoid' || outputs === 'softmax');
    for (let seed = 0; seed < 100; seed++) {
      const each = makeCase(fused[seed % fused.length], 5000 + seed, 10000);
      compare(each, 2e-6);
      const { loss, error } = machineOf(each).run(true, [[0, each.count]]);
      assert.ok(Number.isFinite(loss) && error.every(Number.isFinite), describeCase(each));
    }
  });

  it('have a relative error of at most 2e-6, even where a confident right answer makes losses and errors tiny', () => {
    const near = (found: number, exact: number, what: string) =>
      assert.ok(Math.abs(found - exact) <= 2e-6 * Math.abs(exact) + 1e-30, `${what}: ${found}, not ${exact}`);
    for (let confidence = 0.5; confidence < 80; confidence += 1.5) {
      // float32 numbers, so that nothing is rounded on the way.
      const logits = [confidence, -0.5 * confidence, -confidence];
      const rest = logits.map((z) => exp(z - confidence)).slice(1);
      const others = rest[0] + rest[1];
      const missed = logits.map((z) => exp(-Math.abs(z)));
      const sign = (k: number) => (k === 0 ? -1 : 1);
      const certainty = [
        {
          ...setting('binary_crossentropy', 'sigmoid', 'answers'),
          exactLoss: missed.reduce((sum, e) => sum + log1p(e) / 3, 0),
          exactError: missed.map((e, k) => (sign(k) * e) / (1 + e) / 3),
        },
        {
          ...setting('focal', 'sigmoid', 'answers', { gamma: 0.5, alpha: 0.5 }),
          exactLoss: missed.reduce((sum, e) => sum + (0.5 * Math.sqrt(e / (1 + e)) * log1p(e)) / 3, 0),
          exactError: missed.map(
            (e, k) => (sign(k) * 0.5 * Math.sqrt(e / (1 + e)) * (e + 0.5 * log1p(e))) / (1 + e) / 3,
          ),
        },
        {
          ...setting('categorical_crossentropy', 'softmax', 'classes'),
          exactLoss: log1p(others),
          exactError: [-others, ...rest].map((e) => e / (1 + others)),
        },
      ];
      for (const { exactLoss, exactError, ...given } of certainty) {
        const { loss, error } = machineOf({
          ...given,
          size: 3,
          count: 1,
          logits: Float32Array.from(logits),
          outputValues: Float32Array.from(outputsOf(given.outputs, Float32Array.from(logits))),
          targetValues: Float32Array.of(1, 0, 0),
        }).run(true, [[0, 1]]);
        near(loss, exactLoss, `${given.loss.name} at ${confidence}`);
        for (let k = 0; k < 3; k++) {
          near(error[k], exactError[k], `${given.loss.name}'s error ${k} at ${confidence}`);
        }
      }
    }
  });

  it('give the same bits however a batch is split, and in evaluation, which writes no error', () => {
    for (let seed = 0; seed < 3 * settings.length; seed++) {
      const each = makeCase(settings[seed % settings.length], 6000 + seed);
      const machine = machineOf(each);
      const whole = machine.run(true, [[0, each.count]]);
      const cut = 4 * Math.floor(each.count / 8);
      const parts = machine.run(true, [
        [cut, each.count],
        [0, cut],
      ]);
      assert.deepEqual(parts, whole, describeCase(each));
      const evaluated = machine.run(false, [[0, each.count]]);
      assert.equal(evaluated.loss, whole.loss, describeCase(each));
      assert.ok(evaluated.error.every((value) => value === 7));
    }
  });

  it('give the same bits in locals, as in a tiny network', () => {
    for (let seed = 0; seed < 3 * settings.length; seed++) {
      const each = { ...makeCase(settings[seed % settings.length], 7000 + seed), weights: undefined };
      assert.deepEqual(inLocals(each), machineOf(each).run(true, [[0, each.count]]), describeCase(each));
    }
  });

  it('are NaN if any output is', () => {
    for (let seed = 0; seed < 6 * settings.length; seed++) {
      const each = { ...makeCase(settings[seed % settings.length], 8000 + seed), weights: undefined };
      const at = seed % each.logits.length;
      each.logits[at] = Number.NaN;
      const row = Math.floor(at / each.size);
      if (each.outputs === 'softmax') {
        each.outputValues.fill(Number.NaN, row * each.size, (row + 1) * each.size);
      } else {
        each.outputValues[at] = Number.NaN;
      }
      assert.ok(Number.isNaN(machineOf(each).run(true, [[0, each.count]]).loss), describeCase(each));
    }
  });

  it('ignore samples of weight 0, and are 0 for a batch of such samples only', () => {
    for (const [seed, given] of settings.entries()) {
      const each = makeCase(given, 9000 + seed);
      const weights = Float64Array.from({ length: each.count }, (_, s) => (s === 0 ? 0 : 1 + s));
      each.outputValues.fill(Number.NaN, 0, each.size);
      const rest = machineOf({ ...each, weights }).run(true, [[0, each.count]]);
      assert.ok(Number.isFinite(rest.loss), describeCase(each));
      const nothing = { ...makeCase(given, 9000 + seed), weights: new Float64Array(each.count) };
      const { loss, error } = machineOf(nothing).run(true, [[0, each.count]]);
      assert.equal(loss, 0, describeCase(each));
      assert.ok(
        error.every((value) => value === 0),
        describeCase(each),
      );
    }
  });
});
