/** Texts in an editor and beside it: diagnostics, actions, lenses, symbols, hovers and titles of panels. */
import * as vscode from 'vscode';
import { inert } from './inert';
import { withIcon } from './messages';

export function diagnosticAt(range: vscode.Range, message: string, severity: vscode.DiagnosticSeverity) {
  return new vscode.Diagnostic(range, inert(message), severity);
}

export function actionNamed(title: string, kind: vscode.CodeActionKind): vscode.CodeAction {
  return new vscode.CodeAction(inert(title), kind);
}

/** A command above a line, applied to a file. */
export function lensAt(line: number, icon: string, text: string, command: string, file: vscode.Uri): vscode.CodeLens {
  // The editor trims a plain space after the icon.
  const title = withIcon(icon, text, '\u00a0');
  return new vscode.CodeLens(new vscode.Range(line, 0, line, 0), { title, command, arguments: [file] });
}

export function symbolNamed(
  name: string,
  detail: string,
  kind: vscode.SymbolKind,
  range: vscode.Range,
  selection: vscode.Range,
): vscode.DocumentSymbol {
  return new vscode.DocumentSymbol(inert(name), inert(detail), kind, range, selection);
}

export function panelNamed(
  type: string,
  title: string,
  place: Parameters<typeof vscode.window.createWebviewPanel>[2],
  options?: Parameters<typeof vscode.window.createWebviewPanel>[3],
): vscode.WebviewPanel {
  return vscode.window.createWebviewPanel(type, inert(title), place, options);
}

export function renamePanel(panel: vscode.WebviewPanel, title: string): void {
  panel.title = inert(title);
}

/**
 * Markdown whose names from files are escaped already, as the language's hovers are. Its links run these
 * commands and no others.
 */
export function markdownOf(escaped: string, enabledCommands: readonly string[] = []): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString(escaped);
  markdown.isTrusted = enabledCommands.length > 0 && { enabledCommands };
  return markdown;
}

/** A link of `markdownOf` that runs a command. `title` is not from a file. */
export function commandLink(title: string, command: string, argument: unknown): string {
  return `[${title}](command:${command}?${encodeURIComponent(JSON.stringify([argument]))})`;
}

/** A tree view of the manifest. */
export function treeOf<T>(id: string, options: vscode.TreeViewOptions<T>): vscode.TreeView<T> {
  return vscode.window.createTreeView(id, options);
}

/** A row of a tree. A screen reader reads the same words as are shown. */
export function rowNamed(
  label: string,
  description: string,
  collapsible = vscode.TreeItemCollapsibleState.None,
): vscode.TreeItem {
  const item = new vscode.TreeItem(inert(label), collapsible);
  item.description = inert(description);
  item.accessibilityInformation = { label: inert(`${label}, ${description}`) };
  return item;
}

/** Sets what a row says when the mouse rests on it. */
export function explainRow(item: vscode.TreeItem, markdown: vscode.MarkdownString): vscode.TreeItem {
  item.tooltip = markdown;
  return item;
}

/** Shows a number on a view's icon; with 0 none. */
export function showBadge(view: vscode.TreeView<unknown>, value: number, tooltip: string): void {
  view.badge = value === 0 ? undefined : { value, tooltip: inert(tooltip) };
}
