/** Layers that change their inputs at random, and only in training. */
import { real } from '../catalogue/parameters';
import { layer, unchanged } from './kind';

const rate = real('rate', 0.5, {
  primary: true,
  minimum: 0,
  exclusiveMaximum: 1,
  aliases: ['p', 'prob', 'probability'],
  libraries: ['p', 'rate'],
});

export const dropout = layer({
  name: 'dropout',
  aliases: ['drop_out'],
  parameters: [rate],
  formula: 'x·m/(1-rate), P(m = 0) = rate, P(m = 1) = 1-rate',
  latex: 'y=\\frac{x\\,m}{1-\\text{rate}}\\qquad P(m=0)=\\text{rate}',
  letters: { m: 'kept', P: 'chance' },
  pytorch: 'torch.nn.Dropout(p=0.5)',
  keras: 'keras.layers.Dropout(rate=0.5)',
  forward: 'drop',
  workedFormula: 'a_{j} = m_{j}·x_{j} / (1 − p)',
  drops: { keepsMoments: false },
  completionRank: 5,
  plan: unchanged,
});

export const alphaDropout = layer({
  name: 'alpha_dropout',
  parameters: [rate],
  formula: 'a·(x·m-1.7581·(1-m))+b, P(m = 0) = rate; a, b: E[y] = E[x], Var[y] = Var[x]',
  latex: 'y=a\\,(x\\,m-1.7581\\,(1-m))+b\\qquad m\\in\\{0,1\\}',
  letters: { m: 'kept', a: 'correction', b: 'correction' },
  pytorch: 'torch.nn.AlphaDropout(p=0.5)',
  keras: 'keras.layers.AlphaDropout(rate=0.5)',
  forward: 'drop_keeping_moments',
  drops: { keepsMoments: true },
  plan: unchanged,
});

export const gaussianNoise = layer({
  name: 'gaussian_noise',
  aliases: ['noise'],
  parameters: [
    real('stddev', undefined, { primary: true, minimum: 0, aliases: ['std', 'sigma'], libraries: ['', 'stddev'] }),
  ],
  formula: 'x+n, n ~ N(0, stddev²)',
  latex: 'y=x+n\\qquad n\\sim N(0,\\,\\sigma^2)',
  letters: { n: 'noise', '\\sigma': '.stddev' },
  keras: 'keras.layers.GaussianNoise(stddev)',
  forward: 'add_noise',
  plan: unchanged,
});
