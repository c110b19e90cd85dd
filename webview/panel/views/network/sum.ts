/** The sum of a unit with its numbers, in so many digits that a calculator gives the same result. */
import { formatNumber } from '../../../shared/format';

export interface Term {
  readonly weight: number;
  readonly input: number;
}

const [fewestDigits, mostDigits] = [3, 9];
/** Significant digits of the result. */
const resultDigits = 4;
/** Terms that are written out. */
export const termsShown = 8;

/** `0.520·1.00 − 1.30·0 + 0.100 = 0.620`: the terms, the bias and the result z. */
export function workedSum(terms: readonly Term[], bias: number | undefined, z: number): string {
  for (let digits = fewestDigits; digits <= mostDigits; digits++) {
    const round = (value: number) => Number(value.toPrecision(digits));
    const sum = terms.reduce((total, { weight, input }) => total + round(weight) * round(input), round(bias ?? 0));
    if (digits === mostDigits || formatNumber(sum, resultDigits) === formatNumber(z, resultDigits)) {
      return `${written(terms, bias, digits)} = ${formatNumber(z, resultDigits)}`;
    }
  }
  return '';
}

/** The first terms of a sum with more of them than are written out. */
export function longSum(terms: readonly Term[], count: number, bias: number | undefined, z: number): string {
  const first = written(terms.slice(0, termsShown), undefined, fewestDigits);
  const last = bias === undefined ? '' : signed(bias, fewestDigits);
  return `${first} + … (${count})${last} = ${formatNumber(z, resultDigits)}`;
}

function written(terms: readonly Term[], bias: number | undefined, digits: number): string {
  const products = terms.map(({ weight, input }, i) => {
    const factor = i === 0 ? formatNumber(weight, digits) : signed(weight, digits);
    return `${factor}·${input < 0 ? `(${formatNumber(input, digits)})` : formatNumber(input, digits)}`;
  });
  return products.join('') + (bias === undefined ? '' : signed(bias, digits));
}

/** ` + 0.520`, ` − 1.30` */
function signed(value: number, digits: number): string {
  return value < 0 ? ` − ${formatNumber(-value, digits)}` : ` + ${formatNumber(value, digits)}`;
}
