import assert from 'node:assert/strict';
import type { LayerInfo, Walk, WalkStep } from '../../../src/protocol/engine';
import { stageOf, WalkReader } from '../../../webview/panel/backprop/walk';
import { worked } from '../../../webview/panel/backprop/worked';
import { FakeNetwork } from '../../../webview/panel/dev/fakeNetwork';
import { fakeScenarios } from '../../../webview/panel/dev/fakeScenarios';
import { fakeWalk } from '../../../webview/panel/dev/fakeWalk';

function walkOf(name: string, subject: { kind: 'sample'; index: number } | { kind: 'batch' }): WalkReader {
  const scenario = fakeScenarios[name]();
  const network = new FakeNetwork(scenario.inputs.length, scenario.layers, 42, scenario.spread);
  const layers = scenario.layers.map(
    ({ units, activation }, i): LayerInfo => ({
      name: `dense_${i + 1}`,
      type: 'dense',
      forward: 'weigh',
      shape: [units],
      inputShape: [i === 0 ? scenario.inputs.length : scenario.layers[i - 1].units],
      parameters: 1,
      activation: { name: activation, parameters: {}, ofWholeVector: activation === 'softmax' },
    }),
  );
  const walk = { ...fakeWalk(network, scenario, 0.5, { subject }), epoch: 1, step: 1, learningRate: 0.5 };
  return new WalkReader(walk, layers, scenario.loss);
}

const sgd = { name: 'sgd', parameters: { momentum: 0, nesterov: false } };
const first = { unit: 0, input: 0, sample: 0 };

function linesOf(
  reader: WalkReader,
  kind: 'forward' | 'loss' | 'backward' | 'update',
  layer?: number,
  selection = first,
) {
  const step = reader.step(kind, layer);
  assert.ok(step);
  return worked(reader, step, selection, sgd);
}

/** Works a line such as `z = 0.5·1 + (−0.25)·1 + 0 = 0.25` out again. */
function check(line: string): void {
  const sides = line.replace(/^= /, '').split('  (')[0].split(' = ').slice(-2);
  const compute = (text: string) =>
    Function(
      `return ${text.replaceAll('−', '-').replaceAll('·', '*').replaceAll('e-', 'e-').replaceAll(/ln ?/g, 'Math.log')}`,
    )();
  const [left, right] = sides.map(compute);
  assert.ok(Math.abs(left - right) <= 0.006 * Math.max(1, Math.abs(right)), `${line}: ${left} against ${right}`);
}

