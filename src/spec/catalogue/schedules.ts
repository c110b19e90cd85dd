/** Learning-rate schedules. Each may begin with a linear warm-up of `warmup` steps. */
import { choice, flag, integer, positive, real } from './parameters';
import type { CatalogueEntry, ParameterEntry } from './types';

const steps = integer('steps', undefined, { minimum: 1, optional: true });
const gamma = real('gamma', 0.1, positive);
const minimum = real('minimum', 0, { minimum: 0, aliases: ['eta_min', 'min_lr'] });
const warmup = integer('warmup', 0, { minimum: 0, aliases: ['warmup_steps'] });

export const schedules: readonly CatalogueEntry[] = [
  schedule('step', ['step_lr'], [integer('every', undefined, { minimum: 1, aliases: ['step_size'] }), gamma], {
    formula: 'lr·gamma^floor(k/every)',
    latex: '\\eta_k=\\eta\\,\\gamma^{\\lfloor k/\\text{every}\\rfloor}',
    pytorch: 'torch.optim.lr_scheduler.StepLR(optimizer, step_size, gamma=0.1)',
    keras: 'keras.optimizers.schedules.ExponentialDecay(lr, decay_steps, decay_rate=0.1, staircase=True)',
  }),
  schedule(
    'multi_step',
    ['multi_step_lr', 'piecewise_constant'],
    [{ name: 'at', type: 'integers', minimum: 1, aliases: ['milestones'] }, gamma],
    {
      formula: 'lr·gamma^|{a ∈ at: a≤k}|',
      latex: '\\eta_k=\\eta\\,\\gamma^{|\\{a\\in\\text{at}:\\,a\\le k\\}|}',
      pytorch: 'torch.optim.lr_scheduler.MultiStepLR(optimizer, milestones, gamma=0.1)',
      keras:
        'keras.optimizers.schedules.PiecewiseConstantDecay([k - 1 for k in boundaries], [lr * gamma ** i for i in range(len(boundaries) + 1)])',
    },
  ),
  schedule(
    'exponential',
    ['exponential_lr', 'exponential_decay'],
    [real('gamma', undefined, { primary: true, ...positive })],
    {
      formula: 'lr·gamma^k',
      latex: '\\eta_k=\\eta\\,\\gamma^k',
      pytorch: 'torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma)',
      keras: 'keras.optimizers.schedules.ExponentialDecay(lr, decay_steps=1, decay_rate=gamma)',
    },
  ),
  schedule('cosine', ['cosine_annealing', 'cosine_decay', 'cosine_annealing_lr'], [steps, minimum], {
    formula: 'minimum+(lr-minimum)·(1+cos(π·k/steps))/2',
    latex: '\\eta_k=\\eta_{\\min}+\\frac{\\eta-\\eta_{\\min}}2\\Bigl(1+\\cos\\frac{\\pi k}{\\text{steps}}\\Bigr)',
    pytorch: 'torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max, eta_min=0)',
    keras: 'keras.optimizers.schedules.CosineDecay(lr, decay_steps, alpha=minimum / lr)',
  }),
  schedule(
    'cosine_restarts',
    ['cosine_annealing_warm_restarts', 'cosine_decay_restarts', 'sgdr'],
    [
      integer('first', undefined, { minimum: 1, aliases: ['t_0'] }),
      integer('factor', 1, { minimum: 1, aliases: ['t_mult'] }),
      minimum,
    ],
    {
      formula: 'minimum+(lr-minimum)·(1+cos(π·(k-s_i)/T_i))/2, T_i = first·factor^i, s_i = Σ_{j<i} T_j ≤ k',
      latex: '\\eta_k=\\eta_{\\min}+\\frac{\\eta-\\eta_{\\min}}2(1+\\cos\\pi\\frac{k-s}T)',
      pytorch: 'torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0, T_mult=1, eta_min=0)',
      keras: 'keras.optimizers.schedules.CosineDecayRestarts(lr, first_decay_steps, t_mul=1.0, alpha=minimum / lr)',
    },
  ),
  schedule(
    'linear',
    ['linear_lr'],
    [real('start', undefined, positive), real('end', undefined, { minimum: 0 }), steps],
    {
      formula: 'lr·(start+(end-start)·min(k/steps, 1))',
      latex: '\\eta_k=\\eta\\,(\\text{start}+(\\text{end}-\\text{start})\\min(k/\\text{steps},1))',
      pytorch: 'torch.optim.lr_scheduler.LinearLR(optimizer, start_factor, end_factor, total_iters)',
      keras: 'keras.optimizers.schedules.PolynomialDecay(lr * start, decay_steps, end_learning_rate=lr * end)',
    },
  ),
  schedule(
    'polynomial',
    ['polynomial_decay', 'poly', 'polynomial_lr'],
    [real('power', 1, positive), real('end', 0, { minimum: 0 }), steps],
    {
      formula: '(lr-end)·(1-min(k/steps, 1))^power+end',
      latex: '\\eta_k=(\\eta-\\text{end})(1-k/\\text{steps})^{\\text{power}}+\\text{end}\\qquad k\\le\\text{steps}',
      pytorch: 'torch.optim.lr_scheduler.PolynomialLR(optimizer, total_iters, power=1.0)',
      keras: 'keras.optimizers.schedules.PolynomialDecay(lr, decay_steps, end_learning_rate=0.0, power=1.0)',
    },
  ),
  schedule(
    'one_cycle',
    ['one_cycle_lr', '1cycle'],
    [
      real('maximum', undefined, { primary: true, ...positive, aliases: ['max_lr'] }),
      real('share', 0.3, { exclusiveMinimum: 0, exclusiveMaximum: 1, aliases: ['pct_start'] }),
      real('div', 25, { ...positive, aliases: ['div_factor'] }),
      real('final_div', 1e4, { ...positive, aliases: ['final_div_factor'] }),
      flag('cycle_momentum', true),
    ],
    {
      formula:
        'k≤S ? c(maximum/div, maximum, k/S) : c(maximum, maximum/div/final_div, (k-S)/(N-1-S)), S = share·N-1, c(a, b, s) = b+(a-b)·(1+cos(π·s))/2',
      pytorch: 'torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr, total_steps, pct_start=0.3)',
    },
  ),
  schedule(
    'cyclic',
    ['cyclic_lr', 'triangular'],
    [
      real('base', undefined, { minimum: 0, aliases: ['base_lr'] }),
      real('maximum', undefined, { ...positive, aliases: ['max_lr'] }),
      integer('up', 2000, { minimum: 1, aliases: ['step_size_up'] }),
      integer('down', 2000, { minimum: 1, aliases: ['step_size_down'] }),
      choice('mode', ['triangular', 'triangular2'], 'triangular'),
    ],
    {
      formula: 'base+(maximum-base)·(j≤up ? j/up : (up+down-j)/down), j = k mod (up+down)',
      pytorch:
        'torch.optim.lr_scheduler.CyclicLR(optimizer, base_lr, max_lr, step_size_up=2000, step_size_down=2000, cycle_momentum=False)',
    },
  ),
  schedule(
    'reduce_on_plateau',
    ['reduce_lr_on_plateau', 'plateau'],
    [
      { name: 'monitor', type: 'text', default: 'val_loss' },
      real('factor', 0.1, { exclusiveMinimum: 0, exclusiveMaximum: 1 }),
      integer('patience', 10, { minimum: 0 }),
      real('threshold', 1e-4, { minimum: 0 }),
    ],
    {
      formula: 'e-e*>patience ? lr·factor : lr, e* = argmin_{j≤e} monitor_j',
      pytorch: 'torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.1, patience=10, threshold=0.0001)',
      keras: "keras.callbacks.ReduceLROnPlateau(monitor='val_loss', factor=0.1, patience=10)",
    },
  ),
];

function schedule(
  name: string,
  aliases: readonly string[],
  parameters: readonly ParameterEntry[],
  facts: Pick<CatalogueEntry, 'formula' | 'latex' | 'pytorch' | 'keras'>,
): CatalogueEntry {
  return { kind: 'schedule', name, aliases, parameters: [...parameters, warmup], ...facts };
}
