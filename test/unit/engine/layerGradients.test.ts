import assert from 'node:assert/strict';
import fc from 'fast-check';
import { normal, purposes } from '../../../src/common/random';
import { referenceBackend, Trainer } from '../../../src/engine';
import { gradientCheck } from '../../../src/engine/gradientCheck';
import { parseSpec } from '../../../src/language';
import { activations, defaultsOf } from '../../../src/spec/catalogue';
import { planNetwork } from '../../../src/spec/planNetwork';
import { dataOf, range, trainOnly } from './support';

const samples = 4;

/** The largest relative error of gradients, for layers as in a file and weights drawn by the test. */
function errorOf(layers: readonly unknown[], inputShape: readonly number[]): number {
  const text = JSON.stringify({
    data: { source: 'moons' },
    model: { layers },
    training: { loss: 'half_mean_squared_error', epochs: 1 },
  });
  const { spec, problems } = parseSpec(text, { fileName: 'a' });
  assert.ok(spec, JSON.stringify(problems));
  const { plan, issues } = planNetwork(spec, { inputShape, targetSize: 1, targetKind: 'numbers' });
  assert.ok(plan, `${text}: ${JSON.stringify(issues)}`);
  const size = inputShape.reduce((a, b) => a * b, 1);
  const draw = (step: number, i: number) => normal(2, purposes.generate, step, i);
  const trainer = new Trainer({
    plan: { network: plan, training: spec.training, seed: 4 },
    data: dataOf(
      [...range(samples)].map((s) => [...range(size)].map((i) => draw(0, s * size + i))),
      [...range(samples)].map((s) => [draw(1, s)]),
    ),
    parts: trainOnly(samples),
    backend: referenceBackend,
    precision: 'float64',
  });
  return gradientCheck(trainer, referenceBackend);
}

const bound = 1e-6;
const end = ['flatten', { dense: 1 }];
const required: Readonly<Record<string, object>> = { threshold: { threshold: 0.2, value: -0.4 } };

/** The layers that an activation can belong to or follow, with the shape of a sample. */
const places: readonly {
  readonly name: string;
  readonly shape: readonly number[];
  readonly layers: (activation: unknown) => readonly unknown[];
}[] = [
  {
    name: 'conv1d',
    shape: [2, 5],
    layers: (activation) => [{ conv1d: { filters: 2, kernel_size: 3, padding: 1, activation } }],
  },
  {
    name: 'conv2d and batch_normalization',
    shape: [1, 3, 4],
    layers: (activation) => [
      { conv2d: { filters: 4, kernel_size: 2, activation, kernel_initializer: 'he_normal' } },
      'batch_normalization',
    ],
  },
  {
    name: 'layer_normalization and average_pooling2d',
    shape: [2, 3, 4],
    layers: (activation) => ['layer_normalization', { activation }, { average_pooling2d: [2, 2] }],
  },
];

const gates = activations.filter((entry) => entry.shape === 'vector' && entry.outputSize).map(({ name }) => name);

describe('gradients of layers and activations together, relative error below 1e-6 in float64', () => {
  for (const entry of activations.filter(({ name }) => name !== 'step')) {
    it(`${entry.name} in and after convolution and normalisation, and in a block`, () => {
      const activation = { [entry.name]: { ...defaultsOf(entry), ...required[entry.name] } };
      for (const { name, shape, layers } of places) {
        const error = errorOf([{ reshape: [...shape] }, ...layers(activation), ...end], shape);
        assert.ok(error < bound, `${name}: ${error}`);
      }
      if (gates.includes(entry.name)) {
        return;
      }
      const error = errorOf([{ dense: 3 }, { residual: [{ activation }, { dense: 3 }] }, { dense: 1 }], [2]);
      assert.ok(error < bound, `residual: ${error}`);
    });
  }

  it('convolution and pooling of any geometry, with shapes by PyTorch’s formula', () => {
    const small = fc.integer({ min: 1, max: 3 });
    const geometry = fc.record({
      height: fc.integer({ min: 3, max: 5 }),
      width: fc.integer({ min: 3, max: 5 }),
      kernel: fc.tuple(small, small),
      strides: fc.tuple(small, small),
      padding: fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 })),
      dilation: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
      groups: fc.constantFrom(1, 2),
      bias: fc.boolean(),
    });
    fc.assert(
      fc.property(geometry, ({ height, width, kernel, strides, padding, dilation, groups, bias }) => {
        const size = [height, width].map(
          (length, axis) =>
            Math.floor((length + 2 * padding[axis] - dilation[axis] * (kernel[axis] - 1) - 1) / strides[axis]) + 1,
        );
        fc.pre(size.every((length) => length >= 1));
        const conv2d = {
          filters: 2 * groups,
          kernel_size: kernel,
          strides,
          padding,
          dilation_rate: dilation,
          groups,
          use_bias: bias,
        };
        const pool = { pool_size: size.map((length) => Math.min(length, 2)), strides: 1 };
        const pooled = size.map((length) => length - Math.min(length, 2) + 1);
        const layers = [
          { dense: 2 * height * width },
          { reshape: [2, height, width] },
          { conv2d },
          // Refused unless the shape is what the formula says.
          { reshape: [2 * groups, ...size] },
          { [bias ? 'max_pooling2d' : 'average_pooling2d']: pool },
          { reshape: [2 * groups * pooled[0] * pooled[1]] },
          { dense: 1 },
        ];
        const error = errorOf(layers, [2]);
        assert.ok(error < bound, `${error}`);
      }),
      { numRuns: 60, seed: 1 },
    );
  });
});
