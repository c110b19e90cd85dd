import type { Uri } from 'vscode';

/** The last segment of a uri's path: `xor.nnspec`. */
export function fileNameOf(uri: Uri): string {
  return uri.path.slice(uri.path.lastIndexOf('/') + 1);
}
