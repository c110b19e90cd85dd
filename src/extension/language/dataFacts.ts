import type * as vscode from 'vscode';
import { RecentResults } from '../../common/recentResults';
import type { DataProblem } from '../../data/dataset';
import type { DataFacts } from '../../spec/dataFacts';
import { targetKindOf } from '../../spec/lossRules';
import type { DataSpec, Spec } from '../../spec/spec';

/** Files above this size are not read while typing: their problems show when the network is trained. */
const largestFile = 4 * 1024 * 1024;
/** Generated and inline rows above this count are not made while typing. */
const largestSample = 20_000;
const keptResults = 16;

export type DataKnowledge =
  | { readonly facts: DataFacts }
  | { readonly problems: readonly DataProblem[] }
  | { readonly unknown: true };

interface Reader {
  /** Identifies the content of a file, and its size in bytes; undefined where there is no such file. */
  stat(path: string): Promise<{ readonly stamp: string; readonly size: number } | undefined>;
  load(spec: Spec): Promise<{ facts: DataFacts } | { problems: readonly DataProblem[] }>;
}

/** What is known of the data that specs name, read at most once per version of file and of the `data` chapter. */
export class DataFactsCache {
  readonly #results = new RecentResults<DataKnowledge>(keptResults, (found) => !isUnreadable(found));

  async of(document: vscode.Uri, spec: Spec, reader: Reader): Promise<DataKnowledge> {
    const { key, large } = await this.#identify(document, spec, reader);
    return large && !this.#results.has(key) ? { unknown: true } : this.#results.get(key, () => reader.load(spec));
  }

  /** What a run found out about data that are too large to be read while typing. */
  async remember(document: vscode.Uri, spec: Spec, facts: DataFacts, reader: Pick<Reader, 'stat'>): Promise<void> {
    const { key } = await this.#identify(document, spec, reader);
    void this.#results.set(key, Promise.resolve({ facts }));
  }

  async #identify(
    document: vscode.Uri,
    spec: Spec,
    { stat }: Pick<Reader, 'stat'>,
  ): Promise<{ key: string; large: boolean }> {
    const { origin } = spec.data;
    const file = origin.kind === 'file' ? await stat(origin.path) : undefined;
    const { name: loss } = spec.training.loss;
    const targetKind = targetKindOf(loss, spec.layers);
    const key = JSON.stringify([document.toString(), file?.stamp, spec.seed, loss, targetKind, spec.data]);
    return { key, large: isLarge(spec.data, file) };
  }
}

/** A file that could not be read at one time, as over a network, may be read at another, though it is the same. */
function isUnreadable(found: DataKnowledge): boolean {
  return 'problems' in found && found.problems.some(({ code }) => code === 'data-file');
}

/** Whether data are too large to be read while typing. */
export function isLarge(data: DataSpec, file: { readonly size: number } | undefined): boolean {
  return (file?.size ?? 0) > largestFile || generatedSamples(data) > largestSample;
}

function generatedSamples(data: DataSpec): number {
  if (data.origin.kind !== 'source') {
    return 0;
  }
  const samples = data.origin.source.parameters.samples;
  return typeof samples === 'number' ? samples : 0;
}
