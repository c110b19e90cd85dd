import type * as vscode from 'vscode';
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
  readonly #results = new Map<string, Promise<DataKnowledge>>();

  async of(document: vscode.Uri, spec: Spec, reader: Reader): Promise<DataKnowledge> {
    if (generatedSamples(spec.data) > largestSample) {
      return { unknown: true };
    }
    let stamp = '';
    if (spec.data.origin.kind === 'file') {
      const stat = await reader.stat(spec.data.origin.path);
      if (stat && stat.size > largestFile) {
        return { unknown: true };
      }
      stamp = stat?.stamp ?? 'missing';
    }
    const { name: loss } = spec.training.loss;
    const targetKind = targetKindOf(loss, spec.layers);
    const key = JSON.stringify([document.toString(), stamp, spec.seed, loss, targetKind, spec.data]);
    const known = this.#results.get(key) ?? reader.load(spec);
    // Re-inserting keeps the results in the order of their last use.
    this.#results.delete(key);
    this.#results.set(key, known);
    for (const oldest of this.#results.keys()) {
      if (this.#results.size <= keptResults) {
        break;
      }
      this.#results.delete(oldest);
    }
    return known;
  }
}

function generatedSamples(data: DataSpec): number {
  if (data.origin.kind !== 'source') {
    return 0;
  }
  const samples = data.origin.source.parameters.samples;
  return typeof samples === 'number' ? samples : 0;
}
