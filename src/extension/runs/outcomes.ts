import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../common/disposable';
import { nextStep } from '../../common/verdict/words';
import type { ProblemMessage, Started } from '../../protocol/engine';
import type { Diagnostics } from '../language/diagnostics';
import { showProblems } from '../language/showProblems';
import { placeProblems, rememberFacts } from '../language/specCheck';
import type { Services } from '../services';
import { inBackground } from '../words/background';
import { showError, showInformation } from '../words/messages';
import { endWorthTelling } from './lastResults';
import type { Run } from './run';

/** Shows problems that a run found in the Problems panel, and the failure of an engine in a message. */
export function watchOutcomes({ runs, diagnostics }: Omit<Services, 'statusBar'>): Disposable {
  const lifetime = new DisposableStore();
  lifetime.add(runs.onRefused(({ run, problems }) => inBackground(showRefusal(run, problems, diagnostics))));
  lifetime.add(
    runs.onStart((run) => {
      const subscription = run.onChange(() => {
        const { started } = run.details;
        if (started) {
          subscription.dispose();
          inBackground(recheck(run, started, diagnostics));
        }
      });
      inBackground(run.over.then(() => offerRestart(run)));
      const over = run.onChange(() => {
        if (run.details.ended) {
          over.dispose();
          inBackground(tellEnd(run));
        }
      });
    }),
  );
  return lifetime;
}

/** Shows the problems for which a run was refused, beside those of the spec. */
async function showRefusal(run: Run, problems: readonly ProblemMessage[], diagnostics: Diagnostics): Promise<void> {
  const spec = vscode.Uri.parse(run.specUri);
  const document = await vscode.workspace.openTextDocument(spec);
  const { parsed, problems: known } = await diagnostics.check(document);
  const placed = placeProblems(problems, parsed);
  const isKnown = (message: string) => known.some((each) => each.message === message);
  const all = [...known, ...placed.filter(({ message }) => !isKnown(message))];
  diagnostics.publish(spec, all);
  await showProblems(spec, all);
}

/** Checks the spec again with the facts about its data that the run has found. */
async function recheck(run: Run, started: Started, diagnostics: Diagnostics): Promise<void> {
  const spec = vscode.Uri.parse(run.specUri);
  await rememberFacts(spec, started);
  const document = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === run.specUri);
  if (document) {
    await diagnostics.check(document);
  }
}

/** Tells of the end of a long training that nobody watches. */
async function tellEnd(run: Run): Promise<void> {
  const sentence = vscode.window.state.focused ? undefined : endWorthTelling(run);
  const show = t('Show Panel');
  if (sentence !== undefined && (await showInformation(sentence, show)) === show) {
    await vscode.commands.executeCommand('nnspec.showPanel', run.specUri);
  }
}

/** Tells why a run failed or diverged. The problems of a refused run are shown elsewhere. */
async function offerRestart(run: Run): Promise<void> {
  const { failure, ended } = run.details;
  const reason = run.state === 'failed' && !run.refused ? failure : run.state === 'diverged' && ended?.divergence;
  if (!reason) {
    return;
  }
  const restart = t('Restart');
  const showPanel = t('Show Panel');
  const step = ended?.verdict && nextStep(ended.verdict);
  const message = [`${run.title}: ${reason.message}`, ...(step ? [step] : [])].join(' ');
  const answer = await showError(message, restart, showPanel);
  if (answer) {
    // A run may have been started while the message was open. The command asks before it replaces one.
    await vscode.commands.executeCommand(answer === restart ? 'nnspec.train' : 'nnspec.showPanel', run.specUri);
  }
}
