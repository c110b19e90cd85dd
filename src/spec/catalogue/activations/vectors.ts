/** Functions of the whole feature vector: distributions over it, and gates that halve it. */
import { exp, log } from '../../../common/math';
import { gelu, geluDerivative, sigmoid, sigmoidDerivative, silu, siluDerivative } from '../numeric';
import type { VectorActivation } from '../types';

type Writable = { [i: number]: number };

export const distributions: readonly VectorActivation[] = [
  {
    kind: 'activation',
    name: 'softmax',
    shape: 'vector',
    loss: { name: 'categorical_crossentropy', isDefault: true },
    sumsToOne: true,
    aliases: ['softargmax', 'soft_max', 'softmax2d'],
    parameters: [],
    formula: 'e^x_i / Σ_j e^x_j',
    derivative: '∂y_i/∂x_j = y_i·(δ_ij-y_j)',
    latex: '\\operatorname{softmax}(x)_i=\\frac{e^{x_i}}{\\sum_j e^{x_j}}',
    latexDerivative: '\\frac{\\partial y_i}{\\partial x_j}=y_i\\,(\\delta_{ij}-y_j)',
    range: '(0, 1), Σ = 1',
    pytorch: 'torch.nn.Softmax(dim=1)',
    keras: "keras.layers.Activation('softmax')",
    forward(x, y, n) {
      softmaxOf(x, y, n, 1);
    },
    backward(_x, y, dy, dx, n) {
      const mean = dot(y, dy, n);
      for (let i = 0; i < n; i++) {
        dx[i] = y[i] * (dy[i] - mean);
      }
    },
  },
  {
    kind: 'activation',
    name: 'log_softmax',
    shape: 'vector',
    loss: { name: 'negative_log_likelihood', isDefault: false },
    aliases: ['log_soft_max'],
    parameters: [],
    formula: 'x_i - log Σ_j e^x_j',
    derivative: '∂y_i/∂x_j = δ_ij-softmax(x)_j',
    latex: 'f(x)_i=x_i-\\log\\sum_j e^{x_j}',
    latexDerivative: '\\frac{\\partial y_i}{\\partial x_j}=\\delta_{ij}-e^{y_j}',
    range: '(-∞, 0]',
    pytorch: 'torch.nn.LogSoftmax(dim=1)',
    keras: "keras.layers.Activation('log_softmax')",
    forward(x, y, n) {
      const top = extreme(x, n, 1);
      let sum = 0;
      for (let i = 0; i < n; i++) {
        sum += exp(x[i] - top);
      }
      const shift = log(sum);
      for (let i = 0; i < n; i++) {
        y[i] = x[i] - top - shift;
      }
    },
    backward(_x, y, dy, dx, n) {
      let sum = 0;
      for (let i = 0; i < n; i++) {
        sum += dy[i];
      }
      for (let i = 0; i < n; i++) {
        dx[i] = dy[i] - exp(y[i]) * sum;
      }
    },
  },
  {
    kind: 'activation',
    name: 'softmin',
    shape: 'vector',
    sumsToOne: true,
    aliases: ['soft_min'],
    parameters: [],
    formula: 'e^-x_i / Σ_j e^-x_j',
    derivative: '∂y_i/∂x_j = -y_i·(δ_ij-y_j)',
    latex: 'f(x)_i=\\frac{e^{-x_i}}{\\sum_j e^{-x_j}}',
    latexDerivative: '\\frac{\\partial y_i}{\\partial x_j}=-y_i\\,(\\delta_{ij}-y_j)',
    range: '(0, 1), Σ = 1',
    pytorch: 'torch.nn.Softmin(dim=1)',
    keras: 'keras.ops.softmax(-x, axis=1)',
    forward(x, y, n) {
      softmaxOf(x, y, n, -1);
    },
    backward(_x, y, dy, dx, n) {
      const mean = dot(y, dy, n);
      for (let i = 0; i < n; i++) {
        dx[i] = -y[i] * (dy[i] - mean);
      }
    },
  },
  {
    kind: 'activation',
    name: 'sparsemax',
    shape: 'vector',
    sumsToOne: true,
    aliases: ['sparse_max'],
    parameters: [],
    formula: 'y_i = max(x_i-τ, 0), Σ_j y_j = 1',
    derivative: '∂y_i/∂x_j = i, j ∈ S ? δ_ij-1/|S| : 0, S = {i: y_i>0}',
    latex: 'f(x)_i=\\max(x_i-\\tau,\\,0)\\qquad\\textstyle\\sum_i f(x)_i=1',
    latexDerivative: '\\frac{\\partial y_i}{\\partial x_j}=\\delta_{ij}-\\frac{1}{|S|}\\qquad i,j\\in S',
    range: '[0, 1], Σ = 1',
    keras: "keras.layers.Activation('sparsemax')",
    kinksAt: 'support',
    forward(x, y, n) {
      const top = extreme(x, n, 1);
      const threshold = sparsemaxThreshold(x, n, top);
      for (let i = 0; i < n; i++) {
        y[i] = Math.max(x[i] - top - threshold, 0);
      }
    },
    backward(_x, y, dy, dx, n) {
      let sum = 0;
      let support = 0;
      for (let i = 0; i < n; i++) {
        if (y[i] > 0) {
          sum += dy[i];
          support++;
        }
      }
      for (let i = 0; i < n; i++) {
        dx[i] = y[i] > 0 ? dy[i] - sum / support : 0;
      }
    },
  },
];

