/** A trainer as a run has it, of a spec in the folder of the examples. */
import { readFileSync } from 'node:fs';
import { loadDataset } from '../../../src/data';
import { type Backend, Film, Trainer } from '../../../src/engine';
import { parseSpec } from '../../../src/language';
import { targetKindOf } from '../../../src/spec/lossRules';
import { planNetwork } from '../../../src/spec/planNetwork';

/** @param withFilm whether it records a film */
export async function trainerOf(backend: Backend, text: string, withFilm = false): Promise<Trainer> {
  const { spec, problems } = parseSpec(text, { fileName: 'bench.nnspec' });
  if (!spec) {
    throw new Error(JSON.stringify(problems));
  }
  const { data, training, seed } = spec;
  const read = async (name: string) => readFileSync(`examples/${name}`);
  const targetKind = targetKindOf(training.loss.name, spec.layers);
  const loaded = await loadDataset({ data, loss: training.loss.name, targetKind, seed }, { read, readShipped: read });
  if ('problems' in loaded) {
    throw new Error(JSON.stringify(loaded.problems));
  }
  const { dataset, facts } = loaded;
  const { plan: network, issues } = planNetwork(spec, facts);
  if (!network) {
    throw new Error(JSON.stringify(issues));
  }
  return new Trainer({
    plan: { network, training, seed },
    data: dataset,
    parts: dataset.parts,
    backend,
    film: withFilm ? Film.of(network) : undefined,
  });
}
