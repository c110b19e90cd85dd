import { realpath } from 'node:fs/promises';
import type { Uri } from 'vscode';

/** Where a path leads once its symbolic links are followed; undefined where that cannot be told. */
export async function realPath(uri: Uri): Promise<string | undefined> {
  if (uri.scheme !== 'file') {
    return undefined;
  }
  const path = await realpath(uri.fsPath);
  return path.replaceAll('\\', '/');
}
