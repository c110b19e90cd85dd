/** Writes files on disk whole or not at all. No other code of the product writes a file under Node. */
import { constants, rmSync, type Stats, writeSync } from 'node:fs';
import * as disk from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { codeOf } from './codeOf';
import { isNeighbourName, neighbourName } from './neighbour';

/** Bytes, or pieces of them in order. */
export type Content = Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** The system calls of a write. Tests pass ones that fail. */
export type SystemCalls = Pick<
  typeof disk,
  'access' | 'chmod' | 'lstat' | 'mkdir' | 'open' | 'readdir' | 'readlink' | 'realpath' | 'rename' | 'rm' | 'stat'
>;

export interface ReplaceOptions {
  /** Nobody else may read the file, nor list its folder, which is created if need be. */
  readonly isPrivate?: boolean;
  readonly calls?: SystemCalls;
}

/**
 * Writes a file so that its old content or the new one is there at every moment, whole, also if the process
 * is killed or the power fails. The new file keeps the permissions of the old one, and its owner where the
 * system allows it. If the path is a link, the file that it leads to is replaced. If a piece cannot be made
 * or written, the old file stays, and the error is thrown. Devices and pipes are written directly.
 */
export async function replaceFile(path: string, content: Content, options: ReplaceOptions = {}): Promise<void> {
  const { isPrivate = false, calls = disk } = options;
  if (isPrivate) {
    await calls.mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await calls.chmod(dirname(path), 0o700);
  }
  const { target, old } = await placeOf(path, calls);
  if (target === undefined) {
    await writeDirectly(path, content, calls);
    return;
  }
  const folder = dirname(target);
  const neighbour = join(folder, neighbourName());
  unfinished.add(neighbour);
  try {
    // The content of a file that few may read must not be readable by more of them, not even for a moment.
    const file = await calls.open(neighbour, 'wx', isPrivate || old ? 0o600 : 0o666);
    try {
      await removeAbandoned(folder, (await file.stat()).mtimeMs, calls);
      await writePieces(file, content);
      if (old && !isPrivate) {
        await keepPermissions(file, old);
      }
      // Some file systems report a full disk only here. Without it a power failure could leave an empty file.
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(neighbour, target, calls);
  } catch (error) {
    await calls.rm(neighbour, { force: true }).catch(() => undefined);
    throw error;
  } finally {
    unfinished.delete(neighbour);
  }
  await syncFolder(folder, calls);
}

/** Rejects if `replaceFile` could not write a file at this path. Writes nothing. */
export async function checkReplaceable(path: string): Promise<void> {
  const { target } = await placeOf(path, disk);
  if (target === undefined) {
    await disk.access(path, constants.W_OK);
    return;
  }
  const folder = dirname(target);
  if (!(await disk.stat(folder)).isDirectory()) {
    throw Object.assign(new Error(`${folder} is not a folder`), { code: 'ENOTDIR' });
  }
  await disk.access(folder, constants.W_OK);
  // The name may be too long for the file system.
  await disk.lstat(target).catch(unlessMissing);
}

/** New files that are being written beside the old ones. */
const unfinished = new Set<string>();

/** Removes the unfinished files of a process that is about to end. */
export function removeUnfinished(): void {
  for (const path of unfinished) {
    try {
      rmSync(path, { force: true });
    } catch {
      // The process ends: there is nobody to report to.
    }
  }
}

/** Follows links. The target of the last link need not exist yet. */
export async function realPath(path: string, calls: SystemCalls = disk): Promise<string> {
  try {
    return await calls.realpath(path);
  } catch (error) {
    unlessMissing(error);
  }
  const here = join(await calls.realpath(dirname(path)), basename(path));
  const next = await calls.readlink(here).catch(() => undefined);
  return next === undefined ? here : realPath(resolve(dirname(here), next), calls);
}

/**
 * The file to replace, and its state if it exists. There is no target if the path must be written directly: a
 * device or pipe has no half-written state, and must not become a file.
 */
async function placeOf(path: string, calls: SystemCalls): Promise<{ target?: string; old?: Stats }> {
  const old = await calls.stat(path).catch(unlessMissing);
  if (old?.isDirectory()) {
    throw Object.assign(new Error(`${path} is a folder`), { code: 'EISDIR' });
  }
  if (old && (!old.isFile() || descriptorOf(path) !== undefined)) {
    return {};
  }
  const target = await realPath(path, calls);
  if (old) {
    // Renaming would replace even a file that is protected against writing.
    await calls.access(target, constants.W_OK);
  }
  return { target, old };
}

/** The open file of this process that a path names: 1 for `/dev/stdout`. */
function descriptorOf(path: string): number | undefined {
  const name = /^\/(?:dev\/(stdout|stderr)|(?:dev|proc\/self)\/fd\/(\d+))$/.exec(path);
  return name ? (name[1] ? ['', 'stdout', 'stderr'].indexOf(name[1]) : Number(name[2])) : undefined;
}

async function writeDirectly(path: string, content: Content, calls: SystemCalls): Promise<void> {
  const descriptor = descriptorOf(path);
  if (descriptor !== undefined && (await calls.stat(path)).isFile()) {
    // Standard output that a shell sends to a file. Opened anew, it would be written from its beginning.
    for await (const piece of piecesOf(content)) {
      for (let done = 0; done < piece.length; ) {
        done += writeSync(descriptor, piece, done);
      }
    }
    return;
  }
  const file = await calls.open(path, 'w');
  try {
    await writePieces(file, content);
  } finally {
    await file.close();
  }
}

async function writePieces(file: disk.FileHandle, content: Content): Promise<void> {
  for await (const piece of piecesOf(content)) {
    await file.writeFile(piece);
  }
}

function piecesOf(content: Content): Iterable<Uint8Array> | AsyncIterable<Uint8Array> {
  return content instanceof Uint8Array ? [content] : content;
}

/** Gives a new file the permissions of the old one. */
async function keepPermissions(file: disk.FileHandle, { uid, gid, mode }: Stats): Promise<void> {
  let kept = mode & 0o777;
  const own = await file.stat();
  if (own.uid !== uid || own.gid !== gid) {
    await file
      .chown(uid, gid)
      .catch(() => file.chown(own.uid, gid))
      .catch(() => {
        // The group's rights were given to another group.
        kept &= 0o707;
      });
  }
  // A file system without permissions refuses. On others the file stays private.
  await file.chmod(kept).catch(() => undefined);
}

/** Pauses in milliseconds after which a refused rename is tried again. */
const pauses = [10, 50, 200, 500];

/** Under Windows a virus scanner that reads either file lets the first attempts fail. */
async function rename(from: string, to: string, calls: SystemCalls): Promise<void> {
  for (const pause of process.platform === 'win32' ? pauses : []) {
    try {
      await calls.rename(from, to);
      return;
    } catch (error) {
      if (!['EACCES', 'EBUSY', 'EPERM'].includes(codeOf(error))) {
        throw error;
      }
      await wait(pause);
    }
  }
  await calls.rename(from, to);
}

/** Makes the new name outlast a power failure, where the system can. The file is in place either way. */
async function syncFolder(folder: string, calls: SystemCalls): Promise<void> {
  try {
    const handle = await calls.open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch {
    // Windows and some network file systems cannot.
  }
}

const day = 24 * 60 * 60 * 1000;
/** The folders that this process has searched. */
const searched = new Set<string>();

/**
 * Removes what killed processes have left in a folder: unfinished files that nobody has written to for a
 * day. `now` is the file system's time.
 */
async function removeAbandoned(folder: string, now: number, calls: SystemCalls): Promise<void> {
  if (searched.has(folder)) {
    return;
  }
  searched.add(folder);
  try {
    for (const name of (await calls.readdir(folder)).filter(isNeighbourName)) {
      const path = join(folder, name);
      if (!unfinished.has(path) && now - (await calls.lstat(path)).mtimeMs > day) {
        await calls.rm(path, { force: true });
      }
    }
  } catch {
    // They are hidden and nothing reads them.
  }
}

/** Throws the error unless it says that the file does not exist. */
function unlessMissing(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') {
    throw error;
  }
}
