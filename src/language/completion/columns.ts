/** Completion of columns and classes of the data. */
import { t } from '@vscode/l10n';
import { counted } from '../../common/counted';
import type { TableColumn, TableFacts } from '../../spec/tableFacts';
import { holdsArrays } from '../../spec/tableFiles';
import { shortNumber } from '../text/shortNumber';
import { dataNamed, targetsNamed, wordsOf } from '../unfinished/dataNames';
import { writeScalar } from '../unfinished/scalars';
import { entryOf } from '../yaml/tree';
import { targetColumn } from './fittingNames';
import { type CompletionItem, literal } from './item';
import { type ColumnName, type CompletionRequest, columnsOf, nodeOf, tableOf } from './request';

/** The columns that this list may hold: none twice, and no target among the inputs. */
export async function columnItems(request: CompletionRequest): Promise<CompletionItem[]> {
  const key = request.place.path[1];
  const columns = await columnsOf(request);
  const table = await tableOf(request);
  const written = wordsOf(nodeOf(request, ['data', String(key)])).filter((name) => name !== request.place.word);
  const taken = key === 'inputs' ? [...written, ...targetsNamed(request.tree)] : written;
  const open = columns.filter(({ name }) => !taken.includes(name));
  // The target is usually in the last column.
  const sorted = key === 'target' ? open.reverse() : open;
  return sorted.map((column, index) => itemOf(request, column, index, '', table));
}

/** The columns as keys of `types`. */
export async function columnKeys(request: CompletionRequest): Promise<CompletionItem[]> {
  const columns = await columnsOf(request);
  const table = await tableOf(request);
  const map = nodeOf(request, request.place.kind === 'key' ? request.place.path : []);
  const open = columns.filter(({ name }) => name === request.place.word || !entryOf(map, name));
  return open.map((column, index) => itemOf(request, column, index, request.place.colon ? '' : ': ', table));
}

/** The classes of the target as keys of `class_weight`. */
export async function classKeys(request: CompletionRequest): Promise<CompletionItem[]> {
  const column = await targetColumn(request);
  const map = nodeOf(request, request.place.kind === 'key' ? request.place.path : []);
  const open = (column?.counts ?? []).filter(({ value }) => value === request.place.word || !entryOf(map, value));
  return open.map((each, index) => classItem(request, each, index, request.place.colon ? '' : ': '));
}

/** The two classes of the target, of which `positive` names one: the rarer one first. */
export async function classItems(request: CompletionRequest): Promise<CompletionItem[]> {
  const column = await targetColumn(request);
  const counts = column?.distinct === 2 ? column.counts.toReversed() : [];
  return counts.map((each, index) => classItem(request, each, index, ''));
}

function classItem(
  request: CompletionRequest,
  { value, count }: TableColumn['counts'][number],
  index: number,
  colon: string,
): CompletionItem {
  return {
    label: value,
    kind: 'column',
    detail: counted(count, t('{0} row', count), t('{0} rows', count)),
    insertText: written(request, value) + colon,
    sortText: String(index).padStart(3, '0'),
    span: request.place.span,
    documented: {},
  };
}

/** The arrays of the data file that the other key of `arrays` does not name. */
export async function arrayItems(request: CompletionRequest): Promise<CompletionItem[]> {
  const { host, place, tree, step } = request;
  const { file } = dataNamed(tree);
  const names = file !== undefined && holdsArrays(file) ? await host.arrays(file) : [];
  const key = place.path.at(-1) === 'inputs' ? 'target' : 'inputs';
  const taken = wordsOf(nodeOf(request, ['data', 'arrays', key]));
  return names
    .filter((name) => !taken.includes(name))
    .map((name, index) => ({
      label: name,
      kind: 'column',
      insertText: written(request, name),
      sortText: String(index).padStart(3, '0'),
      span: place.span,
      documented: step.context.doc === undefined ? {} : { doc: step.context.doc },
    }));
}

/** Marks of missing cells that tables often have. */
const usualMarks = ['?', '-', 'unknown'];

/** Texts in the table that probably mean that the value is missing, then usual ones. */
export async function markItems(request: CompletionRequest): Promise<CompletionItem[]> {
  const table = await tableOf(request);
  const taken = wordsOf(nodeOf(request, ['data', 'na_values'])).filter((text) => text !== request.place.word);
  const details = new Map<string, string>();
  for (const { column, marks } of table?.marked ?? []) {
    for (const { text, count } of marks) {
      const cells = counted(count, t('{0} cell', count), t('{0} cells', count));
      details.set(text, details.get(text) ?? `${column}: ${cells}`);
    }
  }
  return [...new Set([...details.keys(), ...usualMarks])]
    .filter((text) => !taken.includes(text))
    .map((text, index) => ({
      label: text,
      kind: 'value',
      ...(details.has(text) && { detail: details.get(text) }),
      insertText: written(request, text),
      sortText: String(index).padStart(3, '0'),
      span: request.place.span,
      documented: { doc: 'data.na_values' },
    }));
}

function itemOf(
  request: CompletionRequest,
  column: ColumnName,
  index: number,
  colon: string,
  table: TableFacts | undefined,
): CompletionItem {
  const facts = table?.columns.find(({ name }) => name === column.name);
  const detail = describeColumn(column);
  return {
    label: column.name,
    kind: 'column',
    ...(detail ? { detail } : {}),
    insertText: written(request, column.name) + colon,
    sortText: String(index).padStart(5, '0'),
    span: request.place.span,
    documented: table && facts ? { column: { facts, rows: table.rows } } : { text: t('A column of the data.') },
    retrigger: colon !== '',
  };
}

function written({ place }: CompletionRequest, name: string): string {
  return literal(place.quoted ? name.replace(/["\\]/g, '\\$&') : writeScalar(name, { flow: place.flow }));
}

/** `4.3 to 7.9`, `3 classes`, `12 missing`. */
function describeColumn({ type, minimum, maximum, distinct = 0, missing }: ColumnName): string | undefined {
  if (type === undefined) {
    return undefined;
  }
  const words =
    type === 'category'
      ? counted(distinct, t('{0} value', distinct), t('{0} values', distinct))
      : minimum === undefined || maximum === undefined
        ? t('no values')
        : t('{0} to {1}', shortNumber(minimum), shortNumber(maximum));
  return missing ? t('{0}, {1} missing', words, missing) : words;
}
