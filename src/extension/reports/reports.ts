import * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable';
import { columnBeside, reportScheme } from '../columns';

/** The editor's own preview of Markdown, as an editor that may open in any column. */
const preview = 'vscode.markdown.preview.editor';

export interface OpenReport {
  /** Shows another text in the same page. False if the page was closed. */
  replace(markdown: string): boolean;
}

/**
 * Provides reports as Markdown documents without a file. A new report of a spec replaces the previous one.
 */
export class Reports implements vscode.TextDocumentContentProvider, Disposable {
  readonly #texts = new Map<string, string>();
  readonly #changes = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changes.event;
  readonly #registration = vscode.workspace.registerTextDocumentContentProvider(reportScheme, this);
  #count = 0;

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? '';
  }

  /** Opens the report beside the spec. `name` is its tab's title. */
  async show(name: string, spec: vscode.Uri, markdown: string): Promise<OpenReport> {
    this.#count += 1;
    // A document of its own: its page begins at the top.
    const fragment = String(this.#count);
    const uri = vscode.Uri.from({ scheme: reportScheme, path: `/${name}.md`, query: spec.toString(), fragment });
    const before = openPages(uri);
    this.#texts.set(uri.toString(), markdown);
    await vscode.commands.executeCommand('vscode.openWith', uri, preview, columnBeside());
    for (const { input } of before) {
      this.#texts.delete(input.uri.toString());
    }
    await vscode.window.tabGroups.close(before.map(({ tab }) => tab));
    return {
      replace: (changed) => {
        const isOpen = openPages(uri).some(({ input }) => input.uri.fragment === fragment);
        if (isOpen) {
          this.#texts.set(uri.toString(), changed);
          this.#changes.fire(uri);
        }
        return isOpen;
      },
    };
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changes.dispose();
  }
}

/** The tabs of earlier reports of the same name and spec. */
function openPages({ scheme, path, query }: vscode.Uri) {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .flatMap((tab) => {
      const { input } = tab;
      const isPage = input instanceof vscode.TabInputCustom && input.uri.scheme === scheme;
      return isPage && input.uri.path === path && input.uri.query === query ? [{ tab, input }] : [];
    });
}
