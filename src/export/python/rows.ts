/** The table of a script that trains: the rows as the spec reads them, with the part of each. */
import { csvLine } from '../../common/csvLine';
import type { ExportData, ExportedFile, ExportRows } from '../exportInput';

export const tableName = 'data.csv';

/** Names of the columns that tell about a row; none of them is a name of the data's own. */
export interface RowColumns {
  readonly part: string;
  readonly weight: string;
  readonly classWeight: string;
}

export function rowColumnsOf({ inputs, target }: ExportData): RowColumns {
  const own = new Set([...inputs.map(({ column }) => column), ...target.columns]);
  const free = (name: string) => {
    let found = name;
    while (own.has(found)) {
      found += '_';
    }
    return found;
  };
  return { part: free('part'), weight: free('row_weight'), classWeight: free('class_weight') };
}

export function tableFile(data: ExportData, rows: ExportRows): ExportedFile {
  return { path: tableName, content: linesOf(data, rows) };
}

function* linesOf(data: ExportData, { count, cells, partOf, weights, classWeights }: ExportRows): Generator<string> {
  const { part, weight, classWeight } = rowColumnsOf(data);
  const names = [...data.inputs.map(({ column }) => column), ...data.target.columns];
  yield csvLine([...names, part, ...(weights ? [weight] : []), ...(classWeights ? [classWeight] : [])]);
  for (let row = 0; row < count; row++) {
    const extra = [weights?.[row], classWeights?.[row]].filter((each) => each !== undefined);
    yield csvLine([...cells(row), partOf(row), ...extra]);
  }
}
