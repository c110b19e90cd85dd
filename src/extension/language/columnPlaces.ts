/** Where the columns of a spec's data file stand: in the file's own header, and in the other specs that read the file. */
import * as vscode from 'vscode';
import { type CellPlace, findCell, headerPlaces } from '../../data/cellPlaces';
import { linksOf, type ParsedSpec, parseSpec } from '../../language';
import { readDataFile } from '../files/dataFiles';
import { isEffective } from '../files/effective';
import { locateDataFile } from '../files/locate';
import { fileNameOf } from '../files/names';
import { toRange } from './convert';
import { parsedOf } from './parses';

/** Larger files are not opened for a name. */
const largestFile = 16 * 1024 * 1024;
/** As many specs of a workspace are searched. */
const mostSpecs = 200;

export interface DataFile {
  readonly uri: vscode.Uri;
  readonly header: readonly CellPlace[];
  /** The first cell below a column of the header that holds a value. */
  find(column: number, value: string): vscode.Location | undefined;
}

/** The data file that a spec names, with edits that are not saved yet; undefined where it names none, or one that cannot be read. */
export async function dataFileOf(
  spec: vscode.Uri,
  parsed: ParsedSpec,
): Promise<DataFile | { readonly tooLarge: string } | undefined> {
  const path = linksOf(parsed)[0]?.path;
  if (path === undefined) {
    return undefined;
  }
  try {
    const uri = locateDataFile(spec, path);
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > largestFile) {
      return { tooLarge: path };
    }
    const edited = openDocument(uri);
    const bytes = edited?.isDirty ? new TextEncoder().encode(edited.getText()) : await readDataFile(spec, path);
    const find = (column: number, value: string) => {
      const range = findCell(bytes, path, column, value);
      return range && new vscode.Location(uri, toRange(range));
    };
    return { uri, header: headerPlaces(bytes, path), find };
  } catch {
    return undefined;
  }
}

/** The other specs of the workspace that read the same file. */
export async function specsReading(
  file: vscode.Uri,
  except: vscode.Uri,
): Promise<{ readonly uri: vscode.Uri; readonly parsed: ParsedSpec }[]> {
  const found = await vscode.workspace.findFiles('**/*.nnspec', undefined, mostSpecs);
  const open = vscode.workspace.textDocuments.filter(
    ({ languageId, uri }) => languageId === 'nnspec' && !isEffective(uri),
  );
  const uris = new Map([...found, ...open.map(({ uri }) => uri)].map((uri) => [uri.toString(), uri]));
  uris.delete(except.toString());
  const specs = await Promise.all([...uris.values()].map((uri) => readSpec(uri)));
  return specs.flatMap((spec) => (spec && readsFile(spec.uri, spec.parsed, file) ? [spec] : []));
}

async function readSpec(uri: vscode.Uri): Promise<{ uri: vscode.Uri; parsed: ParsedSpec } | undefined> {
  const open = openDocument(uri);
  if (open) {
    return { uri, parsed: await parsedOf(open) };
  }
  try {
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
    return { uri, parsed: parseSpec(text, { fileName: fileNameOf(uri) }) };
  } catch {
    return undefined;
  }
}

function openDocument(uri: vscode.Uri): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
}

function readsFile(spec: vscode.Uri, parsed: ParsedSpec, file: vscode.Uri): boolean {
  return linksOf(parsed).some(({ path }) => {
    try {
      return locateDataFile(spec, path).toString() === file.toString();
    } catch {
      return false;
    }
  });
}
