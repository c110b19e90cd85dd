/** Shape and tensors of one layer: what it makes of its input's shape, and what it learns. */
import { t } from '@vscode/l10n';
import { assertNever } from '../common/assertNever';
import { counted } from '../common/counted';
import { activation as findActivation } from './catalogue/index';
import type { LayerPlan, Shape, TensorPlan } from './plan';
import type { PlanIssue, ReportError } from './planIssue';
import type { LayerSpec, ParameterValue, Regularizer, Thing } from './spec';
import { windowAxes } from './window';

export interface LayerRequest {
  readonly layer: LayerSpec;
  readonly path: PlanIssue['path'];
  readonly index: number;
  readonly input: Shape;
  /** Of a block: the shape of its input, and the layer that it comes from. */
  readonly skipped?: Shape;
  readonly skipFrom?: number;
  readonly error: ReportError;
}

/** The layer's plan; undefined where its input does not fit, which was reported. */
export function planLayer(request: LayerRequest): LayerPlan | undefined {
  const { layer, path, index, input, error } = request;
  const common = {
    index,
    name: layer.name,
    type: layer.type,
    inputShape: input,
    parameters: layer.parameters,
    activation: layer.activation,
  };
  const passing = { ...common, outputShape: input, tensors: [] };
  switch (layer.type) {
    case 'dense': {
      if (input.length !== 1) {
        return error(
          'shape-mismatch',
          path,
          t(
            'Layer {0} takes a flat sample, but its input has the shape {1}. Put the layer “flatten” before it.',
            layer.name,
            show(input),
          ),
        );
      }
      const units = layer.parameters.units as number;
      const activated = activate(request, [units], [...path, 'activation'], `${layer.name}.activation`);
      const tensors = weights(layer, [units, input[0]], input[0], units);
      return activated && { ...common, outputShape: activated.shape, tensors: [...tensors, ...activated.tensors] };
    }
    case 'activation': {
      const activated = activate(request, input, path, layer.name);
      return activated && { ...common, outputShape: activated.shape, tensors: activated.tensors };
    }
    case 'conv1d':
      return planConvolution(request, common, 1);
    case 'conv2d':
      return planConvolution(request, common, 2);
    case 'max_pooling2d':
    case 'average_pooling2d': {
      if (input.length !== 3) {
        return wrongRank(request, 2);
      }
      const places = slide(request, input.slice(1));
      return places && { ...passing, outputShape: [input[0], ...places] };
    }
    case 'global_average_pooling2d':
      return input.length === 3 ? { ...passing, outputShape: [input[0]] } : wrongRank(request, 2);
    case 'batch_normalization': {
      const statistic = (name: string, value: number) => constantTensor(layer, name, [input[0]], value);
      return {
        ...passing,
        tensors: [statistic('weight', 1), statistic('bias', 0)],
        state: [statistic('running_mean', 0), statistic('running_var', 1)],
      };
    }
    case 'layer_normalization':
      return {
        ...passing,
        tensors: [constantTensor(layer, 'weight', input, 1), constantTensor(layer, 'bias', input, 0)],
      };
    case 'dropout':
    case 'alpha_dropout':
    case 'gaussian_noise':
      return passing;
    case 'flatten':
      return { ...passing, outputShape: [sizeOf(input)] };
    case 'reshape':
      return planReshape(request, passing);
    case 'residual':
      return planResidual(request, passing);
    default:
      throw new Error(`No shape rule for the layer type ${layer.type}: the language lets no such layer through.`);
  }
}

type Common = Omit<LayerPlan, 'outputShape' | 'tensors'>;

/** A sample `[channels, …sizes]` becomes `[filters, …places]`. W: PyTorch's `[filters, channels/groups, …kernel]`. */
function planConvolution(request: LayerRequest, common: Common, axes: 1 | 2): LayerPlan | undefined {
  const { layer, path, input, error } = request;
  if (input.length !== axes + 1) {
    return wrongRank(request, axes);
  }
  const { parameters } = layer;
  const channels = input[0];
  const filters = parameters.filters as number;
  const groups = parameters.groups as number;
  if (channels % groups !== 0) {
    return error(
      'shape-mismatch',
      [...path, 'groups'],
      t(
        'Layer {0} splits its channels into {1} groups, but its input {2} has {3}. groups must divide {4}.',
        layer.name,
        groups,
        show(input),
        counted(channels, t('{0} channel', channels), t('{0} channels', channels)),
        channels,
      ),
    );
  }
  const places = slide(request, input.slice(1));
  if (!places) {
    return undefined;
  }
  const kernel = windowAxes(input.slice(1), parameters).map((axis) => axis.kernel);
  const field = sizeOf(kernel);
  const shape = [filters, channels / groups, ...kernel];
  const tensors = weights(layer, shape, (channels / groups) * field, filters * field);
  const activated = activate(request, [filters, ...places], [...path, 'activation'], `${layer.name}.activation`);
  return activated && { ...common, outputShape: activated.shape, tensors: [...tensors, ...activated.tensors] };
}

