/** Which output activations a loss goes with. */
export interface LossPairing {
  /** The activations it is made for; the first is offered. */
  readonly right: readonly string[];
  /** Others whose outputs it can at least read; each gets a warning. Default: all others. */
  readonly possible?: readonly string[];
  /** Why the possible ones are not right. */
  readonly reason: 'probability' | 'positive' | 'sign' | 'range';
}

const positive = ['exponential', 'softplus', 'squareplus'];
const scores = ['linear', 'tanh', 'softsign', 'hard_tanh', 'lecun_tanh', 'tanh_shrink', 'sine'];

const lossPairings: Readonly<Record<string, LossPairing>> = {
  binary_crossentropy: {
    right: ['sigmoid'],
    possible: ['hard_sigmoid', 'softmax', 'softmin', 'sparsemax', 'gaussian', 'step'],
    reason: 'probability',
  },
  categorical_crossentropy: { right: ['softmax', 'softmin'], possible: ['sparsemax'], reason: 'probability' },
  negative_log_likelihood: { right: ['log_softmax'], possible: [], reason: 'probability' },
  kl_divergence: { right: ['softmax', 'softmin'], possible: ['sparsemax'], reason: 'probability' },
  focal: { right: ['sigmoid', 'softmax'], possible: ['hard_sigmoid'], reason: 'probability' },
  poisson: {
    right: positive,
    possible: ['relu', 'relu6', 'sigmoid', 'hard_sigmoid', 'softmax', 'softmin', 'sparsemax', 'gaussian'],
    reason: 'positive',
  },
  hinge: { right: scores, reason: 'sign' },
  squared_hinge: { right: scores, reason: 'sign' },
  gaussian_nll: { right: ['linear'], reason: 'range' },
};

/** Undefined for a loss that reads any outputs. */
export function lossPairingOf(loss: string): LossPairing | undefined {
  return Object.hasOwn(lossPairings, loss) ? lossPairings[loss] : undefined;
}

/** How well an activation's outputs go with a loss: as made for it, with a warning, or not at all. */
export function pairingQuality(loss: string, activation: string): 'right' | 'possible' | 'wrong' {
  const { right, possible } = lossPairingOf(loss) ?? { right: [activation] };
  if (right.includes(activation)) {
    return 'right';
  }
  return activation !== 'linear' && (!possible || possible.includes(activation)) ? 'possible' : 'wrong';
}
