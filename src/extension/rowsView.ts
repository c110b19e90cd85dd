import * as vscode from 'vscode';
import type { Disposable } from '../common/disposable';
import { showBadge, treeOf } from './words/marks';

/** Knows the rows of the view. */
export interface RowSource<Row> {
  children(row: Row | undefined): Promise<readonly Row[]>;
  itemOf(row: Row): vscode.TreeItem;
  /** Adds what an item says when the mouse rests on it. */
  explain?(item: vscode.TreeItem, row: Row): vscode.TreeItem;
}

/** A tree view of the manifest. Its rows come from the features, which are loaded when it is first seen. */
export class RowsView<Row> implements Disposable {
  readonly #changes = new vscode.EventEmitter<Row | undefined>();
  readonly #tree: vscode.TreeView<Row>;
  readonly onSeen: vscode.Event<unknown>;

  constructor(id: string, source: () => Promise<RowSource<Row>>) {
    this.#tree = treeOf<Row>(id, {
      canSelectMany: true,
      showCollapseAll: true,
      treeDataProvider: {
        onDidChangeTreeData: this.#changes.event,
        getChildren: async (row) => [...(await (await source()).children(row))],
        getTreeItem: async (row) => (await source()).itemOf(row),
        resolveTreeItem: async (item, row) => (await source()).explain?.(item, row) ?? item,
      },
    });
    this.onSeen = this.#tree.onDidChangeVisibility;
  }

  get visible(): boolean {
    return this.#tree.visible;
  }

  get selection(): readonly Row[] {
    return this.#tree.selection;
  }

  /** Draws a row anew, by default all rows. */
  update(row?: Row): void {
    this.#changes.fire(row);
  }

  showNumber(value: number, tooltip: string): void {
    showBadge(this.#tree, value, tooltip);
  }

  dispose(): void {
    this.#tree.dispose();
    this.#changes.dispose();
  }
}
