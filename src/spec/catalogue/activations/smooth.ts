/** Smooth relatives of relu: softplus and the functions of the form x·(a gate of x). */
import { exp, log1p } from '../../../common/math';
import { clip, gelu, geluDerivative, geluTanh, geluTanhDerivative, sigmoid, silu, siluDerivative } from '../numeric';
import { choice, num, positive, real } from '../parameters';
import type { ElementwiseActivation } from '../types';

export const smooth: readonly ElementwiseActivation[] = [
  {
    kind: 'activation',
    name: 'gelu',
    shape: 'elementwise',
    isUsual: true,
    aliases: ['gaussian_error_linear_unit'],
    parameters: [choice('approximate', ['none', 'tanh'], 'none')],
    formula: 'x·Φ(x)',
    derivative: 'Φ(x)+x·φ(x)',
    latex: 'f(x)=x\\,\\Phi(x)=\\frac{x}{2}\\left(1+\\operatorname{erf}\\frac{x}{\\sqrt2}\\right)',
    latexDerivative: "f'(x)=\\Phi(x)+x\\,\\varphi(x)",
    range: '[-0.17, ∞)',
    pytorch: "torch.nn.GELU(approximate='none')",
    keras: 'keras.activations.gelu(x, approximate=False)',
    f: (x, p) => (p.approximate === 'tanh' ? geluTanh(x) : gelu(x)),
    df: (x, p) => (p.approximate === 'tanh' ? geluTanhDerivative(x) : geluDerivative(x)),
    saturation: 'none',
  },
  {
    kind: 'activation',
    name: 'silu',
    shape: 'elementwise',
    isUsual: true,
    aliases: ['swish', 'swish_1', 'sigmoid_linear_unit'],
    parameters: [],
    formula: 'x·sigmoid(x)',
    derivative: 'sigmoid(x)·(1+x·(1-sigmoid(x)))',
    latex: 'f(x)=x\\,\\sigma(x)=\\frac{x}{1+e^{-x}}',
    latexDerivative: "f'(x)=\\sigma(x)\\,\\bigl(1+x\\,(1-\\sigma(x))\\bigr)",
    range: '[-0.27846, ∞)',
    pytorch: 'torch.nn.SiLU()',
    keras: "keras.layers.Activation('silu')",
    f: silu,
    df: siluDerivative,
    saturation: 'none',
  },
  {
    kind: 'activation',
    name: 'mish',
    shape: 'elementwise',
    aliases: [],
    parameters: [],
    formula: 'x·tanh(log(1+e^x))',
    derivative: 'tanh(s)+x·(1-tanh(s)²)·sigmoid(x), s = log(1+e^x)',
    latex: 'f(x)=x\\,\\tanh\\bigl(\\log(1+e^{x})\\bigr)',
    latexDerivative: "f'(x)=t+x\\,(1-t^2)\\,\\sigma(x)\\qquad t=\\tfrac{f(x)}{x}",
    range: '[-0.30884, ∞)',
    pytorch: 'torch.nn.Mish()',
    keras: "keras.layers.Activation('mish')",
    f: (x) => x * mishGate(x),
    df: (x) => mishGate(x) + x * mishGateSlope(x) * sigmoid(x),
    saturation: 'none',
  },
  {
    kind: 'activation',
    name: 'softplus',
    shape: 'elementwise',
    aliases: ['soft_relu', 'smooth_relu'],
    parameters: [real('beta', 1, positive), real('threshold', 20)],
    formula: 'beta·x>threshold ? x : log(1+e^(beta·x))/beta',
    derivative: 'sigmoid(beta·x)',
    latex: 'f(x)=\\frac1\\beta\\log\\left(1+e^{\\beta x}\\right)',
    latexDerivative: "f'(x)=\\sigma(\\beta x)",
    range: '(0, ∞)',
    pytorch: 'torch.nn.Softplus(beta=1, threshold=20)',
    keras: "keras.layers.Activation('softplus')",
    f: (x, p) => {
      const beta = num(p, 'beta');
      return beta * x > num(p, 'threshold') ? x : softplusOf(beta * x) / beta;
    },
    df: (x, p) => (num(p, 'beta') * x > num(p, 'threshold') ? 1 : sigmoid(num(p, 'beta') * x)),
    kinks: (p) => [num(p, 'threshold') / num(p, 'beta')],
    saturation: 'saturated',
  },
  {
    kind: 'activation',
    name: 'squareplus',
    shape: 'elementwise',
    aliases: [],
    parameters: [real('b', 4, { primary: true, minimum: 0 })],
    formula: '(x+√(x²+b))/2',
    derivative: '(1+x/√(x²+b))/2',
    latex: 'f(x)=\\frac{x+\\sqrt{x^2+b}}{2}',
    latexDerivative: "f'(x)=\\frac12\\left(1+\\frac{x}{\\sqrt{x^2+b}}\\right)",
    range: '(0, ∞)',
    pytorch: '(x + torch.sqrt(x * x + b)) / 2',
    keras: 'keras.activations.squareplus(x, b=4)',
    f: (x, p) => squareplus(x, num(p, 'b')),
    df: (x, p) => {
      const root = rootOfSquarePlus(x, num(p, 'b'));
      return root === 0 ? 0.5 : squareplus(x, num(p, 'b')) / root;
    },
    kinks: (p) => (num(p, 'b') === 0 ? [0] : []),
    saturation: 'saturated',
  },
  {
    kind: 'activation',
    name: 'hard_silu',
    shape: 'elementwise',
    aliases: ['hard_swish', 'h_swish', 'h_silu'],
    parameters: [],
    formula: 'x·min(max(x/6+0.5, 0), 1)',
    derivative: 'x<-3 ? 0 : x>3 ? 1 : x/3+0.5',
    latex: 'f(x)=x\\,\\operatorname{clip}\\left(\\tfrac{x}{6}+\\tfrac12,\\,0,\\,1\\right)',
    latexDerivative: "f'(x)=\\begin{cases}0 & x<-3\\\\ \\frac{x}{3}+\\frac12 & -3\\le x\\le 3\\\\ 1 & x>3\\end{cases}",
    range: '[-0.375, ∞)',
    pytorch: 'torch.nn.Hardswish()',
    keras: "keras.layers.Activation('hard_silu')",
    f: (x) => x * (clip(x + 3, 0, 6) / 6),
    df: (x) => (x < -3 ? 0 : x <= 3 ? x / 3 + 0.5 : 1),
    kinks: () => [-3, 3],
    saturation: 'dead',
  },
];

