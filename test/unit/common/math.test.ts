import assert from 'node:assert/strict';
import { cos, cosh, erf, exp, expm1, log, log1p, pow, sin, sinh, tanh } from '../../../src/common/math';
import references from '../../fixtures/common/math.json';

const unary = { exp, expm1, log, log1p, tanh, sinh, cosh, erf, sin, cos };
type UnaryName = keyof typeof unary;

const infinity = Number.POSITIVE_INFINITY;
const bounds: Readonly<Record<UnaryName | 'pow', number>> = {
  exp: 1,
  expm1: 2,
  log: 1,
  log1p: 2,
  tanh: 2,
  sinh: 2,
  cosh: 2,
  erf: 1,
  sin: 1,
  cos: 1,
  pow: 1,
};

/** Distance of neighbouring float64 numbers at y. */
function ulp(y: number): number {
  const a = Math.abs(y);
  if (a < 2 ** -1021) {
    return 2 ** -1074;
  }
  return 2 ** (Math.floor(Math.log2(a)) - 52);
}

/** Error in ulp of `found` against the true value high + low. */
function errorOf(found: number, high: number, low: number): number {
  return Math.abs(found - high - low) / ulp(high);
}

describe('the elementary functions', () => {
  for (const [name, bound] of Object.entries(bounds)) {
    it(`${name} is within ${bound} ulp of 200-digit references`, () => {
      let worst = 0;
      let at = '';
      for (const reference of references[name as keyof typeof references]) {
        const [low, high] = [reference[reference.length - 1], reference[reference.length - 2]];
        const found = name === 'pow' ? pow(reference[0], reference[1]) : unary[name as UnaryName](reference[0]);
        const error = errorOf(found, high, low);
        if (!(error <= worst)) {
          worst = error;
          at = `${reference} gave ${found}`;
        }
      }
      assert.ok(worst <= bound, `${worst} ulp: ${at}`);
    });
  }

  it('are exact for zeros, infinities, NaN and the ends of their ranges', () => {
    const cases: readonly (readonly [UnaryName, number, number])[] = [
      ['exp', infinity, infinity],
      ['exp', -infinity, 0],
      ['exp', 709.7827128933841, infinity],
      ['exp', -745.2, 0],
      ['exp', 0, 1],
      ['exp', -0, 1],
      ['expm1', infinity, infinity],
      ['expm1', -infinity, -1],
      ['expm1', -0, -0],
      ['expm1', 710, infinity],
      ['log', 0, -infinity],
      ['log', -0, -infinity],
      ['log', 1, 0],
      ['log', -1, Number.NaN],
      ['log', infinity, infinity],
      ['log', -infinity, Number.NaN],
      ['log1p', -1, -infinity],
      ['log1p', -1.5, Number.NaN],
      ['log1p', -0, -0],
      ['log1p', infinity, infinity],
      ['tanh', infinity, 1],
      ['tanh', -infinity, -1],
      ['tanh', -0, -0],
      ['tanh', 1e300, 1],
      ['sinh', infinity, infinity],
      ['sinh', -infinity, -infinity],
      ['sinh', -0, -0],
      ['sinh', 711, infinity],
      ['cosh', infinity, infinity],
      ['cosh', -infinity, infinity],
      ['cosh', 0, 1],
      ['cosh', -711, infinity],
      ['erf', infinity, 1],
      ['erf', -infinity, -1],
      ['erf', -0, -0],
      ['sin', infinity, Number.NaN],
      ['sin', -0, -0],
      ['cos', -infinity, Number.NaN],
      ['cos', 0, 1],
    ];
    for (const [name, x, expected] of cases) {
      const found = unary[name](x);
      assert.ok(Object.is(found, expected), `${name}(${x}) is ${found}, not ${expected}`);
    }
    for (const name of Object.keys(bounds)) {
      if (name !== 'pow') {
        assert.ok(Number.isNaN(unary[name as UnaryName](Number.NaN)), `${name}(NaN)`);
      }
    }
  });

  it('pow takes the special values of ECMAScript', () => {
    const values = [0, -0, 1, -1, 0.5, -0.5, 2, -2, 3, -3, infinity, -infinity, Number.NaN, 1e300, -1e300, 5e-324];
    for (const x of values) {
      for (const y of values) {
        const expected = x ** y;
        const found = pow(x, y);
        const same = Object.is(found, expected) || Math.abs(found - expected) <= 2 * ulp(expected);
        assert.ok(same, `pow(${x}, ${y}) is ${found}, not ${expected}`);
      }
    }
  });

  it('pow is exact where the power is a float64', () => {
    for (let base = 2; base <= 12; base++) {
      for (let power = 1, exact = base; exact < 2 ** 53; power++, exact *= base) {
        assert.equal(pow(base, power), exact, `${base}^${power}`);
      }
    }
  });

  it('are odd or even to the bit', () => {
    for (let x = 0.013; x < 1e12; x *= 1.7) {
      for (const name of ['tanh', 'sinh', 'erf', 'sin'] as const) {
        assert.equal(unary[name](-x), -unary[name](x), `${name}(${x})`);
      }
      for (const name of ['cosh', 'cos'] as const) {
        assert.equal(unary[name](-x), unary[name](x), `${name}(${x})`);
      }
    }
  });
});
