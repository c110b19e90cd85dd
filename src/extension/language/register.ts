import * as vscode from 'vscode';
import type { LoadFeatures } from '../loadFeatures';
import type { LastResults } from '../runs/lastResults';
import type { RunManager } from '../runs/runManager';
import { codeActionKinds } from './codeActionKinds';
import { SpecLens } from './codeLens';
import type { Diagnostics } from './diagnostics';
import { registerEffectiveSpecs } from './effectiveSpecs';
import { registerExplanations } from './explanations';
import { Predictions } from './predictions';
import { registerStructure } from './registerStructure';

const selector: vscode.DocumentSelector = { language: 'nnspec' };
const dataFiles: vscode.DocumentSelector = { pattern: '**/*.{csv,tsv}' };
/** Characters that open completion: they begin a value, an item or a segment of a path. */
const triggerCharacters = [':', ' ', '-', '{', '[', ',', '/', '*', '"', "'"];

/** Registers the language features of specs. The code lens follows the runs once the services exist. */
export function registerLanguage(
  context: vscode.ExtensionContext,
  diagnostics: Diagnostics,
  results: LastResults,
  loadFeatures: LoadFeatures,
): { follow(runs: RunManager): void } {
  let runs: RunManager | undefined;
  const lens = new SpecLens((spec) => runs?.of(spec), results);
  const predictions = new Predictions(diagnostics, async () => {
    const { Predictor } = await loadFeatures();
    return new Predictor(context.extensionUri);
  });
  context.subscriptions.push(
    predictions,
    ...registerStructure(context, selector, loadFeatures),
    vscode.languages.registerCodeLensProvider(selector, lens),
    results.onChange(() => lens.refresh()),
    vscode.languages.registerCodeActionsProvider(
      selector,
      {
        provideCodeActions: async (document, range, actionContext) => {
          const { provideCodeActions } = await loadFeatures();
          return provideCodeActions(document, range, actionContext, { diagnostics, predictions });
        },
      },
      { providedCodeActionKinds: codeActionKinds },
    ),
    vscode.languages.registerCodeActionsProvider(
      dataFiles,
      {
        async provideCodeActions(document, range, actionContext) {
          if (diagnostics.problemsIn(document.uri).length === 0) {
            return [];
          }
          const { provideDataFileActions } = await loadFeatures();
          return provideDataFileActions(document, range, actionContext, diagnostics);
        },
      },
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
    ),
    registerExplanations(context.extensionUri, async () => (await loadFeatures()).explanationOf),
    registerEffectiveSpecs(loadFeatures),
    vscode.languages.registerCompletionItemProvider(
      selector,
      {
        provideCompletionItems: async (document, position) => {
          // The position belongs to this version of the text; the document may change during any await.
          const request = { spec: document.uri, text: document.getText(), position };
          const { provideCompletions } = await loadFeatures();
          return provideCompletions(request, context.extensionUri);
        },
        resolveCompletionItem: async (item) => {
          const { resolveCompletion } = await loadFeatures();
          return resolveCompletion(item, context.extensionUri);
        },
      },
      ...triggerCharacters,
    ),
    vscode.languages.registerHoverProvider(selector, {
      provideHover: async (document, position) => {
        const { provideHover } = await loadFeatures();
        return provideHover(document, position, context.extensionUri);
      },
    }),
  );
  return {
    follow(manager) {
      runs = manager;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const refresh = () => {
        timer ??= setTimeout(() => {
          timer = undefined;
          lens.refresh();
        }, 500);
      };
      context.subscriptions.push(manager.onStart(refresh), manager.onChange(refresh), predictions.follow(manager), {
        dispose: () => clearTimeout(timer),
      });
    },
  };
}
