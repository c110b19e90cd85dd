/** Lesson remarks on the initial weights of layers and on their settings. */

import { t } from '@vscode/l10n';
import { activation as findActivation } from '../../spec/catalogue';
import { flatLayers } from '../../spec/flatLayers';
import { findLayerKind } from '../../spec/layers';
import { flatNumbers } from '../../spec/layers/values';
import type { LayerSpec, NestedNumbers, Spec, Thing } from '../../spec/spec';
import type { Remark } from '../problems/remark';

export const layerRules: readonly ((spec: Spec) => readonly Remark[])[] = [
  reluFromZero,
  batchNormalizationMomentum,
  seluSetup,
];

/**
 * With all weights 0, each unit of a rectifier outputs 0, where its derivative is 0: no weight ever changes.
 */
function reluFromZero({ layers }: Spec): Remark[] {
  const flat = flatLayers(layers);
  return flat.flatMap(({ layer, path }, index) => {
    const activation = layer.activation?.name === 'linear' ? flat[index + 1]?.layer : layer;
    const name = (isActivation(activation) || activation === layer) && activation?.activation?.name;
    if (!name || !findActivation(name)?.isStuckAtZero || !isZero(thing(layer, 'kernel_initializer'))) {
      return [];
    }
    const bias = thing(layer, 'bias_initializer');
    const biased = layer.parameters.use_bias !== false && !isZero(bias);
    const message = biased
      ? t(
          'With weights of 0 every unit of this layer computes its bias alone, and no gradient reaches the layers before. Use he_normal.',
        )
      : t(
          'With weights of 0 {0} gives 0, and its derivative at 0 is 0: no weight of this layer will ever move. Use he_normal.',
          name,
        );
    return [
      {
        code: 'relu-zero-weights' as const,
        severity: 'warning' as const,
        path: [...path, 'kernel_initializer'],
        message,
      },
    ];
  });
}

function isZero(initializer: Thing | undefined): boolean {
  switch (initializer?.name) {
    case 'zeros':
      return true;
    case 'constant':
      return initializer.parameters.value === 0;
    case 'values':
      return flatNumbers(initializer.parameters.values as NestedNumbers).every((value) => value === 0);
    default:
      return false;
  }
}

function batchNormalizationMomentum({ layers }: Spec): Remark[] {
  return flatLayers(layers).flatMap(({ layer, path }) => {
    const { momentum } = layer.parameters;
    if (findLayerKind(layer.type)?.normalizesOver !== 'batch' || typeof momentum !== 'number' || momentum <= 0.5) {
      return [];
    }
    const message = t(
      'Here momentum is the weight of the newest batch, as in PyTorch; {0} looks like Keras, where it is the weight of the past. Write {1}.',
      momentum,
      Number((1 - momentum).toPrecision(6)),
    );
    return [
      {
        code: 'batch-norm-momentum' as const,
        severity: 'warning' as const,
        path: [...path, 'momentum'],
        message,
        proposal: String(Number((1 - momentum).toPrecision(6))),
      },
    ];
  });
}

/** Selu keeps mean 0 and variance 1 only with lecun_normal weights and alpha_dropout. */
function seluSetup({ layers }: Spec): Remark[] {
  const flat = flatLayers(layers);
  if (!flat.some(({ layer }) => layer.activation?.name === 'selu')) {
    return [];
  }
  return flat.flatMap(({ layer, path }, index): Remark[] => {
    const own = layer.activation?.name === 'selu';
    const next = flat[index + 1]?.layer;
    const later = layer.activation?.name === 'linear' && isActivation(next) && next?.activation?.name === 'selu';
    const initializer = thing(layer, 'kernel_initializer');
    if ((own || later) && initializer && initializer.name !== 'lecun_normal') {
      const message = t(
        'selu keeps mean 0 and variance 1 only from weights that start with lecun_normal. Write kernel_initializer: lecun_normal.',
      );
      return [{ code: 'selu-setup', severity: 'hint', path, what: 'key', message }];
    }
    if (
      findLayerKind(layer.type)?.drops?.keepsMoments === false &&
      flat[index - 1]?.layer.activation?.name === 'selu'
    ) {
      const message = t('After selu dropout shifts mean and variance. Use alpha_dropout, which keeps them.');
      return [{ code: 'selu-setup', severity: 'hint', path, what: 'key', message }];
    }
    return [];
  });
}

function isActivation(layer: LayerSpec | undefined): boolean {
  return findLayerKind(layer?.type)?.isActivation === true;
}

function thing(layer: LayerSpec, name: string): Thing | undefined {
  const value = layer.parameters[name];
  return typeof value === 'object' && value !== null && 'parameters' in value ? value : undefined;
}
