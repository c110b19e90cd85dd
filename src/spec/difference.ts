/** Compares two effective specs in everything that the numbers of a run depend on. */
import { isRecord } from '../common/isRecord';
import { findLayerKind } from './layers';
import type { LayerSpec, Spec, Split } from './spec';

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
  return [...find(whole(first), whole(second), [])];
}

/** A value of a setting in a table: a text stands for whatever has several values. */
export type SettingValue = number | string | boolean;

/** A setting that is not the same in all of several specs. */
export interface DifferingSetting {
  /** As in a `Difference`. */
  readonly where: string;
  /** The shortest end of `where` that no other setting has: `batch_size`, `dense_1.units`, `optimizer`. */
  readonly label: string;
  /** A value for each spec; undefined where it has no such setting. */
  readonly values: readonly (SettingValue | undefined)[];
}

/**
 * The settings that differ between specs. Undefined stands for a spec that cannot be read. Names,
 * expectations and sweeps are no settings.
 */
export function differingSettings(specs: readonly (Spec | undefined)[]): readonly DifferingSetting[] {
  const entries = specs.flatMap((spec, index) => (spec ? [{ index, value: settingsOf(spec) }] : []));
  const found = [...differing(entries, [])];
  const paths = found.map(({ path }) => describePath(path));
  // The name of an optimizer, a loss or an activation stands for the whole of it.
  const named = paths.map((path) => path.replace(/\.name$/, ''));
  return found.map(({ entries: those }, column) => {
    const values = new Array<SettingValue | undefined>(specs.length).fill(undefined);
    for (const { index, value } of those) {
      values[index] = settingValue(value);
    }
    return { where: paths[column], label: shortEnd(named[column], named), values };
  });
}

function whole(spec: Spec): Record<string, unknown> {
  const { lossInferred: _, ...training } = spec.training;
  return plain({ ...spec, layers: complete(spec.layers), training });
}

function settingsOf(spec: Spec): unknown {
  const { name: _, expect: __, sweep: ___, ...settings } = whole(spec);
  return settings;
}

function settingValue(value: unknown): SettingValue | undefined {
  return value === undefined || typeof value === 'number' || typeof value === 'boolean' ? value : describe(value);
}

/** The value that one of several specs has at a path. */
interface Entry {
  readonly index: number;
  readonly value: unknown;
}

interface DifferingPlace {
  readonly path: Path;
  /** Without the specs that have nothing there. */
  readonly entries: readonly Entry[];
}

/** The places where not all entries are the same; lists are compared item by item. */
function* differing(entries: readonly Entry[], path: Path): Generator<DifferingPlace> {
  const values = entries.map(({ value }) => value);
  if (values.every(isRecord)) {
    for (const key of new Set(values.flatMap((value) => Object.keys(value)))) {
      yield* differingBelow(entries, key, [...path, key]);
    }
  } else if (values.every(Array.isArray) && values.some((list) => list.some(isRecord))) {
    for (let i = 0; i < Math.max(...values.map((list) => list.length)); i += 1) {
      const names = new Set(values.flatMap((list) => (i in list && isRecord(list[i]) ? [list[i].name] : [])));
      const [name] = names;
      yield* differingBelow(entries, i, [...path, names.size === 1 && typeof name === 'string' ? name : i]);
    }
  } else if (new Set(values.map((value) => JSON.stringify(value))).size > 1) {
    yield { path, entries };
  }
}

function* differingBelow(entries: readonly Entry[], key: string | number, path: Path): Generator<DifferingPlace> {
  const inner = entries.flatMap(({ index, value }) => {
    const child = (value as Readonly<Record<string | number, unknown>>)[key];
    return child === undefined ? [] : [{ index, value: child }];
  });
  if (inner.length === entries.length) {
    yield* differing(inner, path);
    return;
  }
  yield { path, entries: inner };
  if (inner.every(({ value }) => isRecord(value))) {
    yield* differing(inner, path);
  }
}

function shortEnd(path: string, all: readonly string[]): string {
  const parts = path.split('.');
  for (let length = 1; length < parts.length; length += 1) {
    const end = parts.slice(-length).join('.');
    if (all.filter((other) => other === end || other.endsWith(`.${end}`)).length === 1) {
      return end;
    }
  }
  return path;
}

function comparable({ seed, data, layers, training }: Spec): unknown {
  const { epochs: _, lossInferred: __, crossValidation: ___, ...rest } = training;
  const origin = 'path' in data.origin ? { kind: data.origin.kind } : data.origin;
  return plain({
    seed,
    data: { ...data, origin, split: withoutPaths(data.split) },
    layers: complete(layers),
    training: rest,
  });
}

/** A copy without fields that are undefined: they equal missing ones. */
function plain(value: unknown) {
  return JSON.parse(JSON.stringify(value));
}

/** With the defaults of parameters that the layers of an older run do not have yet. */
function complete(layers: readonly LayerSpec[]): readonly LayerSpec[] {
  return layers.map((layer) => {
    const known = findLayerKind(layer.type)?.parameters ?? [];
    const switches = known.flatMap((each) => (each.type === 'boolean' ? [[each.name, each.default]] : []));
    const parameters = { ...Object.fromEntries(switches), ...layer.parameters };
    return { ...layer, parameters, ...(layer.layers && { layers: complete(layer.layers) }) };
  });
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
