import assert from 'node:assert/strict';
import {
  confusionOf,
  predict,
  probeActivations,
  probeGradients,
  referenceBackend,
  SurfaceProbe,
  Trainer,
  walk,
  wasmBackend,
} from '../../../src/engine';
import type { Thing } from '../../../src/spec/spec';
import { adam, dataOf, dense, network, plan, range, sgd, thing, trainOnly, xor } from './support';

const parts = { train: range(4), validation: range(2), test: new Int32Array(0) };

function xorTrainer(optimizer: Thing = sgd({ learning_rate: 0.3, momentum: 0.9 })): Trainer {
  const net = network([2], [dense(4, 'relu'), dense(3, 'tanh'), dense(1, 'sigmoid')], 'binary_crossentropy');
  return new Trainer({ plan: plan(net, { optimizer, batchSize: 2 }), data: xor, parts, backend: referenceBackend });
}

describe('probes', () => {
  it('leave the run as it is, also within a step', () => {
    const plain = xorTrainer();
    while (plain.position.epoch < 3) {
      plain.advance();
    }
    const probed = xorTrainer();
    while (probed.position.epoch < 3) {
      probed.advance();
      probeActivations(probed);
      probeGradients(probed);
      confusionOf(probed, 'train');
      walk(probed, { kind: 'sample', index: 1 });
      probed.evaluate('validation');
    }
    assert.deepEqual(probed.snapshot(), plain.snapshot());
  });

  it('count every pre-activation of the sample once', () => {
    const { layers, samples } = probeActivations(xorTrainer());
    assert.equal(samples, 4);
    assert.deepEqual(
      layers.map(({ layer, histogram }) => [
        layer,
        histogram?.counts.reduce((a, b) => a + b, 0),
        histogram?.counts.length,
      ]),
      [
        [0, 16, 40],
        [1, 12, 40],
        [2, 4, 40],
      ],
    );
    assert.deepEqual(
      layers.map(({ saturated, dead }) => [saturated === undefined, dead === undefined]),
      [
        [true, false],
        [false, true],
        [false, true],
      ],
    );
  });

  it('find saturated units where weights are large', () => {
    const run = xorTrainer();
    run.setWeights(
      new Map([...run.weights()].map(([name, values]) => [name, values.fill(name === 'dense_2.bias' ? 9 : 0)])),
    );
    const [relu, tanh] = probeActivations(run).layers;
    assert.equal(relu.dead, 1);
    assert.equal(tanh.saturated, 1);
  });

  it('give the mean probability of each class of a softmax', () => {
    const net = network([1], [dense(3, 'softmax')], 'categorical_crossentropy');
    const run = new Trainer({
      plan: plan(net),
      data: dataOf(
        [[1], [2]],
        [
          [1, 0, 0],
          [0, 1, 0],
        ],
      ),
      parts: { train: range(2), validation: new Int32Array(0), test: new Int32Array(0) },
      backend: referenceBackend,
      weights: new Map<string, number[]>([
        ['dense_1.weight', [0, 0, 0]],
        ['dense_1.bias', [0, 0, 0]],
      ]),
    });
    const [{ meanProbabilities, histogram }] = probeActivations(run).layers;
    assert.equal(histogram, undefined);
    for (const p of meanProbabilities ?? []) {
      assert.ok(Math.abs(p - 1 / 3) < 1e-7);
    }
    assert.deepEqual([...confusionOf(run, 'train').counts], [1, 0, 0, 1, 0, 0, 0, 0, 0]);
  });

  it('call no unit dead whose values are NaN', () => {
    const net = network([2], [dense(4, 'relu'), dense(1, 'sigmoid')], 'binary_crossentropy');
    const run = new Trainer({
      plan: plan(net, { optimizer: sgd({ learning_rate: 1 }), batchSize: 2 }),
      data: xor,
      parts,
      backend: referenceBackend,
      weights: new Map<string, number[]>([
        ['dense_1.weight', Array<number>(8).fill(Number.NaN)],
        ['dense_1.bias', [0, 0, 0, 0]],
        ['dense_2.weight', [0, 0, 0, 0]],
        ['dense_2.bias', [0]],
      ]),
    });
    for (const { dead, saturated } of probeActivations(run).layers) {
      assert.deepEqual([dead, saturated], [undefined, undefined]);
    }
  });

  it('give norms of the gradients of the next batch', () => {
    const run = xorTrainer();
    const { layers } = probeGradients(run);
    for (let i = 0; i < 7; i++) {
      run.advance();
    }
    const gradients = ['weight', 'bias'].flatMap((name) => [...run.read(`dense_1.${name}.gradient`).values]);
    const square = gradients.reduce((sum, g) => sum + g * g, 0);
    assert.ok(Math.abs(layers[0].gradientNorm - Math.sqrt(square)) < 1e-12);
    assert.deepEqual(
      layers.map(({ layer }) => layer),
      [0, 1, 2],
    );
  });

  it('give the norm of the update that the next step makes, on both backends', () => {
    for (const backend of [referenceBackend, wasmBackend]) {
      const net = network([2], [dense(4, 'tanh'), dense(1, 'sigmoid')], 'binary_crossentropy');
      const run = new Trainer({ plan: plan(net, { optimizer: adam(), batchSize: 2 }), data: xor, parts, backend });
      run.trainEpoch();
      const { layers } = probeGradients(run);
      const before = run.weights();
      run.trainBatch();
      const after = run.weights();
      for (const [i, name] of ['dense_1', 'dense_2'].entries()) {
        const changes = ['weight', 'bias'].flatMap((tensor) => {
          const values = after.get(`${name}.${tensor}`)!;
          return Array.from(values, (value, k) => value - before.get(`${name}.${tensor}`)![k]);
        });
        const wanted = Math.hypot(...changes);
        const { updateNorm = Number.NaN } = layers[i];
        assert.ok(wanted > 0 && Math.abs(updateNorm - wanted) < 1e-9, `${updateNorm} for ${wanted}`);
      }
    }
  });

  it('the surface is the network over a grid in the data’s own units, and predict agrees to the bit', () => {
    const run = xorTrainer();
    const axes = [
      { name: 'a', shift: 10, scale: 2 },
      { name: 'b', shift: 0, scale: 1 },
    ];
    const probe = new SurfaceProbe(run, referenceBackend, axes, 5);
    run.trainEpoch();
    const surface = probe.measure();
    assert.deepEqual(
      surface.axes.map(({ low, high, count }) => [low, high, count]),
      [
        [9.7, 12.3, 5],
        [-0.15, 1.15, 5],
      ].map(([low, high, count]) => [low, high, count]),
    );
    assert.deepEqual([...surface.points.x.subarray(0, 4)], [10, 0, 10, 1]);
    assert.deepEqual([...surface.points.part], [0, 0, 0, 0, 1, 1]);
    const corner = Float32Array.of((12.3 - 10) / 2, 1.15);
    const [output] = predict(run.plan, run.weights(), corner, 1, referenceBackend);
    assert.equal(surface.outputs[24], output);
    assert.throws(() => new SurfaceProbe(run, referenceBackend, axes.slice(1), 5), /one or two inputs/);
  });
});

