/** From a layer's type to its kernels. */
import type { LayerBuild, WasmLayer } from '../layer';
import { makeActivationLayer } from './activation';
import { makeBatchNormalization } from './normalization/batchNormalization';
import { makeLayerNormalization } from './normalization/layerNormalization';
import { makeReshape, makeResidual } from './passing';
import { makeAveragePooling } from './pooling/averagePooling';
import { makeGlobalAveragePooling } from './pooling/globalAveragePooling';
import { makeMaxPooling } from './pooling/maxPooling';

const makers: Readonly<Record<string, (build: LayerBuild) => WasmLayer>> = {
  activation: makeActivationLayer,
  flatten: makeReshape,
  reshape: makeReshape,
  max_pooling2d: makeMaxPooling,
  average_pooling2d: makeAveragePooling,
  global_average_pooling2d: makeGlobalAveragePooling,
  batch_normalization: makeBatchNormalization,
  layer_normalization: makeLayerNormalization,
  residual: makeResidual,
};

export function makeLayer(build: LayerBuild): WasmLayer {
  const { type } = build.plan;
  if (!Object.hasOwn(makers, type)) {
    throw new Error(`The wasm backend has no layer type ${type}: check the spec before compiling it.`);
  }
  return makers[type](build);
}
