import assert from 'node:assert/strict';
import { normal, purposes } from '../../../src/common/random';
import { checkGradients, referenceBackend, Trainer } from '../../../src/engine';
import type { Backend } from '../../../src/engine/backend';
import { parseSpec } from '../../../src/language';
import { planNetwork } from '../../../src/spec/planNetwork';
import { dataOf, dense, type LayerSketch, network, plan, thing, trainOnly } from './support';

function trainerOf(sketches: readonly LayerSketch[], inputs = 3, samples = 6, scale = 1): Trainer {
  const net = network([inputs], sketches, 'mean_squared_error');
  const [outputs] = net.outputShape;
  const draw = (step: number, i: number): number => normal(3, purposes.generate, step, i);
  const rows = [...Array(samples).keys()];
  return new Trainer({
    plan: plan(net, { epochs: 1 }),
    data: dataOf(
      rows.map((i) => [...Array(inputs).keys()].map((k) => scale * draw(0, i * inputs + k))),
      rows.map((i) => [...Array(outputs).keys()].map((k) => draw(1, i * outputs + k))),
    ),
    parts: trainOnly(samples),
    backend: referenceBackend,
  });
}

function reportOf(trainer: Trainer, budget = { numbers: 1000, work: 1e9 }, backend: Backend = referenceBackend) {
  const steps: number[] = [];
  const report = checkGradients(trainer, backend, budget, (done, total) => steps.push(done / total));
  return { report, steps };
}

/** A backend whose gradient of one tensor is a little off. */
const broken = (tensor: string, factor: number): Backend => ({
  name: 'reference',
  compile(...args) {
    const program = referenceBackend.compile(...args);
    const read = program.read.bind(program);
    program.read = (name) => {
      const found = read(name);
      return name === `${tensor}.gradient` ? { ...found, values: found.values.map((g) => g * factor) } : found;
    };
    return program;
  },
});

