import * as vscode from 'vscode';
import { galleryBoot } from '../../language';
import type { ToGallery } from '../../protocol/gallery';
import { language } from '../l10n';
import { readFormulas } from '../language/formulas';
import { pageHtml, pageRoot } from '../panel/html';
import { panelNamed } from '../words/marks';

let open: vscode.WebviewPanel | undefined;

/** Shows all activations side by side, with the details of `name` open. */
export async function showGallery(extensionUri: vscode.Uri, name?: string): Promise<void> {
  const boot = galleryBoot(language(), await readFormulas(extensionUri), name);
  if (open) {
    open.reveal();
    if (name) {
      await open.webview.postMessage({ type: 'focus', name } satisfies ToGallery);
    }
    return;
  }
  const { title } = boot.words;
  const panel = panelNamed('nnspec.gallery', title, vscode.ViewColumn.Active, {
    enableScripts: true,
    enableFindWidget: true,
    // Keeping the page while hidden preserves search text and scroll position; its memory does not grow.
    retainContextWhenHidden: true,
    localResourceRoots: [pageRoot(extensionUri)],
  });
  open = panel;
  panel.onDidDispose(() => {
    open = undefined;
  });
  const icon = (theme: string) => vscode.Uri.joinPath(extensionUri, 'media', `nnspec-${theme}.svg`);
  panel.iconPath = { light: icon('light'), dark: icon('dark') };
  panel.webview.html = pageHtml(panel.webview, extensionUri, { name: 'gallery', title, boot });
}
