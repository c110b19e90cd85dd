import * as vscode from 'vscode';
import type { Problem, Range, Severity } from '../../spec/problem';
import { explanationUri } from './explanations';

export function toRange(range: Range): vscode.Range {
  return new vscode.Range(range.start.line, range.start.character, range.end.line, range.end.character);
}

function toSeverity(severity: Severity): vscode.DiagnosticSeverity {
  switch (severity) {
    case 'error':
      return vscode.DiagnosticSeverity.Error;
    case 'warning':
      return vscode.DiagnosticSeverity.Warning;
    case 'hint':
      return vscode.DiagnosticSeverity.Information;
  }
}

export function toDiagnostic(problem: Omit<Problem, 'file' | 'fixes'>): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(toRange(problem.range), problem.message, toSeverity(problem.severity));
  diagnostic.source = 'nnspec';
  diagnostic.code = { value: problem.code, target: explanationUri(problem.code) };
  return diagnostic;
}

/** The code of a diagnostic as text. Other extensions use codes of other types than ours. */
export function codeOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === 'object' ? code.value : code);
}
