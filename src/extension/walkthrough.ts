import * as vscode from 'vscode';
import { inBackground } from './words/background';

/** A step of the walkthrough. The manifest waits for its context key. */
type Step = 'answered' | 'openedExample' | 'savedWeights' | 'predicted';

/** Ticks a step, once what it asks for was really done. */
export function tick(step: Step): void {
  inBackground(vscode.commands.executeCommand('setContext', `nnspec.${step}`, true));
}
