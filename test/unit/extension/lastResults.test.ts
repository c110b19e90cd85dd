import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import { describeResult, LastResults, lastValues, meansOf } from '../../../src/extension/runs/lastResults';
import type { Ended } from '../../../src/protocol/engine';

class MapMemento {
  readonly #values = new Map<string, unknown>();

  keys(): readonly string[] {
    return [...this.#values.keys()];
  }

  get<T>(key: string, standard?: T): T {
    return (this.#values.has(key) ? this.#values.get(key) : standard) as T;
  }

  async update(key: string, value: unknown): Promise<void> {
    this.#values.set(key, structuredClone(value));
  }
}

/** The displayed values of a run with these final values. */
const shown = (final: Ended['final']) => lastValues({ final });
const memento = () => new MapMemento() as vscode.Memento;

describe('the last result of a spec', () => {
  it('is the loss and the first metric, of the validation part where there is one', () => {
    const train = [
      ['loss', 0.03],
      ['accuracy', 0.97],
      ['f1', 0.9],
    ] as const;
    assert.deepEqual(shown({ train }), [
      ['loss', 0.03],
      ['accuracy', 0.97],
    ]);
    assert.deepEqual(shown({ train, validation: [['loss', 0.3]], test: [['loss', 0.5]] }), [['val_loss', 0.3]]);
    assert.deepEqual(shown({}), []);
    assert.deepEqual(shown({ train: [['loss', Number.NaN]] }), []);
  });

  it('stands beside that of a constant answer for the same part', () => {
    const final = { train: [['loss', 0.1]], validation: [['loss', 0.3]] } as const;
    const baselines = { train: [['loss', 0.6]], validation: [['loss', 0.7]] } as const;
    const values = lastValues({ final }, baselines);
    assert.deepEqual(values, [['val_loss', 0.3, 0.7]]);
    assert.equal(describeResult({ values, runs: 1 }), 'val_loss 0.3000 (baseline 0.7000), 1 run');
  });

  it('is the mean over the folds of a cross-validation, with its spread', () => {
    const score = (fold: number, loss: number) =>
      ({
        fold,
        reason: 'completed',
        epochs: 1,
        values: [
          ['loss', loss],
          ['accuracy', 0.5],
          ['auc', 1],
        ],
        baseline: [['loss', 0.75]],
      }) as const;
    const values = meansOf([score(1, 0.25), score(2, 0.75)]);
    assert.deepEqual(values, [
      ['val_loss', 0.5, 0.75, Math.SQRT1_2 / 2],
      ['val_accuracy', 0.5, null, 0],
    ]);
    assert.equal(
      describeResult({ values, runs: 1 }),
      'val_loss 0.5000 ± 0.3536 (baseline 0.7500), val_accuracy 0.5000 ± 0.0000, 1 run',
    );
  });

  it('counts the runs, also across windows', async () => {
    const kept = memento();
    const results = new LastResults(kept);
    let changes = 0;
    results.onChange(() => changes++);
    await results.add('file:///a.nnspec', [['loss', 0.5]]);
    await results.add('file:///a.nnspec', [['loss', 0.25]]);
    assert.equal(changes, 2);
    const later = new LastResults(kept).of('file:///a.nnspec');
    assert.deepEqual(later, { values: [['loss', 0.25]], runs: 2 });
    assert.equal(later && describeResult(later), 'loss 0.2500, 2 runs');
    await results.add('file:///a.nnspec', [['loss', 0.7]], true, { verdict: { learned: false, findings: [] } });
    const last = new LastResults(kept).of('file:///a.nnspec');
    assert.equal(last && describeResult(last), 'not learned, loss 0.7000, 3 runs');
    assert.equal(new LastResults(kept).of('file:///b.nnspec'), undefined);
  });

  it('is kept for the 200 specs that were trained last', async () => {
    const results = new LastResults(memento());
    for (let i = 0; i < 205; i++) {
      await results.add(`file:///${i}.nnspec`, [['loss', i]]);
    }
    assert.equal(results.of('file:///4.nnspec'), undefined);
    assert.equal(results.of('file:///5.nnspec')?.runs, 1);
    assert.equal(results.of('file:///204.nnspec')?.runs, 1);
  });
});
