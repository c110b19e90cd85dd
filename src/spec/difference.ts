/** Compares two effective specs in everything that the numbers of a run depend on. */
import { isRecord } from '../common/isRecord';
import type { Spec, Split } from './spec';

export interface Difference {
  /** The place as a person would name it: `training.batch_size`, `dense_1.units`. */
  readonly where: string;
  /** Short texts of the two values; `–` where one has none. */
  readonly first: string;
  readonly second: string;
}

/**
 * The first difference, or undefined. Ignores everything that does not affect an epoch's numbers: the name,
 * the expectations, the number of epochs, whether the loss was inferred, the folds that are trained before,
 * and the path of the data.
 */
export function differenceOf(first: Spec, second: Spec): Difference | undefined {
  return find(comparable(first), comparable(second), []).next().value;
}

/** All differences, also those that change no number. */
export function differencesOf(first: Spec, second: Spec): readonly Difference[] {
  const whole = (spec: Spec) => {
    const { lossInferred: _, ...training } = spec.training;
    return JSON.parse(JSON.stringify({ ...spec, training })) as unknown;
  };
  return [...find(whole(first), whole(second), [])];
}

function comparable({ seed, data, layers, training }: Spec): unknown {
  const { epochs: _, lossInferred: __, crossValidation: ___, ...rest } = training;
  const origin = 'path' in data.origin ? { kind: data.origin.kind } : data.origin;
  // A missing field equals one that is undefined.
  return JSON.parse(
    JSON.stringify({ seed, data: { ...data, origin, split: withoutPaths(data.split) }, layers, training: rest }),
  );
}

/** Which parts have a file of their own counts, but not how the file is called. */
function withoutPaths({ files, ...split }: Split): unknown {
  return files ? { ...split, files: Object.keys(files) } : split;
}

type Path = readonly (string | number)[];

function* find(a: unknown, b: unknown, path: Path): Generator<Difference> {
  if (isRecord(a) && isRecord(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      yield* find(a[key], b[key], [...path, key]);
    }
  } else if (Array.isArray(a) && Array.isArray(b) && a.length === b.length) {
    for (const [i, each] of a.entries()) {
      const label = isRecord(each) && typeof each.name === 'string' && each.name === b[i]?.name ? each.name : i;
      yield* find(each, b[i], [...path, label]);
    }
  } else if (JSON.stringify(a) !== JSON.stringify(b)) {
    yield { where: describePath(path), first: describe(a), second: describe(b) };
  }
}

/** `['layers', 'dense_1', 'parameters', 'units']` becomes `model.layers.dense_1.units`. */
function describePath(path: Path): string {
  return path
    .filter((part) => part !== 'parameters' && part !== 'origin')
    .map((part) => String(part).replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))
    .join('.')
    .replace(/^layers/, 'model.layers');
}

function describe(value: unknown): string {
  if (value === undefined) {
    return '–';
  }
  if (isRecord(value) && typeof value.name === 'string') {
    return value.name;
  }
  if (Array.isArray(value)) {
    return `[${value.map(describe).join(', ')}]`.slice(0, 80);
  }
  return typeof value === 'string' ? value : JSON.stringify(value).slice(0, 80);
}
