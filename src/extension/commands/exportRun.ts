import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { messageOf } from '../../common/messageOf';
import { type ExportFormat, exportFile, exportFormats } from '../../runs/export/exportFile';
import { fileNameOf } from '../files/names';
import { writeInFolder, writeWhole } from '../files/writeFile';
import { type KnownRun, runOrAsk } from '../runs/view/runCommands';
import type { Services } from '../services';
import { inBackground } from '../words/background';
import { choose, showDone, showError, withProgress } from '../words/messages';

/**
 * Writes the values of runs as CSV or for TensorBoard: one run as CSV into a file, all else into a folder.
 * `format` and `target` are asked for where a caller names none.
 */
export async function exportRun(
  services: Services,
  argument: unknown,
  format?: unknown,
  target?: unknown,
): Promise<void> {
  const runs = await runsToExport(services, argument);
  const chosen = runs.length === 0 ? undefined : (formatNamed(format) ?? (await askFormat()));
  if (!chosen) {
    return;
  }
  const isFile = chosen === 'csv' && runs.length === 1;
  const to = target instanceof vscode.Uri ? target : await (isFile ? askFile(runs[0]) : askFolder());
  if (!to) {
    return;
  }
  if (runs.some(({ home }) => to.toString().startsWith(`${home.uri.toString()}/`))) {
    inBackground(showError(t('That is where runs are kept. Choose another place.')));
    return;
  }
  const count = runs.length;
  await withProgress(t('Exporting runs…'), async (token, report) => {
    try {
      for (const { home, id, header } of runs) {
        report(100 / count, header.name);
        const { path, bytes } = exportFile(await home.repository.read(id), header, chosen);
        if (token.isCancellationRequested) {
          return;
        }
        await (isFile ? writeWhole(to, bytes) : writeInFolder(to, path, bytes));
      }
      showDone(t('Saved {0}', fileNameOf(to)));
    } catch (error) {
      inBackground(showError(messageOf(error)));
    }
  });
}

/** The runs of the row, or the selected ones; from the palette, the one that the person chooses. */
async function runsToExport(services: Services, argument: unknown): Promise<readonly KnownRun[]> {
  if (argument === undefined) {
    const run = await runOrAsk(services, argument, t('Run to export'));
    return run ? [run] : [];
  }
  return services.runTree.chosen(argument).filter((run): run is KnownRun => 'header' in run);
}

function formatNamed(format: unknown): ExportFormat | undefined {
  return exportFormats.find((each) => each === format);
}

function askFormat(): Promise<ExportFormat | undefined> {
  return choose<ExportFormat>(
    [
      { label: 'CSV', description: t('a row for each step, a column for each value'), value: 'csv' },
      { label: 'TensorBoard', description: t('event files, in a folder for each run'), value: 'tensorboard' },
    ],
    t('Format of the export'),
  );
}

async function askFile({ home, header, id }: KnownRun): Promise<vscode.Uri | undefined> {
  const beside = vscode.Uri.joinPath(home.specUri(header.spec), '..', `${id}.csv`);
  return vscode.window.showSaveDialog({
    title: t('Export Run'),
    filters: { CSV: ['csv'] },
    ...(beside.scheme !== 'untitled' && { defaultUri: beside }),
  });
}

async function askFolder(): Promise<vscode.Uri | undefined> {
  const [folder] =
    (await vscode.window.showOpenDialog({
      title: t('Folder for the export'),
      canSelectFolders: true,
      canSelectFiles: false,
      defaultUri: vscode.workspace.workspaceFolders?.[0]?.uri,
    })) ?? [];
  return folder;
}
