import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { mechanicalFix, type Refactoring, refactoringsAt } from '../../language';
import type { Fix, Problem } from '../../spec/problem';
import { fileNameOf } from '../files/names';
import { isCopy } from '../files/specCopies';
import { actionNamed } from '../words/marks';
import { fixAllKind } from './codeActionKinds';
import { codeOf, toRange } from './convert';
import type { Diagnostics } from './diagnostics';
import { fixAllEdit } from './fixAll';
import { parsedOf } from './parses';
import type { Predictions } from './predictions';

/** The input of the code actions. */
interface CodeActionSources {
  readonly diagnostics: Diagnostics;
  readonly predictions: Predictions;
}

/** Quick fixes of the problems, one by one and all together. */
export async function provideCodeActions(
  document: vscode.TextDocument,
  range: vscode.Range,
  context: vscode.CodeActionContext,
  { diagnostics, predictions }: CodeActionSources,
): Promise<vscode.CodeAction[]> {
  if (isCopy(document.uri)) {
    return [];
  }
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

/** Fixes for the predictor's hints. Their titles say how much they improve. */
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

/** Refactorings rewrite the spec without changing the experiment. */
async function refactorings(document: vscode.TextDocument, range: vscode.Range): Promise<vscode.CodeAction[]> {
  const parsed = await parsedOf(document);
  return refactoringsAt(parsed, range.start).map(({ title, kind, edits }) => {
    const action = actionNamed(title, refactoringKinds[kind]);
    action.edit = editOf(document.uri, edits);
    return action;
  });
}

function editOf(spec: vscode.Uri, edits: Fix['edits']): vscode.WorkspaceEdit {
  const whole = new vscode.WorkspaceEdit();
  for (const { range, newText } of edits) {
    whole.replace(spec, toRange(range), newText);
  }
  return whole;
}

async function sourceFixAll(document: vscode.TextDocument, diagnostics: Diagnostics): Promise<vscode.CodeAction[]> {
  const edit = await fixAllEdit(document, diagnostics);
  if (!edit) {
    return [];
  }
  const action = actionNamed(t('Fix all NNSpec problems that leave no choice'), fixAllKind);
  action.edit = edit;
  return [action];
}

async function quickFixes(
  document: vscode.TextDocument,
  range: vscode.Range,
  context: vscode.CodeActionContext,
  diagnostics: Diagnostics,
): Promise<vscode.CodeAction[]> {
  const problems = await diagnostics.problemsNow(document);
  const own = problems.filter(({ file }) => file === undefined);
  const here = own.filter((problem) => toRange(problem.range).intersection(range));
  const actions = here.flatMap((problem) =>
    (problem.fixes ?? []).map((fix) => actionOf(document, problem, fix, context)),
  );
  const file = (await parsedOf(document)).locate(['data', 'file']);
  if (file && toRange(file).intersection(range)) {
    actions.push(...dataFileFixes(document, problems));
  }
  const mechanical = own.filter((problem) => mechanicalFix(problem));
  if (mechanical.length > 1 && here.some((problem) => mechanical.includes(problem))) {
    const title = t('Fix all problems that leave no choice ({0})', mechanical.length);
    const all = actionNamed(title, vscode.CodeActionKind.QuickFix);
    all.edit = await fixAllEdit(document, diagnostics);
    actions.push(all);
  }
  return actions;
}

/** Quick fixes in a spec for the problems in its data file, without repetitions. */
function dataFileFixes(document: vscode.TextDocument, problems: readonly Problem[]): vscode.CodeAction[] {
  const fixes = problems.filter(({ file }) => file !== undefined).flatMap((problem) => problem.fixes ?? []);
  return [...new Map(fixes.map((fix) => [fix.title, fix])).values()].map(({ title, edits }) => {
    const action = actionNamed(title, vscode.CodeActionKind.QuickFix);
    action.edit = editOf(document.uri, edits);
    return action;
  });
}

/** In a data file: fixes of its problems, which edit the specs that name the file. */
export function provideDataFileActions(
  document: vscode.TextDocument,
  range: vscode.Range,
  context: vscode.CodeActionContext,
  diagnostics: Diagnostics,
): vscode.CodeAction[] {
  return diagnostics.problemsIn(document.uri).flatMap(({ spec, problem }) => {
    if (!toRange(problem.range).intersection(range)) {
      return [];
    }
    return (problem.fixes ?? []).map((fix) => {
      const title = t('{0}, in {1}', fix.title, fileNameOf(spec));
      return withDiagnostics(actionNamed(title, vscode.CodeActionKind.QuickFix), spec, problem, fix, context);
    });
  });
}

function actionOf(
  document: vscode.TextDocument,
  problem: Problem,
  fix: Fix,
  context: vscode.CodeActionContext,
): vscode.CodeAction {
  const action = actionNamed(fix.title, vscode.CodeActionKind.QuickFix);
  action.isPreferred = mechanicalFix(problem) === fix;
  return withDiagnostics(action, document.uri, problem, fix, context);
}

/** A code action with the edit of the fix and the diagnostics that it resolves. */
function withDiagnostics(
  action: vscode.CodeAction,
  spec: vscode.Uri,
  problem: Problem,
  fix: Fix,
  context: vscode.CodeActionContext,
): vscode.CodeAction {
  action.edit = editOf(spec, fix.edits);
  action.diagnostics = context.diagnostics.filter(
    (each) => codeOf(each) === problem.code && each.range.isEqual(toRange(problem.range)),
  );
  return action;
}
