import assert from 'node:assert/strict';
import { normal, purposes, uniform } from '../../../src/common/random';
import {
  type Backend,
  decodeWeights,
  encodeWeights,
  evaluateAll,
  initialWeights,
  predict,
  probeActivations,
  probeGradients,
  referenceBackend,
  SurfaceProbe,
  Trainer,
  type TrainerOptions,
  walk,
} from '../../../src/engine';
import { gradientCheck } from '../../../src/engine/gradientCheck';
import { deadUnits } from '../../../src/engine/health';
import { needsBatch } from '../../../src/engine/walk';
import { parseSpec } from '../../../src/language';
import { planNetwork } from '../../../src/spec/planNetwork';
import { dataOf, range } from './support';

const samples = 24;

/** A trainer of layers written as in a file, over normal draws; two outputs. */
function trainerOf(
  layers: readonly unknown[],
  inputShape: readonly number[] = [2],
  options: Partial<TrainerOptions> & { readonly optimizer?: unknown } = {},
): Trainer {
  const { optimizer = { sgd: { learning_rate: 0.05, momentum: 0.9 } }, ...rest } = options;
  const training = { loss: 'mean_squared_error', optimizer, batch_size: 7, epochs: 3 };
  const text = JSON.stringify({ data: { source: 'moons' }, model: { layers }, training });
  const { spec, problems } = parseSpec(text, { fileName: 'a.nnspec' });
  assert.ok(spec, JSON.stringify(problems));
  const { plan, issues } = planNetwork(spec, { inputShape, targetSize: 2, targetKind: 'numbers' });
  assert.ok(plan, JSON.stringify(issues));
  const size = inputShape.reduce((a, b) => a * b, 1);
  const draw = (step: number, i: number) => normal(5, purposes.generate, step, i);
  return new Trainer({
    plan: { network: plan, training: spec.training, seed: 9 },
    data: dataOf(
      [...range(samples)].map((s) => [...range(size)].map((i) => draw(0, s * size + i))),
      [...range(samples)].map((s) => [draw(1, 2 * s), draw(1, 2 * s + 1)]),
    ),
    parts: { train: range(16), validation: range(8, 16), test: new Int32Array(0) },
    backend: referenceBackend,
    ...rest,
  });
}

const picture = [
  { conv2d: { filters: 3, kernel_size: 3, padding: 'same', kernel_regularizer: { l1: 0.01, l2: 0.02 } } },
  {
    residual: [
      { conv2d: { filters: 4, kernel_size: 3, padding: 'same', use_bias: false } },
      'batch_normalization',
      { activation: 'relu' },
      {
        residual: [
          { conv2d: { filters: 4, kernel_size: 1, activation: { custom: 'x * sigmoid(x)' } } },
          { alpha_dropout: 0.2 },
        ],
      },
      { conv2d: { filters: 3, kernel_size: 1 } },
    ],
  },
  { max_pooling2d: 2 },
  { gaussian_noise: 0.1 },
  'layer_normalization',
  'flatten',
  { dense: { units: 4, activation: 'tanh', kernel_initializer: 'orthogonal' } },
  { dense: 2 },
];
const shape = [1, 4, 4];

