/**
 * Elementary functions for everything between a data file and the weights. The last bits of `Math.exp` and
 * its like differ between JavaScript engines. These use only + − × ÷, √ and exact scaling by powers of two,
 * so that every host gives the same bits. Float64. Accuracies are the largest errors in units in the last
 * place (ulp), as the tests assert them.
 */
export { erf } from './errorFunction';
export { cosh, exp, expm1, log, log1p, sinh, tanh } from './exponential';
export { pow } from './power';
export { cos, sin } from './trigonometry';
