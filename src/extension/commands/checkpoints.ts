import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { decodeCheckpoint } from '../../engine/checkpoint/checkpoint';
import { fileNameOf } from '../files/names';
import type { Run } from '../runs/run';
import type { Services } from '../services';
import { inBackground } from '../words/background';
import { showError, showInformation } from '../words/messages';
import { isCheckpoint, runAt, specOrAsk } from './targets';
import { mayReplace, requestFor } from './train';
import { saveBytes, suggestedTarget } from './weights';

const filters = () => ({ [t('Checkpoint')]: ['nnckpt'] });

/** Saves everything that the run needs to be resumed. A run in progress is paused meanwhile. */
export async function saveCheckpoint(services: Services, argument: unknown, target?: unknown): Promise<void> {
  const run = await runAt(argument, services.runs, services.panels, (each) => each.hasEngine);
  if (!run) {
    inBackground(showInformation(t('There is no run to save. Train a network first.')));
    return;
  }
  if (run.state !== 'running') {
    await save(run, target);
    return;
  }
  await run.pause();
  try {
    await save(run, target);
  } finally {
    // The run may have been stopped while the dialogue was open.
    if (run.isActive) {
      await run.ask('resume', null);
    }
  }
}

async function save(run: Run, target: unknown): Promise<void> {
  const reply = await run.ask('saveCheckpoint', null);
  if ('err' in reply) {
    inBackground(showError(reply.err.message));
    return;
  }
  const dialogue = { title: t('Save Checkpoint'), filters: filters() };
  const uri =
    target instanceof vscode.Uri
      ? target
      : await vscode.window.showSaveDialog({
          ...dialogue,
          defaultUri: suggestedTarget(vscode.Uri.parse(run.specUri), 'nnckpt'),
        });
  if (uri) {
    await saveBytes(uri, reply.ok, dialogue);
  }
}

/** Resumes from a checkpoint. It replaces the spec's current run only if the checkpoint is accepted. */
export async function resumeFromCheckpoint(
  services: Services,
  argument: unknown,
  source?: unknown,
): Promise<Run | undefined> {
  const named = [argument, source].find((each) => each instanceof vscode.Uri && isCheckpoint(each));
  const checkpoint = named instanceof vscode.Uri ? named : await askCheckpoint();
  const spec = checkpoint && (await specOrAsk(argument === checkpoint ? undefined : argument, services));
  if (!checkpoint || !spec) {
    return undefined;
  }
  const bytes = await vscode.workspace.fs.readFile(checkpoint);
  const request = await requestFor(services, spec);
  const question = (run: Run) => t('{0} is training. Put the run of the checkpoint in its place?', run.title);
  if (!request || !(await mayReplace(services, spec, question, t('Replace')))) {
    return undefined;
  }
  const resumed = await services.runs.trainFrom({ ...request, resume: bytes, from: fileNameOf(checkpoint) });
  if ('failure' in resumed) {
    const file = decodeCheckpoint(bytes);
    inBackground(
      explain(`${fileNameOf(checkpoint)}: ${resumed.failure.message}`, 'ok' in file ? file.ok.run.specText : undefined),
    );
    return undefined;
  }
  await services.panels.reveal(spec);
  return resumed.run;
}

async function askCheckpoint(): Promise<vscode.Uri | undefined> {
  const picked = await vscode.window.showOpenDialog({ title: t('Resume from Checkpoint'), filters: filters() });
  return picked?.[0];
}

/** Shows why the checkpoint was refused. If it can be read, offers to open the spec in it. */
async function explain(message: string, itsSpec: string | undefined): Promise<void> {
  const open = t('Open the Checkpoint’s Spec');
  const answer = await showError(message, ...(itsSpec === undefined ? [] : [open]));
  if (answer === open && itsSpec !== undefined) {
    await vscode.window.showTextDocument(
      await vscode.workspace.openTextDocument({ language: 'nnspec', content: itsSpec }),
    );
  }
}
