import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { fileNameOf } from '../files/names';
import { effectiveScheme, effectiveUri, writtenSpec } from '../files/specCopies';
import type { LoadFeatures } from '../loadFeatures';

/** Milliseconds without an edit after which an effective text is updated. */
const pause = 300;

/** Provides effective specs. While a spec has an error, its last effective text remains. */
export function registerEffectiveSpecs(loadFeatures: LoadFeatures): vscode.Disposable {
  const changes = new vscode.EventEmitter<vscode.Uri>();
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  const texts = new Map<string, string>();
  const isOpen = (uri: vscode.Uri) =>
    vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri.toString());
  const follow = (spec: vscode.Uri) => {
    const uri = effectiveUri(spec);
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
  };
  const followDocument = ({ languageId, uri }: vscode.TextDocument) => {
    if (languageId === 'nnspec') {
      follow(uri);
    }
  };
  return vscode.Disposable.from(
    changes,
    { dispose: () => timers.forEach(clearTimeout) },
    vscode.workspace.onDidChangeTextDocument(({ document }) => followDocument(document)),
    vscode.workspace.onDidOpenTextDocument(followDocument),
    vscode.workspace.onDidDeleteFiles(({ files }) => files.forEach(follow)),
    vscode.workspace.onDidRenameFiles(({ files }) => files.map(({ oldUri }) => oldUri).forEach(follow)),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => texts.delete(uri.toString())),
    vscode.workspace.registerTextDocumentContentProvider(effectiveScheme, {
      onDidChange: changes.event,
      async provideTextDocumentContent(uri) {
        const { effectiveTextOf } = await loadFeatures();
        const source = writtenSpec(uri);
        let spec: vscode.TextDocument;
        try {
          spec = await vscode.workspace.openTextDocument(source);
        } catch {
          return `# ${t('{0} is no longer there: close this document.', fileNameOf(source))}\n`;
        }
        const text = (await effectiveTextOf(spec)) ?? texts.get(uri.toString());
        if (text === undefined) {
          return `# ${t('{0} has an error. Without it every default stands here.', fileNameOf(source))}\n`;
        }
        texts.set(uri.toString(), text);
        return text;
      },
    }),
  );
}
