/** Files on disk. */
import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FolderEntry } from '../data/files';
import { checkReplaceable, realPath, replaceFile } from '../disk/replaceFile.node';
import type { CliFiles } from './io';

/** Bytes. No single read can be larger. Above it, devices and pipes are refused: they may never end. */
export const mostBytes = 2 ** 31 - 1;

export const diskFiles: CliFiles = {
  read: (path) => readWhole(path, mostBytes),
  list: listFolder,
  exists: (path) =>
    lstat(path).then(
      () => true,
      () => false,
    ),
  realPath: (path) => realPath(path),
  writeAtomically: (path, content) => replaceFile(path, content),
  mustBeWritable: checkReplaceable,
};

async function listFolder(path: string): Promise<readonly FolderEntry[]> {
  const entries = await readdir(path, { withFileTypes: true });
  return Promise.all(
    entries.map(async (entry) => {
      const target = entry.isSymbolicLink() ? await stat(join(path, entry.name)).catch(() => entry) : entry;
      return { name: entry.name, folder: target.isDirectory() };
    }),
  );
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
