/** Files of this computer. */
import { constants } from 'node:fs';
import { access, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { CliFiles } from './io';

export const diskFiles: CliFiles = {
  read: (path) => readFile(path),
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
    try {
      // One may lie there of a process that was killed: in a container the next one often has the same number.
      await rm(temporary, { force: true });
      await writeAll(temporary, 'wx', bytes);
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined);
      throw error;
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
