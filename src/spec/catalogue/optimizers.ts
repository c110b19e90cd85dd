/** Optimizers with PyTorch's update rules and defaults. `learning_rate` is always the primary parameter. */
import { decay, flag, positive, real } from './parameters';
import type { OptimizerEntry, ParameterEntry } from './types';

type Facts = Omit<OptimizerEntry, 'kind' | 'name' | 'aliases'>;

const epsilon = (value: number, rest: Partial<ParameterEntry> = {}): ParameterEntry =>
  real('epsilon', value, { minimum: 0, aliases: ['eps'], ...rest });
const beta1 = (value = 0.9): ParameterEntry => real('beta_1', value, { ...decay, aliases: ['beta1', 'b1'] });
const beta2 = (value = 0.999): ParameterEntry => real('beta_2', value, { ...decay, aliases: ['beta2', 'b2'] });
const weightDecay = (value = 0): ParameterEntry =>
  real('weight_decay', value, { minimum: 0, aliases: ['wd', 'l2', 'decay'] });

const means = ['m&\\leftarrow\\beta_1m+(1-\\beta_1)g', 'v&\\leftarrow\\beta_2v+(1-\\beta_2)g^2'];
const unbiased = ['\\hat m&=m/(1-\\beta_1^t)', '\\hat v&=v/(1-\\beta_2^t)'];
/**
 * Running means of the gradient and of its square. A second column corrects them for their bias towards 0.
 */
const moments = inColumns(means, unbiased);

