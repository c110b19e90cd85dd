import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { parseSpec } from '../../language';
import type { EngineRequests } from '../../protocol/engine';
import { specFault, specTextOf } from '../../server/predictTable';
import { askEngineWithProgress } from '../engine/engineTask';
import { hostOfFile } from '../files/dataFiles';
import { fileNameOf } from '../files/names';
import { mayPredict } from '../files/trust';
import { freeName } from '../files/writeFile';
import { showTableProblem } from '../language/showProblems';
import { describeEpoch } from '../runs/describe';
import type { Run } from '../runs/run';
import type { Services } from '../services';
import { inBackground } from '../words/background';
import { choose, showError, showInformation } from '../words/messages';
import { askWeights } from './weights';

/** Weights as bytes, and what messages call them. */
interface Weights {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * Runs a trained network over the rows of a CSV file. The rows and its outputs open as an unsaved CSV file
 * beside that file.
 */
export async function predictFromCsv(
  services: Services,
  weights: unknown,
  csv?: unknown,
): Promise<vscode.TextDocument | undefined> {
  if (!(await mayPredict())) {
    return undefined;
  }
  const chosen =
    weights instanceof vscode.Uri && weights.path.endsWith('.safetensors')
      ? await readWeights(weights)
      : await chooseWeights(services);
  const csvUri = chosen && (csv instanceof vscode.Uri ? csv : await askCsv());
  if (!chosen || !csvUri) {
    return undefined;
  }
  const specText = specTextOf(chosen.bytes);
  const result =
    'problem' in specText ? specText : await predict(chosen.bytes, specText.ok, csvUri, services.extensionUri);
  if (!result) {
    return undefined;
  }
  if ('problem' in result) {
    inBackground(showError(`${chosen.name}: ${result.problem}`));
    return undefined;
  }
  if ('problems' in result) {
    await showTableProblem(csvUri, result.problems[0]);
    return undefined;
  }
  const document = await openBeside(csvUri, result.csv);
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside });
  if (result.score !== undefined) {
    inBackground(showInformation(result.score));
  }
  return document;
}

async function readWeights(uri: vscode.Uri): Promise<Weights> {
  return { name: fileNameOf(uri), bytes: await vscode.workspace.fs.readFile(uri) };
}

/** Those of a run of this window, the latest first, or a file. */
async function chooseWeights({ runs }: Services): Promise<Weights | undefined> {
  const live = runs.all.filter((run) => run.hasEngine).reverse();
  const file = { icon: 'folder-opened', label: t('Weights from a file…'), value: 'file' as const, apart: true };
  const items = live.map((run) => ({
    icon: 'graph-line',
    label: run.title,
    description: run.details.progress && describeEpoch(run.details.progress),
    detail: t('The weights of this run as they are now'),
    value: run,
  }));
  const picked =
    live.length === 0 ? file.value : await choose<Run | 'file'>([...items, file], t('Which weights are to predict?'));
  if (picked === 'file') {
    const uri = await askWeights(t('Weights to Predict With'));
    return uri && readWeights(uri);
  }
  const reply = await picked?.ask('saveWeights', null);
  if (reply && 'err' in reply) {
    inBackground(showError(reply.err.message));
  }
  return picked && reply && 'ok' in reply ? { name: picked.title, bytes: reply.ok } : undefined;
}

/** An unsaved document that would be saved beside the table: `houses.predictions.csv`, or with a number. */
async function openBeside(table: vscode.Uri, content: string): Promise<vscode.TextDocument> {
  const base = `${fileNameOf(table).replace(/\.[^.]*$/, '')}.predictions`;
  const file = await freeName(table, base, 'csv');
  const document = await vscode.workspace.openTextDocument(file.with({ scheme: 'untitled' }));
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), content);
  await vscode.workspace.applyEdit(edit);
  return document;
}

/** Undefined if the user cancelled, or if the engine failed, which is then shown. */
async function predict(
  weights: Uint8Array,
  specText: string,
  csv: vscode.Uri,
  extensionUri: vscode.Uri,
): Promise<EngineRequests['predict']['result'] | undefined> {
  const { spec, problems } = parseSpec(specText, { fileName: 'weights' });
  const fault = specFault(problems);
  if (fault) {
    return fault;
  }
  const table = fileNameOf(csv);
  const title = t('Predicting the rows of {0}…', table);
  const params = { weights, spec: spec ?? null, table, keepColumns: true };
  const reply = await askEngineWithProgress(extensionUri, hostOfFile(csv), title, 'predict', params);
  if (reply && 'err' in reply) {
    inBackground(showError(reply.err.message));
    return undefined;
  }
  return reply?.ok;
}

async function askCsv(): Promise<vscode.Uri | undefined> {
  const picked = await vscode.window.showOpenDialog({
    title: t('Rows to Predict'),
    filters: { [t('Tables (CSV, TSV)')]: ['csv', 'tsv', 'txt', 'gz'] },
  });
  return picked?.[0];
}
