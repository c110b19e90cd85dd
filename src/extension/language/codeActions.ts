import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { mechanicalFix, type Refactoring, refactoringsAt } from '../../language';
import type { Fix, Problem } from '../../spec/problem';
import { fixAllKind } from './codeActionKinds';
import { codeOf, toRange } from './convert';
import type { Diagnostics } from './diagnostics';
import { fixAllEdit } from './fixAll';
import { parsedOf } from './parses';
import type { Predictions } from './predictions';

/** What code actions are made from. */
export interface CodeActionSources {
  readonly diagnostics: Diagnostics;
  readonly predictions: Predictions;
}

/** The edits that problems carry, one by one and all together. */
export async function provideCodeActions(
  document: vscode.TextDocument,
  range: vscode.Range,
  context: vscode.CodeActionContext,
  { diagnostics, predictions }: CodeActionSources,
): Promise<vscode.CodeAction[]> {
  if (context.only?.intersects(vscode.CodeActionKind.Source)) {
    return context.only.contains(fixAllKind) ? sourceFixAll(document, diagnostics) : [];
  }
  if (context.only?.intersects(vscode.CodeActionKind.Refactor)) {
    return refactorings(document, range);
  }
  const all = await Promise.all([
    quickFixes(document, range, context, diagnostics),
    predictedFixes(document, range, context, predictions),
    context.only ? [] : refactorings(document, range),
  ]);
  return all.flat();
}

/** Fixes for the predictor's hints, which say what they would bring. */
async function predictedFixes(
  document: vscode.TextDocument,
  range: vscode.Range,
  context: vscode.CodeActionContext,
  predictions: Predictions,
): Promise<vscode.CodeAction[]> {
  const fixes = await (await predictions.predictor)?.fixesAt(document, range);
  return (fixes ?? []).map(({ problem, fix }) => actionOf(document, problem, fix, context));
}

const refactoringKinds = {
  extract: vscode.CodeActionKind.RefactorExtract,
  inline: vscode.CodeActionKind.RefactorInline,
  rewrite: vscode.CodeActionKind.RefactorRewrite,
} as const satisfies Record<Refactoring['kind'], vscode.CodeActionKind>;

/** Other forms of the same experiment. */
async function refactorings(document: vscode.TextDocument, range: vscode.Range): Promise<vscode.CodeAction[]> {
  const parsed = await parsedOf(document);
  return refactoringsAt(parsed, range.start).map(({ title, kind, edits }) => {
    const action = new vscode.CodeAction(title, refactoringKinds[kind]);
    action.edit = editOf(document, edits);
    return action;
  });
}

function editOf(document: vscode.TextDocument, edits: Fix['edits']): vscode.WorkspaceEdit {
  const whole = new vscode.WorkspaceEdit();
  for (const { range, newText } of edits) {
    whole.replace(document.uri, toRange(range), newText);
  }
  return whole;
}

async function sourceFixAll(document: vscode.TextDocument, diagnostics: Diagnostics): Promise<vscode.CodeAction[]> {
  const edit = await fixAllEdit(document, diagnostics);
  if (!edit) {
    return [];
  }
  const action = new vscode.CodeAction(t('Fix all NNSpec problems that leave no choice'), fixAllKind);
  action.edit = edit;
  return [action];
}

async function quickFixes(
  document: vscode.TextDocument,
  range: vscode.Range,
  context: vscode.CodeActionContext,
  diagnostics: Diagnostics,
): Promise<vscode.CodeAction[]> {
  const own = (await diagnostics.problemsNow(document)).filter(({ file }) => file === undefined);
  const here = own.filter((problem) => toRange(problem.range).intersection(range));
  const actions = here.flatMap((problem) =>
    (problem.fixes ?? []).map((fix) => actionOf(document, problem, fix, context)),
  );
  const mechanical = own.filter((problem) => mechanicalFix(problem));
  if (mechanical.length > 1 && here.some((problem) => mechanical.includes(problem))) {
    const title = t('Fix all problems that leave no choice ({0})', mechanical.length);
    const all = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    all.edit = await fixAllEdit(document, diagnostics);
    actions.push(all);
  }
  return actions;
}

function actionOf(
  document: vscode.TextDocument,
  problem: Problem,
  fix: Fix,
  context: vscode.CodeActionContext,
): vscode.CodeAction {
  const action = new vscode.CodeAction(fix.title, vscode.CodeActionKind.QuickFix);
  action.edit = editOf(document, fix.edits);
  action.isPreferred = mechanicalFix(problem) === fix;
  action.diagnostics = context.diagnostics.filter(
    (each) => codeOf(each) === problem.code && each.range.isEqual(toRange(problem.range)),
  );
  return action;
}
