import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../common/disposable';
import type { Started } from '../../protocol/engine';
import type { Diagnostics } from '../language/diagnostics';
import { showProblems } from '../language/showProblems';
import type { Services } from '../services';
import type { Run } from './run';

/** Tells the person what a run found: problems with the data go to the Problems panel, the end of an engine into a message. */
export function watchOutcomes({ runs, diagnostics }: Omit<Services, 'statusBar'>): Disposable {
  const lifetime = new DisposableStore();
  lifetime.add(
    runs.onRefused(async ({ run, problems }) => {
      const spec = vscode.Uri.parse(run.specUri);
      const document = await vscode.workspace.openTextDocument(spec);
      const { parsed, problems: known } = await diagnostics.check(document);
      const { placeProblems } = await import('../language/specCheck');
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

/** The run has read the data: with what it knows of them the spec is checked again. */
async function recheck(run: Run, started: Started, diagnostics: Diagnostics): Promise<void> {
  const spec = vscode.Uri.parse(run.specUri);
  const { rememberFacts } = await import('../language/specCheck');
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
    // The offer may have stood for long: a run that was started since is not thrown away without a word.
    await vscode.commands.executeCommand(answer === restart ? 'nnspec.train' : 'nnspec.showPanel', run.specUri);
  }
}
