/** Checks beyond the file’s form: the network against its data, and a teacher’s remarks. */

import { t } from '@vscode/l10n';
import { assertNever } from '../../common/assertNever';
import { nearest } from '../../common/nearest';
import { type Steps, takeAll } from '../../common/steps';
import type { DataFacts } from '../../spec/dataFacts';
import { findLayerKind, layerKinds } from '../../spec/layers';
import { outputsPerTarget } from '../../spec/lossRules';
import { outputActivation } from '../../spec/outputActivation';
import { betterBatch, type PlanData, type PlanIssue, type Planning, planNetwork } from '../../spec/planNetwork';
import type { Fix, Problem } from '../../spec/problem';
import { exampleShape } from '../../spec/shape';
import type { Spec } from '../../spec/spec';
import { faultsOfSettings } from '../../spec/trainingFaults';
import { dataFixes } from '../fixes/data';
import { asChoice } from '../fixes/edits';
import { keyFix, removeFix, removeItemFix, setFix, valueFix } from '../fixes/entries';
import { activationFix, flattenFix, layerAtEndFix } from '../fixes/layers';
import { lessonFixes } from '../fixes/lesson';
import type { Remark } from '../problems/remark';
import { capped, worst } from '../problems/reporter';
import type { ParsedSpec } from '../reading/parse';
import { checkRuns } from '../sweep/checkRuns';
import { sweepOf } from '../sweep/runs';
import { nodeAtPath } from '../yaml/tree';
import { assumedData } from './assumedData';
import { lessonRemarks, nothingToLearn, nothingTrainable } from './lesson';
import { networkRemarks } from './network';

/**
 * Problems of the network and lesson families; those of the file are in `parsed.problems`. Empty for a spec
 * with errors. Without `facts`, only the checks that need no rows are made.
 */
export function checkSpec(parsed: ParsedSpec, facts?: DataFacts): Problem[] {
  return takeAll(checkSteps(parsed, facts));
}

/** `checkSpec` in short steps: yields between the remarks. */
export function* checkSteps(parsed: ParsedSpec, facts?: DataFacts): Steps<Problem[]> {
  const { spec } = parsed;
  if (!spec) {
    return [];
  }
  const { planning, network } = networkOf(spec, parsed, facts);
  // Advice is given only once there are no errors.
  const isRight = network.every(({ severity }) => severity !== 'error');
  const lesson = isRight ? worst(adviceFor(spec, facts, planning)) : [];
  const doubts = (facts?.warnings ?? []).map(
    (warning): Remark => ({ severity: 'warning', ...warning, fixes: dataFixes(warning, parsed) }),
  );
  const problems = [...doubts, ...network].map((remark) => toProblem(remark, parsed));
  // The slow part: a fix may edit many layers, and up to 100 remarks have fixes.
  for (const remark of lesson) {
    yield;
    problems.push(toProblem({ ...remark, fixes: lessonFixes(remark, spec, parsed) }, parsed));
  }
  const sweep = isRight ? sweepOf(parsed) : undefined;
  if (sweep) {
    // The facts are those of one table: a run that reads other data is checked without.
    const known = sweep.settings.some(({ path }) => path[0] === 'data') ? undefined : facts;
    problems.push(...(yield* checkRuns(sweep, (run) => errorsOf(run, known))));
  }
  return capped(problems);
}

function networkOf(
  spec: Spec,
  parsed: ParsedSpec,
  facts: DataFacts | undefined,
): { readonly planning?: Planning; readonly network: readonly Remark[] } {
  const data = facts ?? assumedData(spec);
  const planning = data && planNetwork(spec, data);
  const issues: readonly PlanIssue[] =
    planning?.issues ?? faultsOfSettings(spec).map((fault) => ({ ...fault, severity: 'error' }));
  return {
    planning,
    network: [
      ...networkRemarks(spec, parsed, facts),
      ...worst(issues).map((issue) => fromPlan(issue, data, spec, parsed)),
    ],
  };
}

/** The errors of the network of a run, without fixes: those would change the whole sweep. */
function errorsOf(parsed: ParsedSpec, facts: DataFacts | undefined): Problem[] {
  const { spec } = parsed;
  const remarks = spec ? networkOf(spec, parsed, facts).network : [];
  return remarks
    .filter(({ severity }) => severity === 'error')
    .map((remark) => toProblem({ ...remark, fixes: [] }, parsed));
}

/** For a network without weights all other advice is beside the point. */
function adviceFor(spec: Spec, facts: DataFacts | undefined, planning: Planning | undefined): Remark[] {
  const { plan } = planning ?? {};
  if (plan?.parameterCount === 0) {
    return [nothingToLearn()];
  }
  const isFrozen = plan?.layers.every(({ tensors }) => tensors.every((tensor) => tensor.isFrozen));
  return [...(isFrozen ? [nothingTrainable()] : []), ...lessonRemarks(spec, facts)];
}

/** Keys that do not fit the loss: the key is marked, and removed by the fix. */
const settingsFaults: readonly PlanIssue['code'][] = ['scale-target', 'stratify-without-classes'];

/** A problem of a whole layer is marked at its type. */
function fromPlan(issue: PlanIssue, data: PlanData | undefined, spec: Spec, parsed: ParsedSpec): Remark {
  const { code, path } = issue;
  const isLayer = code !== 'initial-values' && isLayerPath(path);
  const isKey = isLayer || settingsFaults.includes(code) || (code === 'class-weight' && path.length === 3);
  return { ...issue, what: isKey ? 'key' : 'value', fixes: planFixes(issue, data, spec, parsed) };
}

