/** The catalogue: one table of everything a spec can name, and the ways to look something up in it. */
import { layerKinds } from '../layers';
import { plannedLayers } from '../layers/planned';
import type { ParameterValue } from '../spec';
import { activation, activations, custom, familyOf } from './activations';
import { initializers } from './initializers';
import { losses } from './losses';
import { metrics } from './metrics';
import { optimizers } from './optimizers';
import { schedules } from './schedules';
import type { CatalogueEntry, Kind, ParameterEntry } from './types';

export { activation, activations, familyOf };

export const catalogue: readonly CatalogueEntry[] = [
  ...activations,
  custom,
  ...losses,
  ...optimizers,
  ...schedules,
  ...initializers,
  ...Object.values(layerKinds),
  ...plannedLayers,
  ...metrics,
];

const byName = new Map(catalogue.map((entry) => [`${entry.kind}/${entry.name}`, entry]));
const bySpelling = new Map(
  catalogue.flatMap((entry) =>
    [entry.name, ...entry.aliases].map(
      (spelling) => [`${entry.kind}/${normalise(entry.kind, spelling)}`, entry] as const,
    ),
  ),
);

/** The entry of exactly this name. */
export function find(kind: Kind, name: string): CatalogueEntry | undefined {
  return byName.get(`${kind}/${name}`);
}

/**
 * The entry that another spelling means: a well-known alias, other case, another library's class name
 * (`nn.LeakyReLU`). Undefined for a canonical name and for an unknown one.
 */
export function findAlias(kind: Kind, spelling: string): CatalogueEntry | undefined {
  return find(kind, spelling) ? undefined : bySpelling.get(`${kind}/${normalise(kind, spelling)}`);
}

export function findParameter(entry: Pick<CatalogueEntry, 'parameters'>, name: string): ParameterEntry | undefined {
  return entry.parameters.find((parameter) => parameter.name === name);
}

/** The parameter that another spelling means: `lr`, `beta1`, `useBias`. Undefined for a canonical name. */
export function findParameterAlias(
  entry: Pick<CatalogueEntry, 'parameters'>,
  spelling: string,
): ParameterEntry | undefined {
  if (findParameter(entry, spelling)) {
    return undefined;
  }
  const wanted = squeeze(spelling);
  return entry.parameters.find((parameter) =>
    [parameter.name, ...(parameter.aliases ?? [])].some((name) => squeeze(name) === wanted),
  );
}

/** All defaults of an entry; required parameters have none. */
export function defaultsOf(entry: CatalogueEntry): Readonly<Record<string, ParameterValue>> {
  const defaults: Record<string, ParameterValue> = {};
  for (const parameter of entry.parameters) {
    if (parameter.default !== undefined) {
      defaults[parameter.name] = parameter.default;
    }
  }
  return defaults;
}

/**
 * Ignores case, separators, a leading module path and, for losses and layers, a trailing “loss” or “layer”.
 */
function normalise(kind: Kind, spelling: string): string {
  const name = squeeze(spelling.slice(spelling.lastIndexOf('.') + 1));
  return kind === 'loss' || kind === 'layer' ? name.replace(/(.)(?:loss|layer)$/, '$1') : name;
}

function squeeze(spelling: string): string {
  return spelling.toLowerCase().replace(/[\s_-]/g, '');
}
