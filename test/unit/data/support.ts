import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadDataset, loadFacts } from '../../../src/data';
import type { DataBytes } from '../../../src/data/bytes';
import type { DataProblem, Dataset } from '../../../src/data/dataset';
import type { WholeFiles } from '../../../src/data/files';
import type { DataFacts } from '../../../src/spec/dataFacts';
import type { Cell, DataSpec } from '../../../src/spec/spec';

export const shipped = (name: string): Uint8Array => readFileSync(join(process.cwd(), 'media/data', name));

/** Bytes that are read chunk by chunk, like a file on disk. Reading beyond their end is an error. */
export function readInChunks(bytes: Uint8Array, close = () => {}): DataBytes {
  return {
    length: bytes.length,
    read(target, offset) {
      if (offset + target.length > bytes.length) {
        throw new Error(`There are ${bytes.length} bytes.`);
      }
      target.set(bytes.subarray(offset, offset + target.length));
    },
    close,
  };
}

export function filesWith(content: Uint8Array | string): WholeFiles {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return { read: () => Promise.resolve(bytes), readShipped: (name) => Promise.resolve(shipped(name)) };
}

const plain: Omit<DataSpec, 'origin'> = {
  types: {},
  split: { train: 1, validation: 0, test: 0 },
  stratify: false,
  scale: 'none',
  missing: 'error',
};

/** A regression on the column y of a CSV file. */
export const csvRequest = (path: string) =>
  ({ data: { ...plain, origin: { kind: 'file', path }, target: ['y'] }, loss: 'mean_squared_error', seed: 0 }) as const;

interface Options extends Partial<DataSpec> {
  readonly loss?: string;
  readonly seed?: number;
}

/** Loads from bytes in memory. Reading chunk by chunk, and loading the facts only, must give the same. */
async function load(origin: DataSpec['origin'], content: Uint8Array | string, options: Options) {
  const { loss = 'mean_squared_error', seed = 0, ...data } = options;
  const request = { data: { ...plain, origin, ...data }, loss, seed };
  const files = filesWith(content);
  const loaded = await loadDataset(request, files);
  const inChunks = { ...files, read: async () => readInChunks(await files.read('')) };
  assert.deepEqual(await loadDataset(request, inChunks), loaded);
  assert.deepEqual(await loadFacts(request, files), 'facts' in loaded ? { facts: loaded.facts } : loaded);
  return loaded;
}

type Loaded = { dataset: Dataset; facts: DataFacts };

async function expectDataset(result: ReturnType<typeof load>): Promise<Loaded> {
  const loaded = await result;
  if ('problems' in loaded) {
    throw new Error(JSON.stringify(loaded.problems));
  }
  return loaded;
}

async function expectProblems(result: ReturnType<typeof load>): Promise<readonly DataProblem[]> {
  const loaded = await result;
  if (!('problems' in loaded)) {
    throw new Error('The data were accepted.');
  }
  return loaded.problems;
}

const csvFile = { kind: 'file', path: 'data.csv' } as const;

export const csv = (content: Uint8Array | string, options: Options = {}): Promise<Loaded> =>
  expectDataset(load(csvFile, content, { target: ['y'], ...options }));

export const csvProblems = (content: Uint8Array | string, options: Options = {}): Promise<readonly DataProblem[]> =>
  expectProblems(load(csvFile, content, { target: ['y'], ...options }));

/** A table in a file of this name. */
export const fileNamed = (path: string, content: Uint8Array | string, options: Options = {}): Promise<Loaded> =>
  expectDataset(load({ kind: 'file', path }, content, { target: ['y'], ...options }));

export const fileProblems = (path: string, content: Uint8Array | string, options: Options = {}) =>
  expectProblems(load({ kind: 'file', path }, content, { target: ['y'], ...options }));

export const source = (
  name: string,
  parameters: Readonly<Record<string, number>> = {},
  options: Options = {},
): Promise<Loaded> => expectDataset(load({ kind: 'source', source: { name, parameters } }, '', options));

export const sourceProblems = (name: string, options: Options = {}): Promise<readonly DataProblem[]> =>
  expectProblems(load({ kind: 'source', source: { name, parameters: {} } }, '', options));

const inline = (columns: readonly string[], rows: readonly (readonly Cell[])[]) =>
  ({ kind: 'rows', columns, rows }) as const;

export const rows = (
  columns: readonly string[],
  cells: readonly (readonly Cell[])[],
  options: Options = {},
): Promise<Loaded> => expectDataset(load(inline(columns, cells), '', { target: ['y'], ...options }));

export const rowsProblems = (
  columns: readonly string[],
  cells: readonly (readonly Cell[])[],
  options: Options = {},
): Promise<readonly DataProblem[]> => expectProblems(load(inline(columns, cells), '', { target: ['y'], ...options }));

/** `code line:character-endCharacter`, all from 0. */
export const brief = ({ code, at }: DataProblem): string =>
  at ? `${code} ${at.line}:${at.character}-${at.endCharacter}` : code;
