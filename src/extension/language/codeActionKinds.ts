import * as vscode from 'vscode';

/** The kind of the “fix all” action that can run on save: `source.fixAll.nnspec`. */
export const fixAllKind = vscode.CodeActionKind.SourceFixAll.append('nnspec');

/** The kinds of code actions for specs. They are registered before the actions are loaded. */
export const codeActionKinds = [
  vscode.CodeActionKind.QuickFix,
  fixAllKind,
  vscode.CodeActionKind.RefactorExtract,
  vscode.CodeActionKind.RefactorInline,
  vscode.CodeActionKind.RefactorRewrite,
];
