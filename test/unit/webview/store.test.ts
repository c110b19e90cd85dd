import assert from 'node:assert/strict';
import type { Ended, LayerInfo, Started } from '../../../src/protocol/engine';
import type { Hydration } from '../../../src/protocol/panel';
import { advice } from '../../../webview/panel/advice';
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
    spec: { data: { scale: 'none' }, training: { optimizer: { name: optimizer } } },
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

describe('what the panel knows', () => {
  it('is hydrated, then grows, and a new hydration takes its place', () => {
    const store = hydrated({ series: { loss: points(3, 2) } });
    store.append({
      type: 'append',
      frame: 2,
      series: { loss: { x: Float64Array.of(3), y: Float64Array.of(1) } },
      state: 'paused',
    });
    assert.deepEqual([...store.series('loss').y], [3, 2, 1]);
    assert.equal(store.state, 'paused');
    store.hydrate({
      type: 'hydrate',
      frame: 3,
      hydration: { runId: 'r', title: 't', specUri: '', state: 'running', stored: false, series: { loss: points(9) } },
    });
    assert.deepEqual([...store.series('loss').y], [9]);
  });

  it('has no engine behind it when it was stored', () => {
    assert.equal(hydrated({ stored: true }).alive, false);
    assert.equal(hydrated({}).alive, true);
  });
});

describe('what to try next', () => {
  const flat = { loss: points(0.7, 0.7, 0.7, 0.7, 0.7) };

  it('is a bend where every hidden layer is linear', () => {
    const layers = [layer('a', 'custom'), layer('b', 'sigmoid')];
    const store = hydrated({ started: started(layers, 'sgd', true), ended, series: flat });
    assert.match(advice(store)[0], /Every layer is linear/);
  });

  it('is not that where a hidden sigmoid bends', () => {
    const store = hydrated({ started: started([layer('a', 'sigmoid'), layer('b', 'sigmoid')]), ended, series: flat });
    assert.doesNotMatch(advice(store).join(), /linear/);
  });

  it('is more epochs after a short run, and never the optimizer that is there already', () => {
    const layers = [layer('a', 'tanh'), layer('b', 'sigmoid')];
    const short = hydrated({ started: started(layers), ended, series: { loss: points(0.7) } });
    assert.deepEqual(advice(short), ['That was a short run: try more epochs.']);
    const longer = { loss: points(...Array.from({ length: 20 }, () => 0.7)) };
    assert.match(advice(hydrated({ started: started(layers), ended, series: longer }))[0], /the adam optimizer/);
    assert.doesNotMatch(advice(hydrated({ started: started(layers, 'adam'), ended, series: longer }))[0], /adam/);
  });

  it('is to step through what was over in a moment', () => {
    const layers = [layer('a', 'tanh'), layer('b', 'sigmoid')];
    const loss = points(...Array.from({ length: 20 }, (_, i) => 1 / (i + 1)));
    const quick = { started: started(layers), ended: { ...ended, epochs: 20, seconds: 0.1 }, series: { loss } };
    assert.match(advice(hydrated(quick))[0], /Step epoch/);
    assert.doesNotMatch(advice(hydrated({ ...quick, ended: { ...quick.ended, seconds: 60 } }))[0], /Step epoch/);
  });

  it('is less of the network where it overfits', () => {
    const series = { loss: points(1, 0.5, 0.2, 0.1, 0.05), val_loss: points(1, 0.6, 0.5, 0.7, 0.9) };
    const store = hydrated({ started: started([layer('a', 'tanh'), layer('b', 'softmax')]), ended, series });
    assert.match(advice(store)[0], /It overfits/);
  });

  it('is a lower rate where it diverged', () => {
    const store = hydrated({
      started: started([layer('a', 'tanh')]),
      ended: { ...ended, reason: 'diverged' },
      series: flat,
    });
    assert.match(advice(store)[0], /Lower the learning rate/);
    assert.match(advice(store)[1], /scale: standard/);
  });
});
