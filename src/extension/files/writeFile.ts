import * as vscode from 'vscode';
import { fileErrorText } from '../../disk/fileErrors';
import { neighbourName } from '../../disk/neighbour';
import { platform } from '../platform';

/**
 * Writes a file whole or not at all, wherever it lies. On disk, a private one can be read by nobody else.
 * Rejects with a sentence that says why the file could not be written; its old content is then intact.
 */
export async function writeWhole(uri: vscode.Uri, bytes: Uint8Array, { isPrivate = false } = {}): Promise<void> {
  const { replaceFile } = platform();
  try {
    await (uri.scheme === 'file' && replaceFile
      ? replaceFile(uri.fsPath, bytes, { isPrivate })
      : replaceVirtual(uri, bytes));
  } catch (error) {
    throw new Error(fileErrorText(uri.fsPath, error), { cause: error });
  }
}

/** Writes a file as `writeWhole` does, in a folder that need not be there. */
export async function writeInFolder(folder: vscode.Uri, path: readonly string[], bytes: Uint8Array): Promise<void> {
  const uri = vscode.Uri.joinPath(folder, ...path);
  await vscode.workspace.fs.createDirectory(vscode.Uri.joinPath(uri, '..'));
  await writeWhole(uri, bytes);
}

/** Writes a file of one of VS Code's file systems. */
async function replaceVirtual(uri: vscode.Uri, bytes: Uint8Array): Promise<void> {
  const { fs } = vscode.workspace;
  const type = await fs.stat(uri).then(
    (old) => old.type,
    () => vscode.FileType.Unknown,
  );
  if (type & vscode.FileType.Directory) {
    throw vscode.FileSystemError.FileIsADirectory(uri);
  }
  if (type & vscode.FileType.SymbolicLink) {
    // A rename would replace the link instead of the file that it leads to.
    await fs.writeFile(uri, bytes);
    return;
  }
  const neighbour = vscode.Uri.joinPath(uri, '..', neighbourName());
  const removeNeighbour = () => fs.delete(neighbour).then(undefined, () => undefined);
  try {
    await fs.writeFile(neighbour, bytes);
  } catch (error) {
    await removeNeighbour();
    throw error;
  }
  try {
    await fs.rename(neighbour, uri, { overwrite: true });
  } catch {
    // Some file systems cannot rename a file over another. There was room for the new content.
    await removeNeighbour();
    await fs.writeFile(uri, bytes);
  }
}

/** Moves a folder with all that is in it. */
export async function moveFolder(from: vscode.Uri, to: vscode.Uri): Promise<void> {
  await vscode.workspace.fs.createDirectory(vscode.Uri.joinPath(to, '..'));
  await vscode.workspace.fs.rename(from, to);
}

/** A file beside another: `base.extension`, or with the next free number, so that nothing is overwritten. */
export async function freeName(beside: vscode.Uri, base: string, extension: string): Promise<vscode.Uri> {
  for (let count = 1; ; count++) {
    const file = vscode.Uri.joinPath(beside, '..', `${base}${count === 1 ? '' : `-${count}`}.${extension}`);
    try {
      await vscode.workspace.fs.stat(file);
    } catch {
      return file;
    }
  }
}
