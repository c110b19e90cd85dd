/** Layers that give a sample another shape and change none of its values. */
import { t } from '@vscode/l10n';
import { counted } from '../../common/counted';
import { formatShape, sizeOf } from '../shape';
import { layer } from './kind';

const unchangedValues = 'a_{j} = x_{j}';

export const flatten = layer({
  name: 'flatten',
  parameters: [],
  formula: '[C, H, W] → [C·H·W]',
  pytorch: 'torch.nn.Flatten()',
  keras: 'keras.layers.Flatten()',
  forward: 'lay_out_in_row',
  workedFormula: unchangedValues,
  keepsValues: true,
  completionRank: 4,
  plan: ({ input }) => ({ outputShape: [sizeOf(input)], tensors: [] }),
});

export const reshape = layer({
  name: 'reshape',
  aliases: ['unflatten', 'view'],
  parameters: [
    {
      name: 'shape',
      type: 'shape',
      primary: true,
      aliases: ['target_shape'],
      libraries: ['unflattened_size', 'target_shape'],
    },
  ],
  formula: '[n] → shape',
  pytorch: 'torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Unflatten(1, shape))',
  keras: 'keras.layers.Reshape(shape)',
  forward: 'lay_out_in_shape',
  workedFormula: unchangedValues,
  keepsValues: true,
  plan({ layer: spec, path, input, error }) {
    const wanted = spec.parameters.shape as readonly number[];
    const size = sizeOf(input);
    const known = wanted.filter((length) => length !== -1);
    const shape = wanted.map((length) => (length === -1 ? size / sizeOf(known) : length));
    if (sizeOf(shape) === size && shape.every((length) => Number.isInteger(length) && length >= 1)) {
      return { outputShape: shape, tensors: [] };
    }
    return error(
      'shape-mismatch',
      [...path, 'shape'],
      t(
        'Layer {0} makes the shape {1} of its input {2}, which has {3}. The lengths must multiply to {4}.',
        spec.name,
        formatShape(wanted),
        formatShape(input),
        counted(size, t('{0} number', size), t('{0} numbers', size)),
        size,
      ),
    );
  },
});
