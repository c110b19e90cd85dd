/** The layers of a model: a chain of the operators that the catalogue has, read from its output back. */
import { t } from '@vscode/l10n';
import type { ForwardOperation } from '../../spec/layers';
import type { ParameterValue, Thing } from '../../spec/spec';
import type { Constant, ReadModel, ReadNode } from './decode';
import { findActivation, findFormula, type Values } from './patterns';

/** A layer as a spec has it, with its tensors in the order of the layer's plan. */
export interface ChainLayer {
  readonly forward: ForwardOperation;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly activation?: Thing;
  readonly tensors: readonly Constant[];
  /** The layers of a block. */
  readonly layers?: readonly ChainLayer[];
}

export interface Chain {
  readonly layers: readonly ChainLayer[];
  /** Nodes that could not be taken, each with why. */
  readonly problems: readonly string[];
}

type Read = (node: ReadNode, context: Context) => Step | string;

/** A layer, and the value before it; without a layer the node changes nothing. */
interface Step {
  readonly layer?: ChainLayer;
  readonly before: string;
}

const deepest = 32;

/** From the value `from`, the network's input, to the value `to`. */
export function readChain(model: ReadModel, from: string, to: string): Chain {
  const context = new Context(model);
  // In a damaged model a chain may have no end.
  const layers = context.problems.length > 0 ? [] : context.between(from, to, 0);
  return { layers: merged(layers), problems: context.problems };
}

class Context implements Values {
  readonly problems: string[] = [];
  readonly #nodes = new Map<string, ReadNode>();
  readonly #order = new Map<string, number>();
  readonly #constants: ReadModel['constants'];

  constructor({ nodes, constants, inputs }: ReadModel) {
    const known = new Set(['', ...constants.keys(), ...inputs.map(({ name }) => name)]);
    const made = new Map(constants);
    for (const [index, node] of nodes.entries()) {
      const missing = node.inputs.find((name) => !known.has(name));
      if (missing !== undefined) {
        this.problems.push(
          t(
            'Node {0} takes “{1}”, which no node before it makes: nodes go round in a circle, or their order is wrong.',
            node.name,
            missing,
          ),
        );
      }
      const value = node.attributes.get('value');
      if (node.operator === 'Constant' && typeof value === 'object' && 'shape' in value) {
        made.set(node.outputs[0], value);
      }
      for (const output of node.outputs) {
        if (known.has(output) && output !== '') {
          this.problems.push(t('Node {0} makes “{1}”, which is there already.', node.name, output));
        }
        known.add(output);
        this.#nodes.set(output, node);
        this.#order.set(output, index);
      }
    }
    this.#constants = made;
  }

  node(value: string): ReadNode | undefined {
    return this.#nodes.get(value);
  }

  constant(value: string): Constant | undefined {
    return this.#constants.get(value);
  }

  /** The place of a value among the nodes; the model's inputs come first. */
  order(value: string): number {
    return this.#order.get(value) ?? -1;
  }

  /** Layers in their order. Each step goes back to an earlier node, so that it ends. */
  between(from: string, to: string, depth: number): ChainLayer[] {
    const layers: ChainLayer[] = [];
    let value = to;
    while (value !== from) {
      const step = this.#step(value, depth);
      if (this.order(step.before) >= this.order(value) || step.before === '') {
        this.problems.push(t('The chain of nodes does not lead back to the input of the network.'));
        break;
      }
      if (step.layer) {
        layers.push(step.layer);
      }
      value = step.before;
    }
    return layers.reverse();
  }

  #step(value: string, depth: number): Step {
    const node = this.node(value);
    if (!node) {
      return { before: '' };
    }
    const found = findActivation(value, this) ?? findFormula(value, this);
    if (found) {
      const layer: ChainLayer = {
        forward: 'activate',
        parameters: {},
        activation: found.thing,
        tensors: found.slope ? [found.slope] : [],
      };
      return { layer, before: found.x };
    }
    const reader = Object.hasOwn(readers, node.operator) ? readers[node.operator] : undefined;
    const step = node.operator === 'Add' ? addition(node, this, depth) : reader ? reader(node, this) : unknown();
    if (typeof step !== 'string') {
      return step;
    }
    this.problems.push(t('Node {0} ({1}): {2}', node.name, node.operator, step));
    return { before: node.inputs.find((name) => this.constant(name) === undefined) ?? '' };
  }
}

const unknown = () => t('the catalogue has no such layer or activation.');
const needsConstant = () => t('its weights are no constants of the model.');
const otherAttribute = (name: string) => t('its attribute “{0}” has a value that no layer has.', name);

