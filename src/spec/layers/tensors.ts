/** The tensors that layers learn or keep. */
import { t } from '@vscode/l10n';
import { assertNever } from '../../common/assertNever';
import { counted } from '../../common/counted';
import { activation as findActivation } from '../catalogue/activations';
import type { LayerPlan, TensorPlan, TensorRole } from '../plan';
import { type Shape, sizeOf } from '../shape';
import type { LayerSpec, ParameterValue, Regularizer, Thing } from '../spec';
import type { LayerRequest, PlannedLayer } from './kind';

/** W of this shape and, if the layer has a bias, b with one number for each row of W. */
export function weights(
  layer: LayerSpec,
  role: 'weight' | 'filters',
  shape: Shape,
  fanIn: number,
  fanOut: number,
): TensorPlan[] {
  const { parameters } = layer;
  const regularizer = parameters.kernel_regularizer;
  const weight: TensorPlan = {
    name: `${layer.name}.weight`,
    role,
    shape,
    initializer: thingOr(parameters.kernel_initializer),
    fanIn,
    fanOut,
    ...(isRegularizer(regularizer) ? { regularizer } : {}),
  };
  if (parameters.use_bias === false) {
    return [weight];
  }
  const initializer = thingOr(parameters.bias_initializer);
  return [weight, { name: `${layer.name}.bias`, role: 'bias', shape: [shape[0]], initializer, fanIn, fanOut }];
}

function thingOr(value: ParameterValue | undefined): Thing {
  return typeof value === 'object' && value !== null && 'parameters' in value
    ? value
    : { name: 'torch_default', parameters: {} };
}

function isRegularizer(value: ParameterValue | undefined): value is Regularizer {
  return typeof value === 'object' && value !== null && 'l1' in value && (value.l1 > 0 || value.l2 > 0);
}

/** A tensor that starts with the same value everywhere. */
export function constantTensor(name: string, role: TensorRole, shape: Shape, value: ParameterValue): TensorPlan {
  return { name, role, shape, initializer: { name: 'constant', parameters: { value } }, fanIn: 1, fanOut: 1 };
}

/** The tensor as no step changes it. A penalty would change it no more. */
export function frozen({ regularizer: _, ...tensor }: TensorPlan): TensorPlan {
  return { ...tensor, isFrozen: true };
}

/**
 * Operations of a weighted sum: for each output the products with the weights of its row, their sum, and the
 * bias.
 */
export function weighingFlops({ tensors, outputShape }: LayerPlan): number {
  const weight = tensors.find(({ role }) => role === 'weight' || role === 'filters');
  if (!weight) {
    return 0;
  }
  const [rows, ...row] = weight.shape;
  const hasBias = tensors.some(({ role }) => role === 'bias');
  return rows * sizeOf(outputShape.slice(1)) * (2 * sizeOf(row) - (hasBias ? 0 : 1));
}

/**
 * Shape and tensors after the layer's activation. If it cannot take the input, this is reported, and the
 * result is undefined. `input` and `tensors` are those before the activation, `path` leads to it, and the
 * name of its own tensor begins with `owner`.
 */
export function activate(
  { layer, error, path: layerPath }: LayerRequest,
  input: Shape,
  tensors: readonly TensorPlan[],
  path: LayerRequest['path'] = [...layerPath, 'activation'],
  owner = `${layer.name}.activation`,
): PlannedLayer | undefined {
  const entry = layer.activation && findActivation(layer.activation.name);
  if (!layer.activation || !entry) {
    return { outputShape: input, tensors };
  }
  switch (entry.shape) {
    case 'elementwise': {
      if (entry.extra !== 'learned_slope') {
        return { outputShape: input, tensors };
      }
      const slope = constantTensor(`${owner}.weight`, 'slope', [1], layer.activation.parameters.init ?? 0.25);
      const isFrozen = layer.activation.parameters.trainable === false;
      return { outputShape: input, tensors: [...tensors, isFrozen ? frozen(slope) : slope] };
    }
    case 'vector': {
      const features = input[0];
      const size = entry.outputSize ? entry.outputSize(features) : features;
      if (size === undefined || size < 1) {
        return error(
          'shape-mismatch',
          path,
          t(
            '{0} works on two halves of its input, but {1} has {2}. Use an even number.',
            entry.name,
            layer.name,
            counted(features, t('{0} feature', features), t('{0} features', features)),
          ),
        );
      }
      return { outputShape: [size, ...input.slice(1)], tensors };
    }
    default:
      return assertNever(entry);
  }
}
