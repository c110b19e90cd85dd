/** Checks of the network family that need no shapes: the loss against activation and target. */

import { t } from '@vscode/l10n';
import { assertNever } from '../../common/assertNever';
import { activation as findActivation } from '../../spec/catalogue';
import { findMetric } from '../../spec/catalogue/metrics';
import type { LossPairing } from '../../spec/catalogue/types';
import type { DataFacts } from '../../spec/dataFacts';
import { hasWeightMatrix } from '../../spec/layers';
import { lossPairingOf } from '../../spec/lossRules';
import { type OutputActivation, outputActivation } from '../../spec/outputActivation';
import type { Fix } from '../../spec/problem';
import type { Spec } from '../../spec/spec';
import { asChoice } from '../fixes/edits';
import { removeItemFix, setFix } from '../fixes/entries';
import { activationFix } from '../fixes/layers';
import type { Remark } from '../problems/remark';
import type { ParsedSpec } from '../reading/parse';
import { hasKey, nodeAtPath } from '../yaml/tree';
import { assumedData } from './assumedData';
import { targetsOf } from './targets';

export function networkRemarks(spec: Spec, parsed: ParsedSpec, facts?: DataFacts): Remark[] {
  return [...lossRemarks(spec, parsed), ...metricRemarks(spec, parsed, facts)];
}

function lossRemarks(spec: Spec, parsed: ParsedSpec): Remark[] {
  const loss = spec.training.loss.name;
  const known = lossPairingOf(loss);
  if (!known) {
    return [];
  }
  const { right, possible, reason } = known;
  const output = outputActivation(spec.layers);
  const last = spec.layers.length - 1;
  const path = output ? activationPath(spec, output, parsed) : ['model', 'layers', last, spec.layers[last].type];
  const fixes: Fix[] = output
    ? activationFix(parsed, ['model', 'layers', output.layer, spec.layers[output.layer].type], right[0])
    : [];
  const name = output?.thing.name;
  if (name !== undefined && right.includes(name)) {
    return [];
  }
  const other = name === undefined ? undefined : findActivation(name)?.loss?.name;
  const data = assumedData(spec);
  // With three or more classes no other loss takes that many outputs.
  const areClasses = data?.targetKind === 'classes' && data.targetSize > 2;
  if (other && other !== loss && !areClasses) {
    fixes.push(...asChoice(setFix(parsed, ['training'], 'loss', other)));
  }
  if (!output || name === undefined) {
    if (!possible) {
      return [];
    }
    const message = t(
      '{0} needs the outputs of {1}, but the last layer is {2}. Move it before the output layer.',
      loss,
      right[0],
      spec.layers[last].type,
    );
    return [{ code: 'loss-activation', severity: 'error', message, path, what: 'key' }];
  }
  const what = hasWeightMatrix(String(path.at(-1))) ? 'key' : 'value';
  if (name === 'linear') {
    return [{ code: 'linear-output', severity: 'error', message: linearMessage(loss, right[0]), path, what, fixes }];
  }
  if (!possible || possible.includes(name)) {
    const message = warningOf(reason, loss, right[0], name);
    return [{ code: 'loss-activation', severity: 'warning', message, path, what, fixes }];
  }
  const message = t('{0} needs the outputs of {1}, but the last activation is {2}.', loss, right[0], name);
  return [{ code: 'loss-activation', severity: 'error', message, path, what, fixes }];
}

function linearMessage(loss: string, right: string): string {
  switch (loss) {
    case 'negative_log_likelihood':
      return t(
        '{0} reads log-probabilities, but the output is linear. Give the last layer the activation {1}.',
        loss,
        right,
      );
    case 'poisson':
      return t(
        '{0} reads a rate above 0, but the output is linear. Give the last layer the activation {1}.',
        loss,
        right,
      );
    default:
      return t(
        '{0} compares probabilities, but the output is linear. Give the last layer the activation {1}.',
        loss,
        right,
      );
  }
}

function warningOf(reason: LossPairing['reason'], loss: string, right: string, name: string): string {
  switch (reason) {
    case 'probability':
      return t(
        '{0} goes with {1}; after {2} its gradients are weaker, and a probability of exactly 0 gets none.',
        loss,
        right,
        name,
      );
    case 'positive':
      return t(
        '{0} goes with {1}, which reaches every rate above 0; {2} can give 0 or cannot exceed a limit.',
        loss,
        right,
        name,
      );
    case 'sign':
      return t('{0} moves outputs towards −1 and 1, which {2} cannot both reach. Use {1}.', loss, right, name);
    case 'range':
      return t('{0} reads means and log-variances, and {2} limits both. Use {1}.', loss, right, name);
    default:
      return assertNever(reason);
  }
}

/** The path of the activation, or of its layer where the file gives none. */
function activationPath(spec: Spec, { layer }: OutputActivation, { tree }: ParsedSpec): (string | number)[] {
  const path = ['model', 'layers', layer, spec.layers[layer].type];
  return tree && hasKey(tree, path, 'activation') ? [...path, 'activation'] : path;
}

/**
 * Accuracy is meaningless for measured values. Targets of 0 and 1 under a squared error are excepted:
 * textbooks often use them.
 */
function metricRemarks(spec: Spec, parsed: ParsedSpec, facts?: DataFacts): Remark[] {
  if (facts?.targetKind !== 'numbers') {
    return [];
  }
  const names = targetsOf(spec);
  const targets = facts.columns.filter(({ name }) => names.includes(name));
  if (targets.every(({ minimum, maximum }) => minimum === 0 && maximum === 1)) {
    return [];
  }
  return spec.training.metrics.flatMap(({ name }, index): Remark[] => {
    if (!findMetric(name)?.countsAnswers) {
      return [];
    }
    const message = t('{0} counts right classes, but the target is a measured value. Read the loss instead.', name);
    const list = parsed.tree && nodeAtPath(parsed.tree, ['training', 'metrics']);
    const fixes = list?.kind === 'list' ? removeItemFix(parsed, list, index) : [];
    return [{ code: 'metric-target', severity: 'warning', message, path: ['training', 'metrics', index], fixes }];
  });
}
