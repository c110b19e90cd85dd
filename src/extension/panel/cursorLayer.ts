import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../common/disposable';
import { layerAt } from '../../language';
import { parsedOf } from '../language/parses';
import { inBackground } from '../words/background';

/** Milliseconds between two answers while the cursor moves. */
const interval = 100;

/** Follows the cursor in the editors of a spec, and tells which layer it is in. */
export class CursorLayer implements Disposable {
  readonly #specUri: string;
  readonly #tell: (layer: number | undefined, specText: string) => void;
  readonly #lifetime = new DisposableStore();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `tell` gets the index of the layer, and the text in which it was found. */
  constructor(specUri: vscode.Uri, tell: (layer: number | undefined, specText: string) => void) {
    this.#specUri = specUri.toString();
    this.#tell = tell;
    this.#lifetime.add(
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
        if (this.#isOfSpec(textEditor)) {
          this.refresh();
        }
      }),
    );
  }

  /** Tells it anew, a little later. */
  refresh(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      inBackground(this.#find());
    }, interval);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#lifetime.dispose();
  }

  #isOfSpec({ document }: vscode.TextEditor): boolean {
    return document.uri.toString() === this.#specUri;
  }

  async #find(): Promise<void> {
    const editors = vscode.window.visibleTextEditors.filter((editor) => this.#isOfSpec(editor));
    const editor = editors.find((each) => each === vscode.window.activeTextEditor) ?? editors[0];
    if (editor && !this.#lifetime.disposed) {
      const parsed = await parsedOf(editor.document);
      this.#tell(layerAt(parsed, editor.selection.active.line), parsed.text);
    }
  }
}
