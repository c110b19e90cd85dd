/** The text of one run's spec: the file with the run's values in it and without the sweep. */

import type { Fix } from '../../spec/problem';
import { effectiveSpecText } from '../export/effectiveSpec';
import { fixOf, insertion } from '../fixes/edits';
import { removeFix } from '../fixes/entries';
import { applyFixes } from '../fixes/fixAll';
import { parameterFix } from '../fixes/layers';
import { type ParsedSpec, parseSpec } from '../reading/parse';
import { stepOfPath } from '../schema/expected';
import { isEmpty, nodeAtPath, placeOf } from '../yaml/tree';
import { type ChosenValue, choiceOf, runAt, type Sweep } from './runs';

/** Parses to the spec of the run. Comments stay, unless a value has no place of its own in the file. */
export function runText(sweep: Sweep, index: number): string {
  const chosen = choiceOf(sweep, index);
  const { spec } = runAt(sweep, index).parsed;
  const edited = withoutSweep(withValues(sweep.parsed, chosen), sweep.fileName);
  const read = parseSpec(edited, { fileName: sweep.fileName });
  const isSame = JSON.stringify(read.spec) === JSON.stringify(spec);
  return isSame || !spec ? edited : effectiveSpecText(spec);
}

/** The text of the file with the values of one run; the sweep stays. */
export function textWithRun(sweep: Sweep, index: number): string {
  return withValues(sweep.parsed, choiceOf(sweep, index));
}

function withValues(parsed: ParsedSpec, chosen: readonly ChosenValue[]): string {
  return applyFixes(
    parsed.text,
    chosen.flatMap((value) => editsOf(parsed, value)),
  );
}

function editsOf(parsed: ParsedSpec, { setting, node }: ChosenValue): Fix[] {
  const { tree, text } = parsed;
  const written = node.kind === 'scalar' && !node.quoted ? node.source : text.slice(...placeOf(node));
  // The layers of a block may be listed directly under its type.
  const path = setting.path.filter((step, index) => step !== 'layers' || index === 1);
  const before = tree && nodeAtPath(tree, path);
  if (before && !isEmpty(before)) {
    return fixOf(parsed, '', [{ span: placeOf(before), newText: written }]);
  }
  const [around, key] = [path.slice(0, -1), String(path.at(-1))];
  const { parameter } = stepOfPath(setting.written).context;
  if (parameter) {
    return parameterFix(parsed, around, parameter.of.kind, key, written);
  }
  const map = tree && nodeAtPath(tree, around);
  return map?.kind === 'map' ? fixOf(parsed, '', [insertion(map, `${key}: ${written}`, parsed)]) : [];
}

function withoutSweep(text: string, fileName: string): string {
  const parsed = parseSpec(text, { fileName });
  return applyFixes(text, removeFix(parsed, ['sweep']));
}