describe('the surface of other losses', () => {
  const surfaceOf = (loss: string, outputs: number, targets: readonly (readonly number[])[]) => {
    const run = new Trainer({
      plan: plan(network([1], [dense(outputs)], loss)),
      data: dataOf([[0], [1], [2]], targets),
      parts: trainOnly(3),
      backend: referenceBackend,
    });
    const { outputs: shown, outputSize } = new SurfaceProbe(
      run,
      referenceBackend,
      [{ name: 'x', shift: 0, scale: 1 }],
      4,
    ).measure();
    const weights = run.weights();
    const [w, b] = ['dense_1.weight', 'dense_1.bias'].map((name) => weights.get(name)?.[0] ?? Number.NaN);
    return { shown, outputSize, at: (x: number) => Math.fround(w * x + b) };
  };

  it('maps hinge’s −1 and 1 to 0 and 1', () => {
    const { shown, at } = surfaceOf('hinge', 1, [[0], [1], [1]]);
    assert.ok(Math.abs(shown[0] - (at(-0.3) + 1) / 2) < 1e-6);
  });

  it('shows only the means of outputs that are means and log-variances', () => {
    const { shown, outputSize, at } = surfaceOf('gaussian_nll', 2, [[0], [1], [3]]);
    assert.deepEqual([outputSize, shown.length], [1, 4]);
    assert.ok(Math.abs(shown[3] - at(2.3)) < 1e-6);
  });
});

describe('the walk', () => {
  for (const optimizer of [sgd({ learning_rate: 0.3, momentum: 0.9 }), adam()]) {
    it(`over the next batch ends in the weights that the run then has, to the bit (${optimizer.name})`, () => {
      const run = xorTrainer(optimizer);
      for (let i = 0; i < 3; i++) {
        run.trainBatch();
      }
      const { steps, samples } = walk(run, { kind: 'batch' });
      assert.equal(samples, 2);
      run.trainBatch();
      const updates = steps.filter(({ phase }) => phase.kind === 'update');
      assert.equal(updates.length, 3);
      for (const { tensors } of updates) {
        assert.deepEqual(tensors.Wafter.values, run.read(tensors.W.name).values);
        assert.deepEqual(tensors.bafter.values, run.read(tensors.b.name).values);
        assert.notDeepEqual(tensors.W.values, tensors.Wafter.values);
        assert.deepEqual(
          Object.keys(tensors).filter((role) => role.startsWith('W.')),
          optimizer.name === 'adam' ? ['W.first_moment', 'W.second_moment'] : ['W.velocity'],
        );
      }
    });
  }

  it('over one sample shows z = W·x + b, δ = p − t and dW = δ·xᵀ', () => {
    const run = xorTrainer();
    const { steps, samples, trainSamples } = walk(run, { kind: 'sample', index: 2 });
    assert.deepEqual([samples, trainSamples, steps.length], [1, 4, 10]);
    const [{ tensors: first }] = steps;
    assert.deepEqual([...first.input.values], [1, 0]);
    const z = first.W.values[0] * 1 + first.b.values[0];
    assert.ok(Math.abs(first.z.values[0] - z) < 1e-7);
    const loss = steps[3];
    assert.equal(loss.phase.kind, 'loss');
    assert.ok(Math.abs(loss.tensors.delta.values[0] - (loss.tensors.output.values[0] - 1)) < 1e-7);
    const { tensors: back } = steps[4];
    assert.ok(Math.abs(back.dW.values[1] - back.delta.values[0] * back.input.values[1]) < 1e-7);
    assert.equal(steps[6].tensors.dInput, undefined);
    assert.throws(() => walk(run, { kind: 'sample', index: 4 }), RangeError);
  });

  it('shows δ of an output layer that is not computed together with its loss', () => {
    const run = new Trainer({
      plan: plan(network([2], [dense(2, 'tanh'), dense(1, thing('tanh'))], 'half_mean_squared_error')),
      data: xor,
      parts,
      backend: referenceBackend,
    });
    const { steps } = walk(run, { kind: 'sample', index: 1 });
    const { output, target, delta } = steps[2].tensors;
    const [o] = output.values;
    assert.ok(Math.abs(delta.values[0] - (o - target.values[0]) * (1 - o * o)) < 1e-6);
  });
});
