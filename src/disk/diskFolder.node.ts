/** A folder on disk whose files are read, replaced, appended to, moved and removed. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { access, constants, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf } from './codeOf';
import { replaceFile } from './replaceFile.node';

export interface DiskFolderOptions {
  /** Nobody else may read the files, nor list their folders. */
  readonly isPrivate?: boolean;
}

export class DiskFolder {
  readonly #root: string;
  readonly #isPrivate: boolean;

  /** The folder need not exist. */
  constructor(root: string, { isPrivate = false }: DiskFolderOptions = {}) {
    this.#root = root;
    this.#isPrivate = isPrivate;
  }

  /** A pipe without a writer reads as empty: it must not keep a list of runs waiting for ever. */
  async read(path: string): Promise<Uint8Array> {
    return readFile(this.#at(path), { flag: constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) });
  }

  create(path: string, bytes: Uint8Array): boolean {
    mkdirSync(dirname(this.#at(path)), { recursive: true, mode: this.#folderMode });
    try {
      writeFileSync(this.#at(path), bytes, { flag: 'wx', mode: this.#fileMode });
      return true;
    } catch (error) {
      if (codeOf(error) === 'EEXIST') {
        return false;
      }
      throw error;
    }
  }

  /** Rejects where the folder is missing: whoever has deleted it does not want it back. */
  async append(path: string, bytes: Uint8Array): Promise<void> {
    const file = await open(this.#at(path), 'a', this.#fileMode);
    try {
      await file.writeFile(bytes);
    } finally {
      await file.close();
    }
  }

  async replace(path: string, bytes: Uint8Array): Promise<void> {
    await this.#makeFolderOf(path);
    await replaceFile(this.#at(path), bytes, { isPrivate: this.#isPrivate });
  }

  async list(path: string): Promise<readonly { readonly name: string; readonly folder: boolean }[]> {
    try {
      const entries = await readdir(this.#at(path), { withFileTypes: true });
      return entries.map((entry) => ({ name: entry.name, folder: entry.isDirectory() }));
    } catch (error) {
      return isMissing(error) ? [] : Promise.reject(error);
    }
  }

  async stat(path: string): Promise<{ readonly size: number; readonly modified: number } | undefined> {
    try {
      const { size, mtimeMs } = await stat(this.#at(path));
      return { size, modified: mtimeMs };
    } catch (error) {
      return isMissing(error) ? undefined : Promise.reject(error);
    }
  }

  async move(from: string, to: string): Promise<void> {
    await this.#makeFolderOf(to);
    await rename(this.#at(from), this.#at(to));
  }

  async remove(path: string): Promise<void> {
    await rm(this.#at(path), { recursive: true, force: true });
  }

  get #fileMode(): number {
    return this.#isPrivate ? 0o600 : 0o666;
  }

  get #folderMode(): number {
    return this.#isPrivate ? 0o700 : 0o777;
  }

  #at(path: string): string {
    return join(this.#root, path);
  }

  async #makeFolderOf(path: string): Promise<void> {
    await mkdir(dirname(this.#at(path)), { recursive: true, mode: this.#folderMode });
  }
}

/** Whether files can be made in a folder. */
export function isWritable(folder: string): Promise<boolean> {
  return access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
}

function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(error));
}
