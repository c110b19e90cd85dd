/** Scalar functions that several activations share. All are finite where the function itself is. */
import { erf, exp, expm1, tanh } from '../../common/math';

const inverseRootTwoPi = 0.3989422804014327;
const rootHalf = Math.SQRT1_2;

/** σ(x) = 1/(1+e^-x). The exponential's argument is never positive, so nothing overflows. */
export function sigmoid(x: number): number {
  if (x >= 0) {
    return 1 / (1 + exp(-x));
  }
  const e = exp(x);
  return e / (1 + e);
}

/** σ′(x) = e^-|x| / (1+e^-|x|)²: exact in both tails, where σ(1-σ) would cancel. */
export function sigmoidDerivative(x: number): number {
  const e = exp(-Math.abs(x));
  return e / ((1 + e) * (1 + e));
}

/** sech²x = 1 - tanh²x, without that form's cancellation in the tails. */
export function sechSquared(x: number): number {
  const e = exp(-2 * Math.abs(x));
  return (4 * e) / ((1 + e) * (1 + e));
}

/** Φ(x), the standard normal distribution function. */
function normalCdf(x: number): number {
  return 0.5 * (1 + erf(x * rootHalf));
}

/** x·φ(x) with φ the standard normal density; 0 in the tails, where φ underflows. */
function normalMoment(x: number): number {
  return x * exp(-0.5 * x * x) * inverseRootTwoPi;
}

export function gelu(x: number): number {
  return x * normalCdf(x);
}

export function geluDerivative(x: number): number {
  return normalCdf(x) + normalMoment(x);
}

const rootTwoOverPi = 0.7978845608028654;
const cubic = 0.044715;
/** For larger |x| tanh of the inner polynomial is ±1 in float64, and x³ could overflow. */
const tanhFormLimit = 30;

/** Hendrycks and Gimpel's tanh form of gelu. */
export function geluTanh(x: number): number {
  if (Math.abs(x) > tanhFormLimit) {
    return Math.max(x, 0);
  }
  return 0.5 * x * (1 + tanh(rootTwoOverPi * (x + cubic * x * x * x)));
}

export function geluTanhDerivative(x: number): number {
  if (Math.abs(x) > tanhFormLimit) {
    return x > 0 ? 1 : 0;
  }
  const inner = rootTwoOverPi * (x + cubic * x * x * x);
  return 0.5 * (1 + tanh(inner)) + 0.5 * x * sechSquared(inner) * rootTwoOverPi * (1 + 3 * cubic * x * x);
}

export function silu(x: number): number {
  return x * sigmoid(x);
}

export function siluDerivative(x: number): number {
  return sigmoid(x) + x * sigmoidDerivative(x);
}

/** α(e^x - 1) for x ≤ 0. */
export function eluBranch(x: number, alpha: number): number {
  return alpha * expm1(x);
}

export function clip(x: number, low: number, high: number): number {
  return Math.min(Math.max(x, low), high);
}
