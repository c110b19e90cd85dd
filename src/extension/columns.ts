/** In which column of the editor the product's own pages open. */
import * as vscode from 'vscode';

/** Types of the product's webviews; the editor puts a prefix of its own before them. */
const ownType = /nnspec\.\w+$/;

/** The scheme of reports, which the editor's Markdown preview shows. */
export const reportScheme = 'nnspec-report';

/**
 * The column for what is to be seen beside the file that is being edited: a second one, never a third. The
 * product's pages gather in one column, and cover no spec if there is another.
 */
export function columnBeside(): vscode.ViewColumn {
  const { all, activeTabGroup } = vscode.window.tabGroups;
  const isFree = ({ activeTab }: vscode.TabGroup) =>
    all.length > 1 ? !isSpec(activeTab) : !activeTab || isOwn(activeTab);
  const free = all.filter(isFree);
  const isOther = (group: vscode.TabGroup) => group !== activeTabGroup;
  const chosen = free.find(({ tabs }) => tabs.some(isOwn)) ?? free.find(isOther) ?? free[0] ?? all.find(isOther);
  return chosen?.viewColumn ?? vscode.ViewColumn.Beside;
}

function isOwn({ input }: vscode.Tab): boolean {
  return (
    (input instanceof vscode.TabInputWebview && ownType.test(input.viewType)) ||
    (input instanceof vscode.TabInputCustom && input.uri.scheme === reportScheme)
  );
}

function isSpec(tab: vscode.Tab | undefined): boolean {
  return tab?.input instanceof vscode.TabInputText && tab.input.uri.path.endsWith('.nnspec');
}
