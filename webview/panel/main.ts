/**
 * Entry point of the training panel. The page created by the host:
 *
 *     <html lang="en">
 *       <head>
 *         <meta charset="utf-8">
 *         <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src ${cspSource} data:;
 *           font-src ${cspSource}; style-src ${cspSource}; script-src 'nonce-…'">
 *         <meta name="viewport" content="width=device-width, initial-scale=1">
 *         <link rel="stylesheet" href="${dist/webview/panel.css}">
 *       </head>
 *       <body>
 *         <div id="root"></div>
 *         <script id="boot" type="application/json" nonce="…">{"language":"en"}</script>
 *         <script nonce="…" src="${dist/webview/panel.js}"></script>
 *       </body>
 *     </html>
 *
 * `boot` is a PanelBoot as JSON with `<` escaped as `\u003c`. The page sends `ready`; the host replies with
 * `hydrate`.
 */
import './panel.css';
import { config } from '@vscode/l10n';
import type { PanelBoot } from '../../src/protocol/panel';
import { Panel } from './panel';

const boot = JSON.parse(document.getElementById('boot')?.textContent || '{"language":"en"}') as PanelBoot;
document.documentElement.lang = boot.language;
if (boot.l10n) {
  config({ contents: { ...boot.l10n } as Record<string, string> });
}
// Modules must not translate texts while they load: the bundle is only set here.
new Panel(document.getElementById('root') as HTMLElement, boot);