export const gates: readonly VectorActivation[] = [
  gate('glu', ['gated_linear_unit'], {
    formula: 'a·sigmoid(b), x = [a, b]',
    derivative: '∂y/∂a = sigmoid(b), ∂y/∂b = a·sigmoid′(b)',
    latex: 'f([a,\\,b])=a\\,\\sigma(b)',
    latexDerivative:
      "\\frac{\\partial y}{\\partial a}=\\sigma(b)\\qquad\\frac{\\partial y}{\\partial b}=a\\,\\sigma'(b)",
    range: '(-∞, ∞)',
    pytorch: 'torch.nn.GLU(dim=1)',
    keras: "keras.layers.Activation('glu')",
    g: sigmoid,
    dg: sigmoidDerivative,
  }),
  gate('swiglu', ['silu_glu', 'swish_glu'], {
    formula: 'a·silu(b), x = [a, b]',
    derivative: '∂y/∂a = silu(b), ∂y/∂b = a·silu′(b)',
    latex: 'f([a,\\,b])=a\\,\\operatorname{silu}(b)',
    latexDerivative:
      "\\frac{\\partial y}{\\partial a}=\\operatorname{silu}(b)\\qquad\\frac{\\partial y}{\\partial b}=a\\,\\operatorname{silu}'(b)",
    range: '(-∞, ∞)',
    pytorch: 'a, b = x.chunk(2, dim=1); a * torch.nn.functional.silu(b)',
    keras: 'a, b = keras.ops.split(x, 2, axis=1); a * keras.ops.silu(b)',
    g: silu,
    dg: siluDerivative,
  }),
  gate('geglu', ['gelu_glu'], {
    formula: 'a·gelu(b), x = [a, b]',
    derivative: '∂y/∂a = gelu(b), ∂y/∂b = a·gelu′(b)',
    latex: 'f([a,\\,b])=a\\,\\operatorname{gelu}(b)',
    latexDerivative:
      "\\frac{\\partial y}{\\partial a}=\\operatorname{gelu}(b)\\qquad\\frac{\\partial y}{\\partial b}=a\\,\\operatorname{gelu}'(b)",
    range: '(-∞, ∞)',
    pytorch: 'a, b = x.chunk(2, dim=1); a * torch.nn.functional.gelu(b)',
    keras: 'a, b = keras.ops.split(x, 2, axis=1); a * keras.ops.gelu(b, approximate=False)',
    g: gelu,
    dg: geluDerivative,
  }),
  gate('reglu', ['relu_glu'], {
    isStuckAtZero: true,
    formula: 'a·relu(b), x = [a, b]',
    derivative: '∂y/∂a = relu(b), ∂y/∂b = b>0 ? a : 0',
    latex: 'f([a,\\,b])=a\\,\\max(0,\\,b)',
    latexDerivative:
      '\\frac{\\partial y}{\\partial a}=\\max(0,\\,b)\\qquad\\frac{\\partial y}{\\partial b}=\\begin{cases}a & b>0\\\\ 0 & b\\le 0\\end{cases}',
    range: '(-∞, ∞)',
    pytorch: 'a, b = x.chunk(2, dim=1); a * torch.nn.functional.relu(b)',
    keras: 'a, b = keras.ops.split(x, 2, axis=1); a * keras.ops.relu(b)',
    kinksAt: 'gate',
    g: (b) => Math.max(0, b),
    dg: (b) => (b > 0 ? 1 : 0),
  }),
];

