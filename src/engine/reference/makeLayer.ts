/** The table of layers: for each type the function that makes its passes. */
import { isLayerType, type LayerType } from '../../spec/layers';
import { makeActivationLayer } from './activation';
import { makeConvolution } from './convolution';
import { makeDense } from './dense';
import { makeDropout } from './dropout';
import { makeFlatten } from './flatten';
import type { Layer, LayerContext } from './layer';
import { makeAlphaDropout, makeGaussianNoise } from './noise';
import { makeBatchNormalization, makeLayerNormalization } from './normalization';
import { makeAveragePooling, makeGlobalAveragePooling, makeMaxPooling } from './pooling';
import { makeResidual } from './residual';

const makers: Readonly<Record<LayerType, (context: LayerContext) => Layer>> = {
  dense: makeDense,
  activation: makeActivationLayer,
  dropout: makeDropout,
  alpha_dropout: makeAlphaDropout,
  gaussian_noise: makeGaussianNoise,
  flatten: makeFlatten,
  reshape: makeFlatten,
  conv1d: makeConvolution,
  conv2d: makeConvolution,
  max_pooling2d: makeMaxPooling,
  average_pooling2d: makeAveragePooling,
  global_average_pooling2d: makeGlobalAveragePooling,
  batch_normalization: makeBatchNormalization,
  layer_normalization: makeLayerNormalization,
  residual: makeResidual,
};

export function makeLayer(context: LayerContext): Layer {
  const { type } = context.plan;
  if (!isLayerType(type)) {
    throw new Error(`The reference backend has no layer type ${type}: check the spec before compiling it.`);
  }
  return makers[type](context);
}
