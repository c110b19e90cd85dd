import * as vscode from 'vscode';
import { RecentResults } from '../../common/recentResults';
import { profileSteps } from '../../data/profile';
import type { DataName } from '../../language';
import { findSource } from '../../spec/sources';
import type { TableFacts } from '../../spec/tableFacts';
import { readDataFile, readShippedFile } from '../files/dataFiles';
import { locateDataFile } from '../files/locate';
import { inTurns } from './turns';

/** Files above this size are not read while typing. */
const largestFile = 8 * 1024 * 1024;
const keptTables = 16;

/** The tables that specs name, read at most once per version of their file. */
const tables = new RecentResults<TableFacts | undefined>(keptTables);

/** Undefined where there is no such file, where it is large, and where it is no table. */
async function tableAt(spec: vscode.Uri, path: string): Promise<TableFacts | undefined> {
  try {
    const uri = locateDataFile(spec, path);
    const { mtime, size } = await vscode.workspace.fs.stat(uri);
    if (size > largestFile || !/\.[ct]sv$/i.test(path)) {
      return undefined;
    }
    return await tables.get(`${uri} ${mtime} ${size}`, () => profile(() => readDataFile(spec, path), path));
  } catch {
    return undefined;
  }
}

/** The table of a spec's data, where it is one. */
export async function tableOf(
  spec: vscode.Uri,
  { file, source }: DataName,
  extensionUri: vscode.Uri,
): Promise<TableFacts | undefined> {
  if (file !== undefined) {
    return tableAt(spec, file);
  }
  return source === undefined ? undefined : shippedTable(extensionUri, source);
}

/** The table of a set that comes with the product. */
async function shippedTable(extensionUri: vscode.Uri, name: string): Promise<TableFacts | undefined> {
  const source = findSource(name);
  if (source?.kind !== 'shipped') {
    return undefined;
  }
  const { file } = source;
  return tables.get(file, () => profile(() => readShippedFile(extensionUri, file), file)).catch(() => undefined);
}

async function profile(read: () => Promise<Uint8Array>, name: string): Promise<TableFacts | undefined> {
  const found = await inTurns(profileSteps(await read(), name));
  return 'facts' in found ? found.facts : undefined;
}
