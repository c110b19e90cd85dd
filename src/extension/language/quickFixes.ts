import * as vscode from 'vscode';
import { codeOf, toRange } from './convert';
import type { Diagnostics } from './diagnostics';

/** Offers the edits that problems carry. */
export class QuickFixes implements vscode.CodeActionProvider {
  static readonly kinds = [vscode.CodeActionKind.QuickFix];

  constructor(readonly diagnostics: Diagnostics) {}

  provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    context: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    return this.diagnostics
      .problemsOf(document.uri)
      .filter((problem) => problem.file === undefined && toRange(problem.range).intersection(range))
      .flatMap((problem) => {
        const fixes = problem.fixes ?? [];
        return fixes.map((fix) => {
          const action = new vscode.CodeAction(fix.title, vscode.CodeActionKind.QuickFix);
          action.edit = new vscode.WorkspaceEdit();
          for (const edit of fix.edits) {
            action.edit.replace(document.uri, toRange(edit.range), edit.newText);
          }
          action.isPreferred = fixes.length === 1;
          action.diagnostics = context.diagnostics.filter(
            (each) => codeOf(each) === problem.code && each.range.isEqual(toRange(problem.range)),
          );
          return action;
        });
      });
  }
}
