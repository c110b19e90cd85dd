/** Reads the filter of the table: words, and comparisons such as `val_loss < 0.1`. */
import type { TableColumn, TableRow } from './rows';

type Test = (row: TableRow) => boolean;

const operators: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
  '=': (value, limit) => value === limit,
};

/** A row passes if each word is in one of its cells, and each comparison holds. */
export function filterOf(text: string, columns: readonly TableColumn[]): Test {
  const tests = text
    .split(/(<=|>=|<|>|=)/)
    .map((piece) => piece.trim())
    .join('')
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => comparison(word, columns) ?? containing(word, columns));
  return (row) => tests.every((test) => test(row));
}

/** Undefined where there is no such column, or no number yet: then it is a word. */
function comparison(word: string, columns: readonly TableColumn[]): Test | undefined {
  const [, name, operator, number] = /^([^<>=]+)(<=|>=|<|>|=)([^<>=]+)$/.exec(word) ?? [];
  const column = name === undefined ? undefined : columnNamed(name.toLowerCase(), columns);
  const limit = Number(number);
  if (!column || Number.isNaN(limit)) {
    return undefined;
  }
  const compare = operators[operator];
  return (row) => {
    const value = column.value(row);
    return typeof value === 'number' && compare(value, limit);
  };
}

function columnNamed(name: string, columns: readonly TableColumn[]): TableColumn | undefined {
  const names = ({ id, label, title }: TableColumn) => [id, label, title ?? ''].map((each) => each.toLowerCase());
  return (
    columns.find((column) => names(column).includes(name)) ??
    columns.find((column) => names(column).some((each) => each.endsWith(`.${name}`)))
  );
}

function containing(word: string, columns: readonly TableColumn[]): Test {
  const wanted = word.toLowerCase();
  return (row) => columns.some((column) => column.text(row).toLowerCase().includes(wanted));
}
