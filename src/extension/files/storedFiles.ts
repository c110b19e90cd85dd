import * as vscode from 'vscode';
import { writeWhole } from './writeFile';

/** A file that the extension keeps. */
export interface StoredFile {
  readonly name: string;
  readonly size: number;
  /** When it was written, in milliseconds. */
  readonly written: number;
}

/** A folder of the extension's own, which nobody but the user can read. It exists once a file is written. */
export class StoredFiles {
  readonly #folder: vscode.Uri;

  constructor(folder: vscode.Uri) {
    this.#folder = folder;
  }

  get path(): string {
    return this.#folder.fsPath;
  }

  async read(name: string): Promise<Uint8Array> {
    return vscode.workspace.fs.readFile(this.#at(name));
  }

  /** Rejects with a sentence. The file is then as before. */
  write(name: string, bytes: Uint8Array): Promise<void> {
    return writeWhole(this.#at(name), bytes, { isPrivate: true });
  }

  /** Also lists what a process that was killed while it wrote has left. */
  async list(): Promise<readonly StoredFile[]> {
    if (!(await this.#exists())) {
      return [];
    }
    const entries = await vscode.workspace.fs.readDirectory(this.#folder);
    const files = await Promise.all(
      entries.map(([name]) =>
        vscode.workspace.fs.stat(this.#at(name)).then(
          ({ size, mtime }) => ({ name, size, written: mtime }),
          // A file that was being written has taken its place since, under another name.
          () => undefined,
        ),
      ),
    );
    return files.filter((file) => file !== undefined);
  }

  async remove(name: string): Promise<void> {
    await vscode.workspace.fs.delete(this.#at(name));
  }

  async removeAll(): Promise<void> {
    if (await this.#exists()) {
      await vscode.workspace.fs.delete(this.#folder, { recursive: true });
    }
  }

  #at(name: string): vscode.Uri {
    return vscode.Uri.joinPath(this.#folder, name);
  }

  async #exists(): Promise<boolean> {
    return vscode.workspace.fs.stat(this.#folder).then(
      () => true,
      () => false,
    );
  }
}
