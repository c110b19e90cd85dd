import * as vscode from 'vscode';
import { hoverAt } from '../../language/hover';
import { language } from '../l10n';
import { toRange } from './convert';
import { readFormulas } from './formulas';
import { factsOf } from './specCheck';
import { themeOf } from './theme';

/** What the catalogue knows of the name under the cursor, in the theme's colours. */
export async function provideHover(
  document: vscode.TextDocument,
  position: vscode.Position,
  extensionUri: vscode.Uri,
): Promise<vscode.Hover | undefined> {
  const formulas = await readFormulas(extensionUri);
  const facts = await factsOf(document, extensionUri);
  const hover = hoverAt(document.getText(), position, { language: language(), formulas, facts, ...themeOf() });
  if (!hover) {
    return undefined;
  }
  const markdown = new vscode.MarkdownString(hover.markdown);
  markdown.isTrusted = { enabledCommands: ['nnspec.showActivationGallery'] };
  return new vscode.Hover(markdown, toRange(hover.range));
}
