import type { Hydration } from '../../../src/protocol/panel';
import { Store } from '../../../webview/panel/store';
import { thin } from '../../../webview/shared/series';
import { smooth, trend } from '../../../webview/shared/smoothing';
import { assertGrows } from '../../harness/growth';

const points = (count: number) => ({
  x: Float64Array.from({ length: count }, (_, i) => i + 1),
  y: Float64Array.from({ length: count }, (_, i) => (i % 5 === 0 ? Number.NaN : Math.abs((i % 100) - 50))),
});

function hydrate(series: Hydration['series']): Store {
  const store = new Store();
  const run = { runId: 'r', title: 't', specUri: 'file:///t', state: 'running', stored: false } as const;
  store.hydrate({ type: 'hydrate', frame: 0, hydration: { ...run, series } as Hydration });
  return store;
}

describe('the time of the panel grows no faster than the run', () => {
  it('with long series', async () => {
    await assertGrows(50_000, points, (loss) => {
      const store = hydrate({ loss });
      const { x, y } = store.series('loss');
      return [thin(x, y, 100), thin(loss.x, loss.y, 100), smooth(loss.y, 0.9), trend(loss.y)];
    });
  });

  it('with many series', async () => {
    await assertGrows(
      1_000,
      (size) => Object.fromEntries(Array.from({ length: size }, (_, i) => [`gradient_norm/dense_${i}`, points(3)])),
      (series) => hydrate(series).tags(),
    );
  });

  it('with many increments', async () => {
    await assertGrows(
      5_000,
      (size) => Array.from({ length: size }, (_, i) => ({ x: Float64Array.of(i), y: Float64Array.of(1) })),
      (increments) => {
        const store = hydrate({});
        for (const loss of increments) {
          store.append({ type: 'append', frame: 0, series: { loss }, changes: {} });
        }
      },
    );
  });
});
