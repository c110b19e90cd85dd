/** The table of layer kinds. Code that distinguishes kinds reads their properties; it compares no names. */
import type { LayerPlan } from '../plan';
import type { PlanIssue } from '../planIssue';
import { activation } from './activation';
import { conv1d, conv2d } from './convolution';
import { dense } from './dense';
import type { ForwardOperation, LayerKind, LayerRequest } from './kind';
import { alphaDropout, dropout, gaussianNoise } from './noise';
import { batchNormalization, layerNormalization } from './normalization';
import { averagePooling2d, globalAveragePooling2d, maxPooling2d } from './pooling';
import { flatten, reshape } from './reshaping';
import { residual } from './residual';
import { frozen } from './tensors';
import { haveMisfit } from './values';

export type { ForwardOperation, LayerKind, LayerRequest } from './kind';

/** In the order in which they are taught and listed. */
export const layerKinds = {
  dense,
  activation,
  dropout,
  flatten,
  alpha_dropout: alphaDropout,
  gaussian_noise: gaussianNoise,
  reshape,
  batch_normalization: batchNormalization,
  layer_normalization: layerNormalization,
  conv1d,
  conv2d,
  max_pooling2d: maxPooling2d,
  average_pooling2d: averagePooling2d,
  global_average_pooling2d: globalAveragePooling2d,
  residual,
} as const satisfies Readonly<Record<string, LayerKind>>;

/** The types that a spec's layers can have. */
export type LayerType = keyof typeof layerKinds;

export const layerTypes = Object.keys(layerKinds) as readonly LayerType[];

export function isLayerType(type: string): type is LayerType {
  return Object.hasOwn(layerKinds, type);
}

/** Undefined for a type that is unknown, or that this version does not have. */
export function findLayerKind(type: string | undefined): LayerKind | undefined {
  return type !== undefined && isLayerType(type) ? layerKinds[type] : undefined;
}

/** The first type of layers that does this in its forward pass. */
export function layerTypeDoing(forward: ForwardOperation): LayerType {
  const type = layerTypes.find((each) => layerKinds[each].forward === forward);
  if (!type) {
    throw new Error(`No layer type does ${forward}: add it to the table of layers.`);
  }
  return type;
}

/** The kind of a layer in a checked spec; throws for an unknown type. */
export function layerKindOf({ type }: { readonly type: string }): LayerKind {
  const kind = findLayerKind(type);
  if (!kind) {
    throw new Error(`There is no layer type ${type}: check the spec before planning its network.`);
  }
  return kind;
}

/** Plans one layer. An input that does not fit is reported; the result is then undefined. */
export function planLayer(request: LayerRequest): LayerPlan | undefined {
  const { layer, index, input, isFrozen } = request;
  const { name, type, parameters, activation: thing } = layer;
  const planned = layerKindOf(layer).plan(request);
  if (!planned || haveMisfit(request, planned.tensors)) {
    return undefined;
  }
  const tensors = isFrozen ? planned.tensors.map(frozen) : planned.tensors;
  return { index, name, type, inputShape: input, parameters, activation: thing, ...planned, tensors };
}

/** Floating-point operations of a layer's forward pass for one sample, as `LayerKind.flops` counts them. */
export function flopsOf(layer: LayerPlan): number {
  return layerKindOf(layer).flops?.(layer) ?? 0;
}

/** Whether a layer of this type has a weight from each input to each output. */
export function hasWeightMatrix(type: string | undefined): boolean {
  return findLayerKind(type)?.weights === 'matrix';
}

/** Whether a layer of this type can have an activation. */
export function takesActivation(type: string): boolean {
  return findLayerKind(type)?.parameters.some((parameter) => parameter.type === 'activation') ?? false;
}

/** The path to a layer's activation in the spec; `path` leads to the layer's type. */
export function activationPath(type: string, path: PlanIssue['path']): (string | number)[] {
  return findLayerKind(type)?.isActivation ? [...path] : [...path, 'activation'];
}
