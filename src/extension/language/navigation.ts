import * as vscode from 'vscode';
import { hasKey, type ParsedSpec, placesOfColumn, type SymbolAt, symbolAt } from '../../language';
import { locateDataFile } from '../files/locate';
import { type DataFile, dataFileOf, specsReading } from './columnPlaces';
import { toRange } from './convert';
import { parsedOf } from './parses';

/** Where the name under the cursor is given: in the spec, or in the data file. */
export async function provideDefinition(
  document: vscode.TextDocument,
  position: vscode.Position,
): Promise<vscode.LocationLink[]> {
  const parsed = await parsedOf(document);
  const symbol = symbolAt(parsed, position);
  if (!symbol) {
    return [];
  }
  const given = symbol.places.filter(({ declaration }) => declaration).slice(0, 1);
  const inSpec = given.map(({ span }) => new vscode.Location(document.uri, toRange(parsed.lines.range(span))));
  const locations = inSpec.length > 0 ? inSpec : await elsewhere(symbol, document.uri, parsed);
  const originSelectionRange = toRange(symbol.range);
  return locations.map(({ uri, range }) => ({ originSelectionRange, targetUri: uri, targetRange: range }));
}

/** What the data file, or the name of a built-in set, gives. */
async function elsewhere(symbol: SymbolAt, spec: vscode.Uri, parsed: ParsedSpec): Promise<vscode.Location[]> {
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
    return symbol.kind === 'column' ? columnOf(file, symbol.name) : classOf(file, symbol.name, parsed);
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

function classOf(file: DataFile, name: string, { spec }: ParsedSpec): vscode.Location[] {
  const [target, ...others] = spec?.data.target ?? [];
  const column = file.header.findIndex((cell) => cell.name === target);
  const cell = column < 0 || others.length > 0 ? undefined : file.find(column, name);
  return cell ? [cell] : [];
}

/** All places of the name under the cursor; of a column those in its data file and in the other specs that read it. */
export async function provideReferences(
  document: vscode.TextDocument,
  position: vscode.Position,
  includeDeclaration: boolean,
): Promise<vscode.Location[]> {
  const parsed = await parsedOf(document);
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

/** The places in the file, while the cursor rests on one of them. */
export async function provideHighlights(
  document: vscode.TextDocument,
  position: vscode.Position,
): Promise<vscode.DocumentHighlight[] | undefined> {
  const parsed = await parsedOf(document);
  return symbolAt(parsed, position)?.places.map(({ span, declaration }) => {
    const { Read, Write } = vscode.DocumentHighlightKind;
    return new vscode.DocumentHighlight(toRange(parsed.lines.range(span)), declaration ? Write : Read);
  });
}
