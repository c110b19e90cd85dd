import * as vscode from 'vscode';
import type { NnspecApi } from './api';
import { registerCommands } from './commands/register';
import { configureMessages } from './l10n';
import { Diagnostics } from './language/diagnostics';
import { registerLanguage } from './language/register';
import { followResults, LastResults } from './runs/lastResults';
import type { Services } from './services';

/**
 * Starts the extension. Everything heavy (parser, catalogue, engine wire) is loaded when it is first needed, so that
 * activation costs next to nothing.
 */
export async function activate(context: vscode.ExtensionContext): Promise<NnspecApi> {
  await configureMessages(context.extensionUri);
  const log = vscode.window.createOutputChannel('NNSpec', { log: true });
  const diagnostics = new Diagnostics(context.extensionUri);
  context.subscriptions.push(log, diagnostics);

  let services: Promise<Services> | undefined;
  const results = new LastResults(context.workspaceState);
  const lens = registerLanguage(context, diagnostics, results);
  const getServices = () => {
    services ??= import('./createServices').then(({ createServices }) => {
      const created = createServices(context, log, diagnostics);
      lens.follow(created.runs);
      followResults(created.runs, results);
      return created;
    });
    return services;
  };
  registerCommands(context, log, getServices);
  context.subscriptions.push(
    vscode.window.registerWebviewPanelSerializer('nnspec.panel', {
      deserializeWebviewPanel: async (panel, state) => (await getServices()).panels.restore(panel, state),
    }),
    vscode.workspace.onDidSaveTextDocument(async (document) => {
      const onSave = vscode.workspace.getConfiguration('nnspec', document.uri).get('train.onSave', false);
      if (document.languageId === 'nnspec' && onSave && vscode.workspace.isTrusted) {
        const { train } = await import('./commands/train');
        await train(await getServices(), document.uri, { restart: true, quiet: true });
      }
    }),
  );
  return { services: getServices };
}
