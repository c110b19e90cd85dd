import * as vscode from 'vscode';

/** The kind of the “fix all” that can run on save: `source.fixAll.nnspec`. */
export const fixAllKind = vscode.CodeActionKind.SourceFixAll.append('nnspec');

/** What the code actions of specs may be; known before their code is loaded. */
export const codeActionKinds = [
  vscode.CodeActionKind.QuickFix,
  fixAllKind,
  vscode.CodeActionKind.RefactorExtract,
  vscode.CodeActionKind.RefactorInline,
  vscode.CodeActionKind.RefactorRewrite,
];
