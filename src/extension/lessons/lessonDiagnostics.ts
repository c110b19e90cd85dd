import * as vscode from 'vscode';
import { toDiagnostic } from '../language/convert';
import { lessonType, readLesson } from './readLesson';

/** Milliseconds of quiet after typing. */
const quiet = 300;

/** Problems of lessons in their cells. Those of a spec by itself are found as in a file, by `Diagnostics`. */
export class LessonDiagnostics implements vscode.Disposable {
  readonly #found = vscode.languages.createDiagnosticCollection('nnspec lessons');
  readonly #timers = new Map<vscode.NotebookDocument, ReturnType<typeof setTimeout>>();
  readonly #subscriptions: readonly vscode.Disposable[];

  constructor() {
    const { workspace } = vscode;
    this.#subscriptions = [
      this.#found,
      workspace.onDidOpenNotebookDocument((notebook) => this.#schedule(notebook, 0)),
      workspace.onDidChangeNotebookDocument(({ notebook, contentChanges, cellChanges }) => {
        for (const { removedCells } of contentChanges) {
          this.#forget(removedCells);
        }
        if (contentChanges.length > 0 || cellChanges.some(({ document, metadata }) => document ?? metadata)) {
          this.#schedule(notebook, quiet);
        }
      }),
      workspace.onDidCloseNotebookDocument((notebook) => {
        clearTimeout(this.#timers.get(notebook));
        this.#timers.delete(notebook);
        this.#forget(notebook.getCells());
      }),
    ];
    for (const notebook of workspace.notebookDocuments) {
      this.#schedule(notebook, 0);
    }
  }

  dispose(): void {
    for (const timer of this.#timers.values()) {
      clearTimeout(timer);
    }
    for (const each of this.#subscriptions) {
      each.dispose();
    }
  }

  #schedule(notebook: vscode.NotebookDocument, delay: number): void {
    if (notebook.notebookType === lessonType) {
      clearTimeout(this.#timers.get(notebook));
      this.#timers.set(
        notebook,
        setTimeout(() => this.#check(notebook), delay),
      );
    }
  }

  #check(notebook: vscode.NotebookDocument): void {
    this.#timers.delete(notebook);
    const lesson = readLesson(notebook);
    for (const cell of notebook.getCells()) {
      this.#found.set(cell.document.uri, lesson.problemsOfLessonIn(cell).map(toDiagnostic));
    }
  }

  #forget(cells: readonly vscode.NotebookCell[]): void {
    for (const { document } of cells) {
      this.#found.delete(document.uri);
    }
  }
}
