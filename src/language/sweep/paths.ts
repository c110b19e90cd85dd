/** Paths of settings: keys and indexes of the effective spec, as in `training.optimizer.sgd.momentum`. */
import { isRecord } from '../../common/isRecord';
import { nearest } from '../../common/nearest';
import type { ValueSchema } from '../../spec/schema';
import type { Spec } from '../../spec/spec';
import { settingsOf } from '../export/effectiveSpec';
import { atRoot, expectedAt, expectedItem, type Step, stepInto, stepOfPath } from '../schema/expected';
import { findParameter } from '../schema/things';
import type { Path } from '../yaml/tree';

/** A place of the effective spec. */
export interface Place {
  /** With the index of a layer, also where its name was written. */
  readonly path: Path;
  /** Undefined where several settings stand below the path. */
  readonly setting?: ValueSchema;
}

/** The settings of one spec. */
export class Settings {
  readonly #root: Record<string, unknown>;
  #paths: readonly string[] | undefined;

  constructor(spec: Spec) {
    this.#root = settingsOf(spec);
  }

  /** Undefined where the spec has nothing at this path. */
  find(written: string): Place | undefined {
    const path: (string | number)[] = [];
    let node: unknown = this.#root;
    for (let rest = written; ; ) {
      const step = stepAt(node, rest);
      if (!step) {
        return undefined;
      }
      path.push(step.key);
      node = childOf(node, step.key);
      if (step.length === rest.length) {
        return { path, setting: settingAt(expectedAt(path)) };
      }
      rest = rest.slice(step.length + 1);
    }
  }

  /** The paths of all settings, with the names that the file gives to layers, and with indexes. */
  get paths(): readonly string[] {
    this.#paths ??= [...pathsBelow(this.#root, atRoot, [])].map((path) => path.join('.'));
    return this.#paths;
  }

  /** The path that was most likely meant. */
  nearest(written: string): string | undefined {
    const last = lastOf(written);
    const ends = this.paths.filter((path) => lastOf(path) === canonicalLast(path, last));
    return nearest(written, ends) ?? ends.at(0) ?? nearest(written, this.paths.slice(0, mostCompared));
  }
}

/** Words are compared letter by letter, so a network of thousands of layers is compared in part. */
const mostCompared = 2000;

/** The schema of the value that a sweep may set there; undefined for a chapter or a layer. */
export function settingAt({ expected, context }: Step): ValueSchema | undefined {
  const schema = expected.type === 'schema' ? expected.schema : undefined;
  if (!schema || context.doc === 'layer.name' || context.doc === 'nnspec') {
    return undefined;
  }
  switch (schema.type) {
    case 'map':
      return schema.words ? schema : undefined;
    case 'list':
      return ['layer', 'list', 'expectation'].includes(schema.of.type) ? undefined : schema;
    case 'layer':
    case 'cell':
    case 'expectation':
    case 'dictionary':
    case 'regularizer':
    case 'paths':
    case 'swept':
      return undefined;
    default:
      return schema;
  }
}

function* pathsBelow(node: unknown, step: Step, path: Path): Generator<Path> {
  if (path.length > 0 && settingAt(step)) {
    yield path;
  }
  const { expected, context } = step;
  if (isRecord(node)) {
    for (const [key, value] of Object.entries(node)) {
      yield* pathsBelow(value, stepInto(expected, key, context), [...path, key]);
    }
  } else if (Array.isArray(node) && expected.type === 'schema' && expected.schema?.type === 'list') {
    const inner = { expected: expectedItem(expected), context };
    // Any other list is set as a whole.
    const items = expected.schema.of.type === 'layer' ? node : [];
    for (const [index, item] of items.entries()) {
      for (const word of [...givenName(item), index]) {
        yield* pathsBelow(item, inner, [...path, word]);
      }
    }
  }
}

/** The key or index with which the rest of a path begins; a key may hold dots. */
function stepAt(node: unknown, rest: string): { readonly key: string | number; readonly length: number } | undefined {
  const begins = (key: string) => rest === key || rest.startsWith(`${key}.`);
  if (isRecord(node)) {
    const [key] = Object.keys(node)
      .filter(begins)
      .sort((a, b) => b.length - a.length);
    return key === undefined ? undefined : { key, length: key.length };
  }
  if (!Array.isArray(node)) {
    return undefined;
  }
  const [word] = rest.split('.', 1);
  const named = node.findIndex((item) => layerName(item) === word);
  const index = named >= 0 ? named : /^\d+$/.test(word) ? Number(word) : -1;
  return index in node ? { key: index, length: word.length } : undefined;
}

function childOf(node: unknown, key: string | number): unknown {
  if (Array.isArray(node)) {
    return node[Number(key)];
  }
  return isRecord(node) ? node[key] : undefined;
}

/** Each layer of the effective spec has a name. */
function layerName(item: unknown): string | undefined {
  const [value] = isRecord(item) ? Object.values(item) : [];
  return isRecord(value) && typeof value.name === 'string' ? value.name : undefined;
}

/** The name of a layer unless it is the default, such as `dense_1`. */
function givenName(item: unknown): string[] {
  const name = layerName(item);
  const [type] = isRecord(item) ? Object.keys(item) : [];
  return name === undefined || (name.startsWith(`${type}_`) && /^\d+$/.test(name.slice(type.length + 1))) ? [] : [name];
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

/** The canonical spelling of a parameter beside the one at the path: `lr` is the learning rate. */
function canonicalLast(path: string, last: string): string {
  const { expected } = stepOfPath(path.slice(0, Math.max(0, path.lastIndexOf('.'))));
  return (expected.type === 'parameters' && findParameter(expected.entry, last).parameter?.name) || last;
}
