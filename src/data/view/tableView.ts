/** The Data view of a table: describes its columns, lists its rows in any order and draws points from it. */
import {
  columnsAtOnce,
  countedCategories,
  describedColumns,
  rowsAtOnce,
  scatterColumns,
  scatterPoints,
  shorten,
} from '../../common/limits';
import type {
  ClassBalance,
  ColumnName,
  ColumnRole,
  ColumnsAnswer,
  ColumnsQuestion,
  ColumnUse,
  ColumnView,
  DataAnswer,
  DataFinding,
  DataOverview,
  DataQuestion,
  PageAnswer,
  PageQuestion,
  ScatterAnswer,
  ScatterQuestion,
} from '../../spec/dataView';
import { isoDate } from '../../spec/dates';
import { type DataSpec, type Part, parts } from '../../spec/spec';
import { isArrayOfNumbers } from '../../spec/tableFiles';
import type { OpenedTable } from '../index';
import { correlation, someOf } from '../leaks/givesAway';
import type { Column, NumberColumn, Table } from '../table';
import { cellFindings } from './cellFindings';
import { usesOf, viewOfColumn } from './columnView';
import { findingsOf } from './findings';
import { orderBy, type RowOrder, reversed } from './rowOrder';

/** Orders of rows that are kept, each with four bytes a row. */
const keptOrders = 8;
/** Marks a row that is in no part. */
const noPart = 255;

/** Answers questions about one table, which it keeps. What was computed once is kept as well, in bounds. */
export class TableView {
  readonly #opened: OpenedTable;
  readonly #data: DataSpec;
  readonly #uses: ReadonlyMap<number, ColumnUse>;
  readonly #inputs: ReadonlySet<number>;
  /** The first columns, the targets among them. */
  readonly #names: readonly ColumnName[];
  readonly #views = new Map<number, ColumnView>();
  /** The latest orders by the index of their column. */
  readonly #orders = new Map<number, RowOrder>();
  /** The rows of the latest page in their order. */
  #listed: { readonly key: string; readonly rows: Int32Array } | undefined;
  readonly #partOf: Uint8Array | undefined;

  constructor(opened: OpenedTable, data: DataSpec) {
    this.#opened = opened;
    this.#data = data;
    this.#uses = usesOf(opened);
    this.#inputs = new Set(opened.request?.inputs);
    this.#names = this.#described().map((index) => this.#nameOf(index));
    this.#partOf = partOfRows(opened);
  }

