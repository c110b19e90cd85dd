/** The network family that needs no shapes: loss against activation and target. */
import { t } from '@vscode/l10n';
import type { DataFacts } from '../spec/dataFacts';
import { type OutputActivation, outputActivation } from '../spec/outputActivation';
import type { Fix } from '../spec/problem';
import type { Spec } from '../spec/spec';
import { activationFix } from './fixes';
import type { ParsedSpec } from './parse';
import type { Remark } from './remark';
import { hasKey } from './tree';

/** The activation a cross-entropy is made for, and others whose outputs it can at least read. */
const partners: Readonly<Record<string, { readonly right: string; readonly possible: readonly string[] }>> = {
  binary_crossentropy: {
    right: 'sigmoid',
    possible: ['hard_sigmoid', 'softmax', 'softmin', 'sparsemax', 'gaussian', 'step'],
  },
  categorical_crossentropy: { right: 'softmax', possible: ['softmin', 'sparsemax'] },
};

export function networkRemarks(spec: Spec, parsed: ParsedSpec, facts?: DataFacts): Remark[] {
  return [...lossRemarks(spec, parsed), ...stratifyRemarks(spec, facts), ...metricRemarks(spec, facts)];
}

function lossRemarks(spec: Spec, parsed: ParsedSpec): Remark[] {
  const loss = spec.training.loss.name;
  if (!Object.hasOwn(partners, loss)) return [];
  const { right, possible } = partners[loss];
  const output = outputActivation(spec.layers);
  const last = spec.layers.length - 1;
  const path = output ? activationPath(spec, output, parsed) : ['model', 'layers', last, spec.layers[last].type];
  const fixes: Fix[] = output
    ? activationFix(parsed, ['model', 'layers', output.layer, spec.layers[output.layer].type], right)
    : [];
  const name = output?.thing.name;
  if (name === right) return [];
  if (!output) {
    const message = t(
      '{0} needs the outputs of {1}, but the last layer is {2}. Move it before the output layer.',
      loss,
      right,
      spec.layers[last].type,
    );
    return [{ code: 'loss-activation', severity: 'error', message, path, what: 'key' }];
  }
  if (name === 'linear') {
    const message = t(
      '{0} compares probabilities, but the output is linear. Give the last layer the activation {1}.',
      loss,
      right,
    );
    const what = path.at(-1) === 'dense' ? 'key' : 'value';
    return [{ code: 'linear-output', severity: 'error', message, path, what, fixes }];
  }
  if (name !== undefined && possible.includes(name)) {
    const message = t(
      '{0} goes with {1}; after {2} its gradients are weaker and a probability of exactly 0 makes the loss infinite.',
      loss,
      right,
      name,
    );
    return [{ code: 'loss-activation', severity: 'warning', message, path, fixes }];
  }
  const message = t('{0} needs the outputs of {1}, but the last activation is {2}.', loss, right, name ?? '');
  return [{ code: 'loss-activation', severity: 'error', message, path, fixes }];
}

/** The activation's place, or its layer's where the file leaves the activation out. */
function activationPath(spec: Spec, { layer }: OutputActivation, { tree }: ParsedSpec): (string | number)[] {
  const path = ['model', 'layers', layer, spec.layers[layer].type];
  return tree && hasKey(tree, path, 'activation') ? [...path, 'activation'] : path;
}

function stratifyRemarks(spec: Spec, facts?: DataFacts): Remark[] {
  const loss = spec.training.loss.name;
  const numbers = facts ? facts.targetKind === 'numbers' : !Object.hasOwn(partners, loss);
  if (!spec.data.stratify || !numbers) return [];
  const message = t(
    'stratify keeps the shares of classes in each part, but under {0} the target is a number. Remove it.',
    loss,
  );
  return [{ code: 'conflict', severity: 'error', message, path: ['data', 'stratify'], what: 'key' }];
}

/** Accuracy of measured values says nothing, but 0 and 1 under a squared error are the textbooks' own example. */
function metricRemarks(spec: Spec, facts?: DataFacts): Remark[] {
  if (facts?.targetKind !== 'numbers') return [];
  const index = spec.training.metrics.findIndex(({ name }) => name === 'accuracy');
  const targets = facts.columns.filter(({ name }) => spec.data.target?.includes(name));
  const labels = targets.every(({ minimum, maximum }) => minimum === 0 && maximum === 1);
  if (index < 0 || labels) return [];
  const message = t('accuracy counts right classes, but the target is a measured value. Read the loss instead.');
  return [{ code: 'metric-target', severity: 'warning', message, path: ['training', 'metrics', index] }];
}
