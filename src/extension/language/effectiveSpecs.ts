import * as vscode from 'vscode';
import { effectiveScheme, effectiveUri, writtenSpec } from '../files/effective';

/** Milliseconds without an edit after which an effective text follows its spec. */
const pause = 300;

/** Serves effective specs. While a spec has an error, its effective text stays as it was. */
export function registerEffectiveSpecs(): vscode.Disposable {
  const changes = new vscode.EventEmitter<vscode.Uri>();
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  const texts = new Map<string, string>();
  const isOpen = (uri: vscode.Uri) =>
    vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri.toString());
  return vscode.Disposable.from(
    changes,
    { dispose: () => timers.forEach((timer) => void clearTimeout(timer)) },
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document.languageId !== 'nnspec') {
        return;
      }
      const uri = effectiveUri(document.uri);
      if (!isOpen(uri)) {
        return;
      }
      const key = uri.toString();
      clearTimeout(timers.get(key));
      timers.set(
        key,
        setTimeout(() => {
          timers.delete(key);
          changes.fire(uri);
        }, pause),
      );
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => void texts.delete(uri.toString())),
    vscode.workspace.registerTextDocumentContentProvider(effectiveScheme, {
      onDidChange: changes.event,
      async provideTextDocumentContent(uri) {
        const [spec, { effectiveTextOf }] = await Promise.all([
          vscode.workspace.openTextDocument(writtenSpec(uri)),
          import('./effectiveText'),
        ]);
        const text = (await effectiveTextOf(spec)) ?? texts.get(uri.toString()) ?? '';
        texts.set(uri.toString(), text);
        return text;
      },
    }),
  );
}
