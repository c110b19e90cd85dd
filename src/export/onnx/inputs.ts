/** Raw columns as inputs of a graph, encoded and scaled as in training. */
import { t } from '@vscode/l10n';
import { cos, sin } from '../../common/math';
import type { Shape } from '../../spec/shape';
import type { InputColumn } from '../exportInput';
import type { Graph } from './graph';
import type { OnnxValue } from './model';

export interface GraphInputs {
  readonly inputs: readonly OnnxValue[];
  /** The value that is the network's input. */
  readonly x: string;
}

/** Columns of numbers are one input `[rows, columns]`; where there are others each is an input of its own. */
export function addInputs(graph: Graph, columns: readonly InputColumn[], shape: Shape): GraphInputs {
  const isTable = columns.every(({ type }) => type === 'number');
  const { inputs, parts } = isTable ? tableOf(graph, columns) : columnsOf(graph, columns);
  const joined = parts.length === 1 ? parts[0] : graph.add('Concat', parts, { axis: 1 });
  const x = graph.add('Cast', [joined], { to: 1 });
  if (shape.length === 1) {
    return { inputs, x };
  }
  const wanted = [-1, ...shape];
  return { inputs, x: graph.add('Reshape', [x, graph.list(`int64 [${wanted}]`, wanted)]) };
}

function tableOf(graph: Graph, columns: readonly InputColumn[]) {
  const names = columns.map(({ column }) => column).join(', ');
  const inputs: OnnxValue[] = [{ name: 'inputs', type: 'double', shape: ['rows', columns.length], about: names }];
  return { inputs, parts: [scaled(graph, 'inputs', columns, 'input')] };
}

function columnsOf(graph: Graph, columns: readonly InputColumn[]) {
  const inputs: OnnxValue[] = [];
  const parts: string[] = [];
  for (const column of columns) {
    const { column: name, type } = column;
    const input = nameOf(name, graph, inputs);
    const isCategory = type === 'category';
    inputs.push({
      name: input,
      type: isCategory ? 'string' : 'double',
      shape: ['rows', 1],
      about: isCategory ? column.categories?.join(', ') : type === 'date' ? t('days since 1970-01-01') : name,
    });
    if (isCategory) {
      parts.push(oneHot(graph, input, column));
    } else {
      const key = `input ${inputs.length}`;
      const known = imputed(graph, input, [column], key);
      parts.push(scaled(graph, known, [{ ...column, imputation: undefined }], key));
      parts.push(...(column.cycles ?? []).map((cycle) => cycleOf(graph, known, cycle)));
    }
  }
  return { inputs, parts };
}

/** Names that values and constants of the graph have. */
const taken =
  /^(?:|v\d+|outputs|class|(?:float|double|int64|input|target|class|counts|month|weekday) .*|.* categories)$/;

/** No value or tensor of the graph has the name of an input; the network's own tensors are there already. */
function nameOf(column: string, graph: Graph, inputs: readonly OnnxValue[]): string {
  let name = column;
  while (taken.test(name) || [...graph.tensors, ...inputs].some((other) => other.name === name)) {
    name += '_';
  }
  return name;
}

function imputed(graph: Graph, x: string, columns: readonly InputColumn[], key: string): string {
  if (columns.every(({ imputation }) => imputation === undefined)) {
    return x;
  }
  const fill = row(
    graph,
    `${key} fill`,
    columns.map(({ imputation }) => imputation ?? Number.NaN),
  );
  return graph.expression('Where(IsNaN(x), fill, x)', { x, fill });
}

function row(graph: Graph, name: string, values: readonly number[]): string {
  return graph.tensor(name, 'double', [1, values.length], values);
}

