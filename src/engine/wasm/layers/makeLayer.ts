/** Finds the kernels of a layer by its type. */
import { isLayerType, type LayerType } from '../../../spec/layers';
import type { LayerBuild, WasmLayer } from '../layer';
import { makeActivationLayer } from './activation';
import { makeConvolution } from './convolution/convolution';
import { makeDense } from './dense';
import { makeAlphaDropout, makeDropout, makeGaussianNoise } from './noise';
import { makeBatchNormalization } from './normalization/batchNormalization';
import { makeLayerNormalization } from './normalization/layerNormalization';
import { makeReshape, makeResidual } from './passing';
import { makeAveragePooling } from './pooling/averagePooling';
import { makeGlobalAveragePooling } from './pooling/globalAveragePooling';
import { makeMaxPooling } from './pooling/maxPooling';
import { makeTinyDense } from './tinyDense';

const makers: Readonly<Record<LayerType, (build: LayerBuild) => WasmLayer>> = {
  dense: (build) => (build.tiny ? makeTinyDense(build) : makeDense(build)),
  activation: makeActivationLayer,
  flatten: makeReshape,
  reshape: makeReshape,
  conv1d: makeConvolution,
  conv2d: makeConvolution,
  dropout: makeDropout,
  alpha_dropout: makeAlphaDropout,
  gaussian_noise: makeGaussianNoise,
  max_pooling2d: makeMaxPooling,
  average_pooling2d: makeAveragePooling,
  global_average_pooling2d: makeGlobalAveragePooling,
  batch_normalization: makeBatchNormalization,
  layer_normalization: makeLayerNormalization,
  residual: makeResidual,
};

export function makeLayer(build: LayerBuild): WasmLayer {
  const { type } = build.plan;
  if (!isLayerType(type)) {
    throw new Error(`The wasm backend has no layer type ${type}: check the spec before compiling it.`);
  }
  return makers[type](build);
}
