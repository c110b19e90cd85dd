import * as vscode from 'vscode';
import { placesOfColumn, refusalOf, refusalOfName, renameEdits, symbolEdits, symbolToRename } from '../../language';
import { errorToShow } from '../words/messages';
import { dataFileOf, specsReading } from './columnPlaces';
import { toRange } from './convert';
import { wordsOf } from './parses';

/** Throws a sentence for the user if nothing at the cursor can be renamed. */
export async function prepareRename(
  document: vscode.TextDocument,
  position: vscode.Position,
): Promise<{ range: vscode.Range; placeholder: string }> {
  const parsed = await wordsOf(document);
  const symbol = symbolToRename(parsed, position);
  const refusal = refusalOf(symbol, parsed);
  if (refusal || !symbol) {
    throw errorToShow(refusal?.refused ?? '');
  }
  return { range: toRange(symbol.range), placeholder: symbol.name };
}

/**
 * The edits of a rename. For a column, also those of the data file's header and of the other specs that read
 * the file. Throws a sentence for the user if the new name is not valid.
 */
export async function provideRename(
  document: vscode.TextDocument,
  position: vscode.Position,
  newName: string,
): Promise<vscode.WorkspaceEdit> {
  const parsed = await wordsOf(document);
  const symbol = symbolToRename(parsed, position);
  const refusal = refusalOf(symbol, parsed);
  if (refusal || !symbol) {
    throw errorToShow(refusal?.refused ?? '');
  }
  const file = symbol.kind === 'column' ? await dataFileOf(document.uri, parsed) : undefined;
  if (file && 'refused' in file) {
    throw errorToShow(file.refused);
  }
  const cell = file?.header.find(({ name }) => name === symbol.name);
  // A name that is not in the file is a mistake in the spec, and may be corrected to one that is.
  const complaint = refusalOfName(newName, symbol, cell ? file?.header.map(({ name }) => name) : []);
  if (complaint) {
    throw errorToShow(complaint.refused);
  }
  const edit = new vscode.WorkspaceEdit();
  const replace = (uri: vscode.Uri, edits: ReturnType<typeof renameEdits>) => {
    for (const { range, newText } of edits) {
      edit.replace(uri, toRange(range), newText);
    }
  };
  replace(document.uri, symbolEdits(symbol, newName, parsed));
  if (!file || !cell) {
    return edit;
  }
  edit.replace(file.uri, toRange(cell.range), asCell(newName, file.delimiter));
  for (const { uri, parsed: other } of await specsReading(file.uri, document.uri)) {
    replace(uri, renameEdits(placesOfColumn(other, symbol.name), newName, other));
  }
  return edit;
}

/** Quotes a name with a character that would end the cell. */
function asCell(name: string, delimiter: string): string {
  return name.includes(delimiter) || name.includes('"') ? `"${name.replaceAll('"', '""')}"` : name;
}
