/** Layers whose filters slide over a sequence or a picture. */
import { t } from '@vscode/l10n';
import { counted } from '../../common/counted';
import type { ParameterEntry } from '../catalogue/types';
import { formatShape, sizeOf } from '../shape';
import { windowAxes } from '../window';
import { type LayerRequest, layer, type PlannedLayer } from './kind';
import { count, extent, weightParameters } from './parameters';
import { activate, weighingFlops, weights } from './tensors';
import { hasAxes, windowPlaces } from './windows';

const letters = { s: '.strides', d: '.dilation_rate' } as const;

export const conv1d = layer({
  name: 'conv1d',
  aliases: ['convolution1d', 'conv_1d'],
  parameters: parametersOf(1),
  formula: 'activation(W ⋆ x+b), (W ⋆ x)[f, i] = Σ_c Σ_u W[f, c, u]·x[c, s·i+d·u]',
  latex: 'y_{fi}=a\\,\\Bigl(\\sum_{cu}W_{fcu}\\,x_{c,\\,si+du}+b_f\\Bigr)',
  letters: { ...letters, y_fi: 'filteredPlace', W_fcu: 'filterWeight' },
  pytorch: 'torch.nn.Conv1d(in_channels, filters, kernel_size)',
  keras: "keras.layers.Conv1D(filters, kernel_size, data_format='channels_first')",
  forward: 'slide_over_sequence',
  weights: 'filters',
  inputRank: 2,
  plan: (request) => planConvolution(request, 1),
  flops: weighingFlops,
});

export const conv2d = layer({
  name: 'conv2d',
  aliases: ['convolution2d', 'conv', 'conv_2d', 'convolution'],
  parameters: parametersOf(2),
  formula: 'activation(W ⋆ x+b), (W ⋆ x)[f, i, j] = Σ_c Σ_u Σ_v W[f, c, u, v]·x[c, s·i+d·u, s·j+d·v]',
  latex: 'y_{fi}=a\\,\\Bigl(\\sum_{cu}W_{fcu}\\,x_{c,\\,si+du}+b_f\\Bigr)',
  letters: { ...letters, y_fi: 'filteredCell', W_fcu: 'filterWeights' },
  pytorch: 'torch.nn.Conv2d(in_channels, filters, kernel_size)',
  keras: "keras.layers.Conv2D(filters, kernel_size, data_format='channels_first')",
  forward: 'slide_over_picture',
  weights: 'filters',
  inputRank: 3,
  completionRank: 2,
  plan: (request) => planConvolution(request, 2),
  flops: weighingFlops,
});

function parametersOf(axes: number): readonly ParameterEntry[] {
  return [
    count('filters', { primary: true, aliases: ['out_channels', 'channels'], libraries: ['out_channels', 'filters'] }),
    extent('kernel_size', axes, { aliases: ['kernel'], libraries: ['kernel_size', 'kernel_size'] }),
    extent('strides', axes, { default: 1, aliases: ['stride'], libraries: ['stride', 'strides'] }),
    extent('padding', axes, {
      default: 'valid',
      minimum: 0,
      choices: ['valid', 'same'],
      aliases: ['pad'],
      libraries: ['padding', 'padding'],
    }),
    extent('dilation_rate', axes, { default: 1, aliases: ['dilation'], libraries: ['dilation', 'dilation_rate'] }),
    count('groups', { libraries: ['groups', 'groups'] }, 1),
    ...weightParameters,
  ];
}

/**
 * A sample `[channels, …sizes]` becomes `[filters, …places]`. W has PyTorch's shape `[filters,
 * channels/groups, …kernel]`.
 */
function planConvolution(request: LayerRequest, axes: 1 | 2): PlannedLayer | undefined {
  const { layer: spec, path, input, error } = request;
  if (!hasAxes(request, axes)) {
    return undefined;
  }
  const channels = input[0];
  const filters = spec.parameters.filters as number;
  const groups = spec.parameters.groups as number;
  if (channels % groups !== 0) {
    return error(
      'shape-mismatch',
      [...path, 'groups'],
      t(
        'Layer {0} splits its channels into {1} groups, but its input {2} has {3}. groups must divide {4}.',
        spec.name,
        groups,
        formatShape(input),
        counted(channels, t('{0} channel', channels), t('{0} channels', channels)),
        channels,
      ),
    );
  }
  const places = windowPlaces(request);
  if (!places) {
    return undefined;
  }
  const kernel = windowAxes(input.slice(1), spec.parameters).map((axis) => axis.kernel);
  const area = sizeOf(kernel);
  const shape = [filters, channels / groups, ...kernel];
  const tensors = weights(spec, 'filters', shape, (channels / groups) * area, filters * area);
  return activate(request, [filters, ...places], tensors);
}
