import * as vscode from 'vscode';
import { fileNameOf } from './names';

/** Scheme of read-only documents that show a spec with every default written out. */
export const effectiveScheme = 'nnspec-effective';

/** Scheme of read-only documents that show the spec which a kept run has trained. */
export const runSpecScheme = 'nnspec-run';

/** Scheme of the editor's documents of notebook cells. */
export const cellScheme = 'vscode-notebook-cell';

/** The uri of a kept run's spec: `20261202-141500-xor-3fa9/xor.nnspec`. */
export function runSpecUri(runId: string, spec: vscode.Uri): vscode.Uri {
  const path = `/${runId}/${fileNameOf(spec).replace(/\.nnspec$/, '')}.nnspec`;
  return vscode.Uri.from({ scheme: runSpecScheme, path, query: spec.toString() });
}

/** The uri of a spec's effective text: `xor.effective.nnspec`. */
export function effectiveUri(spec: vscode.Uri): vscode.Uri {
  const path = `${spec.path.replace(/\.nnspec$/, '')}.effective.nnspec`;
  return vscode.Uri.from({ scheme: effectiveScheme, path, query: spec.toString() });
}

/** Whether a document only shows what becomes, or was, of a spec. */
export function isCopy({ scheme }: vscode.Uri): boolean {
  return scheme === effectiveScheme || scheme === runSpecScheme;
}

/**
 * The spec's own uri; for an effective text or that of a run, that of the spec it belongs to, and for a cell
 * of a lesson, that of the lesson.
 */
export function writtenSpec(uri: vscode.Uri): vscode.Uri {
  if (uri.scheme === cellScheme) {
    return notebookOfCell(uri)?.uri ?? uri;
  }
  return isCopy(uri) ? vscode.Uri.parse(uri.query) : uri;
}

/** The notebook that a cell belongs to, by the cell's uri. */
export function notebookOfCell(uri: vscode.Uri): vscode.NotebookDocument | undefined {
  const cell = uri.toString();
  return vscode.workspace.notebookDocuments.find(
    (notebook) =>
      notebook.uri.path === uri.path && notebook.getCells().some(({ document }) => document.uri.toString() === cell),
  );
}
