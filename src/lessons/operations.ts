/** The operations of worked computations. Each returns its value, or a sentence on why there is none. */
import { t } from '@vscode/l10n';
import { exp, log, pow } from '../common/math';
import { defaultsOf } from '../spec/catalogue';
import { activations } from '../spec/catalogue/activations';
import type { ActivationEntry } from '../spec/catalogue/types';
import { functions as elementary } from '../spec/formula/expression';
import { operandText, type Step, stepOf, sumText } from './steps';
import { columnsOf, isMatrix, mapNumbers, numbersOf, rowsOf, shapeOf, type Value, valueText } from './values';

type Result = Value | string;

export interface MathFunction {
  /** The fewest and the most values that it takes. */
  readonly arguments: readonly [number, number];
  of(values: readonly Value[]): Result;
  /** The steps on the way, the last of which gives the value. Default: the call itself is the step. */
  steps?(values: readonly Value[]): readonly Step[] | undefined;
}

/** Numbers that a value may hold, and products that an operation may take. */
const mostNumbers = 1000;
const mostProducts = 100_000;

const operators = {
  '+': (a: number, b: number) => a + b,
  '-': (a: number, b: number) => a - b,
  '*': (a: number, b: number) => a * b,
  '/': (a: number, b: number) => a / b,
  '^': pow,
};

/** Number by number. A number goes with each, a vector with each row of a matrix. */
export function operate(operator: keyof typeof operators, left: Value, right: Value): Result {
  return elementwise(operators[operator], left, right) ?? unlike(operator, left, right);
}

function elementwise(of: (a: number, b: number) => number, left: Value, right: Value): Value | undefined {
  if (typeof right === 'number') {
    return mapNumbers(left, (number) => of(number, right));
  }
  if (typeof left === 'number') {
    return mapNumbers(right, (number) => of(left, number));
  }
  const [a, b] = [rowsOf(left), rowsOf(right)];
  const count = Math.max(a.length, b.length);
  const fits = a[0].length === b[0].length && [a, b].every((rows) => rows.length === count || rows.length === 1);
  if (!fits || (a.length !== b.length && isMatrix(left) && isMatrix(right))) {
    return undefined;
  }
  const rows = Array.from({ length: count }, (_, index) => {
    const [row, other] = [a[a.length === 1 ? 0 : index], b[b.length === 1 ? 0 : index]];
    return row.map((number, column) => of(number, other[column]));
  });
  return isMatrix(left) || isMatrix(right) ? rows : rows[0];
}

/** The product of matrices; of two vectors, the sum of the products of their numbers. */
export function product(left: Value, right: Value): Result {
  if (typeof left === 'number' || typeof right === 'number') {
    return t('@ multiplies matrices and vectors. Numbers are multiplied with *.');
  }
  const [a, b] = [rowsOf(left), columnsOf(right)];
  if (a[0].length !== b[0].length) {
    return unlike('@', left, right);
  }
  if (a.length * b.length > mostNumbers || a.length * b.length * a[0].length > mostProducts) {
    return t('These matrices are too large to be multiplied here.');
  }
  const rows = a.map((row) => b.map((column) => row.reduce((sum, number, k) => sum + number * column[k], 0)));
  if (isMatrix(left)) {
    return isMatrix(right) ? rows : rows.map(([number]) => number);
  }
  return isMatrix(right) ? rows[0] : rows[0][0];
}

export function transposed(value: Value): Result {
  return typeof value !== 'number' && isMatrix(value)
    ? columnsOf(value)
    : t('Only a matrix has rows and columns to change places.');
}

/** Each number of one vector times each of another: one row for each number of the first. */
function outer(column: Value, row: Value): Result {
  const isFit = [column, row].every((value) => typeof value !== 'number' && !isMatrix(value));
  if (!isFit) {
    return t('{0} takes two vectors.', 'outer');
  }
  const factors = numbersOf(row);
  return numbersOf(column).length * factors.length > mostNumbers
    ? t('These matrices are too large to be multiplied here.')
    : numbersOf(column).map((number) => factors.map((factor) => number * factor));
}

function unlike(operator: string, left: Value, right: Value): string {
  return t('The shapes {1} and {2} do not fit together for “{0}”.', operator, shapeText(left), shapeText(right));
}

/** `2×3` for a matrix, `3` for a vector. */
export function shapeText(value: Value): string {
  return shapeOf(value).join('×') || t('number');
}