describe('blocks and running statistics', () => {
  it('each inner layer is a layer of the plan with its full name, and the block comes after them', () => {
    const { layers } = trainerOf(picture, shape).plan.network;
    assert.deepEqual(
      layers.map(({ name, skipFrom }) => (skipFrom === undefined ? name : `${name} from ${skipFrom}`)),
      [
        'conv2d_1',
        'residual_1.conv2d_1',
        'residual_1.batch_normalization_1',
        'residual_1.activation_1',
        'residual_1.residual_1.conv2d_1',
        'residual_1.residual_1.alpha_dropout_1',
        'residual_1.residual_1 from 3',
        'residual_1.conv2d_2',
        'residual_1 from 0',
        'max_pooling2d_1',
        'gaussian_noise_1',
        'layer_normalization_1',
        'flatten_1',
        'dense_1',
        'dense_2',
      ],
    );
  });

  it('phases, batches and epochs give the same bits, and a run restored in the middle of any phase goes on with them', () => {
    const whole = trainerOf(picture, shape);
    while (!whole.ended) {
      whole.trainEpoch();
    }
    const phased = trainerOf(picture, shape);
    while (!phased.ended) {
      phased.advance();
    }
    assert.deepEqual(phased.snapshot(), whole.snapshot());
    const phases = 2 * phased.plan.network.layers.length + 1 + 7;
    for (let stop = 1; stop < phases; stop += 7) {
      const first = trainerOf(picture, shape);
      for (let i = 0; i < stop; i++) {
        first.advance();
      }
      const second = trainerOf(picture, shape);
      second.trainBatch();
      second.restore(structuredClone(first.snapshot()));
      while (!second.ended) {
        second.trainBatch();
      }
      assert.deepEqual(second.snapshot(), whole.snapshot(), `stopped after ${stop} phases`);
    }
  });

  it('the gradient check passes for all these layers at once, penalties included, within 1e-6', () => {
    for (const layers of [picture, picture.filter((_, i) => i !== 0 && i !== 1)]) {
      const run = trainerOf(layers, shape, { precision: 'float64' });
      run.trainBatch();
      const error = gradientCheck(run, referenceBackend);
      assert.ok(error < 1e-6, `${error}`);
    }
  });

  it('the gradient check finds a missing penalty', () => {
    const run = trainerOf([{ dense: { units: 2, kernel_regularizer: { l2: 0.5 } } }], [2], { precision: 'float64' });
    assert.ok(gradientCheck(run, referenceBackend) < 1e-8);
    const [layer] = run.plan.network.layers;
    const weak = { ...layer, tensors: layer.tensors.map((tensor) => ({ ...tensor, regularizer: undefined })) };
    const network = { ...run.plan.network, layers: [weak] };
    const liar: Backend = {
      name: 'reference',
      compile: (plan, ...rest) => referenceBackend.compile({ ...plan, network }, ...rest),
    };
    assert.ok(gradientCheck(run, liar) > 1e-2);
  });

  it('the reported loss excludes penalties', () => {
    const plain = trainerOf([{ dense: 2 }]);
    const penalised = trainerOf([{ dense: { units: 2, kernel_regularizer: { l1: 3, l2: 5 } } }]);
    assert.equal(plain.evaluate('train')?.[0][1], penalised.evaluate('train')?.[0][1]);
    plain.trainBatch();
    penalised.trainBatch();
    assert.equal(plain.batchLoss, penalised.batchLoss);
    assert.notDeepEqual([...plain.weights()], [...penalised.weights()]);
  });

  it('running statistics move with the update, towards the batch by momentum, and only evaluation reads them', () => {
    const run = trainerOf([{ batch_normalization: { momentum: 0.25 } }]);
    const read = (name: string) => [...run.read(`batch_normalization_1.${name}`).values];
    const rows = run.nextRows();
    const column = [...rows].map((row) => Math.fround(run.data.inputs[2 * row]));
    const mean = column.reduce((a, b) => a + b, 0) / column.length;
    const unbiased = column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (column.length - 1);
    for (let i = 0; i < 3; i++) {
      run.advance();
    }
    assert.deepEqual(
      [read('running_mean'), read('running_var')],
      [
        [0, 0],
        [1, 1],
      ],
    );
    run.advance();
    assert.ok(Math.abs(read('running_mean')[0] - 0.25 * mean) < 1e-7);
    assert.ok(Math.abs(read('running_var')[0] - (0.75 + 0.25 * unbiased)) < 1e-7);
    const before = run.weights();
    evaluateAll(run);
    assert.deepEqual(run.weights(), before);
    run.setWeights(new Map(before).set('batch_normalization_1.running_var', Float32Array.of(100, 100)));
    const wide = run.evaluate('validation')?.[0][1];
    run.setWeights(before);
    assert.notEqual(wide, run.evaluate('validation')?.[0][1]);
  });

  it('a step that diverges leaves running statistics as they were', () => {
    const run = trainerOf(['batch_normalization', { dense: { units: 2, activation: 'exponential' } }]);
    const weights = new Map(run.weights());
    weights.set('dense_1.bias', Float32Array.of(1000, 1000));
    run.setWeights(weights);
    run.trainBatch();
    assert.equal(run.ended, 'diverged');
    assert.deepEqual([...run.read('batch_normalization_1.running_mean').values], [0, 0]);
  });

  it('a weights file keeps running statistics to the bit, and is refused without them', () => {
    const run = trainerOf(['batch_normalization', { dense: 2 }]);
    run.trainEpoch();
    const metadata = {
      spec: '',
      seed: 9,
      dataHash: '',
      inputs: [],
      inputShape: [2],
      target: { columns: ['a', 'b'], kind: 'numbers' as const },
    };
    const file = decodeWeights(encodeWeights(run.plan.network, run.weights(), metadata));
    assert.ok('ok' in file);
    assert.deepEqual(
      file.ok.tensors.map(({ name }) => name),
      ['weight', 'bias', 'running_mean', 'running_var']
        .map((name) => `batch_normalization_1.${name}`)
        .concat(['dense_1.weight', 'dense_1.bias']),
    );
    const weights = initialWeights(file.ok, run.plan.network);
    assert.ok('ok' in weights);
    const again = trainerOf(['batch_normalization', { dense: 2 }], [2], { weights: weights.ok });
    assert.deepEqual(again.evaluate('validation'), run.evaluate('validation'));
    const rows = Float32Array.from(run.data.inputs.subarray(0, 4));
    assert.deepEqual(
      predict(run.plan, weights.ok, rows, 2, referenceBackend),
      predict(run.plan, run.weights(), rows, 2, referenceBackend),
    );
    const less = { ...file.ok, tensors: file.ok.tensors.filter(({ name }) => !name.endsWith('running_var')) };
    const refused = initialWeights(less, run.plan.network);
    assert.ok('problem' in refused);
    assert.match(refused.problem, /batch_normalization_1\.running_var/);
    assert.equal(run.plan.network.parameterCount, 10);
  });

  it('batch normalisation of a single number is refused, in the plan and by the layer', () => {
    const flat = trainerOf(['batch_normalization', { dense: 2 }]);
    assert.equal(needsBatch(flat.plan.network), 'batch_normalization_1');
    assert.throws(() => walk(flat, { kind: 'sample', index: 0 }), /one number/);
    assert.equal(needsBatch(trainerOf(picture, shape).plan.network), undefined);
  });

  it('probes, surface and the walk go through blocks', () => {
    const run = trainerOf(picture, shape);
    run.trainBatch();
    const before = run.snapshot();
    const learning = run.plan.network.layers.filter(({ tensors }) => tensors.length > 0);
    const { layers } = probeGradients(run);
    assert.deepEqual(
      layers.map(({ layer }) => layer),
      learning.map(({ index }) => index),
    );
    for (const { gradientNorm, weightNorm, deltaNorm } of layers) {
      for (const value of [gradientNorm, weightNorm, deltaNorm]) {
        assert.ok(value > 0 && Number.isFinite(value));
      }
    }
    const measured = probeActivations(run).layers.map(({ layer }) => run.plan.network.layers[layer].name);
    assert.ok(measured.includes('residual_1.activation_1') && measured.includes('residual_1.residual_1.conv2d_1'));
    assert.ok(deadUnits(run) <= 1);
    const { steps } = walk(run, { kind: 'batch' });
    const roles = (kind: string, name: string) => {
      const found = steps.find(
        ({ phase }) => phase.kind === kind && run.plan.network.layers[phase.layer ?? 0].name === name,
      );
      return Object.keys(found?.tensors ?? {});
    };
    assert.deepEqual(roles('forward', 'conv2d_1'), ['input', 'filters', 'b', 'z', 'a']);
    assert.deepEqual(roles('forward', 'residual_1'), ['input', 'skip', 'a']);
    assert.deepEqual(roles('update', 'layer_normalization_1').slice(0, 4), ['scale', 'shift', 'dscale', 'dshift']);
    const updated = steps.filter(({ phase }) => phase.kind === 'update').at(-1);
    run.trainBatch();
    assert.deepEqual(updated?.tensors.Wafter.values, run.read('dense_2.weight').values);
    run.restore(before);

    const small = trainerOf([{ dense: 3 }, { residual: [{ dense: 3 }, 'batch_normalization'] }, { dense: 2 }]);
    const axes = ['a', 'b'].map((name) => ({ name, shift: 0, scale: 1 }));
    const surface = new SurfaceProbe(small, referenceBackend, axes, 4).measure();
    assert.ok(surface.outputs.every(Number.isFinite));
  });

  it('the error at the beginning of a block is the sum over both paths', () => {
    const run = trainerOf([{ dense: 2 }, { residual: [{ activation: 'tanh' }, { dense: 2 }] }], [2], {
      precision: 'float64',
    });
    for (let i = 0; i < 4 + 1 + 3; i++) {
      run.advance();
    }
    const [inner, whole, z, dOut] = [
      run.read('residual_1.activation_1.delta'),
      run.read('residual_1.activation_1.dInput'),
      run.read('residual_1.activation_1.z'),
      run.read('residual_1.dInput'),
    ].map(({ values }) => values);
    assert.ok(z.length > 0);
    for (let i = 0; i < whole.length; i++) {
      assert.equal(whole[i], inner[i] + dOut[i]);
    }
    assert.ok(whole.some((value, i) => value !== inner[i]));
  });
});

