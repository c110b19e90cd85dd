import * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable';
import { effectiveUri } from '../files/specCopies';
import { inBackground } from '../words/background';
import type { Run } from './run';
import type { RunManager } from './runManager';

/**
 * Updates the context keys used by menus and the command palette: which specs have a run, and in which state.
 */
export function followRuns(runs: RunManager): Disposable {
  const shown = new Map<string, string>();
  return runs.onChange(() => {
    for (const [key, value] of Object.entries(contextOf(runs.all))) {
      const text = JSON.stringify(value);
      if (shown.get(key) !== text) {
        shown.set(key, text);
        inBackground(vscode.commands.executeCommand('setContext', `nnspec.${key}`, value));
      }
    }
  });
}

/** The context keys for these runs, without their prefix. */
export function contextOf(runs: readonly Run[]) {
  // Menus compare paths: in a remote window they know a file by another scheme than the extension does. The
  // effective text of a spec offers the same commands as the spec.
  const specs = (all: readonly Run[]) =>
    all.flatMap(({ specUri }) => {
      const uri = vscode.Uri.parse(specUri);
      // Windows has two forms of a path: the menus of a remote window know the one with slashes.
      return [...new Set([uri.fsPath, uri.path, effectiveUri(uri).path])];
    });
  const paused = runs.filter((run) => run.state === 'paused');
  const running = runs.filter((run) => run.isActive && run.state !== 'paused');
  return {
    runningSpecs: specs(running),
    pausedSpecs: specs(paused),
    knownSpecs: specs(runs),
    hasRun: runs.length > 0,
    hasTrained: runs.some((run) => run.lastValue('loss') !== undefined),
    hasActiveRun: running.length + paused.length > 0,
    hasRunningRun: running.length > 0,
    hasPausedRun: paused.length > 0,
    hasEngine: runs.some((run) => run.hasEngine),
  };
}
