import * as vscode from 'vscode';
import type { Formulas } from '../../protocol/gallery';

let formulas: Promise<Formulas> | undefined;

/** The formula pictures that the build made, read once. Without them formulas are shown as text. */
export function readFormulas(extensionUri: vscode.Uri): Promise<Formulas> {
  formulas ??= read(vscode.Uri.joinPath(extensionUri, 'dist', 'formulas.json'));
  return formulas;
}

async function read(uri: vscode.Uri): Promise<Formulas> {
  try {
    return JSON.parse(new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)));
  } catch {
    return {};
  }
}
