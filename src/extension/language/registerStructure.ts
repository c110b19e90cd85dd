import * as vscode from 'vscode';
import { tokenModifiers, tokenTypes } from './tokenLegend';

const legend = new vscode.SemanticTokensLegend([...tokenTypes], [...tokenModifiers]);

/** Registers what the editor shows of a spec's structure. Each feature is loaded when it is first asked for. */
export function registerStructure(
  { extensionUri }: vscode.ExtensionContext,
  selector: vscode.DocumentSelector,
): vscode.Disposable[] {
  const { languages } = vscode;
  const structure = () => import('./structure');
  const navigation = () => import('./navigation');
  const format = () => import('./format');
  const hintsChanged = new vscode.EventEmitter<void>();
  return [
    hintsChanged,
    // Shapes follow the data, which another file may hold.
    vscode.workspace.onDidSaveTextDocument(({ languageId }) => {
      if (languageId !== 'nnspec') {
        hintsChanged.fire();
      }
    }),
    languages.registerInlayHintsProvider(selector, {
      onDidChangeInlayHints: hintsChanged.event,
      provideInlayHints: async (document, visible) =>
        (await import('./inlayHints')).provideInlayHints(document, visible, extensionUri),
    }),
    languages.registerDocumentSymbolProvider(selector, {
      provideDocumentSymbols: async (document) => (await structure()).provideOutline(document),
    }),
    languages.registerFoldingRangeProvider(selector, {
      provideFoldingRanges: async (document) => (await structure()).provideFolds(document),
    }),
    languages.registerSelectionRangeProvider(selector, {
      provideSelectionRanges: async (document, positions) => (await structure()).provideSelections(document, positions),
    }),
    languages.registerDocumentSemanticTokensProvider(
      selector,
      {
        provideDocumentSemanticTokens: async (document, token) =>
          (await import('./semanticTokens')).provideSemanticTokens(document, token),
      },
      legend,
    ),
    languages.registerDefinitionProvider(selector, {
      provideDefinition: async (document, position) => (await navigation()).provideDefinition(document, position),
    }),
    languages.registerReferenceProvider(selector, {
      provideReferences: async (document, position, { includeDeclaration }) =>
        (await navigation()).provideReferences(document, position, includeDeclaration),
    }),
    languages.registerDocumentHighlightProvider(selector, {
      provideDocumentHighlights: async (document, position) =>
        (await navigation()).provideHighlights(document, position),
    }),
    languages.registerRenameProvider(selector, {
      prepareRename: async (document, position) => (await import('./rename')).prepareRename(document, position),
      provideRenameEdits: async (document, position, newName) =>
        (await import('./rename')).provideRename(document, position, newName),
    }),
    languages.registerDocumentFormattingEditProvider(selector, {
      provideDocumentFormattingEdits: async (document, _options, token) =>
        (await format()).provideFormat(document, token),
    }),
    languages.registerDocumentRangeFormattingEditProvider(selector, {
      provideDocumentRangeFormattingEdits: async (document, range, _options, token) =>
        (await format()).provideFormat(document, token, range),
    }),
    languages.registerDocumentLinkProvider(selector, {
      provideDocumentLinks: async (document) => (await import('./links')).provideLinks(document),
    }),
  ];
}