/** Places of the layer's window along each axis; reported where it does not fit. */
function slide({ layer, path, input, error }: LayerRequest, sizes: Shape): Shape | undefined {
  const axes = windowAxes(sizes, layer.parameters);
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
      show(reach),
      show(input),
      show(padded),
    ),
  );
}

/** Convolution and pooling need their axes. */
function wrongRank({ layer, path, input, index, error }: LayerRequest, axes: 1 | 2): undefined {
  const wanted = axes === 1 ? '[C, L]' : '[C, H, W]';
  const message =
    input.length === 1 && index === 0
      ? t(
          'Layer {0} takes samples of the shape {1}, but they are flat: {2}. Write their shape under data, for example shape: {3}.',
          layer.name,
          wanted,
          show(input),
          exampleShape(input[0], axes),
        )
      : t(
          'Layer {0} takes samples of the shape {1}, but its input has the shape {2}. Give the data their shape (data.shape), or put “reshape” before it.',
          layer.name,
          wanted,
          show(input),
        );
  return error('shape-mismatch', path, message);
}

/** `[1, 8, 8]`: one channel, and for two axes as square a picture as the count allows. */
export function exampleShape(count: number, axes: 1 | 2): string {
  if (axes === 1) {
    return show([1, count]);
  }
  let height = Math.floor(Math.sqrt(count));
  while (count % height !== 0) {
    height--;
  }
  return show([1, height, count / height]);
}

function planReshape({ layer, path, input, error }: LayerRequest, passing: LayerPlan): LayerPlan | undefined {
  const wanted = layer.parameters.shape as readonly number[];
  const size = sizeOf(input);
  const known = wanted.filter((length) => length !== -1);
  const shape = wanted.map((length) => (length === -1 ? size / sizeOf(known) : length));
  if (sizeOf(shape) === size && shape.every((length) => Number.isInteger(length) && length >= 1)) {
    return { ...passing, outputShape: shape };
  }
  return error(
    'shape-mismatch',
    [...path, 'shape'],
    t(
      'Layer {0} makes the shape {1} of its input {2}, which has {3}. The lengths must multiply to {4}.',
      layer.name,
      show(wanted),
      show(input),
      counted(size, t('{0} number', size), t('{0} numbers', size)),
      size,
    ),
  );
}

function planResidual(request: LayerRequest, passing: LayerPlan): LayerPlan | undefined {
  const { layer, path, input, skipped = input, skipFrom, error } = request;
  if (input.join() === skipped.join()) {
    return { ...passing, skipFrom };
  }
  return error(
    'shape-mismatch',
    path,
    t(
      'The block {0} adds its input {1} to its output {2}, so both need the same shape. Let its last layer give {1}.',
      layer.name,
      show(skipped),
      show(input),
    ),
  );
}

/** W of the shape and, unless the layer leaves it out, b with an entry for each row of W. */
function weights(layer: LayerSpec, shape: Shape, fanIn: number, fanOut: number): TensorPlan[] {
  const { parameters } = layer;
  const regularizer = parameters.kernel_regularizer;
  const weight: TensorPlan = {
    name: `${layer.name}.weight`,
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
  return [weight, { name: `${layer.name}.bias`, shape: [shape[0]], initializer, fanIn, fanOut }];
}

function thingOr(value: ParameterValue | undefined): Thing {
  return typeof value === 'object' && value !== null && 'parameters' in value
    ? value
    : { name: 'torch_default', parameters: {} };
}

function isRegularizer(value: ParameterValue | undefined): value is Regularizer {
  return typeof value === 'object' && value !== null && 'l1' in value && (value.l1 > 0 || value.l2 > 0);
}

function constantTensor(layer: LayerSpec, name: string, shape: Shape, value: number): TensorPlan {
  const initializer: Thing = { name: 'constant', parameters: { value } };
  return { name: `${layer.name}.${name}`, shape, initializer, fanIn: 1, fanOut: 1 };
}

/** What an activation makes of a shape, and the slope it learns, if it does. `owner` begins its tensor's name. */
function activate(
  { layer, error }: LayerRequest,
  input: Shape,
  path: PlanIssue['path'],
  owner: string,
): { shape: Shape; tensors: TensorPlan[] } | undefined {
  const entry = layer.activation && findActivation(layer.activation.name);
  if (!layer.activation || !entry) {
    return { shape: input, tensors: [] };
  }
  switch (entry.shape) {
    case 'elementwise': {
      if (entry.extra !== 'learned_slope') {
        return { shape: input, tensors: [] };
      }
      const initializer: Thing = { name: 'constant', parameters: { value: layer.activation.parameters.init ?? 0.25 } };
      return { shape: input, tensors: [{ name: `${owner}.weight`, shape: [1], initializer, fanIn: 1, fanOut: 1 }] };
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
      return { shape: [size, ...input.slice(1)], tensors: [] };
    }
    default:
      return assertNever(entry);
  }
}

/** Count of numbers in a tensor of this shape. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** `[1, 8, 8]`. */
export function show(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}
