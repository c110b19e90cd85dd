import * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable';

const scheme = 'nnspec-report';

/**
 * Provides reports as Markdown documents without a file. A new report of a spec replaces the previous one.
 */
export class Reports implements vscode.TextDocumentContentProvider, Disposable {
  readonly #texts = new Map<string, string>();
  readonly #changes = new vscode.EventEmitter<vscode.Uri>();
  readonly #registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  readonly onDidChange = this.#changes.event;

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? '';
  }

  /** Opens the report beside the spec. `name` is its tab's title. */
  async show(name: string, spec: vscode.Uri, markdown: string): Promise<vscode.Uri> {
    const uri = vscode.Uri.from({ scheme, path: `/${name}.md`, query: spec.toString() });
    this.#texts.set(uri.toString(), markdown);
    this.#changes.fire(uri);
    await vscode.commands.executeCommand('markdown.showPreviewToSide', uri);
    return uri;
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changes.dispose();
  }
}
