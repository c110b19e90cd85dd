import assert from 'node:assert/strict';
import { i32 } from '../../../../src/assembler';
import { activationKernel } from '../../../../src/engine/wasm/activations';
import type { ElementwiseKernel, VectorKernel } from '../../../../src/engine/wasm/activations/kernel';
import { localLanes } from '../../../../src/engine/wasm/lanes/lanes';
import { rowLanes } from '../../../../src/engine/wasm/lanes/rowLanes';
import { activation, activations, defaultsOf } from '../../../../src/spec/catalogue';
import type { ElementwiseActivation, ParameterValues } from '../../../../src/spec/catalogue/types';
import { rounds } from '../../../harness/rounds';
import { compare, draw, oneOf, pairOf, real, restartDraws } from './layers/support';
import { instantiate, vectorFunction } from './support';

interface Case {
  readonly entry: ElementwiseActivation;
  readonly parameters: ParameterValues;
  readonly kernel: ElementwiseKernel;
  readonly label: string;
}

/** Parameters other than the defaults, and those of functions that require some. */
const others: Readonly<Record<string, readonly ParameterValues[]>> = {
  relu: [],
  leaky_relu: [{ negative_slope: 0.3 }, { negative_slope: -0.5 }],
  prelu: [{ init: 0.1 }],
  rrelu: [{ lower: 0.2, upper: 0.5 }],
  elu: [{ alpha: 2.5 }, { alpha: -1 }],
  celu: [{ alpha: 0.5 }, { alpha: 3 }],
  threshold: [
    { threshold: 0.5, value: -2 },
    { threshold: -1, value: 20 },
  ],
  hard_tanh: [{ min: -2, max: 0.5 }],
  gelu: [{ approximate: 'tanh' }],
  softplus: [
    { beta: 2, threshold: 4 },
    { beta: 0.25, threshold: 20 },
  ],
  squareplus: [{ b: 0 }, { b: 0.01 }, { b: 100 }],
  hard_shrink: [{ threshold: 0 }, { threshold: 2 }],
  soft_shrink: [{ threshold: 0 }, { threshold: 2 }],
};

/** Formulas that together use every function and operator. */
const formulas = [
  'x*sigmoid(1.5*x)',
  'x^2/(1+x^2)',
  'tanh(x)^3-x',
  'sin(3*x)*exp(-abs(x))',
  'log(1+x^2)+sqrt(2+cos(x))',
  'max(0.1*x, min(x, 3))',
  'relu(x+1)*step(2-x)',
  'sign(x)*softplus(x)',
  'sinh(x/4)/cosh(x/2)+erf(x)',
  '2^x-(1+x^2)^-1.5',
  '(1+x^2)^sigmoid(x)',
  'x*sqrt(abs(x))',
  'relu(x)^0.5*x',
];

function caseOf(entry: ElementwiseActivation, given: ParameterValues): Case {
  const parameters = { ...defaultsOf(entry), ...given };
  const kernel = activationKernel(entry, parameters);
  assert.equal(kernel.shape, 'elementwise');
  return { entry, parameters, kernel: kernel as ElementwiseKernel, label: `${entry.name} ${JSON.stringify(given)}` };
}

const custom = activation('custom') as ElementwiseActivation;
const cases: readonly Case[] = [
  ...activations.flatMap((entry) => {
    if (entry.shape === 'vector') {
      return [];
    }
    const complete = entry.parameters.every((parameter) => parameter.default !== undefined);
    return [...(complete ? [{}] : []), ...(others[entry.name] ?? [])].map((given) => caseOf(entry, given));
  }),
  ...formulas.map((formula) => caseOf(custom, { formula })),
];

const forwardOf = ({ kernel }: Case) => vectorFunction((f, z) => kernel.forward(f, z));
const derivativeOf = ({ kernel }: Case) =>
  vectorFunction((f, z) => kernel.derivative(f, z, f.let(kernel.forward(f, z))));

const grid = Float32Array.from({ length: 4001 }, (_, i) => (i - 2000) / 80 + 0.000371);
const near0 = Float32Array.from({ length: 401 }, (_, i) => (i - 200) / 20000);
const far = Float32Array.from([88.9, 120.25, 1000.5, 1e4, 1e20, 3e38].flatMap((x) => [x, -x]));

/** |found − expected| ≤ 1e-5·max(1, |expected|), or both are the same ∞ or NaN. */
function assertNear(label: string, x: number, found: number, expected: number): void {
  const same = Object.is(found, expected) || found === expected || found === Math.fround(expected);
  if (same || Math.abs(found - expected) <= 1e-5 * Math.max(1, Math.abs(expected))) {
    return;
  }
  assert.fail(`${label} at ${x}: ${found} instead of ${expected}`);
}

