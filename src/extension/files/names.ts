import * as vscode from 'vscode';

/** Folders that searches pass over. Kept runs hold specs and tables that are none of the workspace. */
export const passedOver = '**/{node_modules,.nnspec}/**';

/** The last segment of a uri's path: `xor.nnspec`. */
export function fileNameOf(uri: vscode.Uri): string {
  return uri.path.slice(uri.path.lastIndexOf('/') + 1);
}

/** The folder of a file relative to the workspace; empty at its top. */
export function folderOf(uri: vscode.Uri): string {
  const path = vscode.workspace.asRelativePath(uri);
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
