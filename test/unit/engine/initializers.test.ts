import assert from 'node:assert/strict';
import { initialValuesOf } from '../../../src/engine/reference/initialise';
import { catalogue } from '../../../src/spec/catalogue';
import type { TensorPlan } from '../../../src/spec/plan';
import { type Parameters, thing } from './support';

type Values = Parameters;

function draw(
  name: string,
  parameters: Values = {},
  shape = [200, 150],
  fans?: readonly [number, number],
): Float64Array {
  const [fanIn, fanOut] = fans ?? [shape[1], shape[0]];
  const tensor: TensorPlan = { name: 'w', role: 'weight', shape, initializer: thing(name, parameters), fanIn, fanOut };
  return Float64Array.from(initialValuesOf(tensor, 11, 3));
}

function momentsOf(values: Float64Array): { mean: number; deviation: number; kurtosis: number; largest: number } {
  const n = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const central = (power: number) => values.reduce((sum, value) => sum + (value - mean) ** power, 0) / n;
  const largest = values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  return { mean, deviation: Math.sqrt(central(2)), kurtosis: central(4) / central(2) ** 2, largest };
}

/** 30,000 draws: a mean within 5 standard errors, a deviation within 3 %. */
function assertMoments(values: Float64Array, mean: number, deviation: number, kurtosis: number): void {
  const found = momentsOf(values);
  assert.ok(Math.abs(found.mean - mean) < (5 * deviation) / Math.sqrt(values.length), `mean ${found.mean}`);
  assert.ok(Math.abs(found.deviation / deviation - 1) < 0.03, `deviation ${found.deviation}, not ${deviation}`);
  assert.ok(Math.abs(found.kurtosis - kurtosis) < 0.2, `kurtosis ${found.kurtosis}, not ${kurtosis}`);
}

const uniformKurtosis = 1.8;
const normalKurtosis = 3;

/** Tested by closed forms and moments instead of PyTorch's values: its generator draws other numbers. */
const tested = [
  ...['torch_default', 'glorot_uniform', 'glorot_normal', 'he_uniform', 'he_normal', 'lecun_uniform', 'lecun_normal'],
  ...[
    'orthogonal',
    'random_uniform',
    'random_normal',
    'truncated_normal',
    'constant',
    'values',
    'zeros',
    'ones',
    'identity',
  ],
];