  get #table(): Table {
    return this.#opened.table;
  }

  /** Looks at every described column. */
  overview(): DataOverview {
    const { request, plan } = this.#opened;
    const described = new Set(this.#names.map(({ index }) => index));
    const viewOf = (index: number) => this.#viewOf(index);
    const balance = this.#balance();
    return {
      rows: this.#table.rows,
      columns: this.#table.columns.length,
      ...(plan && { parts: countsOf(plan.parts), inputSize: plan.inputSize }),
      names: this.#names,
      ...(balance && { balance }),
      ...(request?.data.scale === 'robust' && { isRobust: true }),
      findings: [
        ...this.#cellFindings(),
        ...(request && plan
          ? findingsOf(
              { request, plan, viewOf },
              request.inputs.filter((index) => described.has(index)),
            )
          : []),
      ],
    };
  }

  #cellFindings(): readonly DataFinding[] {
    const { types, origin } = this.#data;
    // Built-in sets are as they should be, and arrays hold measurements.
    const isKnown = origin.kind === 'source' || (origin.kind === 'file' && isArrayOfNumbers(origin.path));
    const columns = isKnown ? [] : this.#names.filter(({ role }) => role !== 'ignored');
    return cellFindings({
      table: this.#table,
      columns: columns.map(({ index }) => index),
      isDeclared: (name) => Object.hasOwn(types, name) && types[name] === 'category',
    });
  }

  answer(question: DataQuestion): DataAnswer {
    switch (question.kind) {
      case 'columns':
        return { kind: 'columns', ...this.columns(question) };
      case 'page':
        return { kind: 'page', ...this.page(question) };
      case 'scatter':
        return { kind: 'scatter', ...this.scatter(question) };
    }
  }

  columns({ search, from }: ColumnsQuestion): ColumnsAnswer {
    const wanted = search.toLowerCase();
    const matching = this.#names.filter(({ name }) => name.toLowerCase().includes(wanted));
    const columns = matching.slice(from, from + columnsAtOnce).map(({ index }) => this.#viewOf(index));
    return { columns, matching: matching.length };
  }

  page({ from, count, columns, sort, part }: PageQuestion): PageAnswer {
    const shown = columns.slice(0, columnsAtOnce).filter((index) => index < this.#table.columns.length);
    const order = this.#order(sort, part);
    const total = order?.length ?? this.#table.rows;
    const first = Math.min(from, total);
    const last = Math.min(total, first + Math.min(count, rowsAtOnce));
    const rows = Array.from({ length: last - first }, (_, at) => (order ? order[first + at] : first + at));
    // Column by column: one of an array is copied as a whole before its first cell is read.
    const cells = shown.map((index) => rows.map((row) => cellOf(this.#table.columns[index], row)));
    return {
      from: first,
      total,
      rows: rows.map((row, at) => {
        const of = this.#partOf?.[row] ?? noPart;
        return {
          number: row + 1,
          ...(of !== noPart && { part: parts[of] }),
          cells: cells.map((column) => column[at]),
        };
      }),
    };
  }

  scatter({ columns }: ScatterQuestion): ScatterAnswer {
    const { table, plan } = this.#opened;
    const chosen = columns.filter((index) => table.columns[index]?.type === 'number').slice(0, scatterColumns);
    const numbers = chosen.map((index) => table.columns[index] as NumberColumn);
    const rows = plan?.kept ?? Int32Array.from({ length: table.rows }, (_, row) => row);
    const shown = someOf(rows, scatterPoints);
    const { classOf, encoding } = plan?.targets ?? {};
    const classNames = classOf && encoding?.classNames?.slice(0, countedCategories).map((name) => shorten(name));
    return {
      columns: numbers.map((column, at) => {
        const { numbers: range, dates } = this.#viewOf(chosen[at]);
        return {
          index: chosen[at],
          name: column.name,
          low: range?.minimum ?? 0,
          high: range?.maximum ?? 0,
          ...(dates && { dates }),
          values: Float64Array.from(shown, (row) => column.values[row]),
        };
      }),
      correlations: correlationsOf(numbers),
      ...(classOf && classNames && { classes: Int32Array.from(shown, (row) => classOf(row) ?? -1), classNames }),
      points: shown.length,
      rows: rows.length,
    };
  }

  /** Undefined for all rows in the order of the table. */
  #order(sort: PageQuestion['sort'], part: Part | undefined): Int32Array | undefined {
    const key = `${sort?.column} ${sort?.descending} ${part}`;
    if (this.#listed?.key === key) {
      return this.#listed.rows;
    }
    const order = sort && this.#table.columns[sort.column] && this.#orderBy(sort.column);
    const sorted = sort?.descending && order ? reversed(order) : order?.rows;
    if (!sorted && !part) {
      return undefined;
    }
    const [of, wanted] = [this.#partOf, part ? parts.indexOf(part) : noPart];
    const all = sorted ?? Int32Array.from({ length: this.#table.rows }, (_, row) => row);
    const rows = part ? all.filter((row) => of?.[row] === wanted) : all;
    this.#listed = { key, rows };
    return rows;
  }

  #orderBy(column: number): RowOrder {
    const order = this.#orders.get(column) ?? orderBy(this.#table.columns[column], this.#table.rows);
    this.#orders.delete(column);
    this.#orders.set(column, order);
    for (const oldest of this.#orders.keys()) {
      if (this.#orders.size <= keptOrders) {
        break;
      }
      this.#orders.delete(oldest);
    }
    return order;
  }

  #viewOf(index: number): ColumnView {
    const known = this.#views.get(index);
    if (known) {
      return known;
    }
    const view = viewOfColumn(this.#table.columns[index], this.#nameOf(index), this.#uses.get(index));
    this.#views.set(index, view);
    return view;
  }

  /** The first columns and the targets, in the order of the table. */
  #described(): readonly number[] {
    const { table, request } = this.#opened;
    const targets = request?.targets ?? [];
    const first = table.columns.map((_, index) => index).slice(0, describedColumns);
    return [...new Set([...targets.slice(0, describedColumns), ...first])]
      .slice(0, describedColumns)
      .sort((a, b) => a - b);
  }

  #nameOf(index: number): ColumnName {
    const column = this.#table.columns[index];
    const type = column.type === 'number' && column.dates ? 'date' : column.type;
    return { index, name: shorten(column.name), type, role: this.#roleOf(index) };
  }

  #roleOf(index: number): ColumnRole {
    const { request, table } = this.#opened;
    const { types, inputs } = this.#data;
    const { name } = table.columns[index];
    if (Object.hasOwn(types, name) && types[name] === 'ignore') {
      return 'ignored';
    }
    if (!request) {
      return 'unknown';
    }
    if (request.targets.includes(index)) {
      return 'target';
    }
    if (this.#inputs.has(index)) {
      return 'input';
    }
    return request.weights === index
      ? 'weights'
      : request.splitBy === index
        ? 'split'
        : inputs
          ? 'unused'
          : 'passed-over';
  }

  #balance(): ClassBalance | undefined {
    const { plan, request } = this.#opened;
    const { classOf, encoding } = plan?.targets ?? {};
    const names = encoding?.classNames;
    if (!plan || !request || !classOf || !names) {
      return undefined;
    }
    const counts = new Int32Array(3 * names.length);
    for (const [at, part] of parts.entries()) {
      for (const sample of plan.parts[part]) {
        counts[3 * classOf(plan.kept[sample]) + at]++;
      }
    }
    return {
      column: shorten(encoding.columns[0]),
      classes: names.slice(0, countedCategories).map((name, index) => ({
        name: shorten(name),
        counts: [counts[3 * index], counts[3 * index + 1], counts[3 * index + 2]],
      })),
      others: Math.max(0, names.length - countedCategories),
    };
  }
}

function correlationsOf(columns: readonly NumberColumn[]): Float64Array {
  const size = columns.length;
  const values = columns.map((column) => column.values);
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k <= i; k++) {
      matrix[i * size + k] = correlation(values[i], values[k]);
      matrix[k * size + i] = matrix[i * size + k];
    }
  }
  return matrix;
}

