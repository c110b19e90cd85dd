import assert from 'node:assert/strict';
import {
  describeDivergence,
  evaluateAll,
  judge,
  needsTestEachEpoch,
  referenceBackend,
  Trainer,
} from '../../../src/engine';
import { Watch } from '../../../src/engine/earlyStopping';
import type { Expectation } from '../../../src/spec/spec';
import { adam, dataOf, dense, network, plan, range, sgd, thing, trainOnly, xor } from './support';

describe('how a run ends', () => {
  it('a run that diverges stops before the update and names layer, step and tensor', () => {
    const net = network([1], [dense(2), dense(1)], 'mean_squared_error');
    const make = (): Trainer =>
      new Trainer({
        plan: plan(net, { optimizer: sgd({ learning_rate: 1e6 }), batchSize: 2 }),
        data: dataOf([[3], [5]], [[1], [2]]),
        parts: trainOnly(2),
        backend: referenceBackend,
      });
    const run = make();
    while (!run.ended) {
      run.trainBatch();
    }
    assert.equal(run.ended, 'diverged');
    const found = run.divergence;
    assert.ok(found);
    assert.equal(found.step, run.position.step + 1);
    assert.match(found.tensor, /^dense_[12]\.(weight|bias|z|a)$/);
    assert.equal(found.layer, found.tensor.split('.')[0]);
    assert.ok(!Number.isFinite(run.read(found.tensor).values.find((value) => !Number.isFinite(value))));
    assert.deepEqual(describeDivergence(found, 1).match(/dense_\d/g), [found.layer], 'the layer is named once');
    const phased = make();
    while (!phased.ended) {
      phased.advance();
    }
    assert.deepEqual(phased.divergence, found);
    assert.deepEqual(phased.weights(), run.weights());
    assert.throws(() => run.trainBatch(), /start a new one/);
    const ofLoss = { layer: 'dense_2', step: 7, tensor: 'loss' };
    assert.match(describeDivergence(ofLoss, 6), /^Training diverged at step 7: the loss is not finite\./);
  });

  it('a run whose last update makes the loss infinite has diverged, too', () => {
    for (const trainEpochs of [(run: Trainer) => run.trainEpoch(), (run: Trainer) => run.advance()]) {
      const run = new Trainer({
        plan: plan(network([1], [dense(2), dense(1)], 'mean_squared_error'), {
          optimizer: sgd({ learning_rate: 1e37 }),
          epochs: 1,
        }),
        data: dataOf([[3], [5]], [[1], [2]]),
        parts: trainOnly(2),
        backend: referenceBackend,
      });
      while (!run.ended) {
        trainEpochs(run);
      }
      assert.equal(run.ended, 'diverged');
      assert.equal(run.history.length, 1);
      assert.ok(Number.isFinite(run.history.valuesOf('loss', 1)[0]));
      assert.equal(run.divergence?.step, 1);
      assert.match(run.divergence?.tensor ?? '', /^dense_2\.z$/);
    }
  });

  it('a NaN is not hidden by relu', () => {
    const net = network([1], [dense(2, 'relu'), dense(1)], 'mean_squared_error');
    const program = referenceBackend.compile(plan(net), dataOf([[1]], [[1]]), { maxBatch: 1 });
    program.write('dense_1.weight', [Number.NaN, 1]);
    assert.ok(Number.isNaN(program.trainStep(range(1), 0, 1)));
    assert.deepEqual(program.findDivergence(), { layer: 'dense_1', step: 1, tensor: 'dense_1.weight' });
  });

  it('early stopping respects patience, min_delta and the direction of the value', () => {
    const observe = (monitor: string, minDelta: number, values: readonly number[]): (string | number)[] => {
      const watch = new Watch({ monitor, patience: 2, minDelta, restoreBest: true });
      return values.map((value, i) => {
        const record = { epoch: i + 1, values: [[monitor, value]] as const };
        const improved = watch.isBest(record);
        return watch.observe(record) ? 'stop' : improved ? 1 : 0;
      });
    };
    assert.deepEqual(observe('val_loss', 0, [3, 2, 2, 2.5]), [1, 1, 0, 'stop']);
    assert.deepEqual(observe('val_loss', 0.5, [3, 2.6, 2.4, 2.3]), [1, 0, 1, 0]);
    assert.deepEqual(observe('val_accuracy', 0, [0.5, 0.6, 0.4, 0.6]), [1, 1, 0, 'stop']);
    assert.deepEqual(observe('val_loss', 0, [Number.NaN, Number.NaN]), [0, 'stop']);
  });

  it('the weights of the best epoch come back at the end', () => {
    // The validation targets contradict the training ones, so that validation only gets worse.
    const run = new Trainer({
      plan: plan(network([1], [dense(1)], 'mean_squared_error'), {
        optimizer: sgd({ learning_rate: 0.2 }),
        batchSize: 1,
        epochs: 30,
        earlyStopping: { monitor: 'val_loss', patience: 3, minDelta: 0, restoreBest: true },
      }),
      data: dataOf([[1], [1]], [[5], [-5]]),
      parts: { train: range(1), validation: range(1, 1), test: new Int32Array(0) },
      backend: referenceBackend,
    });
    run.trainEpoch();
    const best = run.weights();
    while (!run.ended) {
      run.trainEpoch();
    }
    assert.equal(run.ended, 'early_stopping');
    assert.equal(run.history.length, 4);
    assert.equal(run.history.valuesOf('val_loss', 2).length, 2);
    assert.deepEqual(run.weights(), best);
    assert.equal(run.kept?.epoch, 1);
    const values = new Map(run.kept?.values);
    assert.equal(values.get('val_loss'), run.history.valuesOf('val_loss', 1)[0]);
    assert.equal(values.get('val_loss'), new Map(run.evaluate('validation')).get('loss'));
  });

  it('judges final values, values within epochs, parameters, dead units and gradients', () => {
    const expectation = (
      tag: string,
      comparison: Expectation['comparison'],
      value: number,
      within?: number,
    ): Expectation => ({ text: `${tag} ${comparison} ${value}`, tag, comparison, value, within });
    const expectations = [
      expectation('loss', '<', 0.05),
      expectation('loss', '<', 1e-9),
      expectation('accuracy', '==', 1),
      expectation('accuracy', '>=', 1, 300),
      expectation('accuracy', '>', 1, 300),
      expectation('loss', '<', 0.05, 1),
      expectation('test_accuracy', '>=', 0.75, 300),
      expectation('val_loss', '<', 1),
      expectation('parameters', '==', 17),
      expectation('dead_units', '<=', 0),
      expectation('gradient_check', '<', 1e-6),
      expectation('gradient_check', '<', 1e-30),
    ];
    assert.ok(needsTestEachEpoch(expectations));
    const run = new Trainer({
      plan: plan(network([2], [dense(4, 'tanh'), dense(1, 'sigmoid')], 'binary_crossentropy'), {
        optimizer: adam({ learning_rate: 0.05 }),
        batchSize: 4,
        epochs: 400,
        metrics: [thing('accuracy')],
      }),
      data: xor,
      parts: { train: range(4), validation: new Int32Array(0), test: range(4) },
      backend: referenceBackend,
      testEachEpoch: true,
    });
    while (!run.ended) {
      run.trainEpoch();
    }
    const judged = judge(expectations, run, referenceBackend, evaluateAll(run));
    assert.deepEqual(
      judged.map(({ ok }) => ok),
      [true, false, true, true, false, false, true, false, true, true, true, false],
    );
    assert.deepEqual([judged[2].value, judged[4].value, judged[8].value], [1, 1, 17]);
    assert.ok(Number.isNaN(judged[7].value));
  });

  it('counts dead units of relu over all samples', () => {
    const net = network([1], [dense(4, 'relu'), dense(1)], 'mean_squared_error');
    const run = new Trainer({
      plan: plan(net),
      data: dataOf([[1], [2]], [[0], [0]]),
      parts: trainOnly(2),
      backend: referenceBackend,
      weights: new Map<string, number[]>([
        ['dense_1.weight', [1, -1, 1, -1]],
        ['dense_1.bias', [0, 0, -1.5, 0.5]],
        ['dense_2.weight', [1, 1, 1, 1]],
        ['dense_2.bias', [0]],
      ]),
    });
    const [{ value }] = judge(
      [{ text: '', tag: 'dead_units', comparison: '<', value: 1 }],
      run,
      referenceBackend,
      evaluateAll(run),
    );
    assert.equal(value, 0.5);
  });

  it('accuracy: a binary output above one half means yes; of equal classes the first is chosen', () => {
    const accuracyOf = (act: string, loss: string, bias: number[], targets: number[][]): number | undefined => {
      const run = new Trainer({
        plan: plan(network([1], [dense(bias.length, act)], loss), { metrics: [thing('accuracy')] }),
        data: dataOf(
          targets.map(() => [0]),
          targets,
        ),
        parts: trainOnly(targets.length),
        backend: referenceBackend,
        weights: new Map([
          ['dense_1.weight', bias.map(() => 0)],
          ['dense_1.bias', bias],
        ]),
      });
      return run.evaluate('train')?.[1][1];
    };
    assert.equal(accuracyOf('sigmoid', 'binary_crossentropy', [0], [[0], [0], [1]]), 2 / 3);
    assert.equal(accuracyOf('sigmoid', 'binary_crossentropy', [1, -1], [[1, 1]]), 1 / 2);
    assert.equal(
      accuracyOf(
        'softmax',
        'categorical_crossentropy',
        [1, 1, 0],
        [
          [1, 0, 0],
          [0, 1, 0],
        ],
      ),
      1 / 2,
    );
  });
});
