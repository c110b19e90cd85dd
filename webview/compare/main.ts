/**
 * Entry point of the page that compares runs. `extension/panel/html.ts` makes the page; `boot` is a PanelBoot
 * as JSON with `<` escaped as `\u003c`. The page sends `ready`; the host replies with `comparison`.
 */
import './compare.css';
import { config } from '@vscode/l10n';
import type { PanelBoot } from '../../src/protocol/panel';
import { ComparePage } from './page';

const boot = JSON.parse(document.getElementById('boot')?.textContent || '{"language":"en"}') as PanelBoot;
document.documentElement.lang = boot.language;
if (boot.l10n) {
  config({ contents: { ...boot.l10n } as Record<string, string> });
}
// Modules must not translate texts while they load: the bundle is only set here.
new ComparePage(document.getElementById('root') as HTMLElement);
