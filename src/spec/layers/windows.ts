/** The shape rule of windows that slide over a sample, for convolution and pooling. */
import { t } from '@vscode/l10n';
import { exampleShape, formatShape, type Shape } from '../shape';
import { windowAxes } from '../window';
import type { LayerRequest } from './kind';

/** Number of places of the layer's window along each axis. Reports a window that does not fit. */
export function windowPlaces({ layer, path, input, error }: LayerRequest): Shape | undefined {
  const axes = windowAxes(input.slice(1), layer.parameters);
  if (axes.every(({ places }) => places >= 1)) {
    return axes.map(({ places }) => places);
  }
  const reach = axes.map(({ kernel, dilation }) => dilation * (kernel - 1) + 1);
  const padded = axes.map(({ size, before, after }) => size + before + after);
  return error(
    'shape-mismatch',
    path,
    t(
      'The window of layer {0} covers {1}, but its input {2} measures {3} with padding. Use a smaller window, or padding.',
      layer.name,
      formatShape(reach),
      formatShape(input),
      formatShape(padded),
    ),
  );
}

/** Whether the input has channels and this number of further axes. Reports an input that has not. */
export function hasAxes({ layer, path, input, index, error }: LayerRequest, axes: 1 | 2): boolean {
  if (input.length === axes + 1) {
    return true;
  }
  const wanted = axes === 1 ? '[C, L]' : '[C, H, W]';
  const message =
    input.length === 1 && index === 0
      ? t(
          'Layer {0} takes samples of the shape {1}, but they are flat: {2}. Write their shape under data, for example shape: {3}.',
          layer.name,
          wanted,
          formatShape(input),
          exampleShape(input[0], axes),
        )
      : t(
          'Layer {0} takes samples of the shape {1}, but its input has the shape {2}. Give the data their shape (data.shape), or put “reshape” before it.',
          layer.name,
          wanted,
          formatShape(input),
        );
  error('shape-mismatch', path, message);
  return false;
}
