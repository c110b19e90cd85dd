import * as vscode from 'vscode';
import { escapeHtml } from '../../common/escapeHtml';
import type { GalleryBoot } from '../../protocol/gallery';
import type { PanelBoot } from '../../protocol/panel';
import { language, messageBundle } from '../l10n';

/** The folder of a page's scripts and styles. */
export function pageRoot(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
}

/** The parts of a page. */
export interface Page {
  readonly name: 'panel' | 'gallery' | 'compare';
  readonly title: string;
  /** Passed to the page's script as JSON. */
  readonly boot: PanelBoot | GalleryBoot;
}

export function panelBoot(): PanelBoot {
  const autoplay = vscode.workspace.getConfiguration('nnspec').get('film.autoplay', true);
  return { language: language(), autoplay, l10n: messageBundle() };
}

/** The page of a webview: `dist/webview/<name>.js` and `.css` under a strict content security policy. */
export function pageHtml(webview: vscode.Webview, extensionUri: vscode.Uri, { name, title, boot }: Page): string {
  const address = (file: string) => webview.asWebviewUri(vscode.Uri.joinPath(pageRoot(extensionUri), file)).toString();
  const nonce = randomNonce();
  // The charts, which the scripts of the other pages import: asked for at once, not when those have come.
  const charts = name === 'gallery' ? '' : `<link rel="modulepreload" nonce="${nonce}" href="${address('shared.js')}">`;
  const policy = [
    "default-src 'none'",
    `img-src ${webview.cspSource} data:`,
    `font-src ${webview.cspSource}`,
    `style-src ${webview.cspSource}`,
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${boot.language}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1.0">
<link rel="stylesheet" href="${address(`${name}.css`)}">
${charts}
<title>${escapeHtml(title)}</title>
</head>
<body>
<div id="root"></div>
<script type="application/json" id="boot">${JSON.stringify(boot).replaceAll('<', '\\u003c')}</script>
<script type="module" nonce="${nonce}" src="${address(`${name}.js`)}"></script>
</body>
</html>`;
}

function randomNonce(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
