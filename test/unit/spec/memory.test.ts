import assert from 'node:assert/strict';
import { memoryNeed } from '../../../src/spec/memory';
import type { LayerPlan, TensorPlan } from '../../../src/spec/plan';
import { problemsOf, specWith } from '../language/marked';

const weight: TensorPlan = {
  name: 'w',
  role: 'weight',
  shape: [10, 100],
  initializer: { name: 'zeros', parameters: {} },
  fanIn: 1,
  fanOut: 1,
};
const layer: LayerPlan = {
  index: 0,
  name: 'dense_1',
  type: 'dense',
  inputShape: [100],
  outputShape: [10],
  parameters: {},
  activation: { name: 'relu', parameters: {} },
  tensors: [weight],
};

describe('The memory that training needs', () => {
  it('counts weights, gradients and the optimizer for two programs, 4 bytes a number', () => {
    const of = (name: string, parameters = {}) => memoryNeed([layer], { name, parameters }, 8).weights / (1000 * 4 * 2);
    assert.equal(of('sgd', { momentum: 0 }), 2);
    assert.equal(of('sgd', { momentum: 0.9 }), 3);
    assert.equal(of('adam', { amsgrad: false }), 4);
    assert.equal(of('adam', { amsgrad: true }), 5);
    assert.equal(memoryNeed([layer], { name: 'adam', parameters: {} }, 8).values, 10 * 8 * 4 * 4 * 2);
  });

  it('gives a warning with figures at the largest layer, from 2 GiB on', () => {
    const text = (units: number) =>
      specWith({
        model: `model:
  layers:
    - dense: { units: 4, activation: tanh }
    - dense: { units: ${units}, activation: tanh }
    - dense: { units: 1, activation: sigmoid }`,
        training: 'training: { optimizer: adam }',
      });
    assert.deepEqual(problemsOf(text(100_000)), []);
    const [problem] = problemsOf(text(1_000_000));
    assert.deepEqual([problem.code, problem.severity, problem.range.start.line], ['memory', 'warning', 4]);
    assert.match(problem.message, /about 7\.8 GB/);
  });
});
