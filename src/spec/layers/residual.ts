/** A block of layers whose input is added to its output. */
import { t } from '@vscode/l10n';
import { trainable } from '../catalogue/parameters';
import { formatShape, sizeOf } from '../shape';
import { layer } from './kind';

export const residual = layer({
  name: 'residual',
  aliases: ['skip', 'res_block', 'residual_block', 'shortcut'],
  parameters: [{ name: 'layers', type: 'layers', primary: true, aliases: ['block'] }, trainable],
  formula: 'x+f(x)',
  latex: 'y=x+f(x)',
  letters: { f: 'block' },
  forward: 'add_block_input',
  isBlock: true,
  completionRank: 8,
  /** The input of this layer is the output of the block's layers; `skipped` is the input of the block. */
  plan({ layer: spec, path, input, skipped = input, skipFrom, error }) {
    if (input.join() === skipped.join()) {
      return { outputShape: input, tensors: [], skipFrom };
    }
    return error(
      'shape-mismatch',
      path,
      t(
        'The block {0} adds its input {1} to its output {2}, so both need the same shape. Let its last layer give {1}.',
        spec.name,
        formatShape(skipped),
        formatShape(input),
      ),
    );
  },
  flops: ({ inputShape }) => sizeOf(inputShape),
});
