import * as vscode from 'vscode';
import { largestDescribed, largestSearched } from '../../common/limits';
import { RecentResults } from '../../common/recentResults';
import { heldBytes } from '../../data/bytes';
import { listImages } from '../../data/images/listImages';
import { profileColumns, profileTable } from '../../data/profile';
import { arrayNames } from '../../data/readers/npz';
import type { DataName } from '../../language';
import { findSource } from '../../spec/sources';
import type { TableFacts } from '../../spec/tableFacts';
import { holdsArrays, tableKind } from '../../spec/tableFiles';
import { askEngine } from '../engine/engineTask';
import { hostOfSpec, listFolder, readDataFile, readShippedFile } from '../files/dataFiles';
import { locateDataFile } from '../files/locate';
import { isLargeTable } from '../files/trust';

const keptTables = 16;

/** The tables that specs name, read at most once per version of their file. */
const tables = new RecentResults<TableFacts | undefined>(keptTables);

const arrays = new RecentResults<readonly string[]>(keptTables);

/** Undefined if the file does not exist, is too large or is not a table. */
async function tableAt(
  spec: vscode.Uri,
  path: string,
  format: DataName['format'],
  extensionUri: vscode.Uri,
): Promise<TableFacts | undefined> {
  try {
    const uri = locateDataFile(spec, path);
    const { mtime, size } = await vscode.workspace.fs.stat(uri);
    if (size > largestDescribed || !tableKind(path)) {
      return undefined;
    }
    const isLarge = isLargeTable(path, size);
    if (isLarge && !vscode.workspace.isTrusted) {
      return undefined;
    }
    return await tables.get(`${uri} ${mtime} ${size} ${JSON.stringify(format)}`, async () =>
      isLarge
        ? profileInEngine(spec, path, format, extensionUri)
        : profile(await readDataFile(spec, path), path, format),
    );
  } catch {
    return undefined;
  }
}

/** The arrays in a file of several that a spec names. They are listed, and none is unpacked. */
export async function arraysAt(spec: vscode.Uri, path: string): Promise<readonly string[]> {
  try {
    const uri = locateDataFile(spec, path);
    const { mtime, size } = await vscode.workspace.fs.stat(uri);
    if (size > largestSearched || !holdsArrays(path) || (isLargeTable(path, size) && !vscode.workspace.isTrusted)) {
      return [];
    }
    return await arrays.get(`${uri} ${mtime} ${size}`, async () =>
      arrayNames(heldBytes(await readDataFile(spec, path)), path),
    );
  } catch {
    return [];
  }
}

/** A folder of images: how many each class has. They are counted, and none is read. */
async function folderAt(spec: vscode.Uri, path: string): Promise<TableFacts | undefined> {
  try {
    const { mtime } = await vscode.workspace.fs.stat(locateDataFile(spec, path));
    return await tables.get(`${spec} ${path} ${mtime}`, async () => {
      const { label } = await listImages(path, (folder) => listFolder(spec, folder));
      return label && profileColumns({ rows: label.codes.length, columns: [label] });
    });
  } catch {
    return undefined;
  }
}

/** Describes the table of a spec's data; undefined if it has none that can be read. */
export async function tableOf(
  spec: vscode.Uri,
  { file, folder, source, format }: DataName,
  extensionUri: vscode.Uri,
): Promise<TableFacts | undefined> {
  if (file !== undefined) {
    return tableAt(spec, file, format, extensionUri);
  }
  if (folder !== undefined) {
    return folderAt(spec, folder);
  }
  return source === undefined ? undefined : shippedTable(extensionUri, source);
}

/** Describes the table of a set that is shipped with the product. */
async function shippedTable(extensionUri: vscode.Uri, name: string): Promise<TableFacts | undefined> {
  const source = findSource(name);
  if (source?.kind !== 'shipped') {
    return undefined;
  }
  const { file } = source;
  return tables.get(file, async () => profile(await readShippedFile(extensionUri, file), file)).catch(() => undefined);
}

function profile(bytes: Uint8Array, name: string, format?: DataName['format']): TableFacts | undefined {
  const found = profileTable(bytes, name, format);
  return 'facts' in found ? found.facts : undefined;
}

async function profileInEngine(
  spec: vscode.Uri,
  path: string,
  format: DataName['format'],
  extensionUri: vscode.Uri,
): Promise<TableFacts | undefined> {
  const reply = await askEngine(extensionUri, hostOfSpec(spec, extensionUri), 'profile', { table: path, format });
  if (!reply || 'err' in reply) {
    // An error is not kept: the next request tries again.
    throw new Error(reply?.err.message);
  }
  return 'facts' in reply.ok ? reply.ok.facts : undefined;
}
