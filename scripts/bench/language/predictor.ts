/**
 * Times the predictor in this process: one batch of digits forward and backward, and the hints from it.
 * Prints JSON.
 */
import { readFileSync } from 'node:fs';
import { loadDataset } from '../../../src/data';
import { forecast, referenceBackend } from '../../../src/engine';
import { parseSpec, predictionsOf } from '../../../src/language/index';
import { targetKindOf } from '../../../src/spec/lossRules';
import { planNetwork } from '../../../src/spec/planNetwork';

const rounds = Number(process.argv[2]);
const warmUps = 5;

/** Milliseconds of each prediction. The data are loaded before, since an edit of the network reuses them. */
async function timesOf(file: string): Promise<number[]> {
  const parsed = parseSpec(readFileSync(`examples/${file}`, 'utf8'), { fileName: file });
  const { spec } = parsed;
  if (!spec) {
    throw new Error(`${file} has errors: it must be an example that can be trained.`);
  }
  const { data, training, layers, seed } = spec;
  const targetKind = targetKindOf(training.loss.name, layers);
  const loaded = await loadDataset(
    { data, loss: training.loss.name, targetKind, seed },
    {
      read: async (path) => readFileSync(`examples/${path}`),
      readShipped: async (name) => readFileSync(`media/data/${name}`),
    },
  );
  if ('problems' in loaded) {
    throw new Error(`The data of ${file} have errors.`);
  }
  const times: number[] = [];
  for (let round = -warmUps; round < rounds; round++) {
    const from = performance.now();
    const { plan } = planNetwork(spec, loaded.facts);
    if (!plan) {
      throw new Error(`${file} has no plan.`);
    }
    const { dataset } = loaded;
    const measured = forecast({ network: plan, training, seed }, dataset, dataset.parts.train, referenceBackend);
    if (!measured) {
      throw new Error(`${file} is too large to be measured in passing.`);
    }
    predictionsOf(parsed, measured);
    if (round >= 0) {
      times.push(performance.now() - from);
    }
  }
  return times;
}

async function main(): Promise<void> {
  const figures = [];
  for (const file of ['digits.nnspec', 'digits-conv.nnspec', 'deep-sigmoid.nnspec']) {
    figures.push({ name: `prediction for ${file}, 95th percentile`, bar: '< 100', times: await timesOf(file) });
  }
  console.log(JSON.stringify(figures));
}

void main();
