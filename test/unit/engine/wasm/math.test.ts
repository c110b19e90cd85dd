import assert from 'node:assert/strict';
import { type FunctionBuilder, f32x4, type Local, type V128 } from '../../../../src/assembler';
import { cos, cosh, erf, exp, expm1, log, log1p, pow, sin, sinh, tanh } from '../../../../src/common/math';
import { emitExp, emitExpm1, emitFading, emitHalfExp } from '../../../../src/engine/wasm/math/exponential';
import { emitCosh, emitSinh } from '../../../../src/engine/wasm/math/hyperbolic';
import { emitLog, emitLog1p, emitLog1pUnit } from '../../../../src/engine/wasm/math/logarithm';
import { emitPow, emitWholePower } from '../../../../src/engine/wasm/math/power';
import { emitErf, emitSigmoid, emitSoftplus, emitTanh } from '../../../../src/engine/wasm/math/sigmoids';
import { emitCosine, emitSine } from '../../../../src/engine/wasm/math/trigonometry';
import { sigmoid } from '../../../../src/spec/catalogue/numeric';
import { scalarFunction, ulps, vectorFunction } from './support';

type Emit = (f: FunctionBuilder, x: Local<'v128'>) => V128;

/**
 * Float32 numbers of every magnitude and both signs, zeros, subnormals and infinities among them: every
 * 40,009th bit pattern.
 */
const everywhere = (() => {
  const numbers = new Float32Array(Math.ceil(2 ** 32 / 40009) + 4);
  const bits = new Uint32Array(numbers.buffer);
  for (let i = 0; i < bits.length; i++) {
    bits[i] = i * 40009;
  }
  numbers.set([0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], numbers.length - 4);
  return numbers;
})();

/** Numbers spread evenly over a range in which a function is not flat. */
function over(low: number, high: number, n = 40000): Float32Array {
  return Float32Array.from({ length: n + 1 }, (_, i) => low + ((high - low) * i) / n);
}

/** Largest distance from the float64 function; a wrong NaN, ∞ or zero's sign is infinitely far. */
function worst(emit: Emit, exact: (x: number) => number, inputs: Float32Array): number {
  const results = vectorFunction(emit)(inputs);
  let largest = 0;
  for (let i = 0; i < inputs.length; i++) {
    const expected = exact(inputs[i]);
    const distance = expected === 0 && !Object.is(results[i], expected) ? Infinity : ulps(results[i], expected);
    if (distance > largest) {
      largest = distance;
    }
  }
  return largest;
}

function within(bound: number, emit: Emit, exact: (x: number) => number, ...inputs: Float32Array[]): void {
  for (const numbers of inputs) {
    const largest = worst(emit, exact, numbers);
    assert.ok(largest < bound, `${largest} ulp`);
  }
}

const valuesOf = (emit: Emit, ...x: number[]): number[] => [...vectorFunction(emit)(x)];

