/** Finds cells that are read otherwise than they were probably meant. */
import { t } from '@vscode/l10n';
import type { DataFinding } from '../../spec/dataView';
import { foundMarks, spellingWords } from '../../spec/markWords';
import { marksIn } from '../marks';
import { spellingsIn } from '../spellings';
import type { Column, Table } from '../table';

export interface ExaminedCells {
  readonly table: Table;
  /** The columns to look at, by their index. */
  readonly columns: readonly number[];
  /** Whether the spec itself calls a column a category. */
  readonly isDeclared: (name: string) => boolean;
}

/** Texts that probably mean that a value is missing, and categories in several spellings. */
export function cellFindings({ table, columns, isDeclared }: ExaminedCells): readonly DataFinding[] {
  const looked = columns.map((index) => table.columns[index]);
  return [
    ...looked.flatMap((column) => (isDeclared(column.name) ? [] : marksOf(column, table))),
    ...looked.flatMap(spellingsOf),
  ];
}

function marksOf(column: Column, { found }: Table): DataFinding[] {
  const marked = marksIn(column, found);
  if (!marked) {
    return [];
  }
  const { name } = column;
  const count = marked.marks.reduce((sum, mark) => sum + mark.count, 0);
  const list = JSON.stringify(marked.marks.map(({ text }) => text)).replaceAll('","', '", "');
  const message = `${foundMarks(marked)} ${t('If they mean that the value is missing, write na_values: {0}.', list)}`;
  return [{ code: 'marks', columns: [name], value: count, message }];
}

function spellingsOf(column: Column): DataFinding[] {
  const spellings = column.type === 'category' ? spellingsIn(column) : [];
  return spellings.length === 0
    ? []
    : [
        {
          code: 'spellings',
          columns: [column.name],
          value: spellings.length,
          message: `${spellingWords(column.name, spellings)} ${t('Correct the file if they mean the same.')}`,
        },
      ];
}
