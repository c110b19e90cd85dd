/** Files of this computer. */
import { constants, createReadStream, rmSync } from 'node:fs';
import { access, lstat, open, readFile, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { CliFiles } from './io';

/** Bytes that the system reads of a file at once; of a device or a pipe, which may never end, no more are taken. */
const mostBytes = 2 ** 31 - 1;

/** Files that are being written under a name of their own. */
const unfinished = new Set<string>();

/** For a process that ends at once: leaves nothing of what it has not finished. */
export function removeUnfinished(): void {
  for (const path of unfinished) {
    try {
      rmSync(path, { force: true });
    } catch {
      // There is nobody left to tell.
    }
  }
}

export const diskFiles: CliFiles = {
  read: (path) => readWhole(path, mostBytes),
  realPath,

  async writeAtomically(path, bytes) {
    const known = await stat(path).catch(() => undefined);
    if (known && !known.isFile()) {
      // A device or a pipe has no half-written state, and must not be replaced by a file. Where a link leads to a pipe, nothing has its name.
      await writeAll(path, 'w', bytes);
      return;
    }
    const target = await realPath(path);
    const temporary = temporaryOf(target);
    unfinished.add(temporary);
    try {
      // One may lie there of a process that was killed: in a container the next one often has the same number.
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
    // Its name is the longer one, and may be too long for the file system.
    await lstat(temporaryOf(target)).catch(unlessMissing);
  },
};

/** Follows links, the last one also to where there is nothing yet: a file that is written then comes to lie there. */
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

/** Rejects where an error says anything else than that there is nothing. */
function unlessMissing(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) {
    throw error;
  }
}

/** Under this name a file is written beside its old version. */
function temporaryOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
}

/** Rejects where there are more than `most` bytes. */
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

async function writeAll(path: string, flags: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, flags);
  try {
    await file.writeFile(bytes);
    // A file system may report a full disk only when it must really write; devices cannot be synchronised.
    if (flags === 'wx') {
      await file.sync();
    }
  } finally {
    await file.close();
  }
}
