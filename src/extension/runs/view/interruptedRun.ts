import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Disposable } from '../../../common/disposable';
import type { Services } from '../../services';
import { inBackground } from '../../words/background';
import { showWarning } from '../../words/messages';
import type { FoundRun } from '../runHomes';

const key = 'nnspec.toldInterrupted';

/**
 * Tells once in a window that a run of it was interrupted: the newest one that was not told of before. Not of
 * one whose panel is open, since that offers the same.
 */
export function offerToResume(
  { runTree, runs, panels }: Pick<Services, 'runTree' | 'runs' | 'panels'>,
  memento: vscode.Memento,
): Disposable {
  const subscription = runTree.onRead(() => {
    const newest = newestInterrupted(runTree.runs);
    if (!newest || newest.id <= memento.get(key, '')) {
      return;
    }
    subscription.dispose();
    inBackground(memento.update(key, newest.id));
    const spec = newest.home.specUri(newest.header.spec);
    if (!runs.of(spec)?.isActive && panels.of(spec)?.run?.id !== newest.id) {
      inBackground(offer(newest));
    }
  });
  return subscription;
}

type KnownRun = Extract<FoundRun, { header: object }>;

function newestInterrupted(runs: readonly FoundRun[]): KnownRun | undefined {
  return runs
    .filter((run): run is KnownRun => 'header' in run && run.header.state === 'interrupted')
    .sort((a, b) => (a.id < b.id ? 1 : -1))[0];
}

async function offer(run: KnownRun): Promise<void> {
  const { name, epoch = 0, epochs } = run.header;
  const resume = t('Resume');
  const show = t('Show Panel');
  const sentence =
    epochs === undefined
      ? t('Training of {0} was interrupted in epoch {1}. It can go on from its last checkpoint.', name, epoch)
      : t(
          'Training of {0} was interrupted in epoch {1} of {2}. It can go on from its last checkpoint.',
          name,
          epoch,
          epochs,
        );
  const answer = await showWarning(sentence, resume, show);
  if (answer) {
    await vscode.commands.executeCommand(answer === resume ? 'nnspec.resumeRun' : 'nnspec.openRun', run);
  }
}