/** tanh(log(1+e^x)) as a rational function of e^-|x|: no logarithm, nothing cancels. */
function mishGate(x: number): number {
  const e = exp(-Math.abs(x));
  return x > 0 ? (1 + 2 * e) / (1 + 2 * e + 2 * e * e) : (e * (e + 2)) / (e * (e + 2) + 2);
}

/** 1 - gate², from the same rational function. */
function mishGateSlope(x: number): number {
  const e = exp(-Math.abs(x));
  if (x > 0) {
    const d = 1 + 2 * e + 2 * e * e;
    return (4 * e * e * (1 + 2 * e + e * e)) / (d * d);
  }
  const n = e * (e + 2);
  return (4 * (n + 1)) / ((n + 2) * (n + 2));
}

function softplusOf(x: number): number {
  return Math.max(x, 0) + log1p(exp(-Math.abs(x)));
}

/** √(x²+b); where x² would overflow, b is negligible. */
function rootOfSquarePlus(x: number, b: number): number {
  return Math.abs(x) > 1e150 ? Math.abs(x) : Math.sqrt(x * x + b);
}

/** For negative x the sum x+√(x²+b) cancels; its conjugate does not. */
function squareplus(x: number, b: number): number {
  const root = rootOfSquarePlus(x, b);
  return x < 0 ? b / (2 * (root - x)) : x / 2 + root / 2;
}
