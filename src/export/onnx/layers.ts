/** Layers as nodes of ONNX. */
import { type ForwardOperation, layerKindOf } from '../../spec/layers';
import type { LayerPlan } from '../../spec/plan';
import { windowAxes } from '../../spec/window';
import { addActivation } from './activations';
import type { Graph } from './graph';

interface Request {
  readonly graph: Graph;
  readonly layer: LayerPlan;
  /** The value that is the layer's input. */
  readonly x: string;
  /** For a block: the value that is its input. */
  readonly skip?: string;
}

function windowAttributes({ inputShape, parameters }: LayerPlan) {
  const axes = windowAxes(inputShape.slice(1), parameters);
  return {
    kernel_shape: axes.map(({ kernel }) => kernel),
    strides: axes.map(({ stride }) => stride),
    pads: [...axes.map(({ before }) => before), ...axes.map(({ after }) => after)],
  };
}

function learned({ tensors }: LayerPlan): string[] {
  return tensors.filter(({ role }) => role !== 'slope').map(({ name }) => name);
}

function convolution({ graph, layer, x }: Request): string {
  const { inputShape, parameters } = layer;
  const dilations = windowAxes(inputShape.slice(1), parameters).map(({ dilation }) => dilation);
  return graph.add('Conv', [x, ...learned(layer)], {
    ...windowAttributes(layer),
    dilations,
    group: parameters.groups as number,
  });
}

const epsilon = ({ parameters }: LayerPlan) => ({ float: parameters.epsilon as number });

/** In use these pass their input on. */
const passes = ({ x }: Request): string => x;

const operations: Readonly<Record<ForwardOperation, (request: Request) => string>> = {
  weigh: ({ graph, layer, x }) => graph.add('Gemm', [x, ...learned(layer)], { transB: 1 }),
  activate: passes,
  slide_over_sequence: convolution,
  slide_over_picture: convolution,
  window_maximum: ({ graph, layer, x }) => graph.add('MaxPool', [x], windowAttributes(layer)),
  window_mean: ({ graph, layer, x }) =>
    graph.add('AveragePool', [x], { ...windowAttributes(layer), count_include_pad: 1 }),
  channel_mean: ({ graph, x }) => graph.add('Flatten', [graph.add('GlobalAveragePool', [x])], { axis: 1 }),
  normalize_batch: ({ graph, layer, x }) => {
    const state = (layer.state ?? []).map(({ name }) => name);
    return graph.add('BatchNormalization', [x, ...learned(layer), ...state], { epsilon: epsilon(layer) });
  },
  normalize_sample: ({ graph, layer, x }) =>
    graph.add('LayerNormalization', [x, ...learned(layer)], { axis: 1, epsilon: epsilon(layer) }),
  drop: passes,
  drop_keeping_moments: passes,
  add_noise: passes,
  lay_out_in_row: ({ graph, x }) => graph.add('Flatten', [x], { axis: 1 }),
  lay_out_in_shape: ({ graph, layer, x }) => {
    const shape = [-1, ...layer.outputShape];
    return graph.add('Reshape', [x, graph.list(`int64 [${shape}]`, shape)]);
  },
  add_block_input: ({ graph, x, skip }) => graph.add('Add', [x, skip!]),
};

/** Adds a layer's nodes, and names the value that is its output. */
export function addLayer(request: Request): string {
  const { graph, layer } = request;
  const z = operations[layerKindOf(layer).forward](request);
  const { activation, tensors, outputShape, inputShape } = layer;
  if (!activation || activation.name === 'linear') {
    return z;
  }
  const shape = layerKindOf(layer).isActivation
    ? inputShape
    : [tensors[0]?.shape[0] ?? outputShape[0], ...outputShape.slice(1)];
  return addActivation(graph, activation, z, shape, tensors.find(({ role }) => role === 'slope')?.name);
}
