/** Forecasts for a host that edits specs: a network is measured on its data before any run. */
import { RecentResults } from '../common/recentResults';
import { loadDataset } from '../data';
import type { Dataset } from '../data/dataset';
import type { DataFiles } from '../data/files';
import { forecast, referenceBackend } from '../engine';
import type { ForecastOptions } from '../protocol/engine';
import type { DataFacts } from '../spec/dataFacts';
import { targetKindOf } from '../spec/lossRules';
import type { Forecast } from '../spec/measurements';
import { planNetwork } from '../spec/planNetwork';
import type { Spec } from '../spec/spec';
import type { ServerEnvironment } from './environment';
import { inChunks } from './inChunks';

/** Data sets that are kept: that of the spec under edit, and a scaled or changed one beside it. */
const kept = 3;

type Loaded = { readonly dataset: Dataset; readonly facts: DataFacts } | undefined;

/** Keeps the data between two forecasts, and drops a forecast as soon as a newer one is asked for. */
export class Forecasts {
  readonly #data = new RecentResults<Loaded>(kept, (loaded) => loaded !== undefined);
  #latest = 0;

  /** Null where it was cancelled, the spec or its data have errors, or the network is too large to be measured in passing. */
  async measure(
    { spec, dataStamp }: ForecastOptions,
    files: DataFiles,
    environment: ServerEnvironment,
  ): Promise<Forecast | null> {
    const own = ++this.#latest;
    const cancelled = () => own !== this.#latest;
    const loaded = await this.#load(spec, dataStamp, files, environment);
    const network = loaded && planNetwork(spec, loaded.facts).plan;
    if (!network || cancelled()) {
      return null;
    }
    const { dataset } = loaded;
    const plan = { network, training: spec.training, seed: spec.seed };
    const steps = forecast(plan, dataset, dataset.parts.train, referenceBackend);
    return (await inChunks(steps, environment, { cancelled })) ?? null;
  }

  /** Drops the one under way. */
  cancel(): null {
    this.#latest++;
    return null;
  }

  #load(
    { data, training, layers, seed }: Spec,
    dataStamp: string,
    files: DataFiles,
    environment: ServerEnvironment,
  ): Promise<Loaded> {
    const { name: loss } = training.loss;
    const targetKind = targetKindOf(loss, layers);
    const key = JSON.stringify([data, loss, targetKind, seed, dataStamp]);
    return this.#data.get(key, async () => {
      const hasher = environment.machine?.makeHasher?.();
      const loaded = await loadDataset({ data, loss, targetKind, seed }, files, hasher);
      return 'dataset' in loaded ? loaded : undefined;
    });
  }
}
