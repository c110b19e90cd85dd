/** For commands that run a trained network over a table: which weights, which table, what the engine says. */
import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { formatCount } from '../../common/formatCount';
import { parseSpec } from '../../language';
import type { DataRefused, EngineRequests } from '../../protocol/engine';
import { specFault, specTextOf, targetsOf } from '../../server/predictTable';
import type { Spec } from '../../spec/spec';
import { isArrayFile, numberedColumn, tableExtensions } from '../../spec/tableFiles';
import { askEngineWithProgress } from '../engine/engineTask';
import { hostOfFile, hostOfFolder } from '../files/dataFiles';
import { fileNameOf } from '../files/names';
import { showTableProblem } from '../language/showProblems';
import { describeEpoch } from '../runs/describe';
import type { Run } from '../runs/run';
import type { Services } from '../services';
import { inBackground } from '../words/background';
import { choose, showError, showWarning } from '../words/messages';
import { askHeldBack } from './heldBack';
import { askWeights } from './weights';

/** Weights as bytes, and what messages call them. */
interface Weights {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The run that they are of, if they are of no file. */
  readonly run?: Run;
}

export interface ModelAndTable {
  readonly weights: Weights;
  readonly table: vscode.Uri;
  /** The table is a folder of images. */
  readonly isFolder: boolean;
  /** A file with the target of each row of the table. */
  readonly labels?: vscode.Uri;
}

/**
 * Asks for what the arguments of the command do not name; where a network is judged, tables that are kept for
 * that come first. Undefined if the user cancels.
 */
export async function chooseModelAndTable(
  services: Services,
  weights: unknown,
  table: unknown,
  titles: { readonly weights: string; readonly table: string; readonly judges?: boolean },
): Promise<ModelAndTable | undefined> {
  const named = weights instanceof vscode.Uri ? weights : undefined;
  const chosen = named?.path.endsWith('.safetensors')
    ? await readWeights(named)
    : await chooseWeights(services, titles.weights, named);
  const uri = chosen && (table instanceof vscode.Uri ? table : await askTable(titles, takesImages(chosen)));
  return chosen && uri && { weights: chosen, table: uri, isFolder: await isFolder(uri) };
}

async function isFolder(uri: vscode.Uri): Promise<boolean> {
  const { type } = await vscode.workspace.fs.stat(uri);
  return (type & vscode.FileType.Directory) !== 0;
}

/** Whether the network was trained on a folder of images. */
function takesImages(weights: Weights): boolean {
  const read = specOf(weights);
  return 'spec' in read && read.spec?.data.origin.kind === 'folder';
}

type Question = 'predict' | 'evaluate';
type Answer<Name extends Question> = Exclude<EngineRequests[Name]['result'], { problem: string } | DataRefused>;

/** Undefined if the user cancelled, or if there is no answer; the reason is then shown. */
export async function askOfTable<Name extends Question>(
  extensionUri: vscode.Uri,
  { weights, table, isFolder, labels }: ModelAndTable,
  name: Name,
  more: Omit<EngineRequests[Name]['params'], 'weights' | 'spec' | 'table' | 'isFolder'>,
  title: (table: string) => string,
): Promise<Answer<Name> | undefined> {
  const fail = (message: string) => {
    inBackground(showError(message));
    return undefined;
  };
  const read = specOf(weights);
  if ('problem' in read) {
    return fail(`${weights.name}: ${read.problem}`);
  }
  const tableName = fileNameOf(table);
  const params = { ...more, weights: weights.bytes, spec: read.spec ?? null, table: tableName, isFolder };
  const host = isFolder
    ? hostOfFolder(table, extensionUri)
    : hostOfFile(table, new Map(labels ? [[fileNameOf(labels), labels]] : []));
  const reply = await askEngineWithProgress(extensionUri, host, title(tableName), name, params);
  if (!reply || 'err' in reply) {
    return reply && fail(reply.err.message);
  }
  const result: EngineRequests[Question]['result'] = reply.ok;
  if ('problem' in result) {
    return fail(`${weights.name}: ${result.problem}`);
  }
  if ('problems' in result && isFolder) {
    return fail(result.problems[0].message);
  }
  if ('problems' in result) {
    await showTableProblem(table, result.problems[0]);
    return undefined;
  }
  return result as Answer<Name>;
}

