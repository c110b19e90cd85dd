import assert from 'node:assert/strict';
import { spreadOf } from '../../../src/common/foldScores';
import type { EngineEvent } from '../../../src/protocol/engine';
import { measured } from '../../harness/measured';
import { code, type Harness, ok, startEngine, startOptions } from './harness';

const moons = `
seed: 3
data: { source: { moons: { samples: 40 } }, split: { train: 0.6, validation: 0.2, test: 0.2 }, scale: standard }
model: { layers: [{ dense: { units: 4, activation: tanh } }, { dense: { units: 1, activation: sigmoid } }] }
training: { optimizer: { sgd: 0.5 }, batch_size: 8, epochs: 6, cross_validation: 3 }
expect: [loss < 10, test_loss < 10 within 3]
`;

/** The kinds of events in their order, each with the fold that it belongs to. */
function story(events: readonly EngineEvent[]): string[] {
  let fold = '';
  const told = events.flatMap((event) => {
    if (event.type === 'started') {
      fold = ` ${event.started.fold ?? 'network'}`;
    }
    return ['started', 'epochs', 'fold', 'ended'].includes(event.type) ? [`${event.type}${fold}`] : [];
  });
  return told.filter((each, i) => each !== told[i - 1]);
}

const whole = [1, 2, 3].flatMap((fold) => ['started', 'epochs', 'fold'].map((type) => `${type} ${fold}`));

