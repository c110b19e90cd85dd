import * as vscode from 'vscode';
import type { NnspecApi } from './api';
import { registerCommands } from './commands/register';
import { runSpecScheme } from './files/specCopies';
import { configureMessages } from './l10n';
import { Diagnostics } from './language/diagnostics';
import { registerLanguage } from './language/register';
import { registerLessons } from './lessons/register';
import type { LoadFeatures } from './loadFeatures';
import { RowsView } from './rowsView';
import { followResults, LastResults } from './runs/lastResults';
import type { Services } from './services';
import { inBackground, reportFailuresTo } from './words/background';
import { failureReporter } from './words/failures';

let closeRuns: () => Promise<void> = async () => undefined;

/**
 * Ends the extension in order: first the runs, then the storage, so that the last change of a run is stored.
 * The editor waits for this, for a few seconds.
 */
export function deactivateExtension(): Promise<void> {
  return closeRuns();
}

/**
 * Starts the extension: registers every command and provider. Everything heavy (parser, catalogue, engine
 * client) comes with the features, which are loaded when one of them is first used.
 */
export async function activateExtension(
  context: vscode.ExtensionContext,
  loadBundle: LoadFeatures,
): Promise<NnspecApi> {
  await configureMessages(context.extensionUri);
  const log = vscode.window.createOutputChannel('NNSpec', { log: true });
  const report = failureReporter(log);
  reportFailuresTo(report);
  const loadFeatures: LoadFeatures = async () => {
    const features = await loadBundle();
    features.reportFailuresTo(report);
    return features;
  };
  const diagnostics = new Diagnostics(context.extensionUri, loadFeatures);
  context.subscriptions.push(log, diagnostics);

  let services: Promise<Services> | undefined;
  const results = new LastResults(context.workspaceState);
  const lens = registerLanguage(context, diagnostics, results, loadFeatures);
  const getServices = () => {
    services ??= loadFeatures().then(({ createServices }) => {
      const created = createServices(context, log, diagnostics, results, runsView, lessonsView);
      closeRuns = () => created.runs.close();
      lens.follow(created.runs);
      followResults(created.runs, results, created.keeper);
      return created;
    });
    return services;
  };
  const getRunTree = async () => (await getServices()).runTree;
  const runsView = new RowsView('nnspec.runs', getRunTree);
  const lessonsView = new RowsView('nnspec.lessons', async () => (await getServices()).lessonTree);
  registerCommands(context, log, getServices, loadFeatures);
  const trainOnSave = async (spec: vscode.Uri) => {
    const { train } = await loadFeatures();
    await train(await getServices(), spec, { restart: true, quiet: true });
  };
  context.subscriptions.push(
    runsView,
    lessonsView,
    registerLessons(loadFeatures, getServices),
    vscode.workspace.registerTextDocumentContentProvider(runSpecScheme, {
      provideTextDocumentContent: async (uri) => (await getRunTree()).specText(uri),
    }),
    vscode.window.registerWebviewPanelSerializer('nnspec.panel', {
      deserializeWebviewPanel: async (panel, state) => (await getServices()).panels.restore(panel, state),
    }),
    vscode.window.registerWebviewPanelSerializer('nnspec.compare', {
      deserializeWebviewPanel: async (panel, state) => (await getServices()).compares.restore(panel, state),
    }),
    vscode.workspace.onDidSaveTextDocument((document) => {
      const onSave = vscode.workspace.getConfiguration('nnspec', document.uri).get('train.onSave', false);
      if (document.languageId === 'nnspec' && onSave && vscode.workspace.isTrusted) {
        inBackground(trainOnSave(document.uri));
      }
    }),
  );
  return { services: getServices };
}
