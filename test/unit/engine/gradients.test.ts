import assert from 'node:assert/strict';
import { normal, purposes } from '../../../src/common/random';
import { referenceBackend, Trainer } from '../../../src/engine';
import type { Backend } from '../../../src/engine/backend';
import { gradientCheck } from '../../../src/engine/gradientCheck';
import { activations, defaultsOf } from '../../../src/spec/catalogue';
import type { Thing } from '../../../src/spec/spec';
import { dataOf, dense, type LayerSketch, network, type Parameters, plan, thing, trainOnly } from './support';

const samples = 6;

/** `threshold` has no defaults; the others take theirs. */
const required: Readonly<Record<string, Parameters>> = { threshold: { threshold: 0.2, value: -0.4 } };

function check(
  sketches: readonly LayerSketch[],
  loss: string,
  inputShape: readonly number[] = [3],
  backend: Backend = referenceBackend,
): number {
  const net = network(inputShape, sketches, loss);
  const [outputs] = net.outputShape;
  const size = inputShape.reduce((a, b) => a * b, 1);
  const draw = (step: number, i: number): number => normal(3, purposes.generate, step, i);
  const rows = [...Array(samples).keys()];
  const target = (i: number): number[] => {
    const numbers = [...Array(outputs).keys()];
    if (loss === 'binary_crossentropy') {
      return numbers.map((k) => Number(draw(1, i * outputs + k) > 0));
    }
    if (loss === 'categorical_crossentropy') {
      return numbers.map((k) => Number(i % outputs === k));
    }
    return numbers.map((k) => draw(1, i * outputs + k));
  };
  const trainer = new Trainer({
    plan: plan(net, { epochs: 1 }),
    data: dataOf(
      rows.map((i) => [...Array(size).keys()].map((k) => draw(0, i * size + k))),
      rows.map(target),
    ),
    parts: trainOnly(samples),
    backend,
    precision: 'float64',
  });
  // Weights of unit size reach every branch of an activation.
  const weights = [...trainer.weights()].map(
    ([name, values], t) => [name, values.map((_, i) => 0.8 * draw(10 + t, i))] as const,
  );
  trainer.setWeights(new Map(weights));
  return gradientCheck(trainer, backend);
}

const differentiable: readonly Thing[] = activations
  .filter(({ name }) => name !== 'step')
  .map((entry) => thing(entry.name, { ...defaultsOf(entry), ...required[entry.name] }));

/** Outputs that are probabilities, one for each label or together one distribution. */
const forLabels = ['sigmoid', 'hard_sigmoid'];
const forClasses = ['softmax', 'softmin', 'sparsemax'];

describe('gradients against central differences in float64, relative error below 1e-6', () => {
  for (const activation of differentiable) {
    it(`${activation.name} in a hidden layer, in a layer of its own, and at the output`, () => {
      const cases: readonly (readonly [LayerSketch[], string])[] = [
        [[dense(6, activation), dense(2)], 'mean_squared_error'],
        [[dense(6), { type: 'activation', activation }, dense(1, 'sigmoid')], 'binary_crossentropy'],
        [[dense(6, activation), dense(3, 'softmax')], 'categorical_crossentropy'],
        [[dense(4, activation)], 'mean_squared_error'],
        [[dense(4, activation)], 'half_mean_squared_error'],
        ...(forLabels.includes(activation.name) ? [[[dense(2, activation)], 'binary_crossentropy'] as const] : []),
        ...(forClasses.includes(activation.name)
          ? [[[dense(3, activation)], 'categorical_crossentropy'] as const]
          : []),
      ].map(([sketches, loss]) => [sketches as LayerSketch[], loss as string] as const);
      for (const [sketches, loss] of cases) {
        const error = check(sketches, loss);
        assert.ok(error < 1e-6, `${loss}: ${error}`);
      }
    });
  }

  it('dropout, flatten, a missing bias, and vector activations over channels', () => {
    const cases: readonly (readonly [readonly LayerSketch[], readonly number[]])[] = [
      [[dense(8, 'tanh'), { type: 'dropout', rate: 0.4 }, dense(2)], [3]],
      [[{ type: 'dropout', rate: 0.3 }, dense(4, 'sigmoid'), { type: 'dropout', rate: 0.5 }, dense(2)], [3]],
      [
        [{ type: 'flatten' }, dense(4, 'tanh'), dense(2)],
        [2, 3, 2],
      ],
      [
        [{ type: 'activation', activation: thing('softmax') }, { type: 'flatten' }, dense(2)],
        [3, 2, 2],
      ],
      [[dense(4, 'tanh'), { ...dense(2), useBias: false }], [3]],
      [Array.from({ length: 8 }, () => dense(3, 'sigmoid')), [3]],
    ];
    for (const [sketches, shape] of cases) {
      const error = check(sketches, 'mean_squared_error', shape);
      assert.ok(error < 1e-6, `${JSON.stringify(sketches)}: ${error}`);
    }
  });

  it('a wrong gradient is found', () => {
    const broken: Backend = {
      name: 'reference',
      compile(...args) {
        const program = referenceBackend.compile(...args);
        const read = program.read.bind(program);
        program.read = (name) => {
          const tensor = read(name);
          return name.endsWith('.gradient') ? { ...tensor, values: tensor.values.map((g) => g * 1.01) } : tensor;
        };
        return program;
      },
    };
    assert.ok(check([dense(4, 'tanh'), dense(2)], 'mean_squared_error', [3], broken) > 1e-3);
  });
});
