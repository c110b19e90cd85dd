/** What a layer costs: floating-point operations of its forward pass, counted from the plan. */
import type { LayerPlan } from './plan';
import { sizeOf } from './planLayer';
import { windowAxes } from './window';

/**
 * Operations for one sample outside training: a multiplication, an addition, a comparison and a division are one each.
 * Activations are not counted: what they cost depends on the machine.
 */
export function flopsOf(layer: LayerPlan): number {
  const { type, tensors, inputShape, outputShape, parameters } = layer;
  const inputs = sizeOf(inputShape);
  switch (type) {
    case 'dense':
    case 'conv1d':
    case 'conv2d': {
      const weight = tensors.find(({ name }) => name.endsWith('.weight') && !name.endsWith('.activation.weight'));
      if (!weight) {
        return 0;
      }
      // For each output a product with every weight of its row, their sum, and the bias.
      const [rows, ...row] = weight.shape;
      const hasBias = tensors.some(({ name }) => name.endsWith('.bias'));
      return rows * sizeOf(outputShape.slice(1)) * (2 * sizeOf(row) - (hasBias ? 0 : 1));
    }
    case 'max_pooling2d':
    case 'average_pooling2d': {
      const field = sizeOf(windowAxes(inputShape.slice(1), parameters).map(({ kernel }) => kernel));
      return sizeOf(outputShape) * (type === 'max_pooling2d' ? field - 1 : field);
    }
    case 'global_average_pooling2d':
    case 'residual':
      return inputs;
    case 'batch_normalization':
      // With the statistics of training it is one multiplication and one addition.
      return 2 * inputs;
    case 'layer_normalization':
      // Sum, difference, square, sum of squares, scale, gamma, beta.
      return 7 * inputs;
    default:
      return 0;
  }
}
