import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { indexOfRun, parseSpec, rankingOf, type Sweep, showWritten, sweepOf, textWithRun } from '../../language';
import { newRunId } from '../../runs/runId';
import { fileNameOf } from '../files/names';
import { randomShare } from '../files/random';
import { formatLoss } from '../runs/describe';
import type { FoundRun } from '../runs/runHomes';
import type { TrainRequest } from '../runs/runManager';
import { type SweepOutcome, type SweepResult, trainSweep } from '../runs/sweepRunner';
import { oneRun, openRun } from '../runs/view/runCommands';
import { restoreSpec } from '../runs/view/runSpecs';
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
  if (services.keeper.keepsRuns) {
    services.compares.open({ spec: request.specUri.toString(), sweep: id }, { beside: true });
  }
  const outcome = await withProgress(t('{0}: a sweep of {1} runs', request.spec.name, count), async (token, report) => {
    const running = services.sweeps.begin(id, token);
    try {
      return await trainSweep(services.runs, request, found, {
        id,
        parallel: parallelRuns(),
        token: running.token,
        report: (so) => report(100 / count, progressText(so, found)),
      });
    } finally {
      running.dispose();
    }
  });
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

/**
 * Brings what a run has trained into its spec, as one edit that can be undone: its values, where it is a run
 * of the spec's sweep, else all of its text.
 */
export async function applyRun(services: Services, argument: FoundRun): Promise<void> {
  const run = await oneRun(services, argument);
  if (!run) {
    return;
  }
  const { sweep, spec } = run.header;
  const uri = run.home.specUri(spec);
  const found = sweep && (await sweepIn(uri));
  const index = found ? indexOfRun(found, sweep.values) : undefined;
  if (found && index !== undefined) {
    await applyValues(uri, found, index);
  } else {
    await restoreSpec(services, run);
  }
}

/** The sweep of a spec as it is now; undefined where it has none, or cannot be read. */
async function sweepIn(uri: vscode.Uri): Promise<Sweep | undefined> {
  try {
    const document = await vscode.workspace.openTextDocument(uri);
    return sweepOf(parseSpec(document.getText(), { fileName: fileNameOf(uri) }), fileNameOf(uri));
  } catch {
    return undefined;
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
