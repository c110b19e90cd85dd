/** Tells tables that are kept for judging a network from those to learn from. */
import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { parseSpec } from '../../language';
import { heldBackFrom, tableExtensions } from '../../spec/tableFiles';
import { locateDataFile } from '../files/locate';
import { fileNameOf, passedOver } from '../files/names';
import { choose } from '../words/messages';

/** A file of images has no column to predict. */
const tableGlob = `**/*.{${tableExtensions
  .filter((each) => each !== 'idx')
  .flatMap((each) => (each === 'parquet' ? each : [each, `${each}.gz`]))
  .join(',')}}`;

/** Tables of the workspace that are looked at. */
const mostTables = 200;

export async function findTables(): Promise<readonly vscode.Uri[]> {
  return vscode.workspace.findFiles(tableGlob, passedOver, mostTables);
}

/** Specs of the workspace that are looked at. */
const mostSpecs = 50;

/** A few words for each table, by its uri, that a spec or its name keeps for validation or a test. */
export async function heldBackTables(tables: readonly vscode.Uri[]): Promise<ReadonlyMap<string, string>> {
  const words = new Map<string, string>();
  const paths = tables.map(({ path }) => path);
  for (const uri of tables) {
    const from = heldBackFrom(uri.path, paths);
    if (from !== undefined) {
      words.set(
        uri.toString(),
        t('by its name kept for judging what {0} taught', from.slice(from.lastIndexOf('/') + 1)),
      );
    }
  }
  const specs = await vscode.workspace.findFiles('**/*.nnspec', passedOver, mostSpecs);
  for (const found of await Promise.all(specs.map(partsOf))) {
    for (const [uri, said] of found) {
      words.set(uri, said);
    }
  }
  return words;
}

/**
 * Lets the person choose one of the tables that are kept for judging, or `undefined` for another one. Without
 * such tables nothing is asked; null if the person leaves it.
 */
export async function askHeldBack(title: string): Promise<vscode.Uri | undefined | null> {
  const tables = await findTables();
  const words = await heldBackTables(tables);
  const items = tables.flatMap((uri) => {
    const description = words.get(uri.toString());
    return description === undefined ? [] : [{ label: fileNameOf(uri), description, value: uri }];
  });
  if (items.length === 0) {
    return undefined;
  }
  const browse = { icon: 'folder-opened', label: t('Browse…'), value: 'browse' as const, apart: true };
  const picked = await choose<vscode.Uri | 'browse'>([...items, browse], title);
  return picked === 'browse' ? undefined : (picked ?? null);
}

/** The files of the validation and the test part of a spec. */
async function partsOf(spec: vscode.Uri): Promise<readonly (readonly [uri: string, words: string])[]> {
  try {
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(spec));
    const { files = {} } = parseSpec(text, { fileName: fileNameOf(spec) }).spec?.data.split ?? {};
    return Object.entries(files).map(
      ([part, path]) => [locateDataFile(spec, path).toString(), t('{0} part of {1}', part, fileNameOf(spec))] as const,
    );
  } catch {
    // A spec that cannot be read says nothing about tables.
    return [];
  }
}
