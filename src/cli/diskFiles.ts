/** Files of this computer. */
import { constants, createReadStream, rmSync } from 'node:fs';
import { access, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
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
  realPath: (path) => realpath(path),

  async writeAtomically(path, bytes) {
    const target = await realpath(path).catch(() => path);
    const known = await stat(target).catch(() => undefined);
    if (known && !known.isFile()) {
      // A device or a pipe has no half-written state, and must not be replaced by a file.
      await writeAll(target, 'w', bytes);
      return;
    }
    const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
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
    const folder = dirname(await realpath(path).catch(() => path));
    if (!(await stat(folder)).isDirectory()) {
      throw Object.assign(new Error(`${folder} is not a folder`), { code: 'ENOTDIR' });
    }
    await access(folder, constants.W_OK);
  },
};

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
