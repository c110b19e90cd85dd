/** A sentence for each step of the walk, and names for its tensors. */
import { t } from '@vscode/l10n';
import type { ForwardOperation } from '../../../src/protocol/engine';
import type { LessonStep, Stage, WalkReader } from './walk';

/** Purpose, direction and result of backpropagation, and the loop that training is. */
export function definition(): string {
  return t(
    'Backpropagation computes the gradient of each weight and bias, so that they can be adjusted: it passes the error of the output back, layer by layer, from the output layer to the input layer. W and b make the output; where it differs from the target, they are adjusted, and then the forward pass comes again.',
  );
}

export function stageName(stage: Stage): string {
  const names = {
    forward: t('Forward pass'),
    error: t('Error'),
    gradients: t('Gradients'),
    update: t('Update'),
    again: t('Forward pass again'),
  };
  return names[stage];
}

export function stepName(reader: WalkReader, step: LessonStep): string {
  const layer = step.phase.layer === undefined ? '' : (reader.layers[step.phase.layer]?.name ?? '');
  switch (step.stage) {
    case 'forward':
      return t('Forward: {0}', layer);
    case 'error':
      return layer === '' ? t('Error at the output') : t('Error δ: {0}', layer);
    case 'gradients':
      return t('Gradients: {0}', layer);
    case 'update':
      return layer === '' ? t('Update') : t('Update: {0}', layer);
    case 'again':
      return t('Forward pass again: {0}', t('output'));
  }
}

export function sentence(reader: WalkReader, step: LessonStep): string {
  const index = step.phase.layer ?? 0;
  const layer = reader.layers[index];
  const activation = reader.activation(index);
  switch (step.stage) {
    case 'forward':
      return forwardSentences[layer?.forward ?? 'weigh'](activation);
    case 'error':
      if (step.phase.kind === 'loss') {
        return t(
          'The output is compared with the target. The derivative of the loss is the error of the output: it says in which direction each output is wrong, and how much. From here the error goes back, layer by layer.',
        );
      }
      return (layer?.parameters ?? 0) > 0
        ? t(
            'The error of the next layer comes back through its weights and is multiplied by f′(z): that is the error δ of this layer.',
          )
        : t('The error goes on back through this layer, which has no weights to adjust.');
    case 'gradients':
      return t(
        'The error δ of a layer, multiplied by what came in, gives the gradient of each of its weights: how the loss changes when the weight changes.',
      );
    case 'update':
      if (layer?.isFrozen) {
        return t('This layer has trainable: false: it has gradients, but its weights stay as they are.');
      }
      return t(
        'The optimizer turns each gradient into a change of its weight or bias. Plain gradient descent moves it against the gradient, by the learning rate times its size; other rules also look at earlier gradients. Then the forward pass comes again: the loss has usually fallen, but too large a learning rate raises it.',
      );
    case 'again':
      return (step.loss ?? 0) < (reader.step('loss')?.loss ?? 0)
        ? t(
            'The same samples go forward again, through the new weights: the loss has fallen. Training repeats these steps until the loss is small.',
          )
        : t(
            'The same samples go forward again, through the new weights: the loss has not fallen. The learning rate may be too large, or the gradient is 0.',
          );
  }
}

const forwardSentences: Readonly<Record<ForwardOperation, (activation: string) => string>> = {
  weigh: weighSentence,
  activate: () => t('Each value goes through the activation; that makes the network non-linear.'),
  drop: () =>
    t('Some inputs are set to 0 at random, the others are scaled up, so that the network relies on no single one.'),
  drop_keeping_moments: () =>
    t('Some inputs are set to what selu gives far to the left, and all are scaled so that mean and variance stay.'),
  add_noise: () => t('A little random noise is added to each value, so that the network relies on no exact one.'),
  lay_out_in_row: () => t('The values are laid out in one row; none of them changes.'),
  lay_out_in_shape: () => t('The values are laid out in another shape; none of them changes.'),
  slide_over_sequence: () =>
    t('Each filter slides along the sequence and weighs what lies under it; the activation bends the sums.'),
  slide_over_picture: () =>
    t('Each filter slides over the picture and weighs what lies under it; the activation bends the sums.'),
  window_maximum: () => t('Of each window only the largest value goes on.'),
  window_mean: () => t('Of each window its mean goes on.'),
  channel_mean: () => t('Of each channel its mean goes on.'),
  normalize_batch: () =>
    t('Each feature is centred and scaled over the batch, then scaled and shifted by two learned numbers.'),
  normalize_sample: () =>
    t('Each sample is centred and scaled over its own values, then scaled and shifted by learned numbers.'),
  add_block_input: () => t("The block's input is added to what its layers made of it."),
};

