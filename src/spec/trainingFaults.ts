/** Settings of the chapter `training` that do not fit the targets. */
import { t } from '@vscode/l10n';
import type { TargetKind } from './dataFacts';
import { targetKindOf } from './lossRules';
import type { TrainingFaultCode } from './planIssue';
import type { Spec } from './spec';

export interface TrainingFault {
  readonly code: TrainingFaultCode;
  readonly path: readonly (string | number)[];
  readonly message: string;
}

interface TargetFacts {
  readonly targetSize: number;
  readonly targetKind: TargetKind;
  readonly classNames?: readonly string[];
}

/** Faults that need no data. */
export function faultsOfSettings(spec: Spec): TrainingFault[] {
  return [...stratifyFaults(spec), ...scaleTargetFaults(spec)];
}

/** Only a target that is a number has a scale, and a count that is scaled is no longer one. */
function scaleTargetFaults({ data, layers, training }: Spec): TrainingFault[] {
  const { name } = training.loss;
  const areNumbers = targetKindOf(name, layers) === 'numbers';
  if (!data.scaleTarget || (areNumbers && name !== 'poisson')) {
    return [];
  }
  const message = areNumbers
    ? t('scale_target turns counts into other numbers, but {0} is for counts. Remove it.', name)
    : t('scale_target scales numbers, but under {0} the target is a class. Remove it.', name);
  return [{ code: 'scale-target', path: ['data', 'scale_target'], message }];
}

/** Shares of classes can be kept only where there are classes. */
function stratifyFaults({ data, layers, training }: Spec): TrainingFault[] {
  if (!data.stratify || targetKindOf(training.loss.name, layers) !== 'numbers') {
    return [];
  }
  const message = t(
    'stratify keeps the shares of classes in each part, but under {0} the target is a number. Remove it.',
    training.loss.name,
  );
  return [{ code: 'stratify-without-classes', path: ['data', 'stratify'], message }];
}

export function trainingFaults(spec: Spec, target: TargetFacts): TrainingFault[] {
  const { loss, metrics } = spec.training;
  const faults = faultsOfSettings(spec);
  if (loss.name === 'cosine_similarity' && target.targetSize === 1) {
    const message = t(
      '{0} compares directions, and one number has no more than a sign. Use several target columns, or mean_squared_error.',
      loss.name,
    );
    faults.push({ code: 'loss-target', path: ['training', 'loss'], message });
  }
  for (const [index, { name }] of metrics.entries()) {
    if (name !== 'top_k_accuracy' || target.targetKind === 'classes') {
      continue;
    }
    const message = t(
      '{0} ranks classes, but the target has none. Use a categorical loss, or remove the metric.',
      name,
    );
    faults.push({ code: 'metric-target', path: ['training', 'metrics', index], message });
  }
  return [...faults, ...classWeightFaults(spec.training.classWeight, target)];
}

function classWeightFaults(classWeight: Spec['training']['classWeight'], target: TargetFacts): TrainingFault[] {
  if (classWeight === undefined) {
    return [];
  }
  const { targetKind, targetSize } = target;
  const path = ['training', 'class_weight'];
  if (targetKind === 'numbers') {
    const message = t('class_weight weighs classes, but the target is a number. Remove it.');
    return [{ code: 'class-weight', path, message }];
  }
  if (targetKind === 'binary' && targetSize > 1) {
    const message = t(
      'class_weight needs one class a row, but the target has {0} independent labels. Remove it.',
      targetSize,
    );
    return [{ code: 'class-weight', path, message }];
  }
  if (classWeight === 'balanced') {
    return [];
  }
  const names = weightedClasses(target);
  return Object.keys(classWeight)
    .filter((name) => names && !names.includes(name))
    .map((name) => ({
      code: 'class-weight',
      path: [...path, name],
      message: t('No class is named “{0}”. The classes: {1}.', name, names?.slice(0, 10).join(', ') ?? ''),
    }));
}

/** The classes that `class_weight` can name; undefined where they are not known yet. */
export function weightedClasses({
  targetKind,
  classNames,
}: Omit<TargetFacts, 'targetSize'>): readonly string[] | undefined {
  return classNames ?? (targetKind === 'binary' ? ['0', '1'] : undefined);
}
