/**
 * Elementary functions in float64 for everything that the numbers of a run depend on. The last bits of
 * `Math.exp` and similar functions differ between JavaScript engines. These use only + − × ÷, √ and exact
 * scaling by powers of two, so that every host gives the same bits. “Within 1 ulp” is the largest error that
 * the tests allow, in units in the last place.
 */
export { erf } from './errorFunction';
export { cosh, exp, expm1, log, log1p, sinh, tanh } from './exponential';
export { pow } from './power';
export { cos, sin } from './trigonometry';
