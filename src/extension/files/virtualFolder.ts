import * as vscode from 'vscode';
import type { RunFiles } from '../../runs/runFiles';
import { moveFolder, writeWhole } from './writeFile';

/** A folder of one of VS Code's file systems, which cannot append. */
export class VirtualFolder implements RunFiles {
  readonly #root: vscode.Uri;

  /** The folder need not exist. */
  constructor(root: vscode.Uri) {
    this.#root = root;
  }

  async read(path: string): Promise<Uint8Array> {
    return vscode.workspace.fs.readFile(this.#at(path));
  }

  async replace(path: string, bytes: Uint8Array): Promise<void> {
    // Makes the folders above it, too.
    await writeWhole(this.#at(path), bytes);
  }

  async list(path: string) {
    try {
      const entries = await vscode.workspace.fs.readDirectory(this.#at(path));
      return entries.map(([name, type]) => ({ name, folder: type === vscode.FileType.Directory }));
    } catch (error) {
      return isMissing(error) ? [] : Promise.reject(error);
    }
  }

  async stat(path: string) {
    try {
      const { size, mtime } = await vscode.workspace.fs.stat(this.#at(path));
      return { size, modified: mtime };
    } catch (error) {
      return isMissing(error) ? undefined : Promise.reject(error);
    }
  }

  async move(from: string, to: string): Promise<void> {
    await moveFolder(this.#at(from), this.#at(to));
  }

  async remove(path: string): Promise<void> {
    if (await this.stat(path)) {
      await vscode.workspace.fs.delete(this.#at(path), { recursive: true });
    }
  }

  #at(path: string): vscode.Uri {
    return vscode.Uri.joinPath(this.#root, path);
  }
}

/** Also where the extension that serves the file system has gone. */
function isMissing(error: unknown): boolean {
  const codes = ['FileNotFound', 'FileNotADirectory', 'Unavailable'];
  return error instanceof vscode.FileSystemError && codes.includes(error.code);
}