function countsOf(split: Readonly<Record<Part, Int32Array>>): Record<Part, number> {
  return { train: split.train.length, validation: split.validation.length, test: split.test.length };
}

/** The part of each row of the table, as an index into `parts`. */
function partOfRows({ table, plan }: OpenedTable): Uint8Array | undefined {
  if (!plan) {
    return undefined;
  }
  const partOf = new Uint8Array(table.rows).fill(noPart);
  for (const [at, part] of parts.entries()) {
    for (const sample of plan.parts[part]) {
      partOf[plan.kept[sample]] = at;
    }
  }
  return partOf;
}

function cellOf(column: Column, row: number): number | string | null {
  if (column.type === 'category') {
    return column.codes[row] < 0 ? null : shorten(column.values[column.codes[row]]);
  }
  const value = column.values[row];
  if (Number.isNaN(value)) {
    return column.bad.find((cell) => cell.row === row)?.text.slice(0, 100) ?? null;
  }
  return column.dates ? dateText(value) : value;
}

/** `2024-01-31`, with the time of day where there is one. */
function dateText(days: number): string {
  const minutes = Math.min(1439, Math.round((days - Math.floor(days)) * 1440));
  const two = (number: number) => String(number).padStart(2, '0');
  return minutes === 0 ? isoDate(days) : `${isoDate(days)} ${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
