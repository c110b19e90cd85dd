/** The fully connected layer. */
import { t } from '@vscode/l10n';
import { formatShape } from '../shape';
import { layer } from './kind';
import { count, weightParameters } from './parameters';
import { activate, weighingFlops, weights } from './tensors';

export const dense = layer({
  name: 'dense',
  aliases: ['linear', 'fully_connected', 'fc', 'inner_product', 'affine'],
  parameters: [
    count('units', {
      primary: true,
      aliases: ['out_features', 'neurons', 'nodes', 'size', 'output_dim'],
      libraries: ['out_features', 'units'],
    }),
    ...weightParameters,
  ],
  formula: 'activation(W·x+b)',
  latex: 'y=a(W x+b)',
  pytorch: 'torch.nn.Linear(in_features, units)',
  keras: 'keras.layers.Dense(units)',
  forward: 'weigh',
  weights: 'matrix',
  inputRank: 1,
  completionRank: 1,
  plan(request) {
    const { layer: spec, path, input, error } = request;
    if (input.length !== 1) {
      return error(
        'shape-mismatch',
        path,
        t(
          'Layer {0} takes a flat sample, but its input has the shape {1}. Put the layer “flatten” before it.',
          spec.name,
          formatShape(input),
        ),
      );
    }
    const units = spec.parameters.units as number;
    const tensors = weights(spec, 'weight', [units, input[0]], input[0], units);
    return activate(request, [units], tensors);
  },
  flops: weighingFlops,
});
