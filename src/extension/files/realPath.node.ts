import { realpath } from 'node:fs/promises';
import type { Uri } from 'vscode';

/** The path with all symbolic links resolved; undefined if this host cannot resolve them. */
export async function realPath(uri: Uri): Promise<string | undefined> {
  if (uri.scheme !== 'file') {
    return undefined;
  }
  const path = await realpath(uri.fsPath);
  return path.replaceAll('\\', '/');
}