describe('the gradient report', () => {
  it('counts every number of a small network, tensor by tensor, with errors below 1e-6', () => {
    const trainer = trainerOf([dense(4, 'tanh'), { type: 'dropout', rate: 0.3 }, dense(2)]);
    const { report, steps } = reportOf(trainer);
    assert.deepEqual(
      report.tensors.map(({ layer, tensor, checked, kinks, verdict }) => [layer, tensor, checked, kinks, verdict]),
      [
        [0, 'dense_1.weight', 12, 0, 'right'],
        [0, 'dense_1.bias', 4, 0, 'right'],
        [2, 'dense_2.weight', 8, 0, 'right'],
        [2, 'dense_2.bias', 2, 0, 'right'],
      ],
    );
    assert.deepEqual([report.parameters, report.samples, report.step], [26, 6, 0]);
    assert.equal(steps.length, 26);
    assert.equal(steps.at(-1), 1);
    for (const { largestError, worst, tensor } of report.tensors) {
      assert.ok(largestError < 1e-6, `${tensor}: ${largestError}`);
      assert.ok(worst && Math.abs(worst.gradient - worst.quotient) < 1e-6);
    }
  });

  it('names the wrong tensor and the worst of its numbers', () => {
    const trainer = trainerOf([dense(4, 'tanh'), dense(2)]);
    const wrong = reportOf(trainer, undefined, broken('dense_2.weight', 1.1)).report;
    assert.deepEqual(
      wrong.tensors.map(({ verdict }) => verdict),
      ['right', 'right', 'wrong', 'right'],
    );
    const { worst, largestError } = wrong.tensors[2];
    assert.equal(worst?.at.length, 2);
    assert.ok(Math.abs(largestError - 0.1 / 2.1) < 1e-6, `${largestError}`);
    const close = reportOf(trainer, undefined, broken('dense_2.weight', 1.0005)).report;
    assert.equal(close.tensors[2].verdict, 'doubtful');
    const lost = reportOf(trainer, undefined, broken('dense_2.weight', Number.NaN)).report;
    assert.deepEqual([lost.tensors[2].verdict, lost.tensors[2].largestError], ['wrong', Number.NaN]);
  });

  it('takes finer steps where the loss of large inputs bends within the usual one, and still finds a wrong gradient', () => {
    const cases: readonly [LayerSketch, number][] = [
      [dense(6, 'sine'), 20_000],
      [dense(6, thing('custom', { formula: 'cosh(x / 100)' })), 3000],
      [dense(6, thing('custom', { formula: 'sin(100*x)' })), 30],
    ];
    for (const [hidden, scale] of cases) {
      const trainer = trainerOf([hidden, dense(4, 'tanh'), dense(2)], 3, 6, scale);
      const what = JSON.stringify(hidden.activation);
      const verdicts = reportOf(trainer).report.tensors.map(({ tensor, verdict, checked, largestError }) => ({
        tensor: checked > 0 ? tensor : '',
        verdict,
        largestError,
      }));
      assert.ok(
        verdicts.every(({ verdict, tensor }) => verdict === 'right' && tensor !== ''),
        `${what}: ${JSON.stringify(verdicts)}`,
      );
      const off = reportOf(trainer, undefined, broken('dense_1.weight', 1.0005)).report.tensors[0];
      assert.equal(off.verdict, 'doubtful', what);
      const wrong = reportOf(trainer, undefined, broken('dense_1.weight', 1.01)).report.tensors[0];
      assert.equal(wrong.verdict, 'wrong', what);
    }
  });

  it('skips numbers at a kink and counts them', () => {
    const trainer = trainerOf([dense(4, 'relu'), dense(2)]);
    const weights = new Map([...trainer.weights()].map(([name, values]) => [name, values.slice().fill(0)]));
    trainer.setWeights(weights);
    // Every pre-activation is 0, exactly at the kink.
    const [weight] = reportOf(trainer).report.tensors;
    assert.deepEqual([weight.checked, weight.kinks, weight.verdict], [0, 12, 'unchecked']);
    assert.ok(Number.isNaN(weight.largestError));
  });

  it('skips numbers at a kink of a formula, however far that is from 0', () => {
    const kinksOf = (formula: string, bias: number) => {
      const trainer = new Trainer({
        plan: plan(network([1], [dense(1, { name: 'custom', parameters: { formula } })], 'mean_squared_error')),
        data: dataOf([[1], [1]], [[3], [4]]),
        parts: trainOnly(2),
        backend: referenceBackend,
      });
      trainer.setWeights(
        new Map([
          ['dense_1.weight', [1]],
          ['dense_1.bias', [bias]],
        ]),
      );
      return reportOf(trainer).report.tensors.map(({ kinks }) => kinks);
    };
    for (const [formula, z] of [
      ['relu(x - 31)', 31],
      ['max(x, 2*x + 40)', -40],
      ['abs(x - 25) + relu(25 - x)', 25],
    ] as const) {
      assert.deepEqual(kinksOf(formula, z - 1), [1, 1], formula);
      assert.deepEqual(kinksOf(formula, z), [0, 0], formula);
    }
  });

  it('skips numbers at a kink of the loss, of a gate, or where sparsemax sets an output to 0', () => {
    const weights = new Map([
      ['dense_1.weight', Float64Array.of(0.5, -0.25, 0, 0)],
      ['dense_1.bias', Float64Array.of(0.25, 0.25)],
    ]);
    // In both samples the weighted inputs of each unit sum to 0: its pre-activation is its bias.
    const rows = [
      [0.5, 1],
      [-1, -2],
    ];
    /** How many of the four weights and of the two biases were passed over. */
    const kinksOf = (output: string, loss: string, target: readonly number[], biases: readonly number[]) => {
      const trainer = new Trainer({
        plan: plan(network([2], [dense(2, output)], loss), { epochs: 1 }),
        data: dataOf(rows, [target, target]),
        parts: trainOnly(2),
        backend: referenceBackend,
      });
      trainer.setWeights(weights.set('dense_1.bias', Float64Array.from(biases)));
      return reportOf(trainer).report.tensors.map(({ kinks, largestError }) => {
        assert.ok(!(largestError > 1e-6), `${output}, ${loss}: ${largestError}`);
        return kinks;
      });
    };
    assert.deepEqual(kinksOf('linear', 'mean_squared_error', [0.5, 0.25], [0.25, 0.25]), [0, 0]);
    assert.deepEqual(kinksOf('linear', 'mean_absolute_error', [0.5, 0.25], [0.25, 0.25]), [2, 1]);
    assert.deepEqual(kinksOf('linear', 'hinge', [1, 0], [1, 0.5]), [2, 1]);
    assert.deepEqual(kinksOf('linear', 'categorical_hinge', [0.5, 0.5], [0.25, 0.25]), [4, 2]);
    assert.deepEqual(kinksOf('reglu', 'mean_squared_error', [1], [0.5, 0]), [2, 1]);
    assert.deepEqual(kinksOf('sparsemax', 'mean_squared_error', [0.5, 0.25], [1, 0]), [4, 2]);
  });

  it('skips numbers whose error the rounding of a large loss may explain, but not those that are wrong by more', () => {
    const rows = [...Array(6).keys()];
    const trainerFor = (size: number): Trainer =>
      new Trainer({
        plan: plan(network([2], [dense(4, 'tanh'), dense(1)], 'mean_squared_error'), { epochs: 1 }),
        data: dataOf(
          rows.map((i) => [0, 1].map((k) => normal(3, purposes.generate, 0, 2 * i + k))),
          rows.map((i) => [size * (1 - 2 * (i % 2)) + size / (i + 2)]),
        ),
        parts: trainOnly(6),
        backend: referenceBackend,
      });
    const large = reportOf(trainerFor(1e8)).report;
    assert.ok(large.loss > 5e15, `${large.loss}`);
    const unresolved = large.tensors.reduce((sum, each) => sum + each.unresolved, 0);
    assert.ok(unresolved > 5, `${unresolved}`);
    for (const { verdict, tensor } of large.tensors) {
      assert.ok(/right|unchecked/.test(verdict), `${tensor}: ${verdict}`);
    }
    const wrong = reportOf(trainerFor(1e8), undefined, broken('dense_2.weight', 2)).report;
    assert.equal(wrong.tensors[2].verdict, 'wrong');
    const infinite = reportOf(trainerFor(1e200)).report;
    assert.deepEqual(
      infinite.tensors.map(({ checked, verdict }) => [checked, verdict]),
      Array(4).fill([0, 'unchecked']),
    );
    assert.ok(reportOf(trainerFor(1)).report.tensors.every((each) => each.unresolved === 0));
  });

  describe('where the loss bends or scatters within the finest step', () => {
    /** A trainer for a network of one input whose first layer is close to a bend. */
    const trainerAt = (inputs: readonly number[], layers: readonly unknown[], seed: number): Trainer => {
      const text = JSON.stringify({ data: { source: 'moons' }, model: { layers }, training: {} });
      const { spec, problems } = parseSpec(text, { fileName: 'a' });
      assert.ok(spec, JSON.stringify(problems));
      const facts = { inputShape: [1], targetSize: 1, targetKind: 'binary' as const };
      const { plan: net, issues } = planNetwork(spec, facts);
      assert.ok(net, JSON.stringify(issues));
      return new Trainer({
        plan: { network: net, training: spec.training, seed },
        data: dataOf(
          inputs.map((x) => [x]),
          inputs.map((_, i) => [i % 2]),
        ),
        parts: trainOnly(inputs.length),
        backend: referenceBackend,
      });
    };
    const alike = Array.from({ length: 8 }, () => 1);
    const spread = Array.from({ length: 32 }, (_, i) => normal(5, purposes.generate, 0, i));
    const deviation = { batch_normalization: { epsilon: 1e-12 } };
    const end = { dense: { units: 1, activation: 'sigmoid' } };
    const small = {
      units: 8,
      kernel_initializer: { random_normal: { stddev: 3e-4 } },
      bias_initializer: 'zeros',
    };
    const cases: Readonly<Record<string, readonly [readonly number[], readonly unknown[]]>> = {
      'a formula whose second derivative is infinite at 0': [
        spread,
        [{ dense: { ...small, activation: { custom: 'relu(x)^1.5' } } }, end],
      ],
      'a very steep formula': [spread, [{ dense: { units: 8, activation: { custom: 'tanh(1000*x)' } } }, end]],
      'batch normalisation of a feature that is constant': [
        alike,
        [{ dense: { units: 4, activation: 'tanh' } }, deviation, { dense: { units: 4, activation: 'tanh' } }, end],
      ],
      'batch normalisation of a feature that is nearly constant': [
        spread,
        [{ dense: { units: 8, activation: 'sigmoid', bias_initializer: { constant: 12 } } }, deviation, end],
      ],
    };
    for (const [name, [inputs, layers]] of Object.entries(cases)) {
      it(`calls no right gradient wrong, and every wrong one wrong: ${name}`, () => {
        let right = 0;
        for (let seed = 0; seed < 12; seed++) {
          const trainer = trainerAt(inputs, layers, seed);
          const { tensors } = reportOf(trainer).report;
          for (const { tensor, verdict, largestError, worst } of tensors) {
            const what = `${tensor}, seed ${seed}: ${largestError} ${JSON.stringify(worst)}`;
            assert.ok(verdict === 'right' || verdict === 'unchecked', what);
            if (verdict === 'right') {
              right++;
            }
          }
          const last = tensors[tensors.length - 1].tensor;
          const planted = reportOf(trainer, undefined, broken(last, 1.02)).report;
          assert.equal(planted.tensors[tensors.length - 1].verdict, 'wrong', `${last}, seed ${seed}`);
        }
        assert.ok(right > 24, `${right}`);
      });
    }

    it('finds a wrong gradient of the layer beside the bend itself', () => {
      const [inputs, layers] = cases['a formula whose second derivative is infinite at 0'];
      const { tensors } = reportOf(trainerAt(inputs, layers, 3), undefined, broken('dense_1.weight', 1.02)).report;
      assert.equal(tensors[0].verdict, 'wrong');
      const steep = cases['a very steep formula'];
      const sharp = reportOf(trainerAt(...steep, 1), undefined, broken('dense_1.bias', 1.02)).report;
      assert.equal(sharp.tensors[1].verdict, 'wrong');
      const alone = cases['batch normalisation of a feature that is nearly constant'];
      const tight = reportOf(trainerAt(...alone, 1), undefined, broken('dense_1.weight', 1.02)).report;
      assert.equal(tight.tensors[0].verdict, 'wrong');
    });
  });

  it('draws from large tensors, at least one number of each, and the same ones every time', () => {
    const trainer = trainerOf([dense(60, 'tanh'), dense(60, 'tanh'), dense(2)], 40);
    const { report } = reportOf(trainer, { numbers: 200, work: 1e12 });
    const checked = report.tensors.map((each) => each.checked);
    assert.equal(
      checked.reduce((a, b) => a + b),
      200,
    );
    assert.ok(Math.min(...checked) >= 2 && checked[0] > 10, `${checked}`);
    assert.deepEqual(reportOf(trainer, { numbers: 200, work: 1e12 }).report, report);
    const least = reportOf(trainer, { numbers: 200, work: 1 }).report;
    assert.deepEqual(
      least.tensors.map((each) => each.checked),
      [1, 1, 1, 1, 1, 1],
    );
  });

  it('changes nothing of the run', () => {
    const trainer = trainerOf([dense(4, thing('rrelu', { lower: 0.125, upper: 1 / 3 })), dense(2)]);
    trainer.advance();
    const before = trainer.snapshot();
    reportOf(trainer);
    assert.deepEqual(trainer.snapshot(), before);
  });
});