function weighSentence(activation: string): string {
  switch (activation) {
    case 'softmax':
      return t(
        'Each unit weighs its inputs and adds its bias; softmax turns the sums into class probabilities that add up to 1.',
      );
    case 'linear':
      return t('Each unit weighs its inputs and adds its bias; the sum is passed on as it is.');
    default:
      return t(
        'Each unit weighs its inputs and adds its bias; the activation bends the sum, and the result goes to the next layer.',
      );
  }
}

/** The tensors of a step in the order in which they are computed. */
export const roleOrder = [
  'input',
  'skip',
  'W',
  'filters',
  'scale',
  'shift',
  'b',
  'slope',
  'nextW',
  'nextDelta',
  'arriving',
  'z',
  'a',
  'output',
  'target',
  'delta',
  'dW',
  'dfilters',
  'dscale',
  'dshift',
  'db',
  'dslope',
  'dInput',
  'Wafter',
  'filtersafter',
  'scaleafter',
  'shiftafter',
  'bafter',
  'slopeafter',
] as const;

export function roleName(role: string): { readonly symbol: string; readonly text: string } {
  const names: Readonly<Record<string, { symbol: string; text: string }>> = {
    input: { symbol: 'x', text: t('input of the layer') },
    skip: { symbol: 'x₀', text: t('input of the block') },
    filters: { symbol: 'W', text: t('filters, before') },
    scale: { symbol: 'γ', text: t('learned scales, before') },
    shift: { symbol: 'β', text: t('learned shifts, before') },
    dfilters: { symbol: 'dW', text: t('gradient of the filters') },
    dscale: { symbol: 'dγ', text: t('gradient of the scales') },
    dshift: { symbol: 'dβ', text: t('gradient of the shifts') },
    filtersafter: { symbol: 'W', text: t('filters, after') },
    scaleafter: { symbol: 'γ', text: t('learned scales, after') },
    shiftafter: { symbol: 'β', text: t('learned shifts, after') },
    W: { symbol: 'W', text: t('weights, before') },
    b: { symbol: 'b', text: t('biases, before') },
    z: { symbol: 'z', text: t('weighted sum') },
    a: { symbol: 'a', text: t('activation') },
    output: { symbol: 'a', text: t('output of the network') },
    target: { symbol: 'y', text: t('target') },
    delta: { symbol: 'δ', text: t('error of the layer') },
    nextW: { symbol: 'W', text: t('weights of the next layer') },
    nextDelta: { symbol: 'δ', text: t('error of the next layer') },
    arriving: { symbol: '∂L/∂a', text: t('error that comes back') },
    dW: { symbol: 'dW', text: t('gradient of the weights') },
    db: { symbol: 'db', text: t('gradient of the biases') },
    dInput: { symbol: '∂L/∂x', text: t('error passed back') },
    slope: { symbol: 's', text: t('learned slopes, before') },
    dslope: { symbol: 'ds', text: t('gradient of the slopes') },
    slopeafter: { symbol: 's', text: t('learned slopes, after') },
    'W.velocity': { symbol: 'v', text: t('velocity of the weights') },
    'b.velocity': { symbol: 'v', text: t('velocity of the biases') },
    'W.first_moment': { symbol: 'm', text: t('mean gradient of the weights') },
    'b.first_moment': { symbol: 'm', text: t('mean gradient of the biases') },
    'W.second_moment': { symbol: 'v', text: t('mean square gradient of the weights') },
    'b.second_moment': { symbol: 'v', text: t('mean square gradient of the biases') },
    Wafter: { symbol: 'W', text: t('weights, after') },
    bafter: { symbol: 'b', text: t('biases, after') },
  };
  return names[role] ?? { symbol: role, text: '' };
}