describe('the engine server with a cross-validation', () => {
  let engine: Harness;
  afterEach(() => engine.dispose());

  async function scores() {
    await engine.until('ended');
    return engine.ofType('fold').map(({ score }) => score);
  }

  it('trains the folds one after the other, then the network with the bits of a run without them', async () => {
    engine = startEngine();
    ok(await engine.client.ask('start', startOptions(moons)));
    const folds = await scores();
    assert.deepEqual(story(engine.events), [...whole, 'started network', 'epochs network', 'ended network']);
    assert.deepEqual(
      engine
        .ofType('started')
        .map(({ started }) => [started.samples.train, started.samples.validation, started.batches]),
      [
        [21, 11, 3],
        [21, 11, 3],
        [22, 10, 3],
        [24, 8, 3],
      ],
    );
    // The time is that of the network's own steps.
    const times = engine.ofType('time');
    assert.deepEqual([times[0].step, times.at(-1)?.step], [0, 18]);
    assert.ok(engine.events.indexOf(times[0]) > engine.events.findLastIndex(({ type }) => type === 'fold'));
    // Scored after the last epoch, as the epoch's own values are.
    const last = engine.ofType('epochs').flatMap(({ records }) => records)[5];
    assert.equal(new Map(last.values).get('val_loss'), new Map(folds[0].values).get('loss'));
    assert.deepEqual(
      folds.map(({ reason, epochs }) => [reason, epochs]),
      Array(3).fill(['completed', 6]),
    );
    const { final, expect } = engine.ofType('ended')[0].ended;
    assert.deepEqual(
      expect.map(({ ok: met }) => met),
      [true, true],
    );
    const weights = ok(await engine.client.ask('saveWeights', null));
    engine.dispose();

    engine = startEngine();
    const { spec, ...options } = startOptions(moons);
    const { crossValidation: _, ...training } = spec.training;
    ok(await engine.client.ask('start', { ...options, spec: { ...spec, training } }));
    assert.deepEqual((await engine.until('ended')).ended.final, final);
    assert.deepEqual(ok(await engine.client.ask('saveWeights', null)), weights);
  });

  it('gives the same scores whether it runs, pauses, or steps from fold to fold, where a step ends', async () => {
    engine = startEngine();
    ok(await engine.client.ask('start', startOptions(moons)));
    const straight = await scores();
    engine.dispose();

    engine = startEngine();
    ok(await engine.client.ask('start', startOptions(moons, { paused: true })));
    await engine.until('started');
    for (let epoch = 1; epoch <= 6; epoch++) {
      assert.equal(ok(await engine.client.ask('step', { unit: 'epoch' })).state, 'paused');
    }
    assert.deepEqual(story(engine.events), ['started 1', 'epochs 1', 'fold 1', 'started 2']);
    for (let phase = 0; phase < 5; phase++) {
      ok(await engine.client.ask('step', { unit: 'phase' }));
    }
    ok(await measured(engine.client, 'activations', {}));
    ok(await measured(engine.client, 'surface', { resolution: 4 }));
    ok(await engine.client.ask('walk', { subject: { kind: 'batch' } }));
    assert.equal(code(await measured(engine.client, 'confusion', { part: 'validation' })), undefined);
    assert.equal(code(await measured(engine.client, 'confusion', { part: 'test' })), 'empty-part');
    ok(await engine.client.ask('resume', null));
    assert.deepEqual(await scores(), straight);
  });

  it('pauses for a checkpoint in the training of the network alone', async () => {
    engine = startEngine();
    ok(await engine.client.ask('start', startOptions(moons, { pauseEvery: 2 })));
    while (!engine.ofType('progress').some(({ progress }) => progress.state === 'paused')) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    assert.deepEqual(story(engine.events), [...whole, 'started network', 'epochs network']);
    ok(await engine.client.ask('saveCheckpoint', null));
  });

  it('saves and changes nothing of a fold, and keeps its scores where it is stopped in one', async () => {
    engine = startEngine();
    const { client } = engine;
    ok(await client.ask('start', startOptions(moons, { paused: true })));
    await engine.until('started');
    const refused = await Promise.all([
      client.ask('saveWeights', null),
      client.ask('saveCheckpoint', null),
      client.ask('loadWeights', { bytes: new Uint8Array() }),
      client.ask('setLearningRate', { learningRate: 1 }),
    ]);
    assert.deepEqual(refused.map(code), Array(4).fill('in-fold'));
    while (engine.ofType('fold').length < 2) {
      ok(await client.ask('step', { unit: 'epoch' }));
    }
    ok(await client.ask('stop', null));
    const { ended } = await engine.until('ended');
    assert.deepEqual([ended.reason, ended.final, ended.expect], ['stopped', {}, []]);
    assert.equal((await scores()).length, 2);
    const reply = await client.ask('saveWeights', null);
    assert.equal(
      'err' in reply && reply.err.message,
      'The run ended in fold 3 of 3: the network itself was not trained.',
    );
  });

  it('trains no folds for a gradient check', async () => {
    engine = startEngine();
    ok(await engine.client.ask('start', startOptions(moons, { paused: true, inspect: true })));
    assert.equal((await engine.until('started')).started.fold, undefined);
  });

  it('stops each fold early by the rows that it validates on', async () => {
    engine = startEngine();
    const stopping = moons
      .replace('epochs: 6', 'epochs: 300, early_stopping: { patience: 1 }')
      .replace('sgd: 0.5', 'sgd: 4');
    ok(await engine.client.ask('start', startOptions(stopping)));
    const folds = await scores();
    assert.ok(folds.every(({ reason }) => reason === 'early_stopping'));
    assert.ok(new Set(folds.map(({ epochs }) => epochs)).size > 1);
    // The score is that of the best weights, which were kept.
    const records = engine.ofType('epochs').flatMap((event) => event.records);
    const second = records.findIndex(({ epoch }, i) => i > 0 && epoch === 1);
    const best = Math.min(...records.slice(0, second).map(({ values }) => new Map(values).get('val_loss') ?? 1));
    assert.equal(new Map(folds[0].values).get('loss'), best);
  });

  it('encodes a fold by its own categories, so that it may have fewer inputs', async () => {
    engine = startEngine({
      'a.csv': `c,y\n${['u', 'v', 'u', 'v', 'u', 'w'].map((c, i) => `${c},${i % 2}`).join('\n')}\n`,
    });
    const spec = `
data: { file: a.csv, target: y, unknown: ignore, split: { train: 1 } }
model: { layers: [{ dense: { units: 1, activation: sigmoid } }] }
training: { epochs: 2, cross_validation: 6 }
`;
    ok(await engine.client.ask('start', startOptions(spec)));
    await engine.until('ended');
    assert.deepEqual(
      engine
        .ofType('started')
        .map(({ started }) => started.layers[0].inputShape[0])
        .toSorted(),
      [2, 3, 3, 3, 3, 3, 3],
    );
  });
});

describe('Mean and spread over the folds', () => {
  const score = (fold: number, loss: number) =>
    ({ fold, reason: 'completed', epochs: 1, values: [['loss', loss]], baseline: [['loss', 1]] }) as const;

  it('are the mean and the standard deviation of a sample', () => {
    assert.deepEqual(spreadOf([score(1, 1), score(2, 2), score(3, 6)]), [{ tag: 'loss', mean: 3, sd: Math.sqrt(7) }]);
    assert.deepEqual(spreadOf([score(1, 1), score(2, 2)], 'baseline'), [{ tag: 'loss', mean: 1, sd: 0 }]);
    assert.deepEqual(spreadOf([score(1, 2)]), [{ tag: 'loss', mean: 2, sd: Number.NaN }]);
    assert.deepEqual(spreadOf([]), []);
  });
});
