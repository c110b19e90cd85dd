/** Quick fixes for entries that a map should not hold: keys that stand there twice, and merge keys. */
import { t } from '@vscode/l10n';
import type { Fix } from '../../spec/problem';
import type { Reporter } from '../problems/reporter';
import { lineStartOf, type Span } from '../text/lines';
import { type Draft, type DraftMap, type DraftPair, isMergeKey, pairEnd } from '../yaml/draft';
import { endOf } from '../yaml/tree';
import { removalOf } from './removal';

export interface MapFile {
  readonly text: string;
  readonly report: Reporter;
}

/** Takes out an entry. Which of two equal keys is meant, the file does not say, so that it is never done unasked. */
export function removeEntryFix({ pairs, flow }: DraftMap, pair: DraftPair, file: MapFile, title: string): Fix[] {
  const { text, report } = file;
  // Where a broken entry ends, nobody knows.
  if (report.isBroken) {
    return [];
  }
  const index = pairs.indexOf(pair);
  const next = pairs[index + 1]?.keySpan[0];
  const removal = removalOf(text, spanOf(pair), { flow, first: index === 0, next });
  return removal ? [{ title, choice: true, edits: [{ range: report.rangeOf(removal), newText: '' }] }] : [];
}

/**
 * Writes the entries that a merge key stands for in its place, where each fits on a line. `sources` are the maps that it
 * names.
 */
export function writeOutFix(
  map: DraftMap,
  pair: DraftPair,
  sources: readonly (Draft | undefined)[],
  file: MapFile,
): Fix[] {
  const { text, report } = file;
  const known = new Set(map.pairs.map(({ name }) => name));
  const written: string[] = [];
  for (const source of sources) {
    const lines = source && linesOf(source, text);
    if (!lines) {
      return [];
    }
    for (const { key, line } of lines) {
      if (known.has(key)) {
        continue;
      }
      known.add(key);
      if (line === undefined) {
        return [];
      }
      written.push(line);
    }
  }
  const title = t('Write the keys out');
  if (written.length === 0) {
    return removeEntryFix(map, pair, file, title);
  }
  const [start, end] = spanOf(pair);
  const column = start - lineStartOf(text, start);
  const newText = written.join(map.flow ? ', ' : `\n${' '.repeat(column)}`);
  return [{ title, edits: [{ range: report.rangeOf([start, end]), newText }] }];
}

function spanOf(pair: DraftPair): Span {
  return [pair.keySpan[0], pairEnd(pair)];
}

/** The entries of a map as they are written; without the line where it takes more than one, or is a merge itself. */
function linesOf(source: Draft, text: string): { readonly key?: string; readonly line?: string }[] | undefined {
  const line = (span: Span) => {
    const written = text.slice(...span);
    return written.includes('\n') ? undefined : written;
  };
  switch (source.kind) {
    case 'map':
      return source.entries.map((entry) => ({ key: entry.key, line: line([entry.keySpan[0], endOf(entry)]) }));
    case 'draft map':
      return source.pairs.map((pair) => ({
        key: pair.name,
        line: isMergeKey(pair) ? undefined : line(spanOf(pair)),
      }));
    default:
      return undefined;
  }
}