/** Whether a path leads to a layer: it ends with an index and a type, and a parameter’s is one longer. */
function isLayerPath(path: PlanIssue['path']): boolean {
  return path[0] === 'model' && path.length % 2 === 0;
}

function planFixes(issue: PlanIssue, data: PlanData | undefined, spec: Spec, parsed: ParsedSpec): Fix[] {
  const { code, path } = issue;
  switch (code) {
    case 'shape-mismatch':
      return isLayerPath(path) && data ? shapeFixes(issue, data, spec, parsed) : [];
    case 'output-size':
      if (path.at(-1) !== 'units') {
        return data ? addDenseFix(data, spec, parsed) : [];
      }
      return data ? valueFix(parsed, path, String(data.targetSize * outputsPerTarget(spec.training.loss))) : [];
    case 'scale-target':
    case 'stratify-without-classes':
      return removeFix(parsed, path);
    case 'softmax-one-unit': {
      const output = outputActivation(spec.layers);
      return output
        ? asChoice(activationFix(parsed, ['model', 'layers', output.layer, spec.layers[output.layer].type], 'sigmoid'))
        : [];
    }
    case 'class-weight': {
      const meant = path.length === 3 ? nearest(String(path[2]), data?.classNames ?? []) : undefined;
      const place = meant === undefined ? undefined : parsed.locate(path, 'key');
      const renamed = place
        ? [{ title: t('Change to “{0}”', meant ?? ''), edits: [{ range: place, newText: meant ?? '' }] }]
        : [];
      return [...renamed, ...(renamed.length > 0 ? asChoice(removeFix(parsed, path)) : removeFix(parsed, path))];
    }
    case 'metric-target': {
      const list = parsed.tree && nodeAtPath(parsed.tree, path.slice(0, -1));
      return list?.kind === 'list' ? removeItemFix(parsed, list, Number(path.at(-1))) : [];
    }
    case 'loss-target':
      return asChoice(setFix(parsed, ['training'], 'loss', 'mean_squared_error'));
    case 'batch-of-one': {
      const { batchSize } = spec.training;
      const samples = data?.parts?.train;
      if (samples === 1) {
        return [];
      }
      const better = samples === undefined ? 2 : betterBatch(samples, batchSize);
      return asChoice(setFix(parsed, ['training'], 'batch_size', String(better)));
    }
    case 'initial-values':
    case 'memory':
    case 'too-many-numbers':
    case 'too-many-parameters':
      return [];
    default:
      return assertNever(code);
  }
}

function shapeFixes(issue: PlanIssue, data: PlanData, spec: Spec, parsed: ParsedSpec): Fix[] {
  const { path } = issue;
  const atEnd = path.length === 4 && path[2] === spec.layers.length - 1;
  if (rankAt(path) === 1) {
    return flattenFix(parsed, path.slice(0, -1));
  }
  const shape = shapeFix(issue, data, parsed);
  if (shape.length > 0 || !atEnd) {
    return shape;
  }
  const units = data.targetSize * outputsPerTarget(spec.training.loss);
  if (issue.outputSize === units) {
    return layerAtEndFix(parsed, [layerKinds.flatten.name], t('Put flatten at the end'));
  }
  if (!mayEndWithDense(spec)) {
    return [];
  }
  return asChoice(
    layerAtEndFix(
      parsed,
      [layerKinds.flatten.name, `dense: ${units}`],
      t('Put flatten and dense: {0} at the end', units),
    ),
  );
}

function addDenseFix(data: PlanData, spec: Spec, parsed: ParsedSpec): Fix[] {
  const units = data.targetSize * outputsPerTarget(spec.training.loss);
  return mayEndWithDense(spec)
    ? asChoice(layerAtEndFix(parsed, [`dense: ${units}`], t('Put dense: {0} at the end', units)))
    : [];
}

/** The output activation must remain the last one, so a layer after it is no fix. */
function mayEndWithDense({ layers }: Spec): boolean {
  return (outputActivation(layers)?.thing.name ?? 'linear') === 'linear';
}

/** Gives flat data a shape that the first layer takes. */
function shapeFix({ path }: PlanIssue, { inputShape }: PlanData, parsed: ParsedSpec): Fix[] {
  const rank = rankAt(path);
  const isFirst = path.every((step) => typeof step === 'string' || step === 0);
  if ((rank !== 2 && rank !== 3) || !isFirst || inputShape.length !== 1) {
    return [];
  }
  return keyFix(parsed, ['data'], `shape: ${exampleShape(inputShape[0], rank === 2 ? 1 : 2)}`);
}

/** The number of axes that the layer at a path takes; undefined where it takes any, or there is no layer. */
function rankAt(path: PlanIssue['path']): number | undefined {
  return findLayerKind(String(path.at(-1)))?.inputRank;
}

function toProblem({ code, severity, message, path, what, fixes }: Remark, parsed: ParsedSpec): Problem {
  const range = parsed.locate(path, what) ?? parsed.lines.range([0, 0]);
  return fixes && fixes.length > 0 ? { code, severity, message, range, fixes } : { code, severity, message, range };
}