describe('the walk in numbers', () => {
  it('goes through the four stages in their order', () => {
    const reader = walkOf('xor', { kind: 'sample', index: 1 });
    assert.deepEqual(reader.walk.steps.map(stageOf), [
      'forward',
      'forward',
      'error',
      'gradients',
      'gradients',
      'update',
      'update',
    ]);
  });

  it('plugs in a weighted sum that comes out', () => {
    const reader = walkOf('xor', { kind: 'sample', index: 1 });
    const { formulas, numbers } = linesOf(reader, 'forward', 0);
    assert.deepEqual(formulas, ['z_{j} = Σ_{i} W_{ji}·x_{i} + b_{j}', 'a_{j} = tanh(z_{j})']);
    assert.match(numbers[0], /^z_\{1\} = W_\{1,1\}·x_\{1\} \+ W_\{1,2\}·x_\{2\} \+ b_\{1\}$/);
    check(numbers[1]);
  });

  it('derives the output error of a fused cross-entropy as a − y', () => {
    const { formulas, numbers } = linesOf(walkOf('xor', { kind: 'sample', index: 1 }), 'loss');
    assert.ok(formulas.includes('δ_{j} = ∂L/∂z_{j} = (a_{j} − y_{j})'), formulas.join());
    check(numbers[1]);
  });

  it('divides it by the samples of a batch', () => {
    const { formulas, numbers } = linesOf(walkOf('xor', { kind: 'batch' }), 'loss');
    assert.ok(formulas.includes('δ_{j} = ∂L/∂z_{j} = (a_{j} − y_{j}) / N'), formulas.join());
    check(numbers[1]);
  });

  it('doubles it for the mean squared error', () => {
    const { formulas } = linesOf(walkOf('sine', { kind: 'sample', index: 0 }), 'loss');
    assert.ok(formulas.includes('δ_{j} = ∂L/∂z_{j} = 2·(a_{j} − y_{j})'), formulas.join());
  });

  it('brings the error back through the weights and the slope', () => {
    const { numbers } = linesOf(walkOf('xor', { kind: 'sample', index: 1 }), 'backward', 0, {
      unit: 2,
      input: 1,
      sample: 0,
    });
    assert.match(numbers[0], /^∂L\/∂a_\{3\} = /);
    assert.match(numbers[2], /^dW_\{3,2\} = /);
    for (const line of numbers.slice(0, 3)) {
      check(line);
    }
  });

  it('shows the update of plain gradient descent as a subtraction', () => {
    const { formulas, numbers } = linesOf(walkOf('xor', { kind: 'sample', index: 1 }), 'update', 1);
    assert.deepEqual(formulas, ['W ← W − η·dW,   b ← b − η·db']);
    numbers.forEach(check);
  });

  it('never claims a subtraction that does not come out', () => {
    const reader = walkOf('xor', { kind: 'sample', index: 1 });
    const step = reader.step('update', 1);
    assert.ok(step);
    const unmoved = { ...step, tensors: { ...step.tensors, Wafter: step.tensors.W } };
    assert.match(worked(reader, unmoved, first, sgd).numbers[0], /^W_\{1,1\}: .* → .*, {2}Δ = /);
  });

  it('plugs the moments into the update of Adam', () => {
    const reader = walkOf('xor', { kind: 'sample', index: 1 });
    const step = reader.step('update', 1);
    assert.ok(step);
    const { W, dW } = step.tensors;
    const filled = (f: (i: number) => number) => ({ ...W, values: W.values.map((_, i) => f(i)) });
    const m = filled((i) => 0.1 * dW.values[i]);
    const v = filled((i) => 0.001 * dW.values[i] ** 2);
    const after = filled((i) => {
      const [first, second] = [m.values[i] / (1 - 0.9 ** 2), v.values[i] / (1 - 0.999 ** 2)];
      return W.values[i] - (0.5 * first) / (Math.sqrt(second) + 1e-8);
    });
    const tensors = { ...step.tensors, Wafter: after, 'W.first_moment': m, 'W.second_moment': v };
    const adam = { name: 'adam', parameters: { beta_1: 0.9, beta_2: 0.999, epsilon: 1e-8 } };
    const { numbers } = worked(reader, { ...step, tensors }, first, adam);
    assert.match(numbers[0], /^W_\{1,1\}: m̂ = .*\/\(1 − 0\.9\^\{2\}\) = /);
    assert.match(numbers[1], /^W_\{1,1\} = .* − 0\.5·/);
  });

  it('plugs in what lies under a filter at its place, and leaves out the zeros around', () => {
    const axis = { size: 3, kernel: 2, stride: 2, dilation: 1, before: 1, after: 0, places: 2 };
    const layers: LayerInfo[] = [
      {
        name: 'conv2d_1',
        type: 'conv2d',
        forward: 'slide_over_picture',
        shape: [2, 2, 2],
        inputShape: [1, 3, 3],
        parameters: 10,
        activation: { name: 'relu', parameters: {} },
        windows: [axis, axis],
      },
    ];
    const view = (shape: number[], ...values: number[]) => ({
      name: '',
      shape,
      values: Float64Array.from(values),
      shown: shape,
    });
    const z = [0.6, 0.35, 1.3, 5.3, -0.2, -1.7, 0, -3.1];
    const step = {
      phase: { kind: 'forward', layer: 0 },
      tensors: {
        input: view([1, 1, 3, 3], 1, 2, 3, 4, 5, 6, 7, 8, 9),
        filters: view([2, 1, 2, 2], 0.1, 0.2, 0.3, 0.5, -0.1, 0, 0, -0.3),
        b: view([2], 0.1, 0.1),
        z: view([1, 2, 2, 2], ...z),
        a: view([1, 2, 2, 2], ...z.map((each) => Math.max(0, each))),
      },
    } as unknown as WalkStep;
    const walk = {
      steps: [step],
      epoch: 1,
      step: 1,
      learningRate: 0.5,
      samples: 1,
      trainSamples: 1,
    } as unknown as Walk;
    const reader = new WalkReader(walk, layers, 'mean_squared_error');
    const corner = worked(reader, step, first, sgd);
    assert.deepEqual(corner.formulas, ['z_{f,p} = Σ_{c} Σ_{u} W_{f,c,u}·x_{c,p+u} + b_{f}', 'a_{f,p} = relu(z_{f,p})']);
    assert.deepEqual(corner.numbers, [
      'z_{1,1,1} = W_{1,1,2,2}·x_{1,1,1} + b_{1}',
      '= 0.500·1 + 0.100 = 0.6000',
      'a_{1,1,1} = relu(0.6000) = 0.6000',
    ]);
    const last = worked(reader, step, { ...first, unit: 7 }, sgd);
    assert.deepEqual(last.numbers.slice(0, 2), [
      'z_{2,2,2} = W_{2,1,1,1}·x_{1,2,2} + W_{2,1,1,2}·x_{1,2,3} + W_{2,1,2,1}·x_{1,3,2} + W_{2,1,2,2}·x_{1,3,3} + b_{2}',
      '= (−0.100)·5 + 0·6 + 0·8 + (−0.300)·9 + 0.100 = −3.100',
    ]);
    assert.deepEqual(
      [0, 3, 4, 7].map((unit) => reader.channelOf(0, unit)),
      [0, 0, 1, 1],
    );
  });
});