interface Gate
  extends Pick<
    VectorActivation,
    'formula' | 'derivative' | 'latex' | 'latexDerivative' | 'range' | 'pytorch' | 'keras' | 'kinksAt' | 'isStuckAtZero'
  > {
  g(b: number): number;
  dg(b: number): number;
}

/** y = a·g(b) over the halves of x = [a, b]; n is the length of x, y has n/2. */
function gate(name: string, aliases: readonly string[], { g, dg, ...facts }: Gate): VectorActivation {
  return {
    kind: 'activation',
    name,
    shape: 'vector',
    aliases,
    parameters: [],
    ...facts,
    outputSize: (n) => (n % 2 === 0 ? n / 2 : undefined),
    forward(x, y, n) {
      const half = n / 2;
      for (let i = 0; i < half; i++) {
        y[i] = x[i] * g(x[half + i]);
      }
    },
    backward(x, _y, dy, dx, n) {
      const half = n / 2;
      for (let i = 0; i < half; i++) {
        const a = x[i];
        const b = x[half + i];
        dx[i] = dy[i] * g(b);
        dx[half + i] = dy[i] * a * dg(b);
      }
    },
  };
}

/** The maximum of x, or its minimum if `sign` is −1: after subtracting it, no exponent is positive. */
function extreme(x: ArrayLike<number>, n: number, sign: 1 | -1): number {
  let top = x[0];
  for (let i = 1; i < n; i++) {
    if (sign * x[i] > sign * top) {
      top = x[i];
    }
  }
  return top;
}

function softmaxOf(x: ArrayLike<number>, y: Writable, n: number, sign: 1 | -1): void {
  const top = extreme(x, n, sign);
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const e = exp(sign * (x[i] - top));
    y[i] = e;
    sum += e;
  }
  for (let i = 0; i < n; i++) {
    y[i] /= sum;
  }
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    sum += a[i] * b[i];
  }
  return sum;
}

/**
 * τ, relative to the largest entry, with Σ max(x_i-top-τ, 0) = 1 (Martins and Astudillo 2016). Michelot's
 * iteration: the mean over the support can only rise as entries leave it, so it ends after at most n rounds,
 * without sorting or storage.
 */
function sparsemaxThreshold(x: ArrayLike<number>, n: number, top: number): number {
  let threshold = Number.NEGATIVE_INFINITY;
  let support = -1;
  for (;;) {
    let sum = 0;
    let count = 0;
    for (let i = 0; i < n; i++) {
      if (x[i] - top > threshold) {
        sum += x[i] - top;
        count++;
      }
    }
    if (count === support || count === 0) {
      return threshold;
    }
    support = count;
    threshold = (sum - 1) / count;
  }
}
