/** Quick fixes for lesson remarks. Each is a choice: the network is not wrong as it is. */

import { t } from '@vscode/l10n';
import { activation as findActivation } from '../../spec/catalogue';
import { flatLayers } from '../../spec/flatLayers';
import { findLayerKind, hasWeightMatrix, layerKinds } from '../../spec/layers';
import { isNonlinear } from '../../spec/linearity';
import type { Fix } from '../../spec/problem';
import type { Spec, Thing } from '../../spec/spec';
import type { Remark } from '../problems/remark';
import type { Path } from '../yaml/tree';
import { setLossFix } from './chapters';
import { asChoice, type SpecText } from './edits';
import { setFix, valueFix } from './entries';
import { activationFix, activationsFix, layerBeforeFix, parameterFix, removeLayerFix, renameTypeFix } from './layers';

export function lessonFixes(remark: Remark, spec: Spec, source: SpecText): Fix[] {
  return asChoice(fixesOf(remark, spec, source));
}

function fixesOf({ code, path, proposal }: Remark, spec: Spec, source: SpecText): Fix[] {
  switch (code) {
    case 'linear-stack': {
      const run = linearRun(spec, path);
      return tanhOrRelu(source, run);
    }
    case 'xor-linear': {
      const last = spec.layers.findLastIndex(({ type }) => hasWeightMatrix(type));
      const layer = 'dense: { units: 4, activation: tanh }';
      return layerBeforeFix(
        source,
        ['model', 'layers', last],
        layer,
        t('Put a hidden layer with tanh before the last'),
      );
    }
    case 'softmax-hidden':
      return ['relu', 'tanh'].flatMap((name) => activationFix(source, layerOf(path), name));
    case 'step-untrainable':
      return ['sigmoid', 'tanh'].flatMap((name) => activationFix(source, layerOf(path), name));
    case 'sigmoid-deep': {
      const sigmoids = flatLayers(spec.layers).filter(({ layer }) => shrinksGradients(layer.activation));
      // The last one may be the output, where sigmoid gives a probability.
      const hidden = sigmoids.filter(({ path: at }) => at[2] !== lastActivated(spec)).map(({ path: at }) => at);
      return tanhOrRelu(source, hidden);
    }
    case 'mse-softmax':
      return setFix(source, ['training'], 'loss', 'categorical_crossentropy');
    case 'dropout-last':
      return removeLayerFix(source, path.slice(0, -1));
    case 'unscaled-inputs':
      return setFix(source, ['data'], 'scale', 'standard');
    case 'unscaled-target':
      return setFix(source, ['data'], 'scale_target', 'standard');
    case 'wide-target':
      return setFix(source, ['data'], 'scale_target', 'log');
    case 'wild-target':
      return wildTargetFix(source);
    case 'relu-zero-weights':
      return parameterFix(source, path.slice(0, -1), 'layer', 'kernel_initializer', 'he_normal');
    case 'selu-setup':
      return findLayerKind(String(path.at(-1)))?.drops
        ? renameTypeFix(source, path, layerKinds.alpha_dropout.name)
        : parameterFix(source, path, 'layer', 'kernel_initializer', 'lecun_normal');
    case 'learning-rate':
    case 'batch-norm-momentum':
      return proposal === undefined ? [] : valueFix(source, path, proposal);
    default:
      return [];
  }
}

function shrinksGradients(thing: Thing | undefined): boolean {
  const entry = thing && findActivation(thing.name);
  return entry?.shape === 'elementwise' && entry.largestDerivative !== undefined;
}

function tanhOrRelu(source: SpecText, paths: readonly Path[]): Fix[] {
  return ['tanh', 'relu'].flatMap((name) => activationsFix(source, paths, name));
}

/** The path to a layer, from a path to its activation. */
function layerOf(path: Path): Path {
  return path.length % 2 === 1 ? path.slice(0, -1) : path;
}

function lastActivated({ layers }: Spec): number {
  return layers.findLastIndex(({ activation }) => activation !== undefined);
}

/** The dense layers of the linear run at the path, without the last, which may be the output. */
function linearRun(spec: Spec, path: Path): Path[] {
  const flat = flatLayers(spec.layers);
  const index = flat.findIndex((each) => each.path.join('/') === path.join('/'));
  let first = index;
  while (first > 0 && !isNonlinear(flat[first - 1].layer)) {
    first--;
  }
  let last = index;
  while (last < flat.length - 1 && !isNonlinear(flat[last].layer)) {
    last++;
  }
  const dense = flat.slice(first, last + 1).filter(({ layer }) => hasWeightMatrix(layer.type));
  return dense.slice(0, -1).map((each) => each.path);
}

/** A loss that grows no faster than a large error, of a target whose scale its far numbers do not set. */
function wildTargetFix(source: SpecText): Fix[] {
  const fixes = [...setLossFix(source, 'huber'), ...setFix(source, ['data'], 'scale_target', 'robust')];
  const title = t('Write {0}', 'loss: huber, scale_target: robust');
  return fixes.length > 0 ? [{ title, edits: fixes.flatMap(({ edits }) => edits) }] : [];
}
