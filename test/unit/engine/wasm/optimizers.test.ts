import assert from 'node:assert/strict';
import { pow } from '../../../../src/common/math';
import { normal, purposes, uniform } from '../../../../src/common/random';
import { Arena } from '../../../../src/engine/wasm/memory/arena';
import { control, controlEnd } from '../../../../src/engine/wasm/memory/control';
import { makeOptimizerKernel } from '../../../../src/engine/wasm/optimizers';
import { makeUpdatePass } from '../../../../src/engine/wasm/optimizers/pass';
import { emitPowerOfStep } from '../../../../src/engine/wasm/optimizers/powers';
import { makeTensor } from '../../../../src/engine/wasm/tensors/tensor';
import { catalogue } from '../../../../src/spec/catalogue';
import type { Updated } from '../../../../src/spec/optimizers';
import { makeOptimizer } from '../../../../src/spec/optimizers';
import type { TensorPlan } from '../../../../src/spec/plan';
import type { Thing } from '../../../../src/spec/spec';
import { complete, near, type Parameters, thing } from '../support';
import { instantiate, scalarFunction } from './support';

/** Options of each optimizer that differ from the default, alone or together. */
const options: Readonly<Record<string, readonly Parameters[]>> = {
  sgd: [
    { weight_decay: 0.1 },
    { momentum: 0.9 },
    { momentum: 0.9, dampening: 0.5, weight_decay: 0.1 },
    { momentum: 0.8, nesterov: true, weight_decay: 0.1 },
  ],
  adam: [
    { amsgrad: true },
    { weight_decay: 0.1, epsilon: 0.01 },
    { beta_1: 0, beta_2: 0 },
    { beta_1: 0.3, beta_2: 0.4 },
  ],
  adamw: [{ amsgrad: true }, { weight_decay: 0, beta_1: 0.5 }, { weight_decay: 0.2, beta_2: 0.9 }],
  adamax: [{ weight_decay: 0.1, beta_1: 0.8, beta_2: 0.5 }],
  nadam: [
    { weight_decay: 0.1, momentum_decay: 0.5 },
    { momentum_decay: 0, beta_2: 0.9 },
  ],
  radam: [{ weight_decay: 0.1 }, { beta_1: 0.5, beta_2: 0.9 }, { beta_2: 0.5 }],
  rmsprop: [
    { centered: true },
    { momentum: 0.9 },
    { centered: true, momentum: 0.5, weight_decay: 0.1, rho: 0.9, epsilon: 0.01 },
  ],
  adagrad: [{ initial_accumulator_value: 0.5, weight_decay: 0.1 }],
  adadelta: [{ rho: 0.5, epsilon: 0.001, weight_decay: 0.1 }],
  rprop: [{ eta_minus: 0.3, eta_plus: 1.5, step_min: 0.005, step_max: 0.02 }],
  lion: [{ weight_decay: 0.1, beta_1: 0.8, beta_2: 0.95 }],
};

const names = catalogue.filter(({ kind }) => kind === 'optimizer').map(({ name }) => name);
const cases: readonly Thing[] = names.flatMap((name) =>
  [{}, ...(options[name] ?? [])].map((given) => complete('optimizer', thing(name, given))),
);
const describeCase = ({ name, parameters }: Thing): string => `${name} ${JSON.stringify(parameters)}`;

const steps = 20;
const draw = (step: number, i: number): number => normal(11, purposes.generate, step, i);
const firstWeights = Array.from({ length: 97 }, (_, i) => draw(0, i));
const firstWeight = (i: number): number => firstWeights[i % firstWeights.length];

interface Run {
  readonly weights: Float32Array;
  readonly memory: ReadonlyMap<string, Float32Array | Float64Array>;
}

interface Course {
  readonly length: number;
  readonly movesMomentum: boolean;
  readonly momentum: (t: number) => number | undefined;
  readonly gradient: (t: number, i: number) => number;
  /** The slice at which a step's update is divided into two calls. */
  readonly cut?: number;
}

/** A rate that changes as with a schedule. */
const rateAt = ({ parameters }: Thing, t: number): number => (parameters.learning_rate as number) * (1 + 1 / t);

function runReference(optimizer: Thing, { length, movesMomentum, momentum, gradient }: Course): Run {
  const rule = makeOptimizer(optimizer, movesMomentum);
  const weights = Float32Array.from({ length }, (_, i) => firstWeight(i));
  const tensor: Updated = { values: weights, gradient: new Float32Array(length) };
  const memory = rule.memories.map(({ single, initial = 0 }) =>
    (single ? new Float64Array(1) : new Float32Array(length)).fill(initial),
  );
  for (let t = 1; t <= steps; t++) {
    for (let i = 0; i < length; i++) {
      tensor.gradient[i] = gradient(t, i);
    }
    rule.update(tensor, memory, { learningRate: rateAt(optimizer, t), momentum: momentum(t), step: t });
  }
  return { weights, memory: new Map(rule.memories.map(({ name }, k) => [name, memory[k]])) };
}

