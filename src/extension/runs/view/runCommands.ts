/** Commands of the Runs view. Each applies to the row it is called for, or to the selected ones. */
import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { counted } from '../../../common/counted';
import type { RunHeader } from '../../../runs/header';
import { language } from '../../l10n';
import type { Services } from '../../services';
import { inBackground } from '../../words/background';
import { askText, choose, showDone, showError, showInformation } from '../../words/messages';
import { type FoundRun, findIn } from '../runHomes';
import { rowWords } from './rowWords';
import { runNamed } from './runListing';

/** A run whose header can be read. */
export type KnownRun = Extract<FoundRun, { header: RunHeader }>;

/** The run that a command is called for, as it is now: a row, a run found otherwise, or the selected one. */
export async function oneRun({ runTree }: Services, argument: unknown): Promise<KnownRun | undefined> {
  const named = runNamed(argument) ?? runTree.chosen(undefined)[0];
  const run = named && (await findIn(named.home, named.id));
  if (run && 'header' in run) {
    return run;
  }
  if (named) {
    const reason = !run
      ? t('This run is no longer there.')
      : run.problem === 'newer'
        ? t('This run was written by a newer NNSpec. Update the extension to open it.')
        : t('The files of this run are damaged.');
    inBackground(showError(reason));
  }
  return undefined;
}

/** The run that a command is called for; from the palette, the one that the person chooses. */
export async function runOrAsk(
  services: Services,
  argument: unknown,
  placeHolder: string,
): Promise<KnownRun | undefined> {
  if (argument !== undefined) {
    return oneRun(services, argument);
  }
  const runs = (await services.homes.runs()).filter((run): run is KnownRun => 'header' in run);
  if (runs.length === 0) {
    inBackground(showInformation(t('No run is kept yet. Train a network first.')));
    return undefined;
  }
  const reading = { now: new Date(), locale: language() };
  const choices = runs.map((run) => {
    const { label, description, icon } = rowWords(run, undefined, reading);
    return { icon, label: `${run.header.name} · ${label}`, description, value: run };
  });
  return choose(choices, placeHolder);
}

/** Shows a kept run in the panel of its spec. A run of that spec that trains keeps its place. */
export async function openRun(services: Services, argument: unknown): Promise<void> {
  const { runs, keeper, panels } = services;
  const found = await oneRun(services, argument);
  if (!found) {
    return;
  }
  const specUri = found.home.specUri(found.header.spec);
  let run = runs.of(specUri);
  if (run?.id !== found.id) {
    const kept = await keeper.load(found);
    run = kept && runs.recallThis(kept);
  }
  if (run?.id === found.id) {
    (await panels.reveal(specUri)).show(run);
  } else if (run) {
    inBackground(
      showInformation(t('{0} is training, and the panel shows that run. Open this one once it is over.', run.title)),
    );
  }
}

/** Sets or removes the star of runs: starred ones are never deleted to make room. */
export async function starRun({ runTree }: Services, argument: unknown, starred: boolean): Promise<void> {
  const chosen = runTree.chosen(argument);
  for (const run of chosen) {
    await run.home.repository.mark(run.id, { starred });
  }
  await runTree.reread(chosen);
}

export async function noteRun(services: Services, argument: unknown): Promise<void> {
  const run = await oneRun(services, argument);
  const prompt = t('A run with a note is not deleted to make room. Leave it empty to remove the note.');
  const note = run && (await askText(t('Note on a run of {0}', run.header.name), prompt, run.header.note ?? ''));
  if (run && note !== undefined) {
    await run.home.repository.mark(run.id, { note: note.trim() });
    await services.runTree.reread([run]);
  }
}

/** Deletes runs, and offers to undo it. Those that train stay. */
export async function deleteRun({ runTree }: Services, argument: unknown): Promise<void> {
  const chosen = runTree.chosen(argument);
  const deleted: FoundRun[] = [];
  for (const run of chosen) {
    const now = await findIn(run.home, run.id);
    if (now && !('header' in now && now.header.state === 'running')) {
      await run.home.repository.trash(run.id);
      deleted.push(run);
    }
  }
  await runTree.reread(chosen);
  if (deleted.length === 0) {
    if (chosen.length > 0) {
      inBackground(showInformation(t('A run that trains cannot be deleted. Stop it first.')));
    }
    return;
  }
  const count = deleted.length;
  inBackground(
    offerUndo(counted(count, t('{0} run deleted.', count), t('{0} runs deleted.', count)), deleted, runTree),
  );
}

async function offerUndo(sentence: string, deleted: readonly FoundRun[], runTree: Services['runTree']): Promise<void> {
  const undo = t('Undo');
  if ((await showInformation(sentence, undo)) === undo) {
    for (const run of deleted) {
      await run.home.repository.restore(run.id);
    }
    await runTree.reread(deleted);
  }
}

export async function copyRunId({ runTree }: Services, argument: unknown): Promise<void> {
  const ids = runTree.chosen(argument).map(({ id }) => id);
  if (ids.length > 0) {
    await vscode.env.clipboard.writeText(ids.join('\n'));
    showDone(t('Copied {0}', ids.join(', ')));
  }
}

/** Shows the folder of a run where the person looks at files: in the system, else in the Explorer. */
export async function revealRun({ runTree }: Services, argument: unknown): Promise<void> {
  const [run] = runTree.chosen(argument);
  if (run) {
    const folder = vscode.Uri.joinPath(run.home.uri, 'runs', run.id);
    const isHere = vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined;
    const command = isHere && folder.scheme === 'file' ? 'revealFileInOS' : 'revealInExplorer';
    await vscode.commands.executeCommand(command, folder);
  }
}

/** Reads all runs again. */
export function refreshRuns({ runTree }: Services): void {
  runTree.refresh();
}
