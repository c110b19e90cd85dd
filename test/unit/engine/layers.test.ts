import assert from 'node:assert/strict';
import { purposes, uniform } from '../../../src/common/random';
import { referenceBackend, Trainer } from '../../../src/engine';
import type { Mode, Program } from '../../../src/engine/backend';
import { forwardAll } from '../../../src/engine/forwardAll';
import { gradientCheck } from '../../../src/engine/gradientCheck';
import { dataOf, dense, type LayerSketch, network, plan, range, thing, trainOnly } from './support';

const count = 200;

/** Outputs of a network without weights of its own, on `count` samples of ones. */
function outputsOf(program: Program, mode: Mode): number[] {
  program.begin(range(count), 0, count, mode);
  for (let layer = 0; layer < program.plan.network.layers.length; layer++) {
    program.forward(layer);
  }
  return [...program.outputs()];
}

function onOnes(layers: readonly LayerSketch[], value = 1): Program {
  const rows = Array.from({ length: count }, () => [value, value]);
  const net = network([2], layers, 'mean_squared_error');
  return referenceBackend.compile(plan(net), dataOf(rows, rows), { maxBatch: count });
}

describe('layers', () => {
  it('dropout keeps the mean by scaling what it keeps, and passes everything in evaluation', () => {
    const program = onOnes([{ type: 'dropout', rate: 0.2 }]);
    const outputs = outputsOf(program, 'training');
    assert.deepEqual(new Set(outputs), new Set([0, 1.25]));
    const share = outputs.filter((value) => value === 0).length / outputs.length;
    assert.ok(Math.abs(share - 0.2) < 0.06, `${share}`);
    assert.deepEqual(new Set(outputsOf(program, 'evaluation')), new Set([1]));
    const expected = outputs.map((_, i) => (uniform(7, purposes.dropout, 0, i) < 0.2 ? 0 : 1.25));
    assert.deepEqual(outputs, expected);
  });

  it('two dropout layers have different masks, and so have two steps', () => {
    const program = onOnes([
      { type: 'dropout', rate: 0.5 },
      { type: 'dropout', rate: 0.5 },
    ]);
    const first = outputsOf(program, 'training');
    const masks = ['dropout_1.a', 'dropout_2.a'].map((name) => [...program.read(name).values]);
    // With one mask for both, whatever passed the first would pass the second.
    assert.ok(masks[0].some((value, i) => value !== 0 && masks[1][i] === 0));
    program.trainStep(range(count), 0, count);
    assert.notDeepEqual(outputsOf(program, 'training'), first);
  });

  it('rrelu draws slopes between lower and upper in training and takes their mean in evaluation', () => {
    const program = onOnes([{ type: 'activation', activation: thing('rrelu', { lower: 0.1, upper: 0.3 }) }], -1);
    const outputs = outputsOf(program, 'training');
    assert.ok(outputs.every((value) => value <= -0.1 && value >= Math.fround(-0.3)));
    assert.ok(new Set(outputs).size > count);
    assert.deepEqual(new Set(outputsOf(program, 'evaluation')), new Set([Math.fround(-0.2)]));
  });

  it('initial weights lie within ±1/√fan_in, fill that range, and are float32 in every precision', () => {
    const net = network([25], [dense(40)], 'mean_squared_error');
    const data = dataOf([Array(25).fill(0)], [Array(40).fill(0)]);
    const [single, double] = (['float32', 'float64'] as const).map((precision) =>
      referenceBackend.compile(plan(net), data, { precision, maxBatch: 1 }),
    );
    for (const name of ['dense_1.weight', 'dense_1.bias']) {
      const values = [...double.read(name).values];
      assert.deepEqual(values, [...single.read(name).values]);
      assert.ok(values.every((value) => Math.abs(value) <= 0.2));
      assert.ok(Math.max(...values) > 0.15 && Math.min(...values) < -0.15);
    }
    const other = referenceBackend.compile(plan(net, {}, 8), data, { maxBatch: 1 });
    assert.notDeepEqual(other.read('dense_1.bias').values, single.read('dense_1.bias').values);
  });

  it('binary cross-entropy on probabilities takes no logarithm below −100', () => {
    const net = network([1], [dense(1, 'hard_sigmoid')], 'binary_crossentropy');
    const program = referenceBackend.compile(plan(net), dataOf([[1]], [[1]]), { maxBatch: 1 });
    program.write('dense_1.weight', [-9]);
    forwardAll(program, range(1), 0, 1);
    assert.equal(program.loss(), 100);
  });

  it('cross-entropies on the logits stay exact where the probability rounds to 0', () => {
    const binary = network([1], [dense(1, 'sigmoid')], 'binary_crossentropy');
    const one = referenceBackend.compile(plan(binary), dataOf([[1]], [[1]]), { maxBatch: 1 });
    one.write('dense_1.weight', [-1000]);
    one.write('dense_1.bias', [0]);
    assert.equal(one.trainStep(range(1), 0, 1), 1000);
    assert.equal(one.read('dense_1.delta').values[0], -1);
    const classes = network([1], [dense(2, 'softmax')], 'categorical_crossentropy');
    const two = referenceBackend.compile(plan(classes), dataOf([[1]], [[1, 0]]), { maxBatch: 1 });
    two.write('dense_1.weight', [-1000, 1000]);
    two.write('dense_1.bias', [0, 0]);
    assert.equal(two.trainStep(range(1), 0, 1), 2000);
    assert.deepEqual([...two.read('dense_1.delta').values], [-1, 1]);
  });

  it('the gradient check skips differences that step over a kink', () => {
    const net = network([1], [dense(1, 'relu')], 'mean_squared_error');
    const run = new Trainer({
      plan: plan(net),
      data: dataOf([[1]], [[5]]),
      parts: trainOnly(1),
      backend: referenceBackend,
      weights: new Map([
        ['dense_1.weight', [1]],
        ['dense_1.bias', [-1]],
      ]),
    });
    assert.ok(Number.isNaN(gradientCheck(run, referenceBackend)));
    run.setWeights(new Map([...run.weights()].map(([name]) => [name, [1]])));
    assert.ok(gradientCheck(run, referenceBackend) < 1e-8);
  });

  it('a batch that does not fit, an unknown tensor and another length are refused', () => {
    const program = onOnes([dense(2)]);
    assert.throws(() => program.begin(range(count), 0, count + 1, 'training'), /compiled for 1 to 200/);
    assert.throws(() => program.read('dense_9.weight'), /No tensor is named dense_9.weight/);
    assert.throws(() => program.write('dense_1.z', [1]), /No learned tensor/);
    assert.throws(() => program.write('dense_1.bias', [1]), /has 2 numbers, not 1/);
  });
});
