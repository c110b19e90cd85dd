/** Layers in PyTorch: what the module holds, and the lines of its forward pass. */
import type { ForwardOperation } from '../../spec/layers';
import { layerKindOf } from '../../spec/layers';
import type { LayerPlan, TensorPlan } from '../../spec/plan';
import { windowAxes } from '../../spec/window';
import { numberLiteral, sizeLiteral, tupleOf } from '../python/source';
import { activationSource, type TorchHelper } from './activations';

/** A module of a layer: an attribute of the network. */
export interface TorchModule {
  readonly attribute: string;
  readonly made: string;
}

/** A tensor of ours and where PyTorch has it: `dense_1.weight`. */
export interface TorchTensor {
  readonly plan: TensorPlan;
  readonly place: string;
}

export interface TorchLayer {
  readonly modules: readonly TorchModule[];
  /** Lines of the forward pass, from x to x. */
  readonly forward: readonly string[];
  readonly tensors: readonly TorchTensor[];
  /** It draws random numbers in training. */
  readonly draws: boolean;
}

interface Request {
  readonly layer: LayerPlan;
  /** The name of the layer in the script. */
  readonly name: string;
  /** The input of a block, where this is the block. */
  readonly skip?: string;
  use(helper: TorchHelper): void;
}

interface Part {
  readonly made?: string;
  readonly forward: string;
}

/** A window's padding, where it is the same on both sides of an axis. */
const paddingOf = (axes: ReturnType<typeof windowAxes>) => sizeLiteral(axes.map(({ before }) => before));

function convolution({ layer: { inputShape, parameters, tensors }, name }: Request, axes: 1 | 2): Part {
  const windows = windowAxes(inputShape.slice(1), parameters);
  const isSame = windows.some(({ before, after }) => before !== after);
  const optional = (key: string, value: string, usual: string) => (value === usual ? '' : `, ${key}=${value}`);
  const padding = isSame ? '"same"' : paddingOf(windows);
  const made = [
    `nn.Conv${axes}d(${inputShape[0]}, ${parameters.filters}, ${sizeLiteral(windows.map(({ kernel }) => kernel))}`,
    optional('stride', sizeLiteral(windows.map(({ stride }) => stride)), '1'),
    optional('padding', padding, '0'),
    optional('dilation', sizeLiteral(windows.map(({ dilation }) => dilation)), '1'),
    optional('groups', String(parameters.groups), '1'),
    tensors.some(({ role }) => role === 'bias') ? '' : ', bias=False',
    ')',
  ].join('');
  return { made, forward: `self.${name}(x)` };
}

function pooling({ layer: { inputShape, parameters } }: Request, kind: 'max' | 'avg'): Part {
  const windows = windowAxes(inputShape.slice(1), parameters);
  const kernel = sizeLiteral(windows.map((axis) => axis.kernel));
  const stride = sizeLiteral(windows.map((axis) => axis.stride));
  const strides = stride === kernel ? '' : `, stride=${stride}`;
  const padding = windows.some(({ before }) => before > 0) ? `, padding=${paddingOf(windows)}` : '';
  return { forward: `F.${kind}_pool2d(x, ${kernel}${strides}${padding})` };
}

/** Dropout and noise act in training alone. */
const inTraining = (call: (p: LayerPlan['parameters'], index: number) => string, helper: TorchHelper) => {
  return ({ layer: { parameters, index }, use }: Request): Part => {
    use(helper);
    return { forward: `${call(parameters, index)} if self.training else x` };
  };
};

const operations: Readonly<Record<ForwardOperation, (request: Request) => Part>> = {
  weigh: ({ layer: { inputShape, outputShape, tensors }, name }) => {
    const [units] = tensors.find(({ role }) => role === 'weight')?.shape ?? outputShape;
    const bias = tensors.some(({ role }) => role === 'bias') ? '' : ', bias=False';
    return { made: `nn.Linear(${inputShape[0]}, ${units}${bias})`, forward: `self.${name}(x)` };
  },
  activate: () => ({ forward: 'x' }),
  slide_over_sequence: (request) => convolution(request, 1),
  slide_over_picture: (request) => convolution(request, 2),
  window_maximum: (request) => pooling(request, 'max'),
  window_mean: (request) => pooling(request, 'avg'),
  channel_mean: () => ({ forward: 'x.mean(dim=(2, 3))' }),
  normalize_batch: ({ layer: { inputShape, parameters }, name }) => {
    const [epsilon, momentum] = [parameters.epsilon, parameters.momentum].map((each) => numberLiteral(each as number));
    const axes = inputShape.length === 3 ? 2 : 1;
    return {
      made: `nn.BatchNorm${axes}d(${inputShape[0]}, eps=${epsilon}, momentum=${momentum})`,
      forward: `self.${name}(x)`,
    };
  },
  normalize_sample: ({ layer: { inputShape, parameters }, name }) => ({
    made: `nn.LayerNorm(${tupleOf(inputShape)}, eps=${numberLiteral(parameters.epsilon as number)})`,
    forward: `self.${name}(x)`,
  }),
  drop: inTraining((p, index) => `dropout(x, ${p.rate}, step, ${index}, start)`, 'drop'),
  drop_keeping_moments: inTraining(
    (p, index) => `alpha_dropout(x, ${p.rate}, step, ${index}, start)`,
    'dropKeepingMoments',
  ),
  add_noise: inTraining((p, index) => `noise(x, ${p.stddev}, step, ${index}, start)`, 'noise'),
  lay_out_in_row: () => ({ forward: 'x.flatten(1)' }),
  lay_out_in_shape: ({ layer }) => ({ forward: `x.reshape(-1, ${layer.outputShape.join(', ')})` }),
  add_block_input: ({ skip }) => ({ forward: `x + ${skip}` }),
};

/** `keepsLogits`: the layer's activation is left to the loss. */
export function torchLayer(request: Request, keepsLogits: boolean): TorchLayer {
  const { layer, name, use } = request;
  const { made, forward } = operations[layerKindOf(layer).forward](request);
  const slope = layer.tensors.find(({ role }) => role === 'slope');
  const modules: TorchModule[] = made === undefined ? [] : [{ attribute: name, made }];
  if (slope) {
    modules.push({ attribute: `${name}_slope`, made: 'nn.Parameter(torch.zeros(1))' });
  }
  const tensors = [...layer.tensors, ...(layer.state ?? [])].map((plan) => ({
    plan,
    place: plan === slope ? `${name}_slope` : `${name}.${plan.name.slice(plan.name.lastIndexOf('.') + 1)}`,
  }));
  const { activation } = layer;
  const activated =
    activation === undefined || activation.name === 'linear' || keepsLogits
      ? undefined
      : activationSource(
          activation,
          { slope: `self.${name}_slope`, draws: `self.training, step, ${layer.index}, start` },
          use,
        );
  const lines = forward === 'x' ? [] : [`x = ${forward}`];
  if (activated !== undefined) {
    // One line where x stands once in the activation.
    const places = activated.split(/\bx\b/);
    const inOne = lines.length === 1 && places.length === 2 && !forward.includes(' if ') && !/[+]/.test(forward);
    if (inOne) {
      lines[0] = `x = ${places.join(forward)}`;
    } else {
      lines.push(`x = ${activated}`);
    }
  }
  const drawn = ['drop', 'drop_keeping_moments', 'add_noise'].includes(layerKindOf(layer).forward);
  return { modules, forward: lines, tensors, draws: drawn || /\bstep\b/.test(activated ?? '') };
}
