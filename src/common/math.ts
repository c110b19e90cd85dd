/**
 * The elementary functions of everything between a file and the weights. A JavaScript engine may compute `Math.exp` and its
 * like as it pleases; these are made of + − × ÷, √ and exact scaling by powers of two, so every host gives the same bits.
 * Float64; accuracies are largest errors in units in the last place (ulp), as the tests assert them.
 */
export { erf } from './errorFunction';
export { cosh, exp, expm1, log, log1p, sinh, tanh } from './exponential';
export { pow } from './power';
export { cos, sin } from './trigonometry';