export const optimizers: readonly OptimizerEntry[] = [
  optimizer('sgd', ['gradient_descent', 'stochastic_gradient_descent', 'gd', 'momentum'], {
    usualRates: [1e-4, 1],
    formula: 'v ← momentum·v+g; w ← w-lr·v',
    latex: 'v\\leftarrow\\mu v+g\\qquad w\\leftarrow w-\\eta\\,v',
    parameters: [
      learningRate(0.01),
      real('momentum', 0, { minimum: 0, maximum: 1 }),
      real('dampening', 0, { minimum: 0, maximum: 1 }),
      flag('nesterov', false),
      weightDecay(),
    ],
    pytorch: 'torch.optim.SGD(params, lr=0.01, momentum=0, nesterov=False)',
    keras: 'keras.optimizers.SGD(learning_rate=0.01, momentum=0.0, nesterov=False)',
  }),
  optimizer('adam', ['adaptive_moment_estimation'], {
    usualRates: [1e-5, 0.1],
    formula: 'm ← β₁m+(1-β₁)g; v ← β₂v+(1-β₂)g²; w ← w-lr·m̂/(√v̂+ε), m̂ = m/(1-β₁ᵗ), v̂ = v/(1-β₂ᵗ)',
    latex: moments,
    latexUpdate: 'w\\leftarrow w-\\eta\\,\\frac{\\hat m}{\\sqrt{\\hat v}+\\varepsilon}',
    parameters: [learningRate(0.001), beta1(), beta2(), epsilon(1e-8), flag('amsgrad', false), weightDecay()],
    pytorch: 'torch.optim.Adam(params, lr=0.001, betas=(0.9, 0.999), eps=1e-08)',
    keras: 'keras.optimizers.Adam(learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-08)',
  }),
  optimizer('adamw', ['adam_w'], {
    usualRates: [1e-5, 0.1],
    formula:
      'w ← w-lr·weight_decay·w; m ← β₁m+(1-β₁)g; v ← β₂v+(1-β₂)g²; w ← w-lr·m̂/(√v̂+ε), m̂ = m/(1-β₁ᵗ), v̂ = v/(1-β₂ᵗ)',
    latex: moments,
    latexUpdate: 'w\\leftarrow w-\\eta\\lambda w-\\eta\\,\\frac{\\hat m}{\\sqrt{\\hat v}+\\varepsilon}',
    parameters: [
      learningRate(0.001),
      beta1(),
      beta2(),
      epsilon(1e-8),
      flag('amsgrad', false),
      real('weight_decay', 0.01, { minimum: 0, aliases: ['wd', 'decay'] }),
    ],
    pytorch: 'torch.optim.AdamW(params, lr=0.001, weight_decay=0.01)',
    keras: 'keras.optimizers.AdamW(learning_rate=0.001, weight_decay=0.01, epsilon=1e-08)',
  }),
  optimizer('rmsprop', ['rms_prop'], {
    usualRates: [1e-5, 0.1],
    formula: 'v ← rho·v+(1-rho)·g²; w ← w-lr·g/(√v+ε)',
    latex: 'v\\leftarrow\\rho v+(1-\\rho)g^2\\qquad w\\leftarrow w-\\eta\\,\\frac{g}{\\sqrt v+\\varepsilon}',
    parameters: [
      learningRate(0.01),
      real('rho', 0.99, { ...decay, aliases: ['alpha'] }),
      epsilon(1e-8),
      real('momentum', 0, { minimum: 0, maximum: 1 }),
      flag('centered', false),
      weightDecay(),
    ],
    pytorch: 'torch.optim.RMSprop(params, lr=0.01, alpha=0.99, eps=1e-08)',
    keras: 'keras.optimizers.RMSprop(learning_rate=0.01, rho=0.99, epsilon=1e-08)',
  }),
  optimizer('adagrad', ['ada_grad'], {
    usualRates: [1e-4, 1],
    formula: 's ← s+g²; w ← w-lr·g/(√s+ε)',
    latex: 's\\leftarrow s+g^2\\qquad w\\leftarrow w-\\eta\\,\\frac{g}{\\sqrt s+\\varepsilon}',
    parameters: [
      learningRate(0.01),
      real('initial_accumulator_value', 0, { minimum: 0 }),
      epsilon(1e-10),
      weightDecay(),
    ],
    pytorch: 'torch.optim.Adagrad(params, lr=0.01)',
    keras: 'keras.optimizers.Adagrad(learning_rate=0.01, initial_accumulator_value=0.0, epsilon=1e-10)',
  }),
  optimizer('adadelta', ['ada_delta'], {
    usualRates: [1e-3, 10],
    formula: 'v ← rho·v+(1-rho)·g²; d ← √(u+ε)/√(v+ε)·g; u ← rho·u+(1-rho)·d²; w ← w-lr·d',
    latex: 'v\\leftarrow\\rho v+(1-\\rho)g^2',
    latexUpdate:
      'd=\\sqrt{\\frac{u+\\varepsilon}{v+\\varepsilon}}\\,g\\quad u\\leftarrow\\rho u+(1-\\rho)d^2\\quad w\\leftarrow w-\\eta d',
    parameters: [learningRate(1), real('rho', 0.9, decay), epsilon(1e-6), weightDecay()],
    pytorch: 'torch.optim.Adadelta(params, lr=1.0, rho=0.9, eps=1e-06)',
    keras: 'keras.optimizers.Adadelta(learning_rate=1.0, rho=0.9, epsilon=1e-06)',
  }),
  optimizer('adamax', ['ada_max'], {
    usualRates: [1e-5, 0.1],
    formula: 'm ← β₁m+(1-β₁)g; u ← max(β₂u, |g|+ε); w ← w-lr/(1-β₁ᵗ)·m/u',
    latex: inColumns([means[0], 'u&\\leftarrow\\max(\\beta_2u,|g|+\\varepsilon)']),
    latexUpdate: 'w\\leftarrow w-\\frac\\eta{1-\\beta_1^t}\\,\\frac mu',
    parameters: [learningRate(0.002), beta1(), beta2(), epsilon(1e-8), weightDecay()],
    pytorch: 'torch.optim.Adamax(params, lr=0.002)',
    keras: 'keras.optimizers.Adamax(learning_rate=0.002, epsilon=1e-08)',
  }),
  optimizer('nadam', ['nesterov_adam'], {
    usualRates: [1e-5, 0.1],
    formula:
      'm ← β₁m+(1-β₁)g; v ← β₂v+(1-β₂)g²; w ← w-lr·((1-μ_t)·g/(1-Π_t)+μ_{t+1}·m/(1-Π_{t+1}))/(√v̂+ε), v̂ = v/(1-β₂ᵗ), Π_t = μ₁·…·μ_t, μ_t = β₁·(1-½·0.96^(t·momentum_decay))',
    latex: inColumns(means, ['\\Pi&\\leftarrow\\mu\\,\\Pi', unbiased[1]]),
    latexUpdate:
      'w\\leftarrow w-\\frac\\eta{\\sqrt{\\hat v}+\\varepsilon}\\Bigl(\\frac{1-\\mu}{1-\\Pi}g+\\frac{\\mu_{t+1}}{1-\\Pi_{t+1}}m\\Bigr)',
    parameters: [
      learningRate(0.002),
      beta1(),
      beta2(),
      epsilon(1e-8),
      real('momentum_decay', 0.004, { minimum: 0 }),
      weightDecay(),
    ],
    pytorch: 'torch.optim.NAdam(params, lr=0.002, momentum_decay=0.004)',
    keras: 'keras.optimizers.Nadam(learning_rate=0.002, epsilon=1e-08)',
  }),
  optimizer('radam', ['rectified_adam'], {
    usualRates: [1e-5, 0.1],
    formula:
      'm ← β₁m+(1-β₁)g; v ← β₂v+(1-β₂)g²; w ← w-lr·m̂·(ρ>5 ? r·√(1-β₂ᵗ)/(√v+ε) : 1), m̂ = m/(1-β₁ᵗ), ρ = ρ∞-2t·β₂ᵗ/(1-β₂ᵗ), ρ∞ = 2/(1-β₂)-1, r = √((ρ-4)(ρ-2)ρ∞/((ρ∞-4)(ρ∞-2)ρ))',
    latex: moments,
    latexUpdate: 'w\\leftarrow w-\\eta\\,r\\,\\frac{\\hat m}{\\sqrt{\\hat v}+\\varepsilon/\\sqrt{1-\\beta_2^t}}',
    parameters: [learningRate(0.001), beta1(), beta2(), epsilon(1e-8), weightDecay()],
    pytorch: 'torch.optim.RAdam(params, lr=0.001)',
  }),
  optimizer('rprop', ['r_prop', 'resilient_propagation'], {
    usualRates: [1e-6, 1],
    formula:
      's ← s·(g_t·g_{t-1}>0 ? eta_plus : g_t·g_{t-1}<0 ? eta_minus : 1); g_t ← g_t·g_{t-1}<0 ? 0 : g_t; w ← w-sign(g_t)·s, step_min≤s≤step_max',
    latex: 's\\leftarrow s\\cdot\\begin{cases}\\eta_+&g_tg_{t-1}>0\\\\\\eta_-&g_tg_{t-1}<0\\end{cases}',
    latexUpdate: 'g_t\\leftarrow g_t\\,[g_tg_{t-1}\\ge0]\\qquad w\\leftarrow w-s\\,\\operatorname{sign}g_t',
    parameters: [
      learningRate(0.01),
      real('eta_minus', 0.5, { exclusiveMinimum: 0, exclusiveMaximum: 1 }),
      real('eta_plus', 1.2, { exclusiveMinimum: 1 }),
      real('step_min', 1e-6, positive),
      real('step_max', 50, positive),
    ],
    pytorch: 'torch.optim.Rprop(params, lr=0.01, etas=(0.5, 1.2), step_sizes=(1e-06, 50))',
  }),
  optimizer('lion', [], {
    usualRates: [1e-6, 1e-2],
    formula: 'w ← w-lr·(sign(β₁m+(1-β₁)g)+weight_decay·w); m ← β₂m+(1-β₂)g',
    latex: 'w\\leftarrow w-\\eta\\,\\bigl(\\operatorname{sign}(\\beta_1m+(1-\\beta_1)g)+\\lambda w\\bigr)',
    latexUpdate: 'm\\leftarrow\\beta_2m+(1-\\beta_2)g',
    parameters: [learningRate(0.0001), beta1(0.9), beta2(0.99), weightDecay()],
    keras: 'keras.optimizers.Lion(learning_rate=0.0001, beta_1=0.9, beta_2=0.99)',
  }),
];

function learningRate(value: number): ParameterEntry {
  return real('learning_rate', value, {
    primary: true,
    ...positive,
    aliases: ['lr', 'eta', 'step_size', 'learningrate'],
  });
}

function optimizer(name: string, aliases: readonly string[], facts: Facts): OptimizerEntry {
  return { kind: 'optimizer', name, aliases, ...facts };
}

/** LaTeX of formulas below each other, in one column or two, each `left&=right`. */
function inColumns(...columns: readonly (readonly string[])[]): string {
  const rows = columns[0].map((_, row) => columns.map((column) => column[row]).join('&'));
  return `\\begin{aligned}${rows.join('\\\\')}\\end{aligned}`;
}

export function findOptimizer(name: string): OptimizerEntry | undefined {
  return optimizers.find((entry) => entry.name === name);
}
