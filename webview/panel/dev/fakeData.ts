/** An invented table for developing and testing the Data view, and answers as the engine gives them. */
import type { ColumnView, DataAnswer, DataOverview, DataQuestion } from '../../../src/protocol/engine';

const rows = 240;
const cities = ['Busan', 'Seoul', 'Daegu', 'Jeju', 'Ulsan', 'Suwon', 'Incheon'];

/** Looks random; the same in each run. */
const noise = (row: number, column: number) => ((row * 7919 + column * 104729 + 13) % 997) / 997;

/** Columns of the table, with null for a missing cell. */
export const fakeColumns: Readonly<Record<string, readonly (number | string | null)[]>> = {
  age: Array.from({ length: rows }, (_, row) => (row % 11 === 3 ? null : 18 + Math.floor(60 * noise(row, 1)))),
  fare: Array.from({ length: rows }, (_, row) => Number((80 * noise(row, 2) ** 3).toFixed(2))),
  city: Array.from({ length: rows }, (_, row) => (row % 17 === 5 ? null : cities[Math.floor(7 * noise(row, 3) ** 2)])),
  note: Array.from({ length: rows }, (_, row) => `note ${row}`),
  survived: Array.from({ length: rows }, (_, row) => (noise(row, 4) < 0.4 ? 'yes' : 'no')),
};
const names = Object.keys(fakeColumns);
const partOf = (row: number) => (row % 5 < 3 ? 'train' : row % 5 === 3 ? 'validation' : 'test') as 'train';

export function fakeOverview(): DataOverview {
  const count = (name: string, part: string) =>
    fakeColumns.survived.filter((value, row) => value === name && partOf(row) === part).length;
  const counts = (name: string) =>
    [count(name, 'train'), count(name, 'validation'), count(name, 'test')] as [number, number, number];
  return {
    rows,
    columns: names.length,
    parts: { train: 144, validation: 48, test: 48 },
    inputSize: 9,
    names: names.map((name, index) => ({ index, name, type: viewOf(index).type, role: viewOf(index).role })),
    balance: { column: 'survived', classes: ['no', 'yes'].map((name) => ({ name, counts: counts(name) })), others: 0 },
    findings: [
      {
        code: 'outliers',
        columns: ['fare'],
        value: 2,
        message: '“fare”: 2 cells lie far from the others (an invented warning).',
      },
    ],
  };
}

function viewOf(index: number): ColumnView {
  const name = names[index];
  const present = fakeColumns[name].filter((cell) => cell !== null);
  const common = { index, name, missing: rows - present.length, distinct: new Set(present).size };
  if (typeof present[0] === 'string') {
    const tally = new Map<string, number>();
    for (const cell of present) {
      tally.set(String(cell), (tally.get(String(cell)) ?? 0) + 1);
    }
    const values = [...tally].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count);
    const role = name === 'survived' ? 'target' : name === 'note' ? 'passed-over' : 'input';
    const use =
      name === 'survived'
        ? ({ kind: 'binary' } as const)
        : name === 'note'
          ? undefined
          : ({ kind: 'one-hot', inputs: 7, imputation: 'Busan' } as const);
    return { ...common, type: 'category', role, values: values.slice(0, 20), use };
  }
  const sorted = present.map(Number).sort((a, b) => a - b);
  const mean = sorted.reduce((a, b) => a + b, 0) / sorted.length;
  const deviation = Math.sqrt(sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / sorted.length);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))];
  const counts = new Array<number>(16).fill(0);
  for (const value of sorted) {
    counts[Math.min(15, Math.floor(((value - at(0)) / (at(1) - at(0))) * 16))]++;
  }
  return {
    ...common,
    type: 'number',
    role: 'input',
    numbers: {
      minimum: at(0),
      lowerQuartile: at(0.25),
      median: at(0.5),
      upperQuartile: at(0.75),
      maximum: at(1),
      mean,
      deviation,
    },
    histogram: { low: at(0), high: at(1), whole: false, counts },
    use: { kind: 'number', shift: mean, scale: deviation, ...(name === 'age' && { imputation: mean }) },
  };
}

export function fakeDataAnswer(question: DataQuestion): DataAnswer {
  switch (question.kind) {
    case 'columns': {
      const found = names.flatMap((name, index) => (name.includes(question.search.toLowerCase()) ? [index] : []));
      return { kind: 'columns', columns: found.map(viewOf), matching: found.length };
    }
    case 'page': {
      const { from, count, columns, sort, part } = question;
      const keys = sort && fakeColumns[names[sort.column]];
      const order = Array.from({ length: rows }, (_, row) => row).filter((row) => !part || partOf(row) === part);
      if (keys && sort) {
        const sign = sort.descending ? -1 : 1;
        order.sort((a, b) => sign * (Number(keys[a]) - Number(keys[b])) || sign * (keys[a]! < keys[b]! ? -1 : 1));
      }
      return {
        kind: 'page',
        from,
        total: order.length,
        rows: order.slice(from, from + count).map((row) => ({
          number: row + 1,
          part: partOf(row),
          cells: columns.map((column) => fakeColumns[names[column]][row]),
        })),
      };
    }
    case 'scatter':
      return {
        kind: 'scatter',
        columns: question.columns.map((index) => {
          const { numbers, name } = viewOf(index);
          return {
            index,
            name,
            low: numbers?.minimum ?? 0,
            high: numbers?.maximum ?? 0,
            values: Float64Array.from(fakeColumns[name], (cell) => (cell === null ? Number.NaN : Number(cell))),
          };
        }),
        correlations: Float64Array.from(
          question.columns.flatMap((a) => question.columns.map((b) => (a === b ? 1 : 0.25))),
        ),
        classes: Int32Array.from(fakeColumns.survived, (value) => Number(value === 'yes')),
        classNames: ['no', 'yes'],
        points: rows,
        rows,
      };
  }
}
