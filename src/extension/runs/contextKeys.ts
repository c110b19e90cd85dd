import * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable';
import type { RunManager } from './runManager';

/** Keeps the context keys that menus and the palette ask: which specs have a run, and in which state. */
export function followRuns(runs: RunManager): Disposable {
  const shown = new Map<string, string>();
  const set = (key: string, value: boolean | readonly string[]) => {
    const text = JSON.stringify(value);
    if (shown.get(key) !== text) {
      shown.set(key, text);
      void vscode.commands.executeCommand('setContext', `nnspec.${key}`, value);
    }
  };
  return runs.onChange(() => {
    const specs = (state: (run: (typeof runs.all)[number]) => boolean) =>
      runs.all.filter(state).map((run) => run.specUri);
    const paused = specs((run) => run.state === 'paused');
    const running = specs((run) => run.isActive && run.state !== 'paused');
    set('runningSpecs', running);
    set('pausedSpecs', paused);
    set(
      'knownSpecs',
      specs(() => true),
    );
    set('hasRun', runs.all.length > 0);
    set('hasActiveRun', running.length + paused.length > 0);
    set('hasRunningRun', running.length > 0);
    set('hasPausedRun', paused.length > 0);
    set(
      'hasEngine',
      runs.all.some((run) => run.hasEngine),
    );
  });
}