/** A matrix product and its bias, or the end of a block. */
function addition(node: ReadNode, context: Context, depth: number): Step | string {
  const [a, b] = node.inputs;
  const constant = [a, b].map((name) => context.constant(name));
  if (constant[0] || constant[1]) {
    const product = context.node(constant[0] ? b : a);
    const bias = constant[0] ?? constant[1]!;
    const step = product?.operator === 'MatMul' ? matMul(product, context) : undefined;
    if (!step || typeof step === 'string' || !step.layer) {
      return unknown();
    }
    const { use_bias: _, ...parameters } = step.layer.parameters;
    const [weight] = step.layer.tensors;
    return bias.values.length === weight.shape[0]
      ? {
          ...step,
          layer: { ...step.layer, parameters, tensors: [weight, { shape: [weight.shape[0]], values: bias.values }] },
        }
      : unknown();
  }
  const [skip, body] = context.order(a) < context.order(b) ? [a, b] : [b, a];
  if (depth >= deepest) {
    return t('blocks are nested too deep.');
  }
  const layers = context.between(skip, body, depth + 1);
  return { layer: { forward: 'add_block_input', parameters: {}, tensors: [], layers: merged(layers) }, before: skip };
}

/** Weights of PyTorch's orientation `[units, inputs]`. */
function dense(weight: Constant, bias: Constant | undefined, isTransposed: boolean): ChainLayer {
  const [rows, columns] = weight.shape;
  const [units, inputs] = isTransposed ? [rows, columns] : [columns, rows];
  const values = isTransposed
    ? weight.values
    : Float64Array.from(
        { length: units * inputs },
        (_, i) => weight.values[(i % inputs) * units + Math.floor(i / inputs)],
      );
  return {
    forward: 'weigh',
    parameters: { units, ...(!bias && { use_bias: false }) },
    tensors: [{ shape: [units, inputs], values }, ...(bias ? [{ shape: [units], values: bias.values }] : [])],
  };
}

function matMul(node: ReadNode, context: Context): Step | string {
  const weight = context.constant(node.inputs[1]);
  return weight?.shape.length === 2
    ? { layer: dense(weight, undefined, false), before: node.inputs[0] }
    : needsConstant();
}

function gemm(node: ReadNode, context: Context): Step | string {
  const { attributes } = node;
  const [x, w, b] = node.inputs;
  const weight = context.constant(w);
  const bias = b ? context.constant(b) : undefined;
  if (weight?.shape.length !== 2 || (b && !bias)) {
    return needsConstant();
  }
  const odd = [
    ['alpha', 1],
    ['beta', 1],
    ['transA', 0],
  ].find(([key, usual]) => (attributes.get(String(key)) ?? usual) !== usual);
  if (odd) {
    return otherAttribute(String(odd[0]));
  }
  const isTransposed = attributes.get('transB') === 1;
  const layer = dense(weight, bias, isTransposed);
  return bias && bias.values.length !== layer.parameters.units ? needsConstant() : { layer, before: x };
}

const listOf = (node: ReadNode, name: string, axes: number, usual: number): readonly number[] => {
  const value = node.attributes.get(name);
  return Array.isArray(value) ? value : new Array(axes).fill(usual);
};

/** One number where all are equal. */
const size = (values: readonly number[]): number | readonly number[] =>
  values.every((value) => value === values[0]) ? values[0] : values;

function windowOf(
  node: ReadNode,
  kernel: readonly number[],
  mayBeSame: boolean,
): Record<string, ParameterValue> | string {
  const axes = kernel.length;
  const pads = listOf(node, 'pads', 2 * axes, 0);
  const [before, after] = [pads.slice(0, axes), pads.slice(axes)];
  const dilations = listOf(node, 'dilations', axes, 1);
  if (!['', 'NOTSET', 'VALID'].includes(String(node.attributes.get('auto_pad') ?? ''))) {
    return otherAttribute('auto_pad');
  }
  const isSame = kernel.every((length, axis) => {
    const reach = dilations[axis] * (length - 1);
    return before[axis] === Math.floor(reach / 2) && after[axis] === reach - before[axis];
  });
  const isEven = before.every((pad, axis) => pad === after[axis]);
  if (!isEven && !(isSame && mayBeSame)) {
    return otherAttribute('pads');
  }
  return {
    strides: size(listOf(node, 'strides', axes, 1)),
    padding: isEven ? size(before) : 'same',
    ...(mayBeSame && { dilation_rate: size(dilations) }),
  };
}