describe('vector math in WebAssembly', () => {
  it('exp is less than 1 ulp from the exact value, subnormal results and both ends included', () => {
    within(1, emitExp, exp, everywhere, over(-104, 89));
    assert.deepEqual(valuesOf(emitExp, 0, -200, 89, -103.9), [1, 0, Infinity, 2 ** -149]);
  });

  it('exp has the same bits if its argument is declared not positive', () => {
    const inputs = over(-104, 0);
    assert.deepEqual(vectorFunction((f, x) => emitExp(f, x, 'negative'))(inputs), vectorFunction(emitExp)(inputs));
  });

  it('exp for sums whose largest term is 1 is less than 1 ulp from the exact value, but 0 from about 10⁻³⁰ down', () => {
    const negative = [everywhere.filter((x) => x <= 0 || Number.isNaN(x)), over(-80, 0)];
    within(1, emitFading, (x) => (x <= -69 ? 0 : exp(x)), ...negative);
    assert.deepEqual(valuesOf(emitFading, -69, -Infinity, NaN), [0, 0, NaN]);
  });

  it('expm1 is less than 2 ulp from the exact value, near 0 too', () => {
    within(2, emitExpm1, expm1, everywhere, over(-18, 89), over(-1, 1));
  });

  it('log is less than 1 ulp from the exact value, of subnormal numbers too; −∞ at 0, NaN below', () => {
    within(1, emitLog, log, everywhere, over(0.5, 2), over(0.9999, 1.0001));
    assert.deepEqual(valuesOf(emitLog, 0, -0, -1, -Infinity), [-Infinity, -Infinity, NaN, NaN]);
  });

  it('log1p is less than 1 ulp from the exact value, near 0 too; −∞ at −1, NaN below', () => {
    within(1, emitLog1p, log1p, everywhere, over(-1, 2), over(-0.001, 0.001));
    assert.deepEqual(valuesOf(emitLog1p, -1, -1.5), [-Infinity, NaN]);
  });

  it('log1p for numbers in [0, 1] is less than 1.5 ulp from the exact value', () => {
    within(
      1.5,
      emitLog1pUnit,
      log1p,
      everywhere.filter((x) => x >= 0 && x <= 1),
      over(0, 1),
    );
  });

  it('half of exp is less than 1 ulp from the exact value, where exp itself overflows too', () => {
    within(1, emitHalfExp, (x) => exp(x) / 2, everywhere, over(-104, 90));
    assert.deepEqual(valuesOf(emitHalfExp, 90, -200), [Infinity, 0]);
  });

  it('tanh and erf are less than 7 ulp from the exact value, near 0 too, and end at exactly ±1', () => {
    within(7, emitTanh, tanh, everywhere, over(-9.5, 9.5), over(-0.001, 0.001));
    within(7, emitErf, erf, everywhere, over(-4.5, 4.5), over(-0.001, 0.001));
    for (const emit of [emitTanh, emitErf]) {
      assert.deepEqual(valuesOf(emit, 9.1, -9.1, Infinity, -1e4), [1, -1, 1, -1]);
      assert.ok(valuesOf(emit, ...over(-9.5, 9.5)).every((y) => Math.abs(y) <= 1));
    }
  });

  it('sigmoid and softplus are less than 3 ulp from the exact value, in the tails too', () => {
    const softplus = (x: number): number => Math.max(x, 0) + log1p(exp(-Math.abs(x)));
    within(3, emitSigmoid, sigmoid, everywhere, over(-105, 20));
    within(3, emitSoftplus, softplus, everywhere, over(-105, 20));
  });

  it('sine and cosine are less than 2 ulp from the exact value for angles of any size', () => {
    within(2, emitSine, sin, everywhere, over(-10, 10), over(1e5, 1e5 + 10), over(-1.1e6, -0.9e6));
    within(2, emitCosine, cos, everywhere, over(-10, 10), over(1e5, 1e5 + 10), over(-1.1e6, -0.9e6));
  });

  it('a sine does not depend on the angles in the other lanes', () => {
    const angles = over(-10, 10, 1000);
    const mixed = Float32Array.from({ length: angles.length * 4 }, (_, i) => (i % 4 === 0 ? angles[i / 4] : 1e30));
    const alone = vectorFunction(emitSine)(angles);
    assert.deepEqual(
      vectorFunction(emitSine)(mixed).filter((_, i) => i % 4 === 0),
      alone,
    );
  });

  it('sinh and cosh are less than 2 ulp from the exact value, near 0 and near the end too', () => {
    within(2, emitSinh, sinh, everywhere, over(-90, 90), over(-1.5, 1.5));
    within(2, emitCosh, cosh, everywhere, over(-90, 90), over(-1.5, 1.5));
  });

  it('pow is less than 1 ulp from the exact value, with the special values of **', () => {
    const special = [0, -0, 1, -1, 2, -2, 3, -3, 0.5, -0.5, Infinity, -Infinity, NaN, 1e-45, -3e38, 16777215];
    for (const y of [...special, 0.125, -37.5, 150]) {
      const usual = special.includes(y) ? [] : [everywhere];
      const power = (f: FunctionBuilder, x: Local<'v128'>): V128 => emitPow(f, x, f32x4.const(y));
      within(1, power, (x) => pow(x, y), Float32Array.from(special), over(0, 2, 2000), ...usual);
    }
  });

  it('pow with a small whole exponent that is known is less than 2 ulp from the exact value', () => {
    for (const y of [0, 1, 2, 3]) {
      within(
        2,
        (f, x) => emitPow(f, x, y),
        (x) => pow(x, y),
        over(-9, 9),
        everywhere,
      );
    }
  });

  it('powers with whole exponents agree with pow within 1e-9 of their size, up to a million steps', () => {
    for (const base of [0.9, 0.999, 0.99999, 1, 0]) {
      const power = scalarFunction((f, n) => emitWholePower(f, base, n));
      for (const n of [0, 1, 2, 3, 7, 100, 1000, 12345, 1000000]) {
        const exact = pow(base, n);
        assert.ok(Math.abs(power(n) - exact) <= 1e-9 * exact, `${base}^${n}: ${power(n)} instead of ${exact}`);
      }
    }
    assert.equal(scalarFunction((f, n) => emitWholePower(f, 0.9, n))(Number.NaN), 1);
  });
});