function scaled(graph: Graph, x: string, columns: readonly InputColumn[], key: string): string {
  const known = imputed(graph, x, columns, key);
  const shift = row(
    graph,
    `${key} shift`,
    columns.map((column) => column.shift),
  );
  const scale = row(
    graph,
    `${key} scale`,
    columns.map((column) => column.scale),
  );
  const value = graph.expression('Div(Sub(x, shift), scale)', { x: known, shift, scale });
  const limits = columns.map(({ limit }) => limit ?? Number.POSITIVE_INFINITY);
  if (!limits.some(Number.isFinite)) {
    return value;
  }
  const upper = row(graph, `${key} limit`, limits);
  const lower = row(
    graph,
    `${key} lower limit`,
    limits.map((limit) => -limit),
  );
  return graph.expression('Max(Min(value, upper), lower)', { value, upper, lower });
}

/** A text takes the row of the unit matrix at its place among the categories; any other, NaN or zeros. */
function oneHot(graph: Graph, x: string, { column, categories = [], imputation, unknown }: InputColumn): string {
  const count = categories.length;
  const filled = imputation === undefined ? [] : [''];
  const index = graph.add(
    'LabelEncoder',
    [x],
    {
      keys_strings: [...categories, ...filled],
      values_int64s: [...categories.keys(), ...filled.map(() => imputation!)],
      default_int64: count,
    },
    'ai.onnx.ml',
  );
  const other = unknown === 'ignore' ? 0 : Number.NaN;
  const matrix = Array.from({ length: (count + 1) * count }, (_, i) => {
    const place = Math.floor(i / count);
    return place === count ? other : Number(place === i % count);
  });
  const rows = graph.tensor(`${column} categories`, 'double', [count + 1, count], matrix);
  const flat = graph.add('Reshape', [index, graph.list('int64 [-1]', [-1])]);
  return graph.add('Gather', [rows, flat], { axis: 0 });
}

/** The place in the year or in the week, as a sine and a cosine. */
function cycleOf(graph: Graph, days: string, cycle: NonNullable<InputColumn['cycles']>[number]): string {
  const length = cycle === 'month' ? 12 : 7;
  const place = cycle === 'month' ? monthOf(graph, days) : weekdayOf(graph, days);
  const turns = Array.from({ length: 2 * length }, (_, i) => {
    const angle = 2 * Math.PI * (Math.floor(i / 2) / length);
    return i % 2 === 0 ? sin(angle) : cos(angle);
  });
  const table = graph.tensor(`${cycle} cycle`, 'double', [length, 2], turns);
  const flat = graph.add('Reshape', [graph.add('Cast', [place], { to: 7 }), graph.list('int64 [-1]', [-1])]);
  return graph.add('Gather', [table, flat], { axis: 0 });
}

function weekdayOf(graph: Graph, days: string): string {
  const since = graph.expression('Add(Floor(days), 3)', { days }, 'double');
  return graph.expression('Sub(since, Mul(7, Floor(Div(since, 7))))', { since }, 'double');
}

/** January is 0. Years are counted from March, and repeat themselves after 400; see `spec/dates`. */
function monthOf(graph: Graph, days: string): string {
  const value = (source: string, values: Readonly<Record<string, string>>) =>
    graph.expression(source, values, 'double');
  const since = value('Add(Floor(days), 719468)', { days });
  const cycle = value('Sub(since, Mul(146097, Floor(Div(since, 146097))))', { since });
  const leaps = value('Add(Sub(Floor(Div(cycle, 1460)), Floor(Div(cycle, 36524))), Floor(Div(cycle, 146096)))', {
    cycle,
  });
  const years = value('Floor(Div(Sub(cycle, leaps), 365))', { cycle, leaps });
  const day = value('Sub(cycle, Sub(Add(Mul(365, years), Floor(Div(years, 4))), Floor(Div(years, 100))))', {
    cycle,
    years,
  });
  const months = value('Add(Floor(Div(Add(Mul(5, day), 2), 153)), 2)', { day });
  return value('Sub(months, Mul(12, Floor(Div(months, 12))))', { months });
}
