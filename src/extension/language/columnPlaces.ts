/** Finds the columns of a spec's data file in the header of the file and in the other specs that read it. */
import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { largestInHost, largestSearched } from '../../common/limits';
import { heldBytes } from '../../data/bytes';
import { type CellPlace, findCell, headerPlaces } from '../../data/cellPlaces';
import { findFormat } from '../../data/findFormat';
import { dataNamed, linksOf, type ParsedSpec, parseSpec } from '../../language';
import type { EngineRequests } from '../../protocol/engine';
import type { Range } from '../../spec/problem';
import { isPacked, tableKind } from '../../spec/tableFiles';
import { askEngine } from '../engine/engineTask';
import { readDataFile } from '../files/dataFiles';
import { locateDataFile } from '../files/locate';
import { fileNameOf, passedOver } from '../files/names';
import { isCopy } from '../files/specCopies';
import { toRange } from './convert';
import { parsedOf } from './parses';

/** Maximum number of specs of a workspace that are searched. */
const mostSpecs = 200;
const lineFeed = 10;

/** Needed to search a large file, which an engine process does. */
export interface CellSearch {
  readonly extensionUri: vscode.Uri;
  readonly token: vscode.CancellationToken;
}

export interface DataFile {
  readonly uri: vscode.Uri;
  readonly delimiter: string;
  readonly header: readonly CellPlace[];
  /** The first cell below the header of `column` that holds `value`. */
  find(column: number, value: string, search: CellSearch): Promise<vscode.Location | undefined>;
}

/**
 * The data file of a spec, with unsaved edits. Undefined if it names none, or one that cannot be read. A file
 * that cannot be edited here is refused with a sentence.
 */
export async function dataFileOf(
  spec: vscode.Uri,
  parsed: ParsedSpec,
): Promise<DataFile | { readonly refused: string } | undefined> {
  const path = linksOf(parsed)[0]?.path;
  if (path === undefined) {
    return undefined;
  }
  try {
    const uri = locateDataFile(spec, path);
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > (vscode.workspace.isTrusted ? largestSearched : largestInHost)) {
      return { refused: t('“{0}” is too large to be edited here. Rename the column in the file first.', path) };
    }
    if (tableKind(path) !== 'text') {
      return {
        refused: t(
          '“{0}” is not CSV, so it cannot be edited here. Rename the column in the program that wrote it.',
          path,
        ),
      };
    }
    if (isPacked(path)) {
      return { refused: t('“{0}” is packed, so it cannot be edited here. Unpack it first.', path) };
    }
    const edited = openDocument(uri);
    const bytes = edited?.isDirty ? new TextEncoder().encode(edited.getText()) : await readDataFile(spec, path);
    // The text of an open document is no longer in the file's own encoding.
    const { encoding, ...written } = dataNamed(parsed.tree).format ?? {};
    const given = edited?.isDirty || encoding === undefined ? written : { ...written, encoding };
    const beginning = beginningOf(bytes);
    const { format } = findFormat({ bytes: heldBytes(beginning), fileName: path, given });
    if (format.encoding !== 'utf-8') {
      return {
        refused: t('“{0}” is not written in UTF-8, so it cannot be edited here. Save it as UTF-8 first.', path),
      };
    }
    const find = async (column: number, value: string, search: CellSearch) => {
      const range =
        bytes.length > largestInHost
          ? await findInEngine(bytes, { table: path, format: given, column, value }, search)
          : findCell(bytes, { fileName: path, given }, column, value);
      return range && new vscode.Location(uri, toRange(range));
    };
    const header = headerPlaces(beginning, { fileName: path, given });
    return { uri, delimiter: format.delimiter, header, find };
  } catch {
    return undefined;
  }
}

/** The first lines of a file, which hold its header. */
function beginningOf(bytes: Uint8Array): Uint8Array {
  return bytes.length > largestInHost ? bytes.subarray(0, bytes.lastIndexOf(lineFeed, largestInHost) + 1) : bytes;
}

async function findInEngine(
  bytes: Uint8Array,
  params: EngineRequests['findCell']['params'],
  { extensionUri, token }: CellSearch,
): Promise<Range | undefined> {
  const host = () => ({ readFile: () => bytes, listFolder: () => [], readShipped: () => bytes });
  const reply = await askEngine(extensionUri, host, 'findCell', params, token);
  return reply && 'ok' in reply ? (reply.ok ?? undefined) : undefined;
}

/** The other specs of the workspace that read the same file. */
export async function specsReading(
  file: vscode.Uri,
  except: vscode.Uri,
): Promise<{ readonly uri: vscode.Uri; readonly parsed: ParsedSpec }[]> {
  const found = await vscode.workspace.findFiles('**/*.nnspec', passedOver, mostSpecs);
  const open = vscode.workspace.textDocuments.filter(({ languageId, uri }) => languageId === 'nnspec' && !isCopy(uri));
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
