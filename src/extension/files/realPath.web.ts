import type { Uri } from 'vscode';

/** A browser cannot follow symbolic links. */
export async function realPath(_uri: Uri): Promise<string | undefined> {
  return undefined;
}
