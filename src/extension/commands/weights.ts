import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { messageOf } from '../../common/messageOf';
import { fileNameOf } from '../files/names';
import { writeWhole } from '../files/writeFile';
import type { Services } from '../services';
import { tick } from '../walkthrough';
import { inBackground } from '../words/background';
import { showDone, showError, showInformation } from '../words/messages';
import { runAt, specOrAsk } from './targets';
import { requestFor } from './train';

const filters = () => ({ [t('Weights (safetensors)')]: ['safetensors'] });

/** Saves the network's current weights with everything needed to predict. */
export async function saveWeights(services: Services, argument: unknown, target?: unknown): Promise<void> {
  const run = await runAt(argument, services.runs, services.panels, (each) => each.hasEngine);
  if (!run) {
    inBackground(showInformation(t('There are no weights to save. Train a network first.')));
    return;
  }
  // Read before the dialogue opens, so that the file has the weights of that moment.
  const reply = await run.ask('saveWeights', null);
  if ('err' in reply) {
    inBackground(showError(reply.err.message));
    return;
  }
  const dialogue = { title: t('Save Weights'), filters: filters() };
  const defaultUri = suggestedTarget(vscode.Uri.parse(run.specUri), 'safetensors');
  const uri = target instanceof vscode.Uri ? target : await vscode.window.showSaveDialog({ ...dialogue, defaultUri });
  if (uri) {
    await saveBytes(uri, reply.ok, dialogue);
    tick('savedWeights');
  }
}

/** The default file: beside the spec, with its name. */
export function suggestedTarget(spec: vscode.Uri, extension: string): vscode.Uri | undefined {
  const folder =
    spec.scheme === 'untitled' ? vscode.workspace.workspaceFolders?.[0]?.uri : vscode.Uri.joinPath(spec, '..');
  return folder && vscode.Uri.joinPath(folder, `${fileNameOf(spec).replace(/\.nnspec$/, '')}.${extension}`);
}

/** Writes a file. If that fails, the user may choose another place. */
export async function saveBytes(
  uri: vscode.Uri,
  bytes: Uint8Array,
  dialogue: Pick<vscode.SaveDialogOptions, 'title' | 'filters'>,
): Promise<void> {
  try {
    await writeWhole(uri, bytes);
    showDone(t('Saved {0}', fileNameOf(uri)));
  } catch (error) {
    const retry = t('Save Elsewhere…');
    const reason = messageOf(error);
    const message = t('Nothing was saved, and the run still holds it. {0}', reason);
    if ((await showError(message, retry)) === retry) {
      const other = await vscode.window.showSaveDialog(dialogue);
      if (other) {
        await saveBytes(other, bytes, dialogue);
      }
    }
  }
}

/**
 * Loads saved weights and waits: into the spec's run while it is active, which pauses; otherwise into a new
 * run, before its first step.
 */
export async function loadWeights(services: Services, argument: unknown, source?: unknown): Promise<void> {
  const spec = await specOrAsk(argument, services);
  if (!spec) {
    return;
  }
  const uri = source instanceof vscode.Uri ? source : await askWeights(t('Load Weights'));
  if (!uri) {
    return;
  }
  const bytes = await vscode.workspace.fs.readFile(uri);
  const run = services.runs.of(spec);
  if (!run?.hasEngine || !run.isActive) {
    await trainFrom(services, spec, uri, bytes);
    return;
  }
  const reply = await run.loadWeights(bytes, fileNameOf(uri));
  if ('err' in reply) {
    inBackground(showError(`${fileNameOf(uri)}: ${reply.err.message}`));
  } else {
    showDone(t('Loaded {0}', fileNameOf(uri)));
  }
}

/** Opens a paused run with the weights. It replaces the spec's run only if the weights are accepted. */
async function trainFrom(services: Services, spec: vscode.Uri, weights: vscode.Uri, init: Uint8Array): Promise<void> {
  const request = await requestFor(services, spec);
  const begun = request && (await services.runs.trainFrom({ ...request, init, from: fileNameOf(weights) }));
  if (!begun) {
    return;
  }
  if ('failure' in begun) {
    inBackground(showError(`${fileNameOf(weights)}: ${begun.failure.message}`));
    return;
  }
  await services.panels.reveal(spec);
}

export async function askWeights(title: string): Promise<vscode.Uri | undefined> {
  const picked = await vscode.window.showOpenDialog({ title, filters: filters() });
  return picked?.[0];
}
