/** The steps of a worked computation, written so that a calculator arrives at what is shown. */
import { columnsOf, isMatrix, isValue, mapNumbers, numbersOf, rowsOf, type Value, valueText } from './values';

/** One operation: how it is written with its numbers, and its result. */
export interface Step {
  readonly text: string;
  readonly value: Value;
  /** The value in so few digits that those in the text suffice to compute it. */
  readonly result: string;
}

const [fewestDigits, mostDigits] = [4, 9];

/**
 * A step from operands to a value. Their digits are as many as `calculate` needs to arrive at the shown
 * result, and at least those with which results are shown.
 */
export function stepOf(
  operands: readonly Value[],
  value: Value,
  calculate: (...operands: readonly Value[]) => Value | string,
  write: (...operands: readonly Value[]) => string,
): Step {
  const result = resultText(value);
  for (let digits = fewestDigits; ; digits += 1) {
    const shown = operands.map((operand) => inDigits(operand, digits));
    const found = calculate(...shown);
    if (digits === mostDigits || (isValue(found) && resultText(found) === result)) {
      return { text: write(...shown), value, result };
    }
  }
}

export function resultText(value: Value): string {
  return valueText(inDigits(value, fewestDigits));
}

/** Whole numbers stay as they are, unless they are too long to read. */
function inDigits(value: Value, digits: number): Value {
  return mapNumbers(value, (number) =>
    Number.isInteger(number) && Math.abs(number) < 1e9 ? number : Number(number.toPrecision(digits)),
  );
}

/** A number as part of an operation: a negative one in brackets. */
export function operandText(value: Value): string {
  return typeof value === 'number' && value < 0 ? `(${valueText(value)})` : valueText(value);
}

const mostSummands = 8;

/** `1 + (-2) + 3` */
export function sumText(value: Value): string {
  const numbers = numbersOf(value);
  const shown = numbers.slice(0, mostSummands).map(operandText);
  return [...shown, ...(numbers.length > mostSummands ? ['…'] : [])].join(' + ');
}

const mostEntries = 9;
const mostTerms = 4;

/** Each sum of a small matrix product: `[2·1 + 0·0, 2·2 + 0·1]`. A large one is only named. */
export function productText(left: Value, right: Value): string {
  if (typeof left === 'number' || typeof right === 'number') {
    return '';
  }
  const [a, b] = [rowsOf(left), columnsOf(right)];
  if (a.length * b.length > mostEntries || a[0].length > mostTerms) {
    return `${valueText(left)} @ ${valueText(right)}`;
  }
  const rows = a.map((row) =>
    b.map((column) => row.map((factor, k) => `${operandText(factor)}·${operandText(column[k])}`).join(' + ')),
  );
  const list = (texts: readonly string[]) => `[${texts.join(', ')}]`;
  if (isMatrix(left)) {
    return list(isMatrix(right) ? rows.map(list) : rows.flat());
  }
  return isMatrix(right) ? list(rows[0]) : rows[0][0];
}
