/** Quick fixes for entries that a map should not hold: repeated keys, and merge keys. */
import { t } from '@vscode/l10n';
import type { Fix } from '../../spec/problem';
import type { Reporter } from '../problems/reporter';
import { lineStartOf, type Span } from '../text/lines';
import { endOf, type TreeNode, withMerged } from '../yaml/tree';
import { removalOf, type Surroundings } from './removal';

export interface MapFile {
  readonly text: string;
  readonly report: Reporter;
}

/** An entry with its place in the map. */
export interface WrittenEntry extends Surroundings {
  /** From its key to the end of its value. */
  readonly span: Span;
}

/** Removes an entry. A choice, because the file does not say which of two equal keys is meant. */
export function removeEntryFix(entry: WrittenEntry, { text, report }: MapFile, title: string): Fix[] {
  // The end of a broken entry is not known.
  if (report.isBroken) {
    return [];
  }
  const removal = removalOf(text, entry.span, entry);
  return removal ? [{ title, choice: true, edits: [{ range: report.rangeOf(removal), newText: '' }] }] : [];
}

/**
 * Replaces a merge key with its entries, if each fits on a line. `names` are the keys of the map, `sources`
 * the maps merged into it.
 */
export function writeOutFix(
  entry: WrittenEntry,
  names: ReadonlySet<string | undefined>,
  sources: readonly TreeNode[],
  file: MapFile,
): Fix[] {
  const { text, report } = file;
  const known = new Set(names);
  const written: string[] = [];
  for (const source of sources) {
    if (source.kind !== 'map') {
      return [];
    }
    for (const each of (withMerged(source) as typeof source).entries) {
      if (known.has(each.key)) {
        continue;
      }
      known.add(each.key);
      const line = text.slice(each.keySpan[0], endOf(each));
      if (line.includes('\n')) {
        return [];
      }
      written.push(line);
    }
  }
  const title = t('Write the keys out');
  if (written.length === 0) {
    return removeEntryFix(entry, file, title);
  }
  const [start] = entry.span;
  const column = start - lineStartOf(text, start);
  const newText = written.join(entry.flow ? ', ' : `\n${' '.repeat(column)}`);
  return [{ title, edits: [{ range: report.rangeOf(entry.span), newText }] }];
}