/** By name; a derivative has the name of its function with a stroke: `sigmoid'`. */
export const functions: ReadonlyMap<string, MathFunction> = new Map<string, MathFunction>([
  ...activations.flatMap(activationFunctions),
  ...Object.entries(elementary).flatMap(([name, { arguments: count, of }]): [string, MathFunction][] =>
    count === 1 ? [[name, ofEach((number) => of(number, 0))]] : [],
  ),
  ['ln', ofEach(log)],
  ['sum', { arguments: [1, 1], of: ([value]) => total(value), steps: sumSteps }],
  ['mean', { arguments: [1, 1], of: ([value]) => total(value) / numbersOf(value).length, steps: meanSteps }],
  ['max', extreme(Math.max)],
  ['min', extreme(Math.min)],
  ['round', { arguments: [1, 2], of: ([value, digits = 0]) => rounded(value, digits) }],
  ['transpose', { arguments: [1, 1], of: ([value]) => transposed(value) }],
  ['outer', { arguments: [2, 2], of: ([column, row]) => outer(column, row) }],
  ['softmax', { ...ofRows('softmax'), steps: softmaxSteps }],
]);

function activationFunctions(entry: ActivationEntry): [string, MathFunction][] {
  const parameters = defaultsOf(entry);
  if (entry.parameters.some(({ name }) => parameters[name] === undefined)) {
    return [];
  }
  if (entry.shape === 'vector') {
    return [[entry.name, ofRows(entry.name)]];
  }
  return [
    [entry.name, ofEach((x) => entry.f(x, parameters))],
    [`${entry.name}'`, ofEach((x) => entry.df(x, parameters))],
  ];
}

function ofEach(f: (number: number) => number): MathFunction {
  return { arguments: [1, 1], of: ([value]) => mapNumbers(value, f) };
}

/** An activation of a whole vector, or of each row of a matrix. */
function ofRows(name: string): MathFunction {
  const of = ([value]: readonly Value[]): Result => {
    const entry = activations.find((each) => each.name === name);
    if (entry?.shape !== 'vector' || typeof value === 'number') {
      return t('{0} is a function of a whole vector, not of one number.', name);
    }
    const size = entry.outputSize?.(rowsOf(value)[0].length) ?? rowsOf(value)[0].length;
    if (entry.outputSize && entry.outputSize(rowsOf(value)[0].length) === undefined) {
      return t('{0} cannot take {1} numbers.', name, rowsOf(value)[0].length);
    }
    const rows = rowsOf(value).map((row) => {
      const result = new Array<number>(size).fill(0);
      entry.forward(row, result, row.length, defaultsOf(entry));
      return result;
    });
    return isMatrix(value) ? rows : rows[0];
  };
  return { arguments: [1, 1], of };
}

/** Summed in the order in which the numbers stand. */
function total(value: Value): number {
  return numbersOf(value).reduce((sum, number) => sum + number, 0);
}

/** The extreme number of one value; of two values, number by number. */
function extreme(of: (a: number, b: number) => number): MathFunction {
  return {
    arguments: [1, 2],
    of: ([value, other]) => {
      if (other === undefined) {
        return numbersOf(value).reduce((a, b) => of(a, b));
      }
      return elementwise(of, value, other) ?? unlike(',', value, other);
    },
  };
}

const mostDigits = 12;

function rounded(value: Value, digits: Value): Result {
  if (typeof digits !== 'number' || !Number.isInteger(digits) || digits < 0 || digits > mostDigits) {
    return t('The digits behind the point are a whole number from 0 to {0}.', mostDigits);
  }
  return mapNumbers(value, (number) => Number(number.toFixed(digits)));
}

function sumSteps([value]: readonly Value[]): Step[] {
  return [stepOf([value], total(value), total, sumText)];
}

function meanSteps([value]: readonly Value[]): Step[] {
  const sum = total(value);
  const count = numbersOf(value).length;
  return [...sumSteps([value]), quotient(sum, count)];
}

/** By hand: the largest number off each, their powers of e, the sum, and each power as a share of it. */
function softmaxSteps([value]: readonly Value[]): Step[] | undefined {
  if (typeof value === 'number' || isMatrix(value)) {
    return undefined;
  }
  const most = numbersOf(value).reduce((a, b) => Math.max(a, b));
  const lowered = mapNumbers(value, (number) => number - most);
  const powersOf = (numbers: Value) => mapNumbers(numbers, exp);
  const powers = powersOf(lowered);
  return [
    stepOf(
      [value, most],
      lowered,
      (a, b) => operate('-', a, b),
      (a, b) => `${valueText(a)} - ${operandText(b)}`,
    ),
    stepOf([lowered], powers, powersOf, (numbers) => `exp(${valueText(numbers)})`),
    ...sumSteps([powers]),
    quotient(powers, total(powers)),
  ];
}

function quotient(value: Value, by: number): Step {
  const result = mapNumbers(value, (number) => number / by);
  return stepOf(
    [value, by],
    result,
    (a, b) => operate('/', a, b),
    (a, b) => `${valueText(a)} / ${operandText(b)}`,
  );
}
