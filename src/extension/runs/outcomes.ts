import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../common/disposable';
import type { Started } from '../../protocol/engine';
import type { Diagnostics } from '../language/diagnostics';
import { showProblems } from '../language/showProblems';
import { placeProblems, rememberFacts } from '../language/specCheck';
import type { Services } from '../services';
import type { Run } from './run';

/** Shows problems that a run found in the Problems panel, and the failure of an engine in a message. */
export function watchOutcomes({ runs, diagnostics }: Omit<Services, 'statusBar'>): Disposable {
  const lifetime = new DisposableStore();
  lifetime.add(
    runs.onRefused(async ({ run, problems }) => {
      const spec = vscode.Uri.parse(run.specUri);
      const document = await vscode.workspace.openTextDocument(spec);
      const { parsed, problems: known } = await diagnostics.check(document);
      const placed = placeProblems(problems, parsed);
      const isKnown = (message: string) => known.some((each) => each.message === message);
      const all = [...known, ...placed.filter(({ message }) => !isKnown(message))];
      diagnostics.publish(spec, all);
      await showProblems(spec, all);
    }),
  );
  lifetime.add(
    runs.onStart((run) => {
      const subscription = run.onChange(() => {
        const { started } = run.details;
        if (started) {
          subscription.dispose();
          void recheck(run, started, diagnostics);
        }
      });
      void run.over.then(() => {
        const { failure, ended } = run.details;
        if (run.state === 'failed' && failure && !run.refused) {
          void offerRestart(run, failure.message);
        } else if (run.state === 'diverged' && ended?.divergence) {
          void offerRestart(run, ended.divergence.message);
        }
      });
    }),
  );
  return lifetime;
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

async function offerRestart(run: Run, message: string): Promise<void> {
  const restart = t('Restart');
  const showPanel = t('Show Panel');
  const answer = await vscode.window.showErrorMessage(`${run.title}: ${message}`, restart, showPanel);
  if (answer) {
    // A run may have been started while the message was open. The command asks before it replaces one.
    await vscode.commands.executeCommand(answer === restart ? 'nnspec.train' : 'nnspec.showPanel', run.specUri);
  }
}