function convolution(node: ReadNode, context: Context): Step | string {
  const [x, w, b] = node.inputs;
  const weight = context.constant(w);
  const bias = b ? context.constant(b) : undefined;
  if (!weight || (b && !bias)) {
    return needsConstant();
  }
  const [filters, , ...kernel] = weight.shape;
  if (kernel.length !== 1 && kernel.length !== 2) {
    return t('its filters have {0} axes; a layer has one or two.', kernel.length);
  }
  const window = windowOf(node, kernel, true);
  if (typeof window === 'string') {
    return window;
  }
  const groups = Number(node.attributes.get('group') ?? 1);
  const parameters = { filters, kernel_size: size(kernel), ...window, groups, ...(!bias && { use_bias: false }) };
  return {
    layer: {
      forward: kernel.length === 1 ? 'slide_over_sequence' : 'slide_over_picture',
      parameters,
      tensors: bias ? [weight, bias] : [weight],
    },
    before: x,
  };
}

function pooling(forward: ForwardOperation): Read {
  return (node) => {
    const kernel = listOf(node, 'kernel_shape', 0, 1);
    const pads = listOf(node, 'pads', 0, 0);
    if (kernel.length !== 2) {
      return t('its window has {0} axes; the layer has two.', kernel.length);
    }
    if (node.attributes.get('ceil_mode') === 1) {
      return otherAttribute('ceil_mode');
    }
    if (forward === 'window_mean' && pads.some((pad) => pad > 0) && node.attributes.get('count_include_pad') !== 1) {
      return otherAttribute('count_include_pad');
    }
    if (listOf(node, 'dilations', 2, 1).some((dilation) => dilation !== 1)) {
      return otherAttribute('dilations');
    }
    const window = windowOf(node, kernel, false);
    return typeof window === 'string'
      ? window
      : { layer: { forward, parameters: { pool_size: size(kernel), ...window }, tensors: [] }, before: node.inputs[0] };
  };
}

function constantsOf(node: ReadNode, context: Context): readonly Constant[] | undefined {
  const found = node.inputs.slice(1).map((name) => context.constant(name));
  return found.every((each) => each !== undefined) ? found : undefined;
}

const plain =
  (layer: ChainLayer | undefined): Read =>
  (node) => ({ layer, before: node.inputs[0] });
const layerOf = (forward: ForwardOperation, parameters: ChainLayer['parameters'] = {}): ChainLayer => ({
  forward,
  parameters,
  tensors: [],
});

const readers: Readonly<Record<string, Read>> = {
  Gemm: gemm,
  MatMul: matMul,
  Conv: convolution,
  MaxPool: pooling('window_maximum'),
  AveragePool: pooling('window_mean'),
  GlobalAveragePool: plain(layerOf('channel_mean')),
  BatchNormalization(node, context) {
    const constants = constantsOf(node, context);
    const parameters = { epsilon: Number(node.attributes.get('epsilon') ?? 1e-5) };
    return constants?.length === 4
      ? { layer: { forward: 'normalize_batch', parameters, tensors: constants }, before: node.inputs[0] }
      : needsConstant();
  },
  LayerNormalization(node, context) {
    const constants = constantsOf(node, context);
    const axis = node.attributes.get('axis') ?? -1;
    if (constants?.length !== 2) {
      return needsConstant();
    }
    if (axis !== 1 && !(axis === -1 && constants[0].shape.length === 1)) {
      return otherAttribute('axis');
    }
    const parameters = { epsilon: Number(node.attributes.get('epsilon') ?? 1e-5) };
    return { layer: { forward: 'normalize_sample', parameters, tensors: constants }, before: node.inputs[0] };
  },
  Flatten: (node) =>
    (node.attributes.get('axis') ?? 1) === 1
      ? { layer: layerOf('lay_out_in_row'), before: node.inputs[0] }
      : otherAttribute('axis'),
  Reshape(node, context) {
    const shape = context.constant(node.inputs[1])?.values;
    if (!shape || shape.length < 2 || shape.length > 4) {
      return needsConstant();
    }
    const lengths = [...shape.slice(1)];
    if (lengths.length === 1) {
      return { layer: layerOf('lay_out_in_row'), before: node.inputs[0] };
    }
    return lengths.includes(0)
      ? t('its shape holds a 0.')
      : { layer: layerOf('lay_out_in_shape', { shape: lengths }), before: node.inputs[0] };
  },
  Identity: plain(undefined),
  // In use it changes nothing.
  Dropout: plain(undefined),
  Cast: plain(undefined),
};

/** An activation after a layer that has none of its own is that layer's; pooling of planes flattens. */
function merged(layers: readonly ChainLayer[]): readonly ChainLayer[] {
  const result: ChainLayer[] = [];
  for (const layer of layers) {
    const last = result.at(-1);
    if (
      layer.forward === 'activate' &&
      last &&
      'units filters'.split(' ').some((key) => key in last.parameters) &&
      !last.activation
    ) {
      result[result.length - 1] = {
        ...last,
        activation: layer.activation,
        tensors: [...last.tensors, ...layer.tensors],
      };
    } else if (!(layer.forward === 'lay_out_in_row' && last?.forward === 'channel_mean')) {
      result.push(layer);
    }
  }
  return result;
}
