import * as vscode from 'vscode';
import type { Problem, Range, Severity } from '../../spec/problem';
import { diagnosticAt } from '../words/marks';
import { explanationUri } from './explanations';

export function toRange(range: Range): vscode.Range {
  return new vscode.Range(range.start.line, range.start.character, range.end.line, range.end.character);
}

const severities: Readonly<Record<Severity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  hint: vscode.DiagnosticSeverity.Information,
};

export function toDiagnostic(problem: Omit<Problem, 'file' | 'fixes'>): vscode.Diagnostic {
  const diagnostic = diagnosticAt(toRange(problem.range), problem.message, severities[problem.severity]);
  diagnostic.source = 'nnspec';
  diagnostic.code = { value: problem.code, target: explanationUri(problem.code) };
  return diagnostic;
}

/** The code of a diagnostic as text. Other extensions use codes of other types than ours. */
export function codeOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === 'object' ? code.value : code);
}
