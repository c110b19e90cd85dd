import * as vscode from 'vscode';
import { hasKey, type ParsedSpec, placesOfColumn, type SymbolAt, symbolAt } from '../../language';
import { locateDataFile } from '../files/locate';
import { type CellSearch, type DataFile, dataFileOf, specsReading } from './columnPlaces';
import { toRange } from './convert';
import { wordsOf } from './parses';

/** Definition of the name at the cursor: in the spec, or in the data file. */
export async function provideDefinition(
  document: vscode.TextDocument,
  position: vscode.Position,
  extensionUri: vscode.Uri,
  token: vscode.CancellationToken,
): Promise<vscode.LocationLink[]> {
  const parsed = await wordsOf(document);
  const symbol = symbolAt(parsed, position);
  if (!symbol) {
    return [];
  }
  const given = symbol.places.filter(({ declaration }) => declaration).slice(0, 1);
  const inSpec = given.map(({ span }) => new vscode.Location(document.uri, toRange(parsed.lines.range(span))));
  const locations = inSpec.length > 0 ? inSpec : await elsewhere(symbol, document.uri, parsed, { extensionUri, token });
  const originSelectionRange = toRange(symbol.range);
  return locations.map(({ uri, range }) => ({ originSelectionRange, targetUri: uri, targetRange: range }));
}

/** Definitions outside the spec's own declarations: in the data file, or at the name of a built-in set. */
async function elsewhere(
  symbol: SymbolAt,
  spec: vscode.Uri,
  parsed: ParsedSpec,
  search: CellSearch,
): Promise<vscode.Location[]> {
  if (symbol.kind === 'path') {
    try {
      return [new vscode.Location(locateDataFile(spec, symbol.name), new vscode.Position(0, 0))];
    } catch {
      return [];
    }
  }
  if (symbol.kind !== 'column' && symbol.kind !== 'class') {
    return [];
  }
  const file = await dataFileOf(spec, parsed);
  if (file && 'header' in file) {
    return symbol.kind === 'column' ? columnOf(file, symbol.name) : classOf(file, symbol.name, parsed, search);
  }
  if (file || !parsed.tree || !hasKey(parsed.tree, ['data'], 'source')) {
    return [];
  }
  const source = parsed.locate(['data', 'source'], 'value');
  return source ? [new vscode.Location(spec, toRange(source))] : [];
}

function columnOf({ uri, header }: DataFile, name: string): vscode.Location[] {
  const cell = header.find((each) => each.name === name);
  return cell ? [new vscode.Location(uri, toRange(cell.range))] : [];
}

async function classOf(
  file: DataFile,
  name: string,
  { spec }: ParsedSpec,
  search: CellSearch,
): Promise<vscode.Location[]> {
  const [target, ...others] = spec?.data.target ?? [];
  const column = file.header.findIndex((cell) => cell.name === target);
  const cell = column < 0 || others.length > 0 ? undefined : await file.find(column, name, search);
  return cell ? [cell] : [];
}

/** References to the name at the cursor; for a column, also in its data file and in other specs. */
export async function provideReferences(
  document: vscode.TextDocument,
  position: vscode.Position,
  includeDeclaration: boolean,
): Promise<vscode.Location[]> {
  const parsed = await wordsOf(document);
  const symbol = symbolAt(parsed, position);
  if (!symbol) {
    return [];
  }
  const here = symbol.places
    .filter(({ declaration }) => includeDeclaration || !declaration)
    .map(({ span }) => new vscode.Location(document.uri, toRange(parsed.lines.range(span))));
  const file = symbol.kind === 'column' ? await dataFileOf(document.uri, parsed) : undefined;
  if (!file || !('header' in file)) {
    return here;
  }
  const inFile = includeDeclaration ? columnOf(file, symbol.name) : [];
  const others = await specsReading(file.uri, document.uri);
  const inOthers = others.flatMap(({ uri, parsed: other }) =>
    placesOfColumn(other, symbol.name).map(({ span }) => new vscode.Location(uri, toRange(other.lines.range(span)))),
  );
  return [...here, ...inFile, ...inOthers];
}

/** The references in this file, to highlight while the cursor is on one of them. */
export async function provideHighlights(
  document: vscode.TextDocument,
  position: vscode.Position,
): Promise<vscode.DocumentHighlight[] | undefined> {
  const parsed = await wordsOf(document);
  return symbolAt(parsed, position)?.places.map(({ span, declaration }) => {
    const { Read, Write } = vscode.DocumentHighlightKind;
    return new vscode.DocumentHighlight(toRange(parsed.lines.range(span)), declaration ? Write : Read);
  });
}
