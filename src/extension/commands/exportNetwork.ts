/** NNSpec: Export…: a network as a script, a program, a model or a diagram for other programs. */
import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { joinBytes } from '../../common/joinBytes';
import { messageOf } from '../../common/messageOf';
import { inBytes } from '../../common/pieces';
import { exportFormats } from '../../export';
import type { ExportedFile, ExportFormat } from '../../export/exportInput';
import { parseSpec } from '../../language';
import { readIfThere } from '../../runs/runFiles';
import { runFile } from '../../runs/runWriter';
import { type ExportSource, exportFiles } from '../../server/exportSource';
import { dataFilesOf } from '../files/dataFiles';
import { fileNameOf } from '../files/names';
import { writeInFolder, writeWhole } from '../files/writeFile';
import { describeEpoch } from '../runs/describe';
import type { TrainRequest } from '../runs/runManager';
import type { KnownRun } from '../runs/view/runCommands';
import type { Services } from '../services';
import { inBackground } from '../words/background';
import { type Choice, choose, showDone, showError, withProgress } from '../words/messages';
import { specOrAsk } from './targets';
import { requestFor } from './train';
import { askWeights, suggestedTarget } from './weights';

/** `format` and `target` are asked for where a caller names none. */
export async function exportNetwork(
  services: Services,
  argument: unknown,
  format?: unknown,
  target?: unknown,
): Promise<void> {
  const uri = await specOrAsk(argument, services);
  const request = uri && (await requestFor(services, uri));
  if (!request) {
    return;
  }
  const { specUri } = request;
  const chosen = exportFormats.find(({ name }) => name === format) ?? (await askFormat());
  const source = chosen && (await sourceOf(services, request, chosen));
  if (!chosen || !source) {
    return;
  }
  const to = target instanceof vscode.Uri ? target : await askTarget(chosen, specUri);
  if (!to) {
    return;
  }
  const failure = await withProgress(t('Exporting {0}…', fileNameOf(specUri)), async (token) => {
    try {
      const made = await exportFiles(source, chosen, dataFilesOf(specUri, services.extensionUri));
      if ('problem' in made) {
        return made.problem;
      }
      if ('problems' in made) {
        return made.problems[0].message;
      }
      return token.isCancellationRequested ? undefined : await write(made.files, chosen, to);
    } catch (error) {
      return messageOf(error);
    }
  });
  if (failure !== undefined) {
    inBackground(showError(failure));
  }
}

/** The spec with what the format needs of a run; undefined where the person cancels, or there is none. */
async function sourceOf(
  services: Services,
  { specUri, spec }: TrainRequest,
  { needs }: ExportFormat,
): Promise<ExportSource | undefined> {
  if (needs === 'run') {
    return askRun(services, specUri);
  }
  const weights = needs === 'weights' ? await askTrained(services, specUri) : undefined;
  return needs === 'weights' && !weights ? undefined : { spec, weights };
}

/** A kept run with its own spec, which may have changed since. */
async function askRun({ homes }: Services, spec: vscode.Uri): Promise<ExportSource | undefined> {
  const runs = (await homes.runsOf(spec)).filter((run): run is KnownRun => 'header' in run);
  const choices = runs.map((run) => ({ icon: 'history', ...keptWords(run), value: run }));
  const run = choices.length < 2 ? choices[0]?.value : await choose(choices, t('Run to export'));
  if (!run) {
    if (runs.length === 0) {
      inBackground(showError(t('No run is kept yet. Train a network first.')));
    }
    return undefined;
  }
  const { repository } = run.home;
  const kept = await repository.read(run.id);
  const parsed = parseSpec(kept.specText ?? '', { fileName: fileNameOf(spec) });
  const weights = await readIfThere(repository.folderOf(run.id), runFile.weights);
  if (!parsed.spec || !weights) {
    inBackground(showError(t('The files of this run are damaged.')));
    return undefined;
  }
  return { spec: parsed.spec, weights, run: { header: run.header, kept } };
}

