/** The raw columns of a row become the numbers that a network sees. */
import { t } from '@vscode/l10n';
import { cos, sin } from '../../common/math';
import type { InputColumn } from '../exportInput';
import { doubleTable, floatTable, inComment, loops, real, type Table } from './source';

export interface InputSource {
  readonly tables: readonly Table[];
  /** Lines that read `inputs` and write `x`. */
  readonly lines: readonly string[];
}

/** Leaves the program: the input at this place has no value. */
export type Fail = (place: string) => string;

/** `x` is the name of the array of the network's inputs. */
export function inputSource(columns: readonly InputColumn[], x: string, fail: Fail): InputSource {
  const tables: Table[] = [];
  const lines: string[] = [];
  let at = 0;
  let place = 0;
  for (const group of groupsOf(columns)) {
    const [first] = group;
    if (first.type === 'category') {
      lines.push(...categoryLines(first, { at, place, x, fail }));
      place += first.categories?.length ?? 0;
    } else {
      const made = numberLines(group, { at, place, x, fail });
      tables.push(...made.tables);
      lines.push(...made.lines);
      place += group.length;
      for (const [index, cycle] of (first.cycles ?? []).entries()) {
        const [name, length, turn] =
          cycle === 'month'
            ? (['month_cycle', 12, 'month_of'] as const)
            : (['weekday_cycle', 7, 'weekday_of'] as const);
        if (!tables.some((table) => table.name === name)) {
          tables.push(floatTable(name, cycleOf(length)));
        }
        const source = `${turn}(${first.imputation === undefined ? `inputs[${at}]` : `isnan(inputs[${at}]) ? ${real(first.imputation)} : inputs[${at}]`})`;
        for (const part of [0, 1]) {
          lines.push(`${x}[${place + 2 * index + part}] = ${name}[2 * ${source} + ${part}];`);
        }
      }
      place += 2 * (first.cycles?.length ?? 0);
    }
    at += group.length;
  }
  return { tables, lines };
}

/** Sine and cosine of every place in a cycle. */
function cycleOf(length: number): Float32Array {
  return Float32Array.from({ length: 2 * length }, (_, i) => {
    const angle = 2 * Math.PI * (Math.floor(i / 2) / length);
    return i % 2 === 0 ? sin(angle) : cos(angle);
  });
}

/** Neighbours that are encoded alike share a loop. */
function groupsOf(columns: readonly InputColumn[]): readonly (readonly InputColumn[])[] {
  const groups: InputColumn[][] = [];
  for (const column of columns) {
    const last = groups.at(-1)?.[0];
    const isAlike =
      last?.type === 'number' &&
      column.type === 'number' &&
      last.limit === column.limit &&
      (last.imputation === undefined) === (column.imputation === undefined);
    if (isAlike) {
      groups.at(-1)!.push(column);
    } else {
      groups.push([column]);
    }
  }
  return groups;
}

interface Place {
  /** The first column of the group, and the first of the network's inputs. */
  readonly at: number;
  readonly place: number;
  readonly x: string;
  readonly fail: Fail;
}

function categoryLines({ column, categories = [], imputation, unknown }: InputColumn, { at, place, x, fail }: Place) {
  const value =
    imputation === undefined ? `inputs[${at}]` : `isnan(inputs[${at}]) ? ${real(imputation)} : inputs[${at}]`;
  const isBad =
    unknown === 'ignore'
      ? 'isnan(category)'
      : `!(category >= 0 && category < ${categories.length} && floor(category) == category)`;
  const known = categories.map((name, index) => `${index} ${name}`).join(', ');
  return [
    `/* ${inComment(`${column}: ${known}`)} */`,
    '{',
    `    const double category = ${value};`,
    `    if (${isBad}) {`,
    `        ${fail(String(at))}`,
    '    }',
    ...loops([['i', categories.length]], [`${x}[${offset(place)}i] = category == i ? 1 : 0;`]).map(
      (line) => `    ${line}`,
    ),
    '}',
  ];
}

const offset = (place: number) => (place === 0 ? '' : `${place} + `);

function numberLines(group: readonly InputColumn[], { at, place, x, fail }: Place) {
  const [{ limit, imputation, type, column }] = group;
  const suffix = at === 0 ? '' : `_${at}`;
  const isScaled = group.some(({ shift, scale }) => shift !== 0 || scale !== 1);
  const tables: Table[] = isScaled
    ? [
        doubleTable(
          `shift${suffix}`,
          group.map(({ shift }) => shift),
        ),
        doubleTable(
          `scale${suffix}`,
          group.map(({ scale }) => scale),
        ),
      ]
    : [];
  if (imputation !== undefined) {
    tables.push(
      doubleTable(
        `fill${suffix}`,
        group.map((each) => each.imputation!),
      ),
    );
  }
  const input = `inputs[${offset(at)}i]`;
  const value = imputation === undefined ? input : `isnan(${input}) ? fill${suffix}[i] : ${input}`;
  const scaled = isScaled ? `(value - shift${suffix}[i]) / scale${suffix}[i]` : 'value';
  const body = [
    `const double value = ${value};`,
    'if (isnan(value)) {',
    `    ${fail(`${offset(at)}i`)}`,
    '}',
    `${x}[${offset(place)}i] = ${limit === undefined ? scaled : `clip(${scaled}, ${real(-limit)}, ${real(limit)})`};`,
  ];
  const about = type === 'date' ? [`/* ${inComment(column)}: ${t('days since 1970-01-01')} */`] : [];
  return { tables, lines: [...about, ...loops([['i', group.length]], body)] };
}
