/** Forecasts for a host that edits specs: a network is measured on its data before any run. */
import { RecentResults } from '../common/recentResults';
import { loadDataset, requestOf } from '../data';
import type { Dataset } from '../data/dataset';
import type { DataFiles } from '../data/files';
import { forecast, referenceBackend } from '../engine';
import type { ForecastOptions } from '../protocol/engine';
import type { DataFacts } from '../spec/dataFacts';
import type { Forecast } from '../spec/measurements';
import { planNetwork } from '../spec/planNetwork';
import type { Spec } from '../spec/spec';
import type { Machine } from './environment';

/** Data sets kept: that of the spec under edit, and scaled or otherwise changed ones. */
const keptDataSets = 3;

type Loaded = { readonly dataset: Dataset; readonly facts: DataFacts } | undefined;

/** Keeps the data between two forecasts. */
export class Forecasts {
  readonly #data = new RecentResults<Loaded>(keptDataSets, (loaded) => loaded !== undefined);

  /** Null where the spec or its data have errors, or the network is too large for a forecast. */
  async measure(
    { spec, dataStamp }: ForecastOptions,
    files: DataFiles,
    machine: Machine | undefined,
  ): Promise<Forecast | null> {
    const loaded = await this.#load(spec, dataStamp, files, machine);
    const network = loaded && planNetwork(spec, loaded.facts).plan;
    if (!network) {
      return null;
    }
    const { dataset } = loaded;
    const plan = { network, training: spec.training, seed: spec.seed };
    return forecast(plan, dataset, dataset.parts.train, referenceBackend) ?? null;
  }

  #load(spec: Spec, dataStamp: string, files: DataFiles, machine: Machine | undefined): Promise<Loaded> {
    const request = { ...requestOf(spec), folds: undefined };
    return this.#data.get(JSON.stringify([request, dataStamp]), async () => {
      const loaded = await loadDataset(request, files, machine?.makeHasher);
      return 'dataset' in loaded ? loaded : undefined;
    });
  }
}