describe('layers that add noise', () => {
  const ones = (layers: readonly unknown[]) => trainerOf([...layers, { dense: 2 }], [400]);

  it('alpha dropout replaces masked elements by the limit of selu, keeps mean 0 and variance 1, and passes all in evaluation', () => {
    const run = ones([{ alpha_dropout: 0.3 }]);
    run.advance();
    const input = run.read('input').values;
    const output = run.read('alpha_dropout_1.a').values;
    const saturation = -1.0507009873554805 * 1.6732632423543772;
    const gain = 1 / Math.sqrt(0.7 * (1 + 0.3 * saturation ** 2));
    const shift = -gain * 0.3 * saturation;
    let [sum, squares, dropped] = [0, 0, 0];
    for (let i = 0; i < output.length; i++) {
      const kept = uniform(9, purposes.dropout, 0, i) >= 0.3;
      const expected = gain * (kept ? input[i] : saturation) + shift;
      assert.ok(Math.abs(output[i] - expected) < 1e-6);
      sum += output[i];
      squares += output[i] ** 2;
      if (!kept) {
        dropped++;
      }
    }
    const n = output.length;
    assert.ok(Math.abs(dropped / n - 0.3) < 0.04, `${dropped / n}`);
    assert.ok(Math.abs(sum / n) < 0.08 && Math.abs(squares / n - 1) < 0.12, `${sum / n}, ${squares / n}`);
  });

  it('gaussian noise is normal with the given deviation, drawn anew in each training step, and absent in evaluation', () => {
    const run = ones([{ gaussian_noise: 0.5 }]);
    const noise = () => {
      run.advance();
      const input = run.read('input').values;
      const values = Float64Array.from(run.read('gaussian_noise_1.a').values, (value, i) => value - input[i]);
      run.trainBatch();
      return values;
    };
    const [first, second] = [noise(), noise()];
    const deviation = Math.sqrt(first.reduce((sum, value) => sum + value * value, 0) / first.length);
    assert.ok(Math.abs(deviation - 0.5) < 0.03, `${deviation}`);
    assert.notDeepEqual(first.slice(0, 5), second.slice(0, 5));
    const plain = run.evaluate('train');
    assert.deepEqual(run.evaluate('train'), plain);
  });
});