describe('activations in WebAssembly', () => {
  it('every activation of the catalogue has a kernel of its shape', () => {
    for (const entry of [...activations, custom]) {
      const parameters: ParameterValues = { formula: 'x', threshold: 0, value: 0, ...defaultsOf(entry) };
      assert.equal(activationKernel(entry, parameters).shape, entry.shape, entry.name);
    }
  });

  it('functions and derivatives agree with the catalogue within 1e-5, kinks apart', () => {
    for (const each of cases) {
      const { entry, parameters, label } = each;
      const kinks = entry.kinks?.(parameters) ?? [];
      const [forward, derivative] = [forwardOf(each), derivativeOf(each)];
      for (const inputs of [grid, near0]) {
        const [values, slopes] = [forward(inputs), derivative(inputs)];
        inputs.forEach((x, i) => {
          if (kinks.some((kink) => Math.abs(kink - x) < 1e-5)) {
            return;
          }
          assertNear(label, x, values[i], entry.f(x, parameters));
          assertNear(`${label} derivative`, x, slopes[i], entry.df(x, parameters));
        });
      }
    }
  });

  it('at kinks that float32 can represent, values and slopes are those of the catalogue', () => {
    let checked = 0;
    for (const each of cases) {
      const { entry, parameters, label } = each;
      const kinks = (entry.kinks?.(parameters) ?? []).filter((kink) => Math.fround(kink) === kink);
      if (kinks.length === 0) {
        continue;
      }
      const [values, slopes] = [forwardOf(each)(kinks), derivativeOf(each)(kinks)];
      kinks.forEach((kink, i) => {
        assertNear(label, kink, values[i], entry.f(kink, parameters));
        assertNear(`${label} derivative`, kink, slopes[i], entry.df(kink, parameters));
        checked++;
      });
    }
    assert.ok(checked > 40, `${checked}`);
  });

  it('up to ±3e38 they agree within 1e-5 wherever the catalogue’s value is finite', () => {
    for (const each of cases) {
      const { entry, parameters, label } = each;
      const [values, slopes] = [forwardOf(each)(far), derivativeOf(each)(far)];
      far.forEach((x, i) => {
        const [value, slope] = [entry.f(x, parameters), entry.df(x, parameters)];
        // An intermediate value of a formula may leave the range of float32.
        if (entry === custom && Math.abs(x) > 80) {
          return;
        }
        if (Math.abs(value) < 3e38) {
          assertNear(label, x, values[i], value);
        }
        if (Math.abs(slope) < 3e38) {
          assertNear(`${label} derivative`, x, slopes[i], slope);
        }
      });
    }
  });

  it('a NaN goes through every function', () => {
    for (const each of cases) {
      assert.ok(Number.isNaN(forwardOf(each)([Number.NaN])[0]), each.label);
    }
  });
});

describe('the pass of an activation in WebAssembly', () => {
  before(restartDraws);

  const required: Readonly<Record<string, ParameterValues>> = {
    threshold: { threshold: 0.1, value: 0.2 },
    custom: { formula: 'x*sigmoid(x)+max(x, 0)' },
  };

  it(`agrees with the reference layer for ${rounds(1000)} random shapes and activations within 1e-5, also if cut in two`, () => {
    const names = [...activations.map(({ name }) => name), 'custom'];
    for (let round = 0; round < rounds(1000); round++) {
      const name = names[round % names.length];
      const entry = activation(name);
      assert.ok(entry);
      const even = entry.shape === 'vector' && entry.outputSize !== undefined ? 2 : 1;
      const axes = draw(3);
      const features = even * (1 + draw(oneOf([3, 8, 12])));
      const scale = oneOf([1, 3, 10]);
      const pair = pairOf({
        type: 'activation',
        inputShape: [features, ...Array.from({ length: axes }, () => 1 + draw(5))],
        activation: { name, parameters: { ...defaultsOf(entry), ...required[name] } },
        count: 1 + draw(11),
        training: draw(3) > 0,
        step: draw(1000),
        first: draw(4) === 0,
        // The margin keeps float32's rounding from deciding on which side of a kink a number lies.
        value: () => Math.fround(Math.round(real() * scale * 64) / 64 + 0.0039 + 0.003 * real()),
      });
      assert.ok(pair);
      compare(pair, 1e-5);
    }
  });

  it('gives vectors the same bits in locals, as in a tiny network, and in memory, in straight code and in loops', () => {
    for (const entry of activations) {
      if (entry.shape !== 'vector') {
        continue;
      }
      const kernel = activationKernel(entry, {}) as VectorKernel;
      for (const n of [2, 6, 8, 10, 18]) {
        const m: number = entry.outputSize?.(n) ?? n;
        const sizes = [n, m, m, n];
        const starts = [0, 4096, 8192, 12288];
        const { memory, functions } = instantiate<{ inMemory(): void; inLocals(): void }>(1, (module) => {
          const f = module.function('inMemory');
          const row = f.let(i32.const(0));
          const [z, a, da, dz] = sizes.map((size, i) => rowLanes(f, { address: starts[i], size }, row));
          kernel.forward(f, z, a);
          kernel.backward(f, z, a, da, dz);

          const g = module.function('inLocals');
          const locals = sizes.map((size) => Array.from({ length: size }, () => g.local('v128')));
          const rows = sizes.map((size, i) => rowLanes(g, { address: starts[i], size }, g.let(i32.const(0))));
          for (const i of [0, 2]) {
            for (const [k, variable] of locals[i].entries()) {
              g.set(variable, rows[i].get(k));
            }
          }
          const [zs, as, das, dzs] = locals.map((variables) => localLanes(g, variables));
          kernel.forward(g, zs, as);
          kernel.backward(g, zs, as, das, dzs);
          for (const i of [1, 3]) {
            for (const [k, variable] of locals[i].entries()) {
              rows[i].set(k, variable);
            }
          }
        });
        const numbers = new Float32Array(memory.buffer);
        for (const i of [0, 2]) {
          for (let k = 0; k < sizes[i] * 4; k++) {
            numbers[starts[i] / 4 + k] = 3 * real();
          }
        }
        const results = ([functions.inMemory, functions.inLocals] as const).map((run) => {
          run();
          const found = [1, 3].map((i) => numbers.slice(starts[i] / 4, starts[i] / 4 + sizes[i] * 4));
          for (const i of [1, 3]) {
            numbers.fill(0, starts[i] / 4, starts[i] / 4 + sizes[i] * 4);
          }
          return found;
        });
        assert.ok(results[0][1].some((value) => value !== 0));
        assert.deepEqual(results[1], results[0], `${entry.name} of ${n}`);
      }
    }
  });
});
