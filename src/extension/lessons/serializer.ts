/** A lesson as the editor's notebook, and its bytes. What is around the cells is kept in their metadata. */
import * as vscode from 'vscode';
import { decodeUtf8 } from '../../language';
import { type Around, fileOf, type Notebook, type NotebookCell, notebookOf } from '../../lessons/notebook';
import { inert } from '../words/inert';

export function deserializeLesson(bytes: Uint8Array): vscode.NotebookData {
  const decoded = decodeUtf8(bytes, { ignoreBOM: true });
  if ('problem' in decoded) {
    throw new Error(inert(decoded.problem.message));
  }
  const { front, cells } = notebookOf(decoded.text);
  const data = new vscode.NotebookData(cells.map(cellData));
  data.metadata = { front };
  return data;
}

function cellData({ isCode, language, text, around }: NotebookCell): vscode.NotebookCellData {
  const kind = isCode ? vscode.NotebookCellKind.Code : vscode.NotebookCellKind.Markup;
  const data = new vscode.NotebookCellData(kind, text, language);
  data.metadata = { around };
  return data;
}

export function serializeLesson({ metadata, cells }: vscode.NotebookData): Uint8Array {
  const text = fileOf({
    ...frontIn(metadata),
    cells: cells.map(({ kind, languageId, value, metadata }) => ({
      isCode: kind === vscode.NotebookCellKind.Code,
      language: languageId,
      text: value,
      around: aroundIn(metadata),
    })),
  }).text;
  return new TextEncoder().encode(text);
}

/** The lesson that an open notebook holds. */
export function lessonIn(notebook: vscode.NotebookDocument): Notebook {
  return {
    ...frontIn(notebook.metadata),
    cells: notebook.getCells().map(({ kind, document, metadata }) => ({
      isCode: kind === vscode.NotebookCellKind.Code,
      language: document.languageId,
      text: document.getText(),
      around: aroundIn(metadata),
    })),
  };
}

type Metadata = Readonly<Record<string, unknown>> | undefined;

function frontIn(metadata: Metadata): Pick<Notebook, 'front'> {
  return { front: metadata?.front as Notebook['front'] };
}

export function aroundIn(metadata: Metadata): Around | undefined {
  return metadata?.around as Around | undefined;
}
