/** Files on disk. */
import { constants, createReadStream, rmSync } from 'node:fs';
import { access, lstat, open, readFile, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { CliFiles } from './io';

/** Bytes. No single read can be larger. Above it, devices and pipes are refused: they may never end. */
export const mostBytes = 2 ** 31 - 1;

/** Temporary files that are being written. */
const unfinished = new Set<string>();

/** Removes the temporary files of a process that is about to end. */
export function removeUnfinished(): void {
  for (const path of unfinished) {
    try {
      rmSync(path, { force: true });
    } catch {
      // The process ends: there is nobody to report to.
    }
  }
}

export const diskFiles: CliFiles = {
  read: (path) => readWhole(path, mostBytes),
  realPath,

  async writeAtomically(path, bytes) {
    const known = await stat(path).catch(() => undefined);
    if (known && !known.isFile()) {
      // A device or pipe has no half-written state and must not be replaced by a file.
      await writeAll(path, 'w', bytes);
      return;
    }
    const target = await realPath(path);
    const temporary = temporaryOf(target);
    unfinished.add(temporary);
    try {
      // A killed process may have left one. In a container the next process often has the same number.
      await rm(temporary, { force: true });
      await writeAll(temporary, 'wx', bytes);
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined);
      throw error;
    } finally {
      unfinished.delete(temporary);
    }
  },

  async mustBeWritable(path) {
    const known = await stat(path).catch(() => undefined);
    if (known?.isDirectory()) {
      throw Object.assign(new Error(`${path} is a folder`), { code: 'EISDIR' });
    }
    if (known && !known.isFile()) {
      await access(path, constants.W_OK);
      return;
    }
    const target = await realPath(path);
    const folder = dirname(target);
    if (!(await stat(folder)).isDirectory()) {
      throw Object.assign(new Error(`${folder} is not a folder`), { code: 'ENOTDIR' });
    }
    await access(folder, constants.W_OK);
    // The temporary name is longer, and may be too long for the file system.
    await lstat(temporaryOf(target)).catch(unlessMissing);
  },
};

/** Follows links. The target of the last link need not exist yet. */
async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    unlessMissing(error);
  }
  const here = join(await realpath(dirname(path)), basename(path));
  const next = await readlink(here).catch(() => undefined);
  return next === undefined ? here : realPath(resolve(dirname(here), next));
}

/** Throws the error unless it says that the file does not exist. */
function unlessMissing(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) {
    throw error;
  }
}

/** The name under which a new version is written beside the old one. */
function temporaryOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
}

/** Rejects if there are more than `most` bytes. */
export async function readWhole(path: string, most: number): Promise<Uint8Array> {
  const known = await stat(path);
  if (known.isFile() || known.isDirectory()) {
    return readFile(path);
  }
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of createReadStream(path)) {
    length += part.length;
    if (length > most) {
      throw Object.assign(new Error(`${path} has more than ${most} bytes`), { code: 'EFBIG' });
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
}

async function writeAll(path: string, flags: string, bytes: Uint8Array | Iterable<Uint8Array>): Promise<void> {
  const file = await open(path, flags);
  try {
    for (const piece of bytes instanceof Uint8Array ? [bytes] : bytes) {
      await file.writeFile(piece);
    }
    // Some file systems report a full disk only here. Devices cannot be synchronised.
    if (flags === 'wx') {
      await file.sync();
    }
  } finally {
    await file.close();
  }
}