function runWasm(optimizer: Thing, { length, movesMomentum, momentum, gradient, cut }: Course): Run {
  const kernel = makeOptimizerKernel(optimizer, movesMomentum);
  const arena = new Arena(controlEnd);
  const plan: TensorPlan = {
    name: 'weight',
    role: 'weight',
    shape: [length],
    initializer: thing('zeros'),
    fanIn: 1,
    fanOut: 1,
  };
  const tensor = makeTensor({ arena, optimizer: kernel }, plan);
  let slices = 0;
  const pages = 16;
  const { memory, functions } = instantiate<
    Record<'scalars' | 'end', () => void> & { update(from: number, to: number): void }
  >(pages, (module) => {
    kernel.emitScalars(module.function('scalars'));
    kernel.emitEnd?.(module.function('end'));
    const pass = makeUpdatePass(module, kernel, tensor);
    slices = pass.slices;
    const f = module.function('update', { parameters: { from: 'i32', to: 'i32' } });
    f.do(pass.kernel, f.p);
  });
  assert.ok(arena.end <= pages * 65536);
  const view = new DataView(memory.buffer);
  const weights = new Float32Array(memory.buffer, tensor.values.address, length);
  const gradients = new Float32Array(memory.buffer, tensor.gradient.address, length);
  const remembered = tensor.memory.map(({ sketch, region }) =>
    sketch.single
      ? new Float64Array(memory.buffer, region.address, 1)
      : new Float32Array(memory.buffer, region.address, length),
  );
  tensor.memory.forEach(({ sketch }, k) => {
    remembered[k].fill(sketch.initial);
  });
  for (let i = 0; i < length; i++) {
    weights[i] = firstWeight(i);
  }
  for (let t = 1; t <= steps; t++) {
    for (let i = 0; i < length; i++) {
      gradients[i] = gradient(t, i);
    }
    view.setFloat64(control.step, t - 1, true);
    view.setFloat64(control.learningRate, rateAt(optimizer, t), true);
    view.setFloat64(control.momentum, momentum(t) ?? Number.NaN, true);
    functions.scalars();
    if (cut === undefined) {
      functions.update(0, slices);
    } else {
      functions.update(cut, slices);
      functions.scalars();
      functions.update(0, cut);
    }
    functions.end?.();
  }
  // The padding behind the weights, up to a whole vector, must stay 0.
  const padded = new Float32Array(memory.buffer, tensor.values.address, Math.ceil(length / 4) * 4);
  assert.deepEqual([...padded.subarray(length)], new Array(padded.length - length).fill(0), 'the padding');
  return {
    weights: weights.slice(),
    memory: new Map(tensor.memory.map(({ sketch }, k) => [sketch.name, remembered[k].slice()])),
  };
}

function compare(optimizer: Thing, course: Course, bound: number): void {
  const expected = runReference(optimizer, course);
  const found = runWasm(optimizer, course);
  const what = describeCase(optimizer);
  near(found.weights, expected.weights, bound, what, 'the reference');
  assert.deepEqual([...found.memory.keys()], [...expected.memory.keys()], what);
  for (const [name, values] of found.memory) {
    near(values, expected.memory.get(name) ?? [], bound, `${what} ${name}`, 'the reference');
  }
}

function sameBits(a: Float32Array | Float64Array, b: Float32Array | Float64Array | undefined): boolean {
  return b !== undefined && Buffer.compare(Buffer.from(a.buffer), Buffer.from(b.buffer)) === 0;
}

const noOverride = () => undefined;

