/** Checks what the examples' comments say of their runs, and of the changes that they propose. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadDataset } from '../../../src/data';
import { confusionOf, evaluateAll, judge, probeGradients, Trainer, wasmBackend } from '../../../src/engine';
import { parseSpec } from '../../../src/language';
import { planNetwork } from '../../../src/spec/planNetwork';

const read = (path: string) => readFileSync(join(process.cwd(), path));
const files = {
  read: (path: string) => Promise.resolve(read(`examples/${path}`)),
  readShipped: (name: string) => Promise.resolve(read(`media/data/${name}`)),
};

/** The network of an example, with texts of its spec changed; `and` is added to what it expects. */
async function open(name: string, changes: readonly (readonly [from: string, to: string])[] = [], and = 'loss < 9') {
  let text = read(`examples/${name}.nnspec`).toString('utf8');
  for (const [from, to] of [...changes, ['\nexpect:', `\nexpect:\n  - ${and}`] as const]) {
    assert.ok(text.includes(from), from);
    text = text.replaceAll(from, to);
  }
  const { spec, problems } = parseSpec(text, { fileName: name });
  assert.ok(spec, JSON.stringify(problems));
  const loaded = await loadDataset({ data: spec.data, loss: spec.training.loss.name, seed: spec.seed }, files);
  assert.ok('dataset' in loaded);
  const { plan } = planNetwork(spec, loaded.facts);
  assert.ok(plan);
  const { dataset } = loaded;
  const trainer = new Trainer({
    plan: { network: plan, training: spec.training, seed: spec.seed },
    data: dataset,
    parts: dataset.parts,
    backend: wasmBackend,
  });
  return { spec, trainer, dataset };
}

/** The final values of such a run, with the value of `and`. */
async function trained(...which: Parameters<typeof open>) {
  const { spec, trainer } = await open(...which);
  while (!trainer.ended) {
    trainer.trainEpoch();
  }
  const final = evaluateAll(trainer);
  const of = (part: 'train' | 'validation', tag: string) => final[part]?.find(([name]) => name === tag)?.[1] ?? NaN;
  const [{ value }] = judge(spec.expect, trainer, wasmBackend, final);
  return { value, loss: of('train', 'loss'), accuracy: of('train', 'accuracy'), heldOut: of('validation', 'loss') };
}

describe('The comments of the examples', () => {
  it('xor: two units learn it with half of twelve seeds, and linear ones stay at 0.693', async () => {
    const seeds = Array.from({ length: 12 }, (_, i) => `seed: ${i + 1}\n`);
    const runs = await Promise.all(
      seeds.map((seed) =>
        trained('xor', [
          ['units: 4', 'units: 2'],
          ['seed: 42\n', seed],
        ]),
      ),
    );
    assert.equal(runs.filter(({ accuracy }) => accuracy === 1).length, 6);
    assert.ok(runs.every(({ accuracy, loss }) => accuracy === 1 || loss > 0.34));
    const { loss } = await trained('xor', [['tanh', 'linear']]);
    assert.ok(Math.abs(loss - Math.LN2) < 1e-4, String(loss));
  });

  it('deep-tanh, deep-sigmoid: the gradient keeps within a power of ten, and falls by about five', async () => {
    const fallen = async (name: string) => {
      const { layers } = probeGradients((await open(name)).trainer);
      const norms = layers.map(({ gradientNorm }) => gradientNorm);
      return Math.log10(Math.max(...norms) / Math.min(...norms));
    };
    const [tanh, sigmoid] = [await fallen('deep-tanh'), await fallen('deep-sigmoid')];
    assert.ok(tanh < 1 && sigmoid > 4.5 && sigmoid < 5.5, `${tanh}, ${sigmoid}`);
  });

  it('deep-relu: a rate of 0.3 kills most units and the loss stays; with leaky_relu none dies', async () => {
    const killed = await trained('deep-relu', [['0.05', '0.3']], 'dead_units < 1');
    assert.ok(killed.value > 0.5 && killed.loss > 0.69, JSON.stringify(killed));
    assert.equal(
      (await trained('deep-relu', [['activation: relu', 'activation: leaky_relu']], 'dead_units < 1')).value,
      0,
    );
  });

  it('breast-cancer: without scaling the losses are huge; a hidden layer lets the two part', async () => {
    const raw = await trained('breast-cancer', [['scale: standard', 'scale: none']]);
    assert.ok(raw.loss > 10, JSON.stringify(raw));
    const small = await trained('breast-cancer');
    assert.ok(small.heldOut < 4 * small.loss, JSON.stringify(small));
    const large = await trained('breast-cancer', [
      ['    - dense: { units: 1,', '    - dense: { units: 32, activation: relu }\n    - dense: { units: 1,'],
      ['epochs: 50', 'epochs: 500'],
    ]);
    assert.ok(large.heldOut > 20 * large.loss, JSON.stringify(large));
  });

  it('digits-conv: filters read held-out digits better than the dense network does', async () => {
    const [filters, dense] = [await trained('digits-conv'), await trained('digits')];
    assert.ok(filters.heldOut < dense.heldOut, `${filters.heldOut}, ${dense.heldOut}`);
  });

  it('iris: versicolor and virginica are taken for each other the longest', async () => {
    const { trainer, dataset } = await open('iris');
    const last = new Map<string, number>();
    while (!trainer.ended) {
      trainer.trainEpoch();
      const { counts } = confusionOf(trainer, 'train');
      for (const [cell, count] of counts.entries()) {
        const [target, predicted] = [Math.floor(cell / 3), cell % 3].map((i) => dataset.targetEncoding.classNames?.[i]);
        if (count > 0 && target !== predicted) {
          last.set(`${target} as ${predicted}`, trainer.position.epoch);
        }
      }
    }
    const longest = Math.max(...last.values());
    const kept = [...last].filter(([, epoch]) => epoch === longest).map(([mistake]) => mistake);
    assert.deepEqual(kept, ['versicolor as virginica', 'virginica as versicolor']);
  });
});
