import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { parseSpec, rankingOf, type Sweep, showWritten, sweepOf, textWithRun } from '../../language';
import { newRunId } from '../../runs/runId';
import { randomShare } from '../files/random';
import { formatLoss } from '../runs/describe';
import type { TrainRequest } from '../runs/runManager';
import { type SweepOutcome, type SweepResult, trainSweep } from '../runs/sweepRunner';
import { openRun } from '../runs/view/runCommands';
import type { Services } from '../services';
import { showInformation, showWarning, withProgress } from '../words/messages';

/** Trains the sweep of a spec. The notification tells how far it is, which run is best, and can end it. */
export async function sweep(services: Services, request: TrainRequest): Promise<void> {
  const parsed = parseSpec(request.specText, { fileName: request.fileName });
  const found = sweepOf(parsed, request.fileName);
  if (!found) {
    return;
  }
  const { count } = found;
  const id = newRunId(request.spec.name, new Date(), randomShare());
  const outcome = await withProgress(t('{0}: a sweep of {1} runs', request.spec.name, count), (token, report) =>
    trainSweep(services.runs, request, found, {
      id,
      parallel: parallelRuns(),
      token,
      report: (so) => report(100 / count, progressText(so, found)),
    }),
  );
  await conclude(services, request, found, outcome);
}

/** As many as there are cores, unless the setting names another number. */
function parallelRuns(): number {
  const wanted = vscode.workspace.getConfiguration('nnspec').get('sweep.parallel', 0);
  return wanted > 0 ? wanted : (globalThis.navigator?.hardwareConcurrency ?? 2);
}

function progressText({ results, best }: SweepOutcome, sweep: Sweep): string {
  const done = t('{0} of {1} done', results.length, sweep.count);
  return best ? `${done} · ${t('best {0}', `${rankingOf(sweep).tag} ${describe(best)}`)}` : done;
}

/** `0.0123 (learning_rate = 0.01)`. */
function describe({ value, values }: SweepResult): string {
  return `${formatLoss(value)} (${valuesText(values)})`;
}

/** Each value with the last key of its path, which says enough beside the spec. */
function valuesText(values: SweepResult['values']): string {
  return Object.entries(values)
    .map(([path, value]) => `${path.slice(path.lastIndexOf('.') + 1)} = ${showWritten(value)}`)
    .join(', ');
}

async function conclude(
  services: Services,
  { specUri, spec: { name, expect } }: TrainRequest,
  found: Sweep,
  { results, best }: SweepOutcome,
): Promise<void> {
  if (!best) {
    await showWarning(t('{0}: no run of the sweep came to a result.', name));
    return;
  }
  const tag = rankingOf(found).tag;
  const met = results.filter((each) => each.met).length;
  const words = [
    t('{0}: {1} of {2} runs trained.', name, results.length, found.count),
    t('The best has {0} {1}.', tag, describe(best)),
    ...(expect.length > 0 ? [t('{0} of them met what the spec expects.', met)] : []),
  ];
  const [apply, show] = [t('Apply to Spec'), t('Show Best Run')];
  const answer = await showInformation(words.join(' '), apply, show);
  if (answer === apply) {
    await applyValues(specUri, found, best.index);
  } else if (answer === show) {
    await openRun(services, await services.homes.find(specUri, best.id));
  }
}

/** Writes the values of a run into the spec, as one edit that can be undone. */
async function applyValues(specUri: vscode.Uri, found: Sweep, index: number): Promise<void> {
  const document = await vscode.workspace.openTextDocument(specUri);
  const changed = document.getText() !== found.parsed.text;
  const now = changed ? sweepOf(parseSpec(document.getText(), { fileName: found.fileName }), found.fileName) : found;
  if (!now || index >= now.count) {
    await showWarning(t('The spec has changed since: its sweep has no such run any more.'));
    return;
  }
  const edit = new vscode.WorkspaceEdit();
  const whole = new vscode.Range(document.positionAt(0), document.positionAt(document.getText().length));
  edit.replace(specUri, whole, textWithRun(now, index));
  await vscode.workspace.applyEdit(edit);
  await vscode.window.showTextDocument(document);
}