describe('optimizers in WebAssembly', () => {
  it('exist for every optimizer of the catalogue', () => {
    assert.deepEqual(Object.keys(options).sort(), [...names].sort());
    for (const optimizer of cases) {
      assert.ok(makeOptimizerKernel(optimizer, false), optimizer.name);
    }
    assert.throws(() => makeOptimizerKernel(thing('newton'), false), /no optimizer newton/);
  });

  it('keep weights and memories within 1e-6 of the reference for 20 steps, with every option and any length', () => {
    cases.forEach((optimizer, k) => {
      for (const length of [1 + (k % 7), 61 + k]) {
        compare(optimizer, { length, movesMomentum: false, momentum: noOverride, gradient: draw }, 1e-6);
      }
    });
  });

  it("follow a schedule's momentum within 1e-6, also where the spec has none", () => {
    // In some steps the schedule sets no momentum.
    const momentum = (t: number) => (t % 5 === 0 ? undefined : 0.95 - 0.01 * t);
    for (const optimizer of cases) {
      compare(optimizer, { length: 9, movesMomentum: true, momentum, gradient: draw }, 1e-6);
    }
  });

  it('give the same bits however the slices are split and however often the scalars are computed', () => {
    const gradients = Array.from({ length: 97 }, (_, i) => draw(1, i));
    const gradient = (t: number, i: number) => gradients[(t + i) % gradients.length];
    const course = { length: 4200, movesMomentum: false, momentum: noOverride, gradient };
    for (const optimizer of cases) {
      const [parts, whole] = [runWasm(optimizer, { ...course, cut: 1 }), runWasm(optimizer, course)];
      assert.ok(sameBits(parts.weights, whole.weights), describeCase(optimizer));
      for (const [name, values] of whole.memory) {
        assert.ok(sameBits(values, parts.memory.get(name)), name);
      }
    }
  });

  it('do not change a weight without a gradient, also with ε = 0, like the reference', () => {
    const gradient = (t: number, i: number) => (i % 2 === 0 ? 0 : draw(t, i));
    const course = { length: 6, movesMomentum: false, momentum: noOverride, gradient };
    for (const given of cases) {
      const optimizer = { name: given.name, parameters: { ...given.parameters, epsilon: 0, weight_decay: 0 } };
      compare(optimizer, course, 1e-6);
      const { weights } = runWasm(optimizer, course);
      for (let i = 0; i < 6; i += 2) {
        assert.equal(weights[i], Math.fround(firstWeight(i)), describeCase(optimizer));
      }
    }
  });

  it('forget a huge gradient as fast as the reference if beta_2 is small, within 3e-6', () => {
    const gradient = (t: number, i: number) => (t === 3 ? 10000 : 0.001 * draw(t, i));
    for (const optimizer of cases.filter(({ parameters }) => (parameters.beta_2 as number) < 0.5)) {
      compare(optimizer, { length: 5, movesMomentum: false, momentum: noOverride, gradient }, 3e-6);
    }
  });

  it('keep no number of a fading gradient that is so small that its product with a rate is subnormal', () => {
    // Rprop uses only the sign of the gradient that it keeps. With a smaller ε smaller squares matter.
    const settled = cases.filter(
      ({ name, parameters: { epsilon = 1 } }) => name !== 'rprop' && (epsilon as number) >= 1e-8,
    );
    // Each weight has gradients of a size of its own, 8 weights in each power of 20.
    const length = 8 * Math.ceil(Math.log(1e34) / Math.log(20));
    const gradient = (t: number, i: number) => 1e-6 * pow(20, -i / 8) * pow(0.2, t) * draw(t, i);
    for (const optimizer of settled) {
      const { memory } = runWasm(optimizer, { length, movesMomentum: false, momentum: noOverride, gradient });
      for (const [name, values] of memory) {
        const smallest = Math.min(...[...values].filter((value) => value !== 0).map(Math.abs));
        assert.ok(smallest > 1e-5 * 2 ** -100, `${describeCase(optimizer)} ${name}: ${smallest}`);
      }
    }
  });

  it('keep weights within 1e-6 of the reference where gradients are tiny and ε tinier', () => {
    const gradient = (t: number, i: number) => 1e-12 * draw(t, i);
    for (const given of cases.filter(({ parameters }) => parameters.epsilon !== undefined)) {
      const optimizer = { name: given.name, parameters: { ...given.parameters, epsilon: 1e-16, weight_decay: 0 } };
      compare(optimizer, { length: 8, movesMomentum: false, momentum: noOverride, gradient }, 1e-6);
    }
  });

  it('let a NaN of the gradient through to the weight', () => {
    const gradient = (t: number, i: number) => (t === 10 && i === 1 ? Number.NaN : draw(t, i));
    for (const optimizer of cases) {
      const { weights } = runWasm(optimizer, { length: 3, movesMomentum: false, momentum: noOverride, gradient });
      assert.deepEqual([...weights].map(Number.isNaN), [false, true, false], describeCase(optimizer));
    }
  });

  it('compute beta^t within 4e-15 of its size, 1 − beta^t within 4e-16, for steps up to 2^40', () => {
    for (const beta of [0, 0.3, 0.5, 0.9, 0.99, 0.999, 0.9999999]) {
      const power = scalarFunction((f, t) => emitPowerOfStep(f, beta, t));
      for (let k = 0; k < 200; k++) {
        const t = k < 40 ? k + 1 : Math.floor(2 ** (40 * uniform(3, purposes.generate, 0, k)));
        const exact = pow(beta, t);
        const found = power(t);
        assert.ok(
          Math.abs(found - exact) <= 4e-15 * exact || (found === 0 && exact < 2 ** -54),
          `${beta}^${t}: ${found}`,
        );
        assert.ok(Math.abs(1 - found - (1 - exact)) <= 4e-16, `1 − ${beta}^${t}`);
      }
    }
  });
});
