import * as vscode from 'vscode';
import { type Fold, foldsOf, type OutlineItem, outlineOf, selectionAt } from '../../language';
import { symbolNamed } from '../words/marks';
import { toRange } from './convert';
import { parsedOf } from './parses';

/** The outline, which is also shown in the breadcrumbs. */
export async function provideOutline(document: vscode.TextDocument): Promise<vscode.DocumentSymbol[]> {
  return outlineOf(await parsedOf(document)).map(toSymbol);
}

function toSymbol(item: OutlineItem): vscode.DocumentSymbol {
  const { name, detail, kind, range, selection, children } = item;
  const symbol = symbolNamed(name, detail, symbolKinds[kind], toRange(range), toRange(selection));
  symbol.children = children.map(toSymbol);
  return symbol;
}

const symbolKinds: Readonly<Record<OutlineItem['kind'], vscode.SymbolKind>> = {
  chapter: vscode.SymbolKind.Module,
  layer: vscode.SymbolKind.Class,
  thing: vscode.SymbolKind.Function,
  text: vscode.SymbolKind.String,
  number: vscode.SymbolKind.Number,
  boolean: vscode.SymbolKind.Boolean,
  list: vscode.SymbolKind.Array,
  map: vscode.SymbolKind.Object,
  expectation: vscode.SymbolKind.Event,
};

/** Undefined if the file is not valid YAML; the editor then folds by indentation. */
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