/** Shows doubts about how the table was read, after its result. */
export function showDoubts(table: vscode.Uri, doubts: readonly string[]): void {
  if (doubts.length > 0) {
    inBackground(showWarning(`${fileNameOf(table)}: ${doubts.join(' ')}`));
  }
}

/** The spec in the weights; undefined if it has errors that are no fault of the file. */
function specOf({ bytes }: Weights): { readonly spec: Spec | undefined } | { readonly problem: string } {
  const text = specTextOf(bytes);
  if ('problem' in text) {
    return text;
  }
  const { spec, problems } = parseSpec(text.ok, { fileName: 'weights' });
  return specFault(problems) ?? { spec };
}

/**
 * Adds the file of the targets, which is asked for where the table is an array without them. Undefined if the
 * user cancels.
 */
export async function withLabels(chosen: ModelAndTable, title: string): Promise<ModelAndTable | undefined> {
  const targets = targetsOf(chosen.weights.bytes);
  if (chosen.isFolder || !isArrayFile(chosen.table.path) || targets.every((name) => numberedColumn.test(name))) {
    return chosen;
  }
  const [labels] = (await vscode.window.showOpenDialog({ title })) ?? [];
  return labels && { ...chosen, labels };
}

async function readWeights(uri: vscode.Uri): Promise<Weights> {
  return { name: fileNameOf(uri), bytes: await vscode.workspace.fs.readFile(uri) };
}

/** Those of the run of `spec` or of another one of this window, the latest first, or a file. */
async function chooseWeights(
  { runs }: Services,
  title: string,
  spec: vscode.Uri | undefined,
): Promise<Weights | undefined> {
  const named = spec && runs.of(spec);
  if (named?.hasEngine) {
    return weightsOf(named);
  }
  const live = runs.all.filter((run) => run.hasEngine).reverse();
  const file = { icon: 'folder-opened', label: t('Weights from a file…'), value: 'file' as const, apart: true };
  const items = live.map((run) => ({
    icon: 'graph-line',
    label: run.title,
    description: describeWeights(run),
    detail: t('The weights of this run as they are now'),
    value: run,
  }));
  const picked = live.length === 0 ? file.value : await choose<Run | 'file'>([...items, file], title);
  if (picked === 'file') {
    const uri = await askWeights(title);
    return uri && readWeights(uri);
  }
  return picked && weightsOf(picked);
}

async function weightsOf(run: Run): Promise<Weights | undefined> {
  const reply = await run.ask('saveWeights', null);
  if ('err' in reply) {
    inBackground(showError(reply.err.message));
    return undefined;
  }
  return { name: run.title, bytes: reply.ok, run };
}

/** The epoch that the weights of a run are from. */
function describeWeights({ details: { ended, progress } }: Run): string | undefined {
  return ended?.kept
    ? t('epoch {0}, the best one', formatCount(ended.kept.epoch))
    : progress && describeEpoch(progress);
}

/** A dialogue of Linux or Windows shows files or folders, not both. */
async function askTable(
  { table: title, judges = false }: { readonly table: string; readonly judges?: boolean },
  ofImages: boolean,
): Promise<vscode.Uri | undefined> {
  const kept = judges && !ofImages ? await askHeldBack(title) : undefined;
  if (kept !== undefined) {
    return kept ?? undefined;
  }
  const wanted = ofImages
    ? { canSelectFiles: false, canSelectFolders: true }
    : { filters: { [t('Tables')]: [...tableExtensions, 'gz'] } };
  const picked = await vscode.window.showOpenDialog({ title, ...wanted });
  return picked?.[0];
}
