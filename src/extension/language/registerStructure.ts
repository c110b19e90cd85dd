import * as vscode from 'vscode';
import type { LoadFeatures } from '../loadFeatures';
import { tokenModifiers, tokenTypes } from './tokenLegend';

const legend = new vscode.SemanticTokensLegend([...tokenTypes], [...tokenModifiers]);

/** Registers the language features that follow from a spec's structure. */
export function registerStructure(
  { extensionUri }: vscode.ExtensionContext,
  selector: vscode.DocumentSelector,
  loadFeatures: LoadFeatures,
): vscode.Disposable[] {
  const { languages } = vscode;
  const hintsChanged = new vscode.EventEmitter<void>();
  return [
    hintsChanged,
    // Shapes depend on the data, which may be in another file.
    vscode.workspace.onDidSaveTextDocument(({ languageId }) => {
      if (languageId !== 'nnspec') {
        hintsChanged.fire();
      }
    }),
    languages.registerInlayHintsProvider(selector, {
      onDidChangeInlayHints: hintsChanged.event,
      provideInlayHints: async (document, visible) =>
        (await loadFeatures()).provideInlayHints(document, visible, extensionUri),
    }),
    languages.registerDocumentSymbolProvider(selector, {
      provideDocumentSymbols: async (document) => (await loadFeatures()).provideOutline(document),
    }),
    languages.registerFoldingRangeProvider(selector, {
      provideFoldingRanges: async (document) => (await loadFeatures()).provideFolds(document),
    }),
    languages.registerSelectionRangeProvider(selector, {
      provideSelectionRanges: async (document, positions) =>
        (await loadFeatures()).provideSelections(document, positions),
    }),
    languages.registerDocumentSemanticTokensProvider(
      selector,
      {
        provideDocumentSemanticTokens: async (document, token) =>
          (await loadFeatures()).provideSemanticTokens(document, token),
      },
      legend,
    ),
    languages.registerDefinitionProvider(selector, {
      provideDefinition: async (document, position, token) =>
        (await loadFeatures()).provideDefinition(document, position, extensionUri, token),
    }),
    languages.registerReferenceProvider(selector, {
      provideReferences: async (document, position, { includeDeclaration }) =>
        (await loadFeatures()).provideReferences(document, position, includeDeclaration),
    }),
    languages.registerDocumentHighlightProvider(selector, {
      provideDocumentHighlights: async (document, position) =>
        (await loadFeatures()).provideHighlights(document, position),
    }),
    languages.registerRenameProvider(selector, {
      prepareRename: async (document, position) => (await loadFeatures()).prepareRename(document, position),
      provideRenameEdits: async (document, position, newName) =>
        (await loadFeatures()).provideRename(document, position, newName),
    }),
    languages.registerDocumentFormattingEditProvider(selector, {
      provideDocumentFormattingEdits: async (document, _options, token) =>
        (await loadFeatures()).provideFormat(document, token),
    }),
    languages.registerDocumentRangeFormattingEditProvider(selector, {
      provideDocumentRangeFormattingEdits: async (document, range, _options, token) =>
        (await loadFeatures()).provideFormat(document, token, range),
    }),
    languages.registerDocumentLinkProvider(selector, {
      provideDocumentLinks: async (document) => (await loadFeatures()).provideLinks(document),
    }),
  ];
}
