import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { fileNameOf, folderOf, passedOver } from '../files/names';
import { writtenSpec } from '../files/specCopies';
import type { TrainingPanels } from '../panel/trainingPanels';
import type { Run } from '../runs/run';
import type { RunManager } from '../runs/runManager';
import { SpecRow } from '../runs/view/runListing';
import type { Services } from '../services';
import { choose } from '../words/messages';
import { newFromExample } from './newFromExample';

/** True for a document that is a spec. */
export function isSpec(document: vscode.TextDocument): boolean {
  return document.languageId === 'nnspec';
}

/** True for a checkpoint file. */
export function isCheckpoint(uri: vscode.Uri): boolean {
  return uri.path.endsWith('.nnckpt');
}

/**
 * The spec that a command applies to: its argument, else the spec of the active editor, else that of the
 * active panel. If another page has the focus (a gradient check), the only visible spec.
 */
export function specAt(argument: unknown, panels: TrainingPanels): vscode.Uri | undefined {
  const named = specNamed(argument);
  if (named) {
    return named;
  }
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  const editors = activeTextEditor ? [activeTextEditor] : visibleTextEditors;
  const specs = new Set(
    editors.flatMap(({ document }) => (isSpec(document) ? [writtenSpec(document.uri).toString()] : [])),
  );
  return panels.activeSpec ?? (specs.size === 1 ? vscode.Uri.parse([...specs][0]) : undefined);
}

/** The spec passed as an argument by a button, a link or a caller; undefined without an argument. */
function specNamed(argument: unknown): vscode.Uri | undefined {
  if (argument instanceof vscode.Uri) {
    return writtenSpec(argument);
  }
  if (argument instanceof SpecRow) {
    return argument.uri;
  }
  return typeof argument === 'string' ? vscode.Uri.parse(argument) : undefined;
}

/** The spec that a command applies to; asks if that is not clear. */
export async function specOrAsk(
  argument: unknown,
  { extensionUri, panels }: Pick<Services, 'extensionUri' | 'panels'>,
): Promise<vscode.Uri | undefined> {
  return specAt(argument, panels) ?? pickSpec(extensionUri);
}

/**
 * The run that a command applies to, among those that `accept` allows: the run of the spec passed as an
 * argument, else the only run there is. Asks if there are several.
 */
export async function runAt(
  argument: unknown,
  runs: RunManager,
  panels: TrainingPanels,
  accept: (run: Run) => boolean,
): Promise<Run | undefined> {
  const spec = specAt(argument, panels);
  const named = spec && runs.of(spec);
  if (named && accept(named)) {
    return named;
  }
  // If the command names a spec whose run has just ended, it must not apply to another run.
  const candidates = specNamed(argument) ? [] : runs.all.filter(accept);
  if (candidates.length <= 1) {
    return candidates[0];
  }
  return choose(
    candidates.map((run) => ({
      label: run.title,
      description: fileNameOf(vscode.Uri.parse(run.specUri)),
      value: run,
    })),
    t('Choose a run'),
  );
}

/** Asks for one of the workspace's specs, or a new one from an example. */
async function pickSpec(extensionUri: vscode.Uri): Promise<vscode.Uri | undefined> {
  const found = await vscode.workspace.findFiles('**/*.nnspec', passedOver, 200);
  const open = vscode.workspace.textDocuments.filter((document) => isSpec(document) && document.isUntitled);
  const unsaved = open.map(({ uri }) => ({ label: fileNameOf(uri), description: t('not saved'), value: uri }));
  const saved = found
    .map((uri) => ({ label: fileNameOf(uri), description: folderOf(uri), value: uri }))
    .sort((a, b) => a.label.localeCompare(b.label));
  const example = { icon: 'new-file', label: t('New from example…'), value: 'example' as const, apart: true };
  const picked = await choose<vscode.Uri | 'example'>([...unsaved, ...saved, example], t('Choose a network'));
  return picked === 'example' ? (await newFromExample(extensionUri))?.uri : picked;
}
