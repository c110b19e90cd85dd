import assert from 'node:assert/strict';
import { activations, defaultsOf, find } from '../../../src/spec/catalogue';
import { losses } from '../../../src/spec/catalogue/losses';
import { metrics } from '../../../src/spec/catalogue/metrics';
import { optimizers } from '../../../src/spec/catalogue/optimizers';
import type { ActivationEntry, ElementwiseActivation } from '../../../src/spec/catalogue/types';
import { pairingQuality } from '../../../src/spec/lossRules';

const grid = Array.from({ length: 401 }, (_, i) => (i - 200) / 20);
/** `threshold` has no defaults. */
const parametersOf = (entry: ActivationEntry) =>
  entry.name === 'threshold' ? { threshold: 1, value: 0 } : defaultsOf(entry);
const elementwise = activations.filter((entry): entry is ElementwiseActivation => entry.shape === 'elementwise');
const namesOf = (entries: readonly { readonly name: string }[]) => entries.map(({ name }) => name);

/** Outputs of an activation over the grid; a vector function gets four vectors of numbers from it. */
function outputsOf(entry: ActivationEntry): readonly number[] {
  const p = parametersOf(entry);
  if (entry.shape === 'elementwise') {
    return grid.map((x) => entry.f(x, p));
  }
  return [0, 7, 100, 200].flatMap((from) => {
    const x = grid.filter((_, i) => (i * 37 + from) % 100 === 0).slice(0, 4);
    const y = new Array<number>(entry.outputSize?.(x.length) ?? x.length).fill(Number.NaN);
    entry.forward(x, y, x.length, p);
    return y;
  });
}

describe('facts of the catalogue', () => {
  it('say which derivatives are 0 everywhere, and which are at most 1/4', () => {
    const largest = new Map(
      elementwise.map((entry) => {
        const p = parametersOf(entry);
        return [entry.name, Math.max(...grid.map((x) => Math.abs(entry.df(x, p))))] as const;
      }),
    );
    for (const { name, hasZeroDerivative = false, largestDerivative } of elementwise) {
      const measured = largest.get(name) ?? Number.NaN;
      assert.equal(hasZeroDerivative, measured === 0, name);
      const small = measured > 0 && measured <= 0.25 + 1e-12;
      assert.equal(largestDerivative !== undefined, small, name);
      if (largestDerivative !== undefined) {
        assert.ok(Math.abs(largestDerivative - measured) < 1e-9, name);
      }
    }
  });

  it('say which functions have outputs that are not negative and sum to 1', () => {
    for (const entry of activations) {
      if (entry.shape === 'vector') {
        const x = [0.3, -1.2, 2, 0.1];
        const y = [0, 0, 0, 0].slice(0, entry.outputSize?.(4) ?? 4);
        entry.forward(x, y, 4, {});
        const isShare = y.every((value) => value >= 0) && Math.abs(y.reduce((sum, value) => sum + value) - 1) < 1e-9;
        assert.equal(entry.sumsToOne ?? false, isShare, entry.name);
      }
    }
  });

  it('name only activations and losses that exist', () => {
    const known = (kind: 'activation' | 'loss', names: readonly string[]) =>
      assert.deepEqual(
        names.filter((name) => !find(kind, name)),
        [],
      );
    for (const { fusedWith = [], pairing } of losses) {
      known('activation', [...fusedWith, ...(pairing?.right ?? []), ...(pairing?.possible ?? [])]);
    }
    known(
      'loss',
      activations.flatMap(({ loss }) => loss?.name ?? []),
    );
  });

  it('pair each loss with every activation whose outputs it can read', () => {
    /** The rates of a step are only 0 and 1; the outputs of `threshold` depend on its parameters. */
    const excepted: Readonly<Record<string, readonly string[]>> = {
      poisson: ['threshold', 'step'],
      binary_crossentropy: [],
    };
    const readable = (low: number, high: number) =>
      namesOf(
        activations.filter((entry) => {
          const outputs = outputsOf(entry);
          return outputs.every((y) => y >= low && y <= high);
        }),
      );
    const wanted = {
      binary_crossentropy: readable(0, 1),
      poisson: readable(0, Number.POSITIVE_INFINITY),
    };
    for (const [loss, names] of Object.entries(wanted)) {
      const missing = names.filter((name) => pairingQuality(loss, name) === 'wrong');
      assert.deepEqual(missing, excepted[loss], loss);
    }
  });

  it('pair each activation with the loss that it names', () => {
    for (const { name, loss } of activations) {
      assert.ok(!loss || pairingQuality(loss.name, name) === 'right', name);
    }
  });

  it('call exactly those metrics better when lower whose names end in error', () => {
    for (const { name, better } of metrics) {
      assert.equal(better === 'lower', name.endsWith('error'), name);
    }
  });

  it('call seven functions usual for hidden layers', () => {
    const usual = namesOf(activations.filter(({ isUsual }) => isUsual));
    assert.deepEqual(usual, ['sigmoid', 'tanh', 'relu', 'leaky_relu', 'elu', 'gelu', 'silu']);
  });

  it('give every optimizer learning rates around its default', () => {
    for (const entry of optimizers) {
      const [low, high] = entry.usualRates;
      const rate = defaultsOf(entry).learning_rate as number;
      assert.ok(low <= rate && rate <= high, entry.name);
    }
  });
});
