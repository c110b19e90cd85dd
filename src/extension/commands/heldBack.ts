/** Tells tables that are kept for judging a network from those to learn from. */
import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { parseSpec } from '../../language';
import { heldBackFrom } from '../../spec/tableFiles';
import { locateDataFile } from '../files/locate';
import { fileNameOf, passedOver } from '../files/names';

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
