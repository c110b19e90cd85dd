/** Sentences about missing targets, texts that probably mean that a value is missing, and spellings. */
import { t } from '@vscode/l10n';
import { counted } from '../common/counted';
import { formatCount, formatRounded } from '../common/formatCount';
import { shorten } from '../common/limits';
import type { MarkedColumn } from './tableFacts';

/** Says what a column holds beside its marks. */
export function foundMarks({ column, holds, cells, marks, others }: MarkedColumn): string {
  const [name, share, listed] = [shorten(column), sharePresent(cells, marks), listOf(cells, marks)];
  if (others) {
    const [low, high] = others.map(formatRounded);
    return t(
      '“{0}”: {1} lies far from all other numbers of the column, which are from {2} to {3}.',
      name,
      listed,
      low,
      high,
    );
  }
  return holds === 'date'
    ? t('“{0}”: {1} % of the cells are dates, the others are {2}.', name, share, listed)
    : t('“{0}”: {1} % of the cells are numbers, the others are {2}.', name, share, listed);
}

/** Says what to do where some texts of a column may mean that the value is missing. */
export function doubtedMarks(marked: MarkedColumn): string {
  const texts = marked.marks.map(({ text }) => JSON.stringify(text)).join(', ');
  return `${foundMarks(marked)} ${t('If they mean that the value is missing, write na_values: [{0}] under data; else correct them.', texts)}`;
}

/** Says that the marks of a column are read as missing. */
export function readMarks({ column, holds, cells, marks, others }: MarkedColumn): string {
  const [name, share, listed] = [shorten(column), sharePresent(cells, marks), listOf(cells, marks)];
  if (others) {
    const [low, high] = others.map(formatRounded);
    return t('“{0}”: numbers from {1} to {2}; read as missing: {3}.', name, low, high, listed);
  }
  switch (holds) {
    case 'date':
      return t('“{0}”: {1} % dates; read as missing: {2}.', name, share, listed);
    case 'number':
      return t('“{0}”: {1} % numbers; read as missing: {2}.', name, share, listed);
    case 'category':
      return t('“{0}”, a category: read as missing, too: {1}.', name, listed);
  }
}

/** Says how many rows have no target, so that nobody wonders where they went. */
export function withoutTargetWords(targets: readonly string[], count: number, rows: number): string {
  const [some, all, names] = [formatCount(count), formatCount(rows), shorten(targets.join(', '))];
  return counted(
    count,
    t('{0} of {1} rows has no “{2}”: it is neither learned from nor scored.', some, all, names),
    t('{0} of {1} rows have no “{2}”: they are neither learned from nor scored.', some, all, names),
  );
}

/** Categories whose spellings are told. */
const toldSpellings = 3;

/** Says that categories differ in their spelling alone. */
export function spellingWords(column: string, spellings: readonly (readonly string[])[]): string {
  const listed = spellings
    .slice(0, toldSpellings)
    .map(([first, ...others]) =>
      t('{0} spellings of “{1}” ({2})', others.length + 1, first, others.map((each) => `“${each}”`).join(', ')),
    );
  return t(
    '“{0}”: {1}. Each is a category of its own.',
    shorten(column),
    [...listed, ...(spellings.length > listed.length ? ['…'] : [])].join('; '),
  );
}

function sharePresent(cells: number, marks: MarkedColumn['marks']): string {
  return percent(1 - marks.reduce((sum, { count }) => sum + count, 0) / cells);
}

function listOf(cells: number, marks: MarkedColumn['marks']): string {
  return marks.map(({ text, count }) => t('“{0}” ({1} %)', text, percent(count / cells))).join(', ');
}

/** Two digits of a small share; a large one is not rounded up to all. */
function percent(share: number): string {
  return String(share < 0.1 ? Number((100 * share).toPrecision(2)) : Math.floor(1000 * share) / 10);
}
