import type * as vscode from 'vscode';
import { largestChecked, largestInHost, largestSampleChecked, largestSampleInHost } from '../../common/limits';
import { RecentResults } from '../../common/recentResults';
import { requestOf } from '../../data';
import type { ProblemMessage } from '../../protocol/engine';
import type { DataFacts } from '../../spec/dataFacts';
import { type DataSpec, dataPaths, type Spec } from '../../spec/spec';
import { isPacked } from '../../spec/tableFiles';

const keptResults = 16;

export type DataKnowledge =
  | { readonly facts: DataFacts }
  | { readonly problems: readonly ProblemMessage[] }
  | { readonly unknown: true };

/** A read that can be cancelled; its result is then `unknown`. */
export interface Reading {
  readonly result: Promise<DataKnowledge>;
  cancel(): void;
}

interface Reader {
  /** Identifies the content of a file, and its size in bytes; undefined if there is no such file. */
  stat(path: string): Promise<{ readonly stamp: string; readonly size: number } | undefined>;
  /** Reads small data in this process. */
  load(spec: Spec): Promise<DataKnowledge>;
  /** Reads large data in an engine process; undefined in Restricted Mode. */
  loadInEngine(spec: Spec): Reading | undefined;
}

/** Facts about the data of specs, read at most once per version of the file and the `data` chapter. */
export class DataFactsCache {
  readonly #results = new RecentResults<DataKnowledge>(keptResults, isLasting);
  /** The engine that reads the data of each document. */
  readonly #readings = new Map<string, { readonly key: string; readonly reading: Reading }>();

  async of(document: vscode.Uri, spec: Spec, reader: Reader): Promise<DataKnowledge> {
    const { key, size } = await this.#identify(document, spec, reader);
    if (this.#readings.get(document.toString())?.key !== key) {
      this.forget(document);
    }
    if (size === 'small' || this.#results.has(key)) {
      return this.#results.get(key, () => reader.load(spec));
    }
    const reading = size === 'large' ? reader.loadInEngine(spec) : undefined;
    if (!reading) {
      return { unknown: true };
    }
    this.#readings.set(document.toString(), { key, reading });
    return this.#results.set(key, reading.result);
  }

  /** Ends the engine that reads a document's data, since the result is no longer needed. */
  forget(document: vscode.Uri): void {
    this.#readings.get(document.toString())?.reading.cancel();
    this.#readings.delete(document.toString());
  }

  /** Keeps the facts that a run found, which may be about data too large to read while the user types. */
  async remember(document: vscode.Uri, spec: Spec, facts: DataFacts, reader: Pick<Reader, 'stat'>): Promise<void> {
    const { key } = await this.#identify(document, spec, reader);
    await this.#results.set(key, Promise.resolve({ facts }));
  }

  async #identify(
    document: vscode.Uri,
    spec: Spec,
    { stat }: Pick<Reader, 'stat'>,
  ): Promise<{ key: string; size: DataSize }> {
    const file = await statAll(dataPaths(spec.data), stat);
    const key = JSON.stringify([document.toString(), file?.stamp, requestOf(spec)]);
    return { key, size: sizeOf(spec.data, file) };
  }
}

/** All files together; undefined where there is none, or one of them cannot be found. */
export async function statAll(
  paths: readonly string[],
  stat: Reader['stat'],
): Promise<{ readonly stamp: string; readonly size: number } | undefined> {
  const found = await Promise.all(paths.map(stat));
  const known = found.filter((each) => each !== undefined);
  return known.length === 0 || known.length < found.length
    ? undefined
    : { stamp: known.map(({ stamp }) => stamp).join('\n'), size: known.reduce((sum, { size }) => sum + size, 0) };
}

/** A file that could not be read, over a network for example, is tried again. */
function isLasting(found: DataKnowledge): boolean {
  return 'facts' in found || ('problems' in found && found.problems.every(({ code }) => code !== 'data-file'));
}

/** Small data are read in this process, large ones by an engine process, huge ones by a training run only. */
type DataSize = 'small' | 'large' | 'huge';

export function sizeOf(data: DataSpec, file: { readonly size: number } | undefined): DataSize {
  // Nothing tells how large the images of a folder are together.
  if (data.origin.kind === 'folder') {
    return 'huge';
  }
  const bytes = file?.size ?? 0;
  const samples = generatedSamples(data);
  if (bytes > largestChecked || samples > largestSampleChecked) {
    return 'huge';
  }
  // A packed file of any size may be large when unpacked.
  const packed = dataPaths(data).some(isPacked);
  return packed || bytes > largestInHost || samples > largestSampleInHost ? 'large' : 'small';
}

function generatedSamples(data: DataSpec): number {
  if (data.origin.kind !== 'source') {
    return 0;
  }
  const samples = data.origin.source.parameters.samples;
  return typeof samples === 'number' ? samples : 0;
}