function keptWords({ id, header: { best, epoch = 0 } }: KnownRun) {
  return { label: id, description: best && t('epoch {0} · best {1}: epoch {2}', epoch, best.tag, best.epoch) };
}

async function write(files: readonly ExportedFile[], { becomes }: ExportFormat, to: vscode.Uri): Promise<undefined> {
  for (const { path, content } of files) {
    const bytes =
      content instanceof Uint8Array
        ? content
        : joinBytes([...inBytes(typeof content === 'string' ? [content] : content)]);
    await (becomes === 'folder' ? writeInFolder(to, [path], bytes) : writeWhole(to, bytes));
  }
  showDone(t('Saved {0}', fileNameOf(to)));
}

function askFormat(): Promise<ExportFormat | undefined> {
  const words: Readonly<Record<string, string>> = {
    pytorch: t('a script that trains with PyTorch, with its data'),
    numpy: t('a script that writes out every step in NumPy, with its data'),
    onnx: t('the trained network for onnxruntime and others'),
    javascript: t('the trained network as one module that predicts'),
    c: t('the trained network as one file of C99 that predicts'),
    mermaid: t('a diagram for Markdown'),
    svg: t('a diagram as a picture'),
    tikz: t('a diagram for LaTeX'),
    report: t('a kept run as a page to print: spec, curves, scores'),
  };
  const icons = { training: 'code', weights: 'symbol-function', network: 'type-hierarchy', run: 'graph-line' };
  const choices = exportFormats.map((format) => ({
    icon: icons[format.needs],
    label: format.name,
    description: words[format.name],
    value: format,
  }));
  return choose(choices, t('Format of the export'));
}

/** Trained weights of the spec: of its run in this window, of its kept runs, or of a file. */
async function askTrained({ runs, homes }: Services, spec: vscode.Uri): Promise<Uint8Array | undefined> {
  const choices: Choice<() => Promise<Uint8Array | undefined>>[] = [];
  const live = runs.of(spec);
  if (live?.hasEngine) {
    choices.push({
      icon: 'graph-line',
      label: live.title,
      description: live.details.progress && describeEpoch(live.details.progress),
      detail: t('The weights of this run as they are now'),
      value: async () => {
        const reply = await live.ask('saveWeights', null);
        if ('err' in reply) {
          inBackground(showError(reply.err.message));
        }
        return 'ok' in reply ? reply.ok : undefined;
      },
    });
  }
  for (const run of await homes.runsOf(spec)) {
    const files = 'header' in run ? run.home.repository.folderOf(run.id) : undefined;
    if (files && 'header' in run && (await files.stat(runFile.weights))) {
      choices.push({
        icon: 'history',
        ...keptWords(run),
        value: () => files.read(runFile.weights),
      });
    }
  }
  choices.push({
    icon: 'folder-opened',
    label: t('Weights from a file…'),
    apart: true,
    value: async () => {
      const file = await askWeights(t('Export'));
      return file && vscode.workspace.fs.readFile(file);
    },
  });
  const read = choices.length === 1 ? choices[0].value : await choose(choices, t('Which weights are to be exported?'));
  return read?.();
}

async function askTarget({ becomes, name }: ExportFormat, spec: vscode.Uri): Promise<vscode.Uri | undefined> {
  if (becomes === 'folder') {
    const dialogue = { title: t('Folder for the export'), canSelectFolders: true, canSelectFiles: false };
    const [folder] = (await vscode.window.showOpenDialog(dialogue)) ?? [];
    const base = fileNameOf(spec).replace(/\.nnspec$/, '');
    return folder && vscode.Uri.joinPath(folder, `${base}-${name}`);
  }
  const extension = becomes.slice(1);
  const defaultUri = suggestedTarget(spec, extension);
  return vscode.window.showSaveDialog({ title: t('Export'), filters: { [name]: [extension] }, defaultUri });
}
