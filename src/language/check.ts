/** Checks beyond the file: the network against its data, and what a teacher would remark. */
import type { DataFacts } from '../spec/dataFacts';
import { exampleShape } from '../spec/planLayer';
import { type PlanData, type PlanIssue, planNetwork } from '../spec/planNetwork';
import type { Fix, Problem } from '../spec/problem';
import { stratifyFaults } from '../spec/trainingFaults';
import { assumedData } from './assumedData';
import { flattenFix, keyFix, removeFix, valueFix } from './fixes';
import { lessonRemarks } from './lesson';
import { networkRemarks } from './network';
import type { ParsedSpec } from './parse';
import type { Remark } from './remark';
import { capped } from './reporter';

/**
 * Problems of the network and lesson families; those of the file are in `parsed.problems`. Empty for a spec with errors.
 * Without facts, only what can be said from the spec alone is checked.
 */
export function checkSpec(parsed: ParsedSpec, facts?: DataFacts): Problem[] {
  const { spec } = parsed;
  if (!spec) return [];
  const data = facts ?? assumedData(spec);
  const remarks: Remark[] = [
    ...networkRemarks(spec, parsed, facts),
    ...(data
      ? planNetwork(spec, data).issues.map((issue) => fromPlan(issue, data, parsed))
      : stratifyFaults(spec).map((fault) => fromPlan({ ...fault, severity: 'error' }, undefined, parsed))),
    ...lessonRemarks(spec, facts).map((remark) =>
      remark.code === 'unscaled-inputs' ? { ...remark, fixes: scaleFix(parsed) } : remark,
    ),
  ];
  return capped(remarks.map((remark) => toProblem(remark, parsed)));
}

/** A layer as a whole is marked at its type; where one edit mends the issue, it comes along. */
function fromPlan(issue: PlanIssue, data: PlanData | undefined, parsed: ParsedSpec): Remark {
  const { code, path } = issue;
  // Indices and types take turns; a parameter's name may follow.
  const isLayer = path[0] === 'model' && path.length % 2 === 0;
  let fixes: Fix[] = [];
  if (code === 'shape-mismatch' && path.at(-1) === 'dense' && isLayer) fixes = flattenFix(parsed, path.slice(0, -1));
  if (code === 'shape-mismatch' && isLayer && data) fixes = [...fixes, ...shapeFix(issue, data, parsed)];
  if (code === 'stratify-without-classes') fixes = removeFix(parsed, path);
  if (code === 'output-size' && data) fixes = valueFix(parsed, path, String(data.targetSize));
  const isKey = isLayer || code === 'stratify-without-classes' || (code === 'class-weight' && path.length === 3);
  return { ...issue, what: isKey ? 'key' : 'value', fixes };
}

/** Gives flat data the shape that the first layer asks for. */
function shapeFix({ path }: PlanIssue, { inputShape }: PlanData, parsed: ParsedSpec): Fix[] {
  const axes = path.at(-1) === 'conv1d' ? 1 : path.some((step) => /^conv|pooling/.test(String(step))) ? 2 : 0;
  const isFirst = path.every((step) => typeof step === 'string' || step === 0);
  if (axes === 0 || !isFirst || inputShape.length !== 1) return [];
  return keyFix(parsed, ['data'], `shape: ${exampleShape(inputShape[0], axes)}`);
}

function scaleFix(parsed: ParsedSpec): Fix[] {
  const written = valueFix(parsed, ['data', 'scale'], 'standard');
  return written.length > 0 ? written : keyFix(parsed, ['data'], 'scale: standard');
}

function toProblem({ code, severity, message, path, what, fixes }: Remark, parsed: ParsedSpec): Problem {
  const range = parsed.locate(path, what) ?? parsed.lines.range([0, 0]);
  return fixes && fixes.length > 0 ? { code, severity, message, range, fixes } : { code, severity, message, range };
}
