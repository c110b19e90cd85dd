import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import type { DataFiles, FolderEntry } from '../../data/files';
import type { OnDisk } from '../../protocol/engine';
import type { EngineProcess } from '../engine/engineProcess';
import type { EngineHost } from '../engine/engineTask';
import { platform } from '../platform';
import { locate, type Reach } from './locate';
import { segmentsBelow } from './paths';

/** Throws if a symbolic link leads outside the permitted folder. */
async function refuseEscape(path: string, reach: Reach, uri: vscode.Uri, segments: readonly string[]): Promise<void> {
  const [root, target] = await Promise.all([platform().realPath(reach.root), platform().realPath(uri)]);
  const escaped =
    root !== undefined && target !== undefined
      ? segmentsBelow(root, target) === undefined
      : await hasSymbolicLink(reach.root, segments);
  if (escaped) {
    throw new Error(
      t('“{0}” is a link out of the workspace folder. Copy the file into the folder that holds the spec.', path),
    );
  }
}

async function hasSymbolicLink(root: vscode.Uri, segments: readonly string[]): Promise<boolean> {
  for (let count = 1; count <= segments.length; count++) {
    const { type } = await vscode.workspace.fs.stat(vscode.Uri.joinPath(root, ...segments.slice(0, count)));
    if (type & vscode.FileType.SymbolicLink) {
      return true;
    }
  }
  return false;
}

/** `folder` is empty or ends with a slash. Rejects where a link leads out of the permitted folder. */
async function entriesOf(spec: vscode.Uri, folder: string): Promise<[string, vscode.FileType][]> {
  const { uri, reach, segments } = locate(spec, `${folder}_`);
  const inside = vscode.Uri.joinPath(uri, '..');
  await refuseEscape(folder, reach, inside, segments.slice(0, -1));
  return vscode.workspace.fs.readDirectory(inside);
}

/** The entries of a folder that a spec names; an empty path is its own. Rejects as `readDataFile` does. */
export async function listFolder(spec: vscode.Uri, path: string): Promise<readonly FolderEntry[]> {
  try {
    const entries = await entriesOf(spec, path === '' || path.endsWith('/') ? path : `${path}/`);
    return entries.map(([name, type]) => ({ name, folder: (type & vscode.FileType.Directory) !== 0 }));
  } catch (error) {
    throw toSentence(path, error);
  }
}

/** Reads a file that a spec names, inside its permitted folder. Rejects with a sentence for the user. */
export function readDataFile(spec: vscode.Uri, path: string): Promise<Uint8Array> {
  return withDataFile(spec, path, (uri) => vscode.workspace.fs.readFile(uri) as Promise<Uint8Array>);
}

/** The same file for an engine process. */
export function dataFileFor(process: EngineProcess, spec: vscode.Uri, path: string): Promise<Uint8Array | OnDisk> {
  return withDataFile(spec, path, (uri) => fileFor(process, uri));
}

/** A file for an engine process: the path if it reads the disk itself, else the bytes. */
async function fileFor({ readsDisk }: EngineProcess, uri: vscode.Uri): Promise<Uint8Array | OnDisk> {
  const disk = readsDisk ? await platform().realPath(uri) : undefined;
  return disk === undefined ? vscode.workspace.fs.readFile(uri) : { disk };
}

/** Serves the file requests of an engine that works on a spec. */
export function hostOfSpec(spec: vscode.Uri, extensionUri: vscode.Uri): EngineHost {
  return (process) => ({
    readFile: ({ path }) => dataFileFor(process, spec, path),
    listFolder: ({ path }) => listFolder(spec, path),
    readShipped: ({ name }) => readShippedFile(extensionUri, name),
  });
}

/** Serves an engine that reads a single file, whatever path it requests, and others by their names. */
export function hostOfFile(file: vscode.Uri, others: ReadonlyMap<string, vscode.Uri> = new Map()): EngineHost {
  return (process) => ({
    readFile: ({ path }) => fileFor(process, others.get(path) ?? file),
    listFolder: () => [],
    readShipped: () => {
      throw new Error('An engine that works on one file reads no built-in set.');
    },
  });
}

/** Serves an engine that reads a folder, by the same rules as for a spec that lies beside it. */
export function hostOfFolder(folder: vscode.Uri, extensionUri: vscode.Uri): EngineHost {
  return hostOfSpec(vscode.Uri.joinPath(folder, '../_.nnspec'), extensionUri);
}

/** Calls `use` with a file that a spec names, after checking that the spec may read it. */
async function withDataFile<Result>(
  spec: vscode.Uri,
  path: string,
  use: (uri: vscode.Uri) => Promise<Result>,
): Promise<Result> {
  const { uri, reach, segments } = locate(spec, path);
  try {
    const { type } = await vscode.workspace.fs.stat(uri);
    if (type & vscode.FileType.Directory) {
      throw new Error(t('“{0}” is a folder. Name a file.', path));
    }
    await refuseEscape(path, reach, uri, segments);
    return await use(uri);
  } catch (error) {
    throw toSentence(path, error);
  }
}

/** The system's errors as sentences. */
function toSentence(path: string, error: unknown): unknown {
  return error instanceof vscode.FileSystemError || isNodeNotFound(error)
    ? new Error(fileErrorMessage(path, error))
    : error;
}

function isNodeNotFound(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}

function fileErrorMessage(path: string, error: Error & { code: string }): string {
  return error.code === 'FileNotFound' || error.code === 'ENOENT'
    ? t('The file “{0}” does not exist. Check the path: it is relative to the spec.', path)
    : t('The file “{0}” cannot be read: {1}', path, error.message);
}

/** Reads a data set that is shipped with the product: `iris.csv`. */
export async function readShippedFile(extensionUri: vscode.Uri, name: string): Promise<Uint8Array> {
  if (!/^[a-z_]+\.csv$/.test(name)) {
    throw new Error(t('There is no built-in data set “{0}”.', name));
  }
  return vscode.workspace.fs.readFile(vscode.Uri.joinPath(extensionUri, 'media', 'data', name));
}

/** The files that a spec may read. */
export function dataFilesOf(spec: vscode.Uri, extensionUri: vscode.Uri): DataFiles {
  return {
    read: (path) => readDataFile(spec, path),
    list: (path) => listFolder(spec, path),
    readShipped: (name) => readShippedFile(extensionUri, name),
  };
}
