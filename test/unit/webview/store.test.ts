import assert from 'node:assert/strict';
import type { Verdict } from '../../../src/common/verdict/verdict';
import type { Ended, LayerInfo, Started } from '../../../src/protocol/engine';
import type { Hydration } from '../../../src/protocol/panel';
import { findingsOf, isIll, stepOf } from '../../../webview/panel/findings';
import { Store } from '../../../webview/panel/store';

function layer(name: string, activation: string): LayerInfo {
  return {
    name,
    type: 'dense',
    forward: 'weigh',
    shape: [4],
    inputShape: [4],
    parameters: 20,
    activation: { name: activation, parameters: {} },
  };
}

function started(layers: readonly LayerInfo[]): Started {
  return {
    layers,
    samples: { train: 4, validation: 0, test: 0 },
    facts: {},
    spec: { data: { scale: 'none' }, training: { loss: { name: 'huber' } } },
  } as unknown as Started;
}

function points(...y: number[]) {
  return { x: Float64Array.from(y, (_, i) => i + 1), y: Float64Array.from(y) };
}

function hydrated(change: Partial<Hydration>): Store {
  const store = new Store();
  const hydration = {
    runId: 'r',
    title: 't',
    specUri: 'file:///t',
    state: 'running',
    stored: false,
    series: {},
    ...change,
  } as const;
  store.hydrate({ type: 'hydrate', frame: 1, hydration });
  return store;
}

const ended: Ended = { reason: 'completed', epochs: 3, seconds: 1, final: {}, expect: [] };

describe('the panel’s store', () => {
  it('is hydrated, then grows, and is replaced by the next hydration', () => {
    const store = hydrated({ series: { loss: points(3, 2) }, stage: 'reading…' });
    store.append({
      type: 'append',
      frame: 2,
      series: { loss: { x: Float64Array.of(3), y: Float64Array.of(1) } },
      changes: { state: 'paused', stage: null },
    });
    assert.deepEqual([...store.series('loss').y], [3, 2, 1]);
    assert.deepEqual([store.run.title, store.run.stage], ['t', undefined]);
    assert.equal(store.run.state, 'paused');
    store.hydrate({
      type: 'hydrate',
      frame: 3,
      hydration: { runId: 'r', title: 't', specUri: '', state: 'running', stored: false, series: { loss: points(9) } },
    });
    assert.deepEqual([...store.series('loss').y], [9]);
  });

  it('is not alive if the run was stored', () => {
    assert.equal(hydrated({ stored: true }).alive, false);
    assert.equal(hydrated({}).alive, true);
  });
});

describe('the findings below the header', () => {
  const run = { started: started([layer('a', 'relu'), layer('b', 'sigmoid')]) };
  const against = { tag: 'loss', value: 0.7, baseline: 0.69 };
  const dead = { learned: false, against, findings: [{ code: 'dead_units', layer: 'b', value: 0.94 }] } as const;

  it('say whether it has learned and what is wrong, with the layer to show', () => {
    const store = hydrated({ ...run, state: 'completed', ended: { ...ended, verdict: dead } });
    assert.deepEqual(findingsOf(store), [
      {
        level: 'warning',
        text: 'It has not learned: loss 0.7000 is not clearly better than 0.6900, that of always giving the same answer.',
      },
      { level: 'warning', text: 'b: 94 % of its units are dead: they pass no gradient for any sample.', layer: 1 },
    ]);
  });

  it('begin with the engine’s warning, and are those of the latest judgement while it trains', () => {
    const progress = { warning: 'Look.' } as Hydration['progress'];
    const verdict = { learned: false, against, findings: [] };
    assert.deepEqual(findingsOf(hydrated({ ...run, progress, verdict })), [
      { level: 'warning', text: 'Look.' },
      {
        level: 'info',
        text: 'So far not clearly better than always giving the same answer: loss 0.7000 against 0.6900.',
      },
    ]);
  });

  it('send to the lesson about it where something is wrong, and only there', () => {
    const learned = { learned: true, against, findings: [] };
    const over = (verdict: Verdict) => isIll(hydrated({ ...run, state: 'completed', ended: { ...ended, verdict } }));
    assert.deepEqual([over(dead), over({ ...learned, learned: false }), over(learned)], [true, true, false]);
    assert.equal(isIll(hydrated({ ...run, verdict: { ...learned, learned: false } })), false);
    assert.equal(isIll(hydrated({ ...run, verdict: dead })), true);
    assert.equal(isIll(hydrated({ ...run, state: 'failed', verdict: dead })), false);
  });

  it('are empty before anything is judged, and where the run has failed', () => {
    assert.deepEqual(findingsOf(hydrated(run)), []);
    assert.deepEqual(findingsOf(hydrated({ ...run, state: 'failed', verdict: dead })), []);
  });

  it('leave it to the banner to say that it has diverged', () => {
    const verdict = { learned: false, findings: [{ code: 'diverged', layer: 'a', value: 7 }] } as const;
    assert.deepEqual(findingsOf(hydrated({ ...run, ended: { ...ended, reason: 'diverged', verdict } })), []);
  });

  it('say that there is nothing to learn where no layer has weights', () => {
    const store = hydrated({ started: { ...run.started, parameters: 0 }, ended });
    assert.match(findingsOf(store)[0].text, /nothing to learn/);
  });
});

describe('the step to try next', () => {
  const run = { started: started([layer('a', 'relu'), layer('b', 'sigmoid')]) };
  const against = { tag: 'loss', value: 0.7, baseline: 0.69 };
  const slow = { learned: false, against, findings: [{ code: 'too_slow', value: 0.02 }] } as const;

  it('is that of the first finding, and there is none where all is well', () => {
    assert.match(stepOf(hydrated({ ...run, ended: { ...ended, verdict: slow } })) ?? '', /^Train longer/);
    const well = { learned: true, against, findings: [] };
    assert.equal(stepOf(hydrated({ ...run, ended: { ...ended, verdict: well } })), undefined);
    assert.equal(stepOf(hydrated({ ...run, verdict: slow })), undefined);
  });

  it('is another loss where a few targets outweigh all others', () => {
    const { facts, spec, ...rest } = run.started;
    const wild = { count: 8, share: 0.9, farthest: 6e6 };
    const withLoss = (loss: string) =>
      hydrated({
        started: {
          ...rest,
          facts: { ...facts, targetMoments: [{ name: 'y', mean: 1, deviation: 2, wild }] },
          spec: { ...spec, training: { ...spec.training, loss: { name: loss, parameters: {} } } },
        },
        ended: { ...ended, verdict: slow },
      });
    assert.match(stepOf(withLoss('mean_squared_error')) ?? '', /^A few targets lie far from all others.* loss: huber/);
    assert.doesNotMatch(stepOf(withLoss('huber')) ?? '', /far from/);
  });
});
