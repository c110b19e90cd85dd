/** Columns and classes of the data. */
import { t } from '@vscode/l10n';
import { counted } from '../../common/counted';
import type { TableFacts } from '../../spec/tableFacts';
import { shortNumber } from '../text/shortNumber';
import { targetsNamed, wordsOf } from '../unfinished/dataNames';
import { writeScalar } from '../unfinished/scalars';
import { entryOf } from '../yaml/tree';
import { type ColumnName, columnsOf, nodeOf, type Scene, tableOf } from './context';
import { targetColumn } from './fittingNames';
import { type CompletionItem, literal } from './item';

/** The columns that may stand in this list: no input twice, and no target among the inputs. */
export async function columnItems(scene: Scene): Promise<CompletionItem[]> {
  const key = scene.place.path[1];
  const columns = await columnsOf(scene);
  const table = await tableOf(scene);
  const written = wordsOf(nodeOf(scene, ['data', String(key)])).filter((name) => name !== scene.place.word);
  const taken = key === 'inputs' ? [...written, ...targetsNamed(scene.tree)] : written;
  const open = columns.filter(({ name }) => !taken.includes(name));
  // The target is more often in the last column than in any other.
  const sorted = key === 'target' ? open.reverse() : open;
  return sorted.map((column, index) => itemOf(scene, column, index, '', table));
}

/** The columns as keys of `types`. */
export async function columnKeys(scene: Scene): Promise<CompletionItem[]> {
  const columns = await columnsOf(scene);
  const table = await tableOf(scene);
  const map = nodeOf(scene, scene.place.kind === 'key' ? scene.place.path : []);
  const open = columns.filter(({ name }) => name === scene.place.word || !entryOf(map, name));
  return open.map((column, index) => itemOf(scene, column, index, scene.place.colon ? '' : ': ', table));
}

/** The classes of the target as keys of `class_weight`. */
export async function classKeys(scene: Scene): Promise<CompletionItem[]> {
  const column = await targetColumn(scene);
  const map = nodeOf(scene, scene.place.kind === 'key' ? scene.place.path : []);
  const open = (column?.counts ?? []).filter(({ value }) => value === scene.place.word || !entryOf(map, value));
  return open.map(({ value, count }, index) => ({
    label: value,
    kind: 'column',
    detail: counted(count, t('{0} row', count), t('{0} rows', count)),
    insertText: written(scene, value) + (scene.place.colon ? '' : ': '),
    sortText: String(index).padStart(3, '0'),
    span: scene.place.span,
    documented: {},
  }));
}

function itemOf(
  scene: Scene,
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
    insertText: written(scene, column.name) + colon,
    sortText: String(index).padStart(5, '0'),
    span: scene.place.span,
    documented: table && facts ? { column: { facts, rows: table.rows } } : { text: t('A column of the data.') },
    retrigger: colon !== '',
  };
}

function written({ place }: Scene, name: string): string {
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