describe('Initialisers', () => {
  it('are all tested here', () => {
    const names = catalogue.filter(({ kind }) => kind === 'initializer').map(({ name }) => name);
    assert.deepEqual([...names].sort(), [...tested].sort());
  });

  for (const [name, bound] of [
    ['torch_default', Math.sqrt(1 / 150)],
    ['glorot_uniform', Math.sqrt(6 / 350)],
    ['he_uniform', Math.sqrt(6 / 150)],
    ['lecun_uniform', Math.sqrt(3 / 150)],
  ] as const) {
    it(`${name} is uniform within ±${bound.toFixed(4)} for 150 inputs and 200 units`, () => {
      const values = draw(name);
      assertMoments(values, 0, bound / Math.sqrt(3), uniformKurtosis);
      const { largest } = momentsOf(values);
      assert.ok(largest <= bound * (1 + 1e-7) && largest > 0.999 * bound);
    });
  }

  for (const [name, variance] of [
    ['glorot_normal', 2 / 350],
    ['he_normal', 2 / 150],
    ['lecun_normal', 1 / 150],
  ] as const) {
    it(`${name} is normal of variance ${variance.toFixed(5)}, untruncated`, () => {
      const values = draw(name);
      assertMoments(values, 0, Math.sqrt(variance), normalKurtosis);
      assert.ok(momentsOf(values).largest > 3 * Math.sqrt(variance));
    });
  }

  it('random_uniform, random_normal and truncated_normal take their parameters', () => {
    assertMoments(draw('random_uniform', { minimum: -1, maximum: 3 }), 1, 4 / Math.sqrt(12), uniformKurtosis);
    assertMoments(draw('random_normal', { mean: 2, stddev: 0.5 }), 2, 0.5, normalKurtosis);
    // A normal distribution cut off at two standard deviations has 0.8796 of its standard deviation.
    const values = draw('truncated_normal', { mean: 1, stddev: 0.5 }).map((value) => value - 1);
    assertMoments(values, 0, 0.5 * 0.8796256610342398, 2.37);
    assert.ok(momentsOf(values).largest <= 1 + 1e-6);
  });

  it('orthogonal has orthonormal rows or columns within 1e-6, times the gain; a filter is a row', () => {
    for (const [shape, gain] of [
      [[20, 30], 1],
      [[30, 20], 1.5],
      [[12, 12], 2],
      [[6, 2, 3, 3], 1],
      [[40, 2, 3, 3], 0.5],
    ] as const) {
      const rows = shape[0];
      const values = draw('orthogonal', { gain }, [...shape]);
      const columns = values.length / rows;
      const wide = rows <= columns;
      const [count, length] = wide ? [rows, columns] : [columns, rows];
      const at = (v: number, k: number) => values[wide ? v * columns + k : k * columns + v] / gain;
      for (let u = 0; u < count; u++) {
        for (let v = 0; v <= u; v++) {
          let product = 0;
          for (let k = 0; k < length; k++) {
            product += at(u, k) * at(v, k);
          }
          assert.ok(Math.abs(product - (u === v ? 1 : 0)) < 1e-6, `${shape.join('×')}: ${u}·${v} = ${product}`);
        }
      }
    }
  });

  it('orthogonal favours no direction: over many matrices each entry has mean 0 and variance 1/n', () => {
    const all = Array.from({ length: 400 }, (_, i) => {
      const tensor: TensorPlan = {
        name: 'w',
        role: 'weight',
        shape: [4, 4],
        initializer: thing('orthogonal', { gain: 1 }),
        fanIn: 4,
        fanOut: 4,
      };
      return Float64Array.from(initialValuesOf(tensor, i, 0));
    });
    for (let k = 0; k < 16; k++) {
      const entries = Float64Array.from(all, (values) => values[k]);
      const { mean, deviation } = momentsOf(entries);
      assert.ok(Math.abs(mean) < 0.125 && Math.abs(deviation - 0.5) < 0.06, `${k}: ${mean}, ${deviation}`);
    }
  });

  it('constant, values, zeros, ones and identity are what they say', () => {
    const written = [
      [0.15, 0.2],
      [0.25, 0.3],
    ];
    assert.deepEqual([...draw('values', { values: written }, [2, 2])], written.flat().map(Math.fround));
    assert.deepEqual([...draw('constant', { value: 0.25 }, [2, 2])], [0.25, 0.25, 0.25, 0.25]);
    assert.deepEqual([...draw('zeros', {}, [1, 2])], [0, 0]);
    assert.deepEqual([...draw('ones', {}, [1, 2])], [1, 1]);
    assert.deepEqual([...draw('identity', {}, [2, 3])], [1, 0, 0, 0, 1, 0]);
    assert.deepEqual([...draw('identity', {}, [3, 2])], [1, 0, 0, 1, 0, 0]);
  });

  it('draw numbers of float32 that depend on seed, tensor and element alone', () => {
    for (const { kind, name, parameters } of catalogue) {
      if (kind !== 'initializer') {
        continue;
      }
      const list = Array.from({ length: 12 }, (_, i) => i / 7);
      const given = parameters.map((p) => [p.name, p.type === 'numbers' ? list : (p.default ?? 0.1)]);
      const values = { value: 0.1, ...Object.fromEntries(given) } as Values;
      const [small, large] = [draw(name, values, [4, 3], [3, 4]), draw(name, values, [4, 3], [3, 4])];
      assert.deepEqual(small, large, name);
      assert.deepEqual(small, small.map(Math.fround), name);
    }
    const rows = draw('he_normal', {}, [2, 3], [3, 3]);
    assert.deepEqual(rows, draw('he_normal', {}, [4, 3], [3, 3]).subarray(0, 6));
  });
});
