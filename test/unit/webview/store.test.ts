import assert from 'node:assert/strict';
import type { Ended, LayerInfo, Started } from '../../../src/protocol/engine';
import type { Hydration } from '../../../src/protocol/panel';
import { advice } from '../../../webview/panel/advice';
import { findings, goesWell, learning } from '../../../webview/panel/findings';
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

function started(layers: readonly LayerInfo[], optimizer = 'sgd', linear = false): Started {
  return {
    layers,
    linear,
    samples: { train: 4, validation: 0, test: 0 },
    facts: {},
    spec: { data: { scale: 'none' }, training: { optimizer: { name: optimizer }, loss: { name: 'huber' } } },
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

describe('the advice on what to try next', () => {
  const flat = { loss: points(0.7, 0.7, 0.7, 0.7, 0.7) };

  it('is an activation if the network is linear and has not learned', () => {
    const layers = [layer('a', 'linear'), layer('b', 'sigmoid')];
    const linear = started(layers, 'sgd', true);
    assert.match(advice(hydrated({ started: linear, ended, series: flat }))[0], /Every layer is linear/);
    assert.doesNotMatch(
      advice(hydrated({ started: started(layers), ended, series: flat })).join(),
      /linear/,
      'not called linear',
    );
    const separable = { loss: points(0.7, 0.3, 0.1, 0.05, 0.02) };
    assert.doesNotMatch(advice(hydrated({ started: linear, ended, series: separable })).join(), /linear/, 'learned');
  });

  it('is another loss where a few targets outweigh all others', () => {
    const { facts, spec, ...rest } = started([layer('a', 'linear')]);
    const wild = { count: 8, share: 0.9, farthest: 6e6 };
    const run = (loss: string) =>
      hydrated({
        started: {
          ...rest,
          facts: { ...facts, targetMoments: [{ name: 'y', mean: 1, deviation: 2, wild }] },
          spec: { ...spec, training: { ...spec.training, loss: { name: loss, parameters: {} } } },
        },
        ended,
        series: flat,
      });
    assert.match(advice(run('mean_squared_error')).join(), /^A few targets lie far from all others.* loss: huber/);
    assert.doesNotMatch(advice(run('huber')).join(), /far from/);
  });

  it('does not contradict the sentence of the header', () => {
    const layers = [layer('a', 'tanh'), layer('b', 'sigmoid')];
    for (const last of [0.2, 0.6, 0.75, 0.85, 0.95]) {
      const loss = points(1, ...Array.from({ length: 19 }, () => last));
      const missed = { ...ended, expect: [{ text: 'loss < 0.1', ok: false, value: last }] };
      const [line] = advice(hydrated({ started: started(layers), ended: missed, series: { loss } }));
      assert.equal(learning(loss.y, true).good, /still learning/.test(line), `${last}: ${line}`);
    }
  });

  it('is more epochs after a short run, and never the optimizer in use', () => {
    const layers = [layer('a', 'tanh'), layer('b', 'sigmoid')];
    const short = hydrated({ started: started(layers), ended, series: { loss: points(0.7) } });
    assert.deepEqual(advice(short), ['That was a short run: try more epochs.']);
    const longer = { loss: points(...Array.from({ length: 20 }, () => 0.7)) };
    assert.match(advice(hydrated({ started: started(layers), ended, series: longer }))[0], /the adam optimizer/);
    assert.doesNotMatch(advice(hydrated({ started: started(layers, 'adam'), ended, series: longer }))[0], /adam/);
  });

  it('is to step through a run that ended within a moment', () => {
    const layers = [layer('a', 'tanh'), layer('b', 'sigmoid')];
    const loss = points(...Array.from({ length: 20 }, (_, i) => 1 / (i + 1)));
    const quick = { started: started(layers), ended: { ...ended, epochs: 20, seconds: 0.1 }, series: { loss } };
    assert.match(advice(hydrated(quick))[0], /Step epoch/);
    assert.doesNotMatch(advice(hydrated({ ...quick, ended: { ...quick.ended, seconds: 60 } }))[0], /Step epoch/);
  });

  it('is a smaller network or regularisation where it overfits', () => {
    const series = { loss: points(1, 0.5, 0.2, 0.1, 0.05), val_loss: points(1, 0.6, 0.5, 0.7, 0.9) };
    const store = hydrated({ started: started([layer('a', 'tanh'), layer('b', 'softmax')]), ended, series });
    assert.match(advice(store)[0], /It overfits.* early_stopping/);
    const kept = { ...ended, kept: { epoch: 3, values: [] } };
    const stopped = hydrated({ started: started([layer('a', 'tanh'), layer('b', 'softmax')]), ended: kept, series });
    assert.match(advice(stopped)[0], /It overfits.* larger l2/);
  });

  it('is not about units or gradients where the run went well', () => {
    const layers = [layer('a', 'tanh'), layer('b', 'sigmoid')];
    const saturated = { epoch: 3, step: 3, samples: 4, layers: [{ layer: 0, saturated: 0.63 }] };
    const learned = { started: started(layers), activations: saturated, series: { loss: points(0.7, 0.3, 0.02) } };
    const met = { ...ended, expect: [{ text: 'loss < 0.1', ok: true, value: 0.02 }] };
    const missed = { ...ended, expect: [{ text: 'loss < 0.01', ok: false, value: 0.02 }] };
    const store = hydrated({ ...learned, state: 'completed', ended: met });
    assert.doesNotMatch(advice(store).join(), /saturated/);
    assert.ok(goesWell(store));
    assert.match(advice(hydrated({ ...learned, state: 'completed', ended: missed })).join(), /saturated/);
    const right = { ...ended, final: { train: [['accuracy', 1]] } } as const;
    const slow = { ...learned, state: 'completed', series: { loss: points(0.7, 0.6, 0.55) } } as const;
    assert.doesNotMatch(advice(hydrated({ ...slow, ended: right })).join(), /saturated|hardly/);
    assert.match(advice(hydrated({ ...slow, ended })).join(), /saturated/);
    assert.deepEqual(findings(layers, saturated, undefined, { goesWell: true }), []);
    assert.equal(findings(layers, saturated, undefined).length, 1);
  });

  it('is to add weights where there are none', () => {
    const nothing = { ...started([layer('a', 'tanh')]), parameters: 0 };
    assert.deepEqual(advice(hydrated({ started: nothing, ended, series: flat })), [
      'Add a layer with weights, such as dense.',
    ]);
    assert.match(learning(flat.loss.y, true, false).text, /nothing to learn/);
  });

  it('is of the end where a short run is over', () => {
    const one = Float64Array.of(0.75);
    assert.equal(learning(one, false).text, 'Loss so far: 0.7500.');
    assert.equal(learning(one, true).text, 'Loss at the end: 0.7500.');
  });

  it('is a lower learning rate where it diverged', () => {
    const store = hydrated({
      started: started([layer('a', 'tanh')]),
      ended: { ...ended, reason: 'diverged' },
      series: flat,
    });
    assert.match(advice(store)[0], /Lower the learning rate/);
    assert.match(advice(store)[1], /scale: standard/);
  });
});
