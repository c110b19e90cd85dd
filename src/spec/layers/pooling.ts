/** Layers that replace each window, or each whole channel, by one number. */
import type { ParameterEntry } from '../catalogue/types';
import type { LayerPlan } from '../plan';
import { sizeOf } from '../shape';
import { windowAxes } from '../window';
import { type LayerRequest, layer, type PlannedLayer } from './kind';
import { extent } from './parameters';
import { hasAxes, windowPlaces } from './windows';

const letters = { y_cij: 'pooled', s: '.strides' } as const;

const parameters: readonly ParameterEntry[] = [
  extent('pool_size', 2, { primary: true, aliases: ['kernel_size', 'size'], libraries: ['kernel_size', 'pool_size'] }),
  extent('strides', 2, { default: null, standard: 'pool_size', aliases: ['stride'], libraries: ['stride', 'strides'] }),
  extent('padding', 2, { default: 0, minimum: 0, aliases: ['pad'], libraries: ['padding', 'padding'] }),
];

export const maxPooling2d = layer({
  name: 'max_pooling2d',
  aliases: ['max_pool2d', 'maxpool', 'max_pool', 'max_pooling', 'maxpooling2d'],
  parameters,
  formula: 'max_{u, v} x[c, s·i+u, s·j+v]',
  latex: 'y_{cij}=\\max_{uv}\\,x_{c,\\,si+u,\\,sj+v}',
  letters,
  pytorch: 'torch.nn.MaxPool2d(pool_size)',
  keras: "keras.layers.MaxPooling2D(pool_size, data_format='channels_first')",
  forward: 'window_maximum',
  inputRank: 3,
  isNonlinear: true,
  selectsMaximum: true,
  completionRank: 3,
  plan: planPooling,
  flops: (plan) => sizeOf(plan.outputShape) * (windowArea(plan) - 1),
});

export const averagePooling2d = layer({
  name: 'average_pooling2d',
  aliases: ['avg_pool2d', 'avg_pool', 'average_pooling', 'avgpool', 'avg_pooling2d'],
  parameters,
  formula: '1/(h·w)·Σ_{u<h} Σ_{v<w} x[c, s·i+u, s·j+v]',
  latex: 'y_{cij}=\\frac1{hw}\\sum_{uv}x_{c,\\,si+u,\\,sj+v}',
  letters: { ...letters, h: 'windowHeight', w: 'windowWidth' },
  pytorch: 'torch.nn.AvgPool2d(pool_size)',
  keras: "keras.layers.AveragePooling2D(pool_size, data_format='channels_first')",
  forward: 'window_mean',
  inputRank: 3,
  plan: planPooling,
  flops: (plan) => sizeOf(plan.outputShape) * windowArea(plan),
});

export const globalAveragePooling2d = layer({
  name: 'global_average_pooling2d',
  aliases: ['global_avg_pool2d', 'adaptive_avg_pool2d', 'gap'],
  parameters: [],
  formula: '1/(H·W)·Σ_i Σ_j x[c, i, j]',
  latex: 'y_c=\\frac1{HW}\\sum_i\\sum_j x_{c,i,j}',
  letters: { y: 'channelOutput', H: 'height', W: 'width' },
  pytorch: 'torch.nn.Sequential(torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten())',
  keras: "keras.layers.GlobalAveragePooling2D(data_format='channels_first')",
  forward: 'channel_mean',
  inputRank: 3,
  plan: (request) => (hasAxes(request, 2) ? { outputShape: [request.input[0]], tensors: [] } : undefined),
  flops: ({ inputShape }) => sizeOf(inputShape),
});

/** A sample `[C, H, W]` becomes `[C, …places]`. */
function planPooling(request: LayerRequest): PlannedLayer | undefined {
  const places = hasAxes(request, 2) ? windowPlaces(request) : undefined;
  return places && { outputShape: [request.input[0], ...places], tensors: [] };
}

function windowArea({ inputShape, parameters: values }: LayerPlan): number {
  return sizeOf(windowAxes(inputShape.slice(1), values).map(({ kernel }) => kernel));
}
