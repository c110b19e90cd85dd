import * as vscode from 'vscode';
import { assertNever } from '../../common/assertNever';
import { type Fold, foldsOf, type OutlineItem, outlineOf, selectionAt } from '../../language';
import { toRange } from './convert';
import { parsedOf } from './parses';

/** The outline, which the breadcrumbs follow as well. */
export async function provideOutline(document: vscode.TextDocument): Promise<vscode.DocumentSymbol[]> {
  return outlineOf(await parsedOf(document)).map(toSymbol);
}

function toSymbol(item: OutlineItem): vscode.DocumentSymbol {
  const { name, detail, kind, range, selection, children } = item;
  const symbol = new vscode.DocumentSymbol(name, detail, toSymbolKind(kind), toRange(range), toRange(selection));
  symbol.children = children.map(toSymbol);
  return symbol;
}

function toSymbolKind(kind: OutlineItem['kind']): vscode.SymbolKind {
  switch (kind) {
    case 'chapter':
      return vscode.SymbolKind.Module;
    case 'layer':
      return vscode.SymbolKind.Class;
    case 'thing':
      return vscode.SymbolKind.Function;
    case 'text':
      return vscode.SymbolKind.String;
    case 'number':
      return vscode.SymbolKind.Number;
    case 'boolean':
      return vscode.SymbolKind.Boolean;
    case 'list':
      return vscode.SymbolKind.Array;
    case 'map':
      return vscode.SymbolKind.Object;
    case 'expectation':
      return vscode.SymbolKind.Event;
    default:
      return assertNever(kind);
  }
}

/** Undefined where the file cannot be read as YAML: the editor then folds by indentation. */
export async function provideFolds(document: vscode.TextDocument): Promise<vscode.FoldingRange[] | undefined> {
  return foldsOf(await parsedOf(document))?.map(({ start, end, kind }) => {
    return new vscode.FoldingRange(start, end, toFoldKind(kind));
  });
}

function toFoldKind(kind: Fold['kind']): vscode.FoldingRangeKind | undefined {
  if (kind === 'comment') {
    return vscode.FoldingRangeKind.Comment;
  }
  return kind === 'region' ? vscode.FoldingRangeKind.Region : undefined;
}

export async function provideSelections(
  document: vscode.TextDocument,
  positions: readonly vscode.Position[],
): Promise<vscode.SelectionRange[]> {
  const parsed = await parsedOf(document);
  return positions.map((position) => {
    const outwards = selectionAt(parsed, position).map(toRange);
    const [whole, ...inwards] = outwards.reverse();
    return inwards.reduce(
      (parent, range) => new vscode.SelectionRange(range, parent),
      new vscode.SelectionRange(whole ?? new vscode.Range(position, position)),
    );
  });
}
