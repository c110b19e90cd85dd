import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { dataNamed, hoverIn, nodeIn, type ParsedSpec, targetsNamed, treeOf } from '../../language';
import { language } from '../l10n';
import { commandLink, markdownOf } from '../words/marks';
import { toRange } from './convert';
import { readFormulas } from './formulas';
import { parsedOf } from './parses';
import { factsOf } from './specCheck';
import { tableOf } from './tables';
import { themeOf } from './theme';

/** Information about the name or value at the cursor, with pictures in the theme's colours. */
export async function provideHover(
  document: vscode.TextDocument,
  position: vscode.Position,
  extensionUri: vscode.Uri,
): Promise<vscode.Hover | undefined> {
  const parsed = await parsedOf(document);
  const node = nodeIn(parsed, position);
  if (!node) {
    return undefined;
  }
  const formulas = await readFormulas(extensionUri);
  const facts = node.thing?.kind === 'layer' ? await factsOf(document, extensionUri) : undefined;
  const data = node.path[0] === 'data' ? await dataOf(document.uri, parsed, extensionUri) : {};
  const hover = hoverIn(parsed, position, { language: language(), formulas, facts, ...data, ...themeOf() });
  if (!hover) {
    return undefined;
  }
  const text = leadsToData(node.path) ? withDataLink(hover.markdown, document.uri) : hover.markdown;
  const markdown = markdownOf(text, ['nnspec.showActivationGallery', 'nnspec.showData']);
  return new vscode.Hover(markdown, toRange(hover.range));
}

/** Whether the cursor is at the data's name or at their target. */
function leadsToData([chapter, key]: readonly (string | number)[]): boolean {
  return chapter === 'data' && (key === 'file' || key === 'source' || key === 'target' || key === 'labels');
}

/** The link is in the first line, since a hover of a table may have to be scrolled. */
function withDataLink(markdown: string, spec: vscode.Uri): string {
  const [heading, ...rest] = markdown.split('\n\n');
  const link = commandLink(t('Show Data'), 'nnspec.showData', spec.toString());
  return [`${heading} · ${link}`, ...rest].join('\n\n');
}

/** The table of the spec's data and the columns to predict. */
async function dataOf(spec: vscode.Uri, parsed: ParsedSpec, extensionUri: vscode.Uri) {
  const tree = treeOf(parsed);
  const table = await tableOf(spec, dataNamed(tree), extensionUri);
  return table ? { table, target: targetsNamed(tree) } : {};
}
