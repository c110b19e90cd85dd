/** Quick fixes for entries that a map should not hold: keys that stand there twice, and merge keys. */
import { t } from '@vscode/l10n';
import { type Document, isAlias, isMap, isPair, isScalar, isSeq, type Pair, type YAMLMap } from 'yaml';
import type { Fix } from '../../spec/problem';
import type { Span } from '../lines';
import type { Reporter } from '../reporter';
import { removalOf } from './removal';

export interface MapFile {
  readonly text: string;
  readonly report: Reporter;
  readonly document: Document.Parsed;
}

export function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.value === '<<' && key.type === 'PLAIN';
}

/** Takes out an entry. Which of two equal keys is meant, the file does not say, so that it is never done unasked. */
export function removeEntryFix(map: YAMLMap, pair: Pair, { text, report }: MapFile, title: string): Fix[] {
  const index = map.items.indexOf(pair);
  const next = map.items[index + 1];
  const removal = removalOf(text, spanOf(pair, text), {
    flow: map.flow === true,
    first: index === 0,
    next: next && spanOf(next, text)[0],
  });
  return removal ? [{ title, choice: true, edits: [{ range: report.rangeOf(removal), newText: '' }] }] : [];
}

/** Writes the entries that a merge key stands for in its place, where each fits on a line. */
export function writeOutFix(map: YAMLMap, pair: Pair, file: MapFile): Fix[] {
  const { text, report, document } = file;
  const sources = isSeq(pair.value) ? pair.value.items : [pair.value];
  const known = new Set(map.items.map(keyOf));
  const written: string[] = [];
  for (const source of sources) {
    const meant = isAlias(source) ? source.resolve(document) : source;
    if (!isMap(meant)) return [];
    for (const item of meant.items) {
      if (!isPair(item) || known.has(keyOf(item))) continue;
      known.add(keyOf(item));
      const entry = text.slice(...spanOf(item, text));
      if (entry.includes('\n') || isMergeKey(item.key)) return [];
      written.push(entry);
    }
  }
  const title = t('Write the keys out');
  if (written.length === 0) return removeEntryFix(map, pair, file, title);
  const [start, end] = spanOf(pair, text);
  const column = start - (text.lastIndexOf('\n', start - 1) + 1);
  const newText = written.join(map.flow ? ', ' : `\n${' '.repeat(column)}`);
  return [{ title, edits: [{ range: report.rangeOf([start, end]), newText }] }];
}

function keyOf(pair: Pair): unknown {
  return isScalar(pair.key) ? pair.key.value : undefined;
}

/** From the key to the end of its value; an indented value's last line end is not in it. */
function spanOf({ key, value }: Pair, text: string): Span {
  const [start, keyEnd] = rangeOf(key) ?? [0, 0];
  const end = Math.max(rangeOf(value)?.[1] ?? keyEnd, keyEnd);
  return [start, text[end - 1] === '\n' ? end - 1 : end];
}

function rangeOf(node: unknown): Span | undefined {
  const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
  return Array.isArray(range) ? [range[0], range[1]] : undefined;
}
