import assert from 'node:assert/strict';
import type { Ended, LayerInfo, Started } from '../../../src/protocol/engine';
import type { Hydration } from '../../../src/protocol/panel';
import { advice } from '../../../webview/panel/advice';
import { Store } from '../../../webview/panel/store';

function layer(name: string, activation: string): LayerInfo {
  return {
    name,
    type: 'dense',
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
    spec: { data: { scale: 'none' } },
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

  it('makes a history of gradient norms from the probes, once an epoch, unless the host keeps one', () => {
    const probe = (epoch: number, gradientNorm: number) => ({
      epoch,
      step: epoch,
      layers: [{ layer: 0, gradientNorm, weightNorm: 1, deltaNorm: 1 }],
    });
    const network = started([layer('a', 'tanh')]);
    const store = hydrated({ started: network, gradients: probe(1, 0.5) });
    store.append({ type: 'append', frame: 2, series: {}, gradients: probe(1, 0.4) });
    store.append({ type: 'append', frame: 3, series: {}, gradients: probe(2, 0.25) });
    assert.deepEqual([...store.series('gradient_norm/a').y], [0.5, 0.25]);
    const kept = hydrated({ started: network, gradients: probe(5, 0.5), series: { 'gradient_norm/a': points(7, 6) } });
    assert.deepEqual([...kept.series('gradient_norm/a').y], [7, 6]);
  });

  it('has no engine behind it when it was stored', () => {
    assert.equal(hydrated({ stored: true }).alive, false);
    assert.equal(hydrated({}).alive, true);
  });
});

describe('what to try next', () => {
  const flat = { loss: points(0.7, 0.7, 0.7, 0.7, 0.7) };

  it('is a bend where every hidden layer is linear', () => {
    const store = hydrated({ started: started([layer('a', 'linear'), layer('b', 'sigmoid')]), ended, series: flat });
    assert.match(advice(store)[0], /Every layer is linear/);
  });

  it('is not that where a hidden sigmoid bends', () => {
    const store = hydrated({ started: started([layer('a', 'sigmoid'), layer('b', 'sigmoid')]), ended, series: flat });
    assert.doesNotMatch(advice(store).join(), /linear/);
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
