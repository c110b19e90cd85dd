import * as vscode from 'vscode';
import { inlayHintsOf } from '../../language';
import { markdownOf } from '../words/marks';
import { toRange } from './convert';
import { parsedOf } from './parses';
import { factsOf } from './specCheck';

/** Inlay hints for shapes, parameter counts and the inferred loss. */
export async function provideInlayHints(
  document: vscode.TextDocument,
  visible: vscode.Range,
  extensionUri: vscode.Uri,
): Promise<vscode.InlayHint[]> {
  const facts = await factsOf(document, extensionUri);
  const parsed = await parsedOf(document);
  return inlayHintsOf(parsed, facts, visible).map(({ position, label, tooltip, edit }) => {
    const place = new vscode.Position(position.line, position.character);
    const hint = new vscode.InlayHint(place, label, vscode.InlayHintKind.Type);
    hint.paddingLeft = true;
    hint.tooltip = markdownOf(tooltip);
    if (edit) {
      hint.textEdits = [new vscode.TextEdit(toRange(edit.range), edit.newText)];
    }
    return hint;
  });
}
