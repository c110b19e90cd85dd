import type * as vscode from 'vscode';
import type { Checking, EngineRequests, Started } from '../../protocol/engine';
import type { Run } from '../runs/run';
import type { RunManager } from '../runs/runManager';
import type { Services } from '../services';
import { inBackground } from '../words/background';
import { showError, withProgress } from '../words/messages';
import { requestFor } from './train';

/** Starts the run to ask, paused; cancelling ends its engine. */
export type OpenRun = (token: vscode.CancellationToken) => ReturnType<RunManager['open']>;

type Question = 'checkGradients' | 'findLearningRate' | 'collapse' | 'compareActivations';

interface AskedNetwork {
  readonly title: string;
  readonly started: Started;
}

/** Opens the network that a spec starts with. Undefined if the spec has errors, which are then shown. */
export async function openingOf(services: Services, spec: vscode.Uri): Promise<OpenRun | undefined> {
  const request = await requestFor(services, spec);
  return request && ((token) => services.runs.open({ ...request, inspect: true }, token));
}

/**
 * Asks a network in a separate engine, so that cancelling takes effect at once. Undefined if the user has
 * cancelled it, or after an error, which is shown. `onProgress` may show what is known so far.
 */
export async function askNetwork<Q extends Question>(
  title: string,
  open: OpenRun,
  question: Q,
  onProgress?: (network: AskedNetwork, checking: Checking) => void,
): Promise<(AskedNetwork & { readonly result: EngineRequests[Q]['result'] }) | undefined> {
  const answer = await withProgress(title, async (token, report) => {
    const opened = await open(token);
    const found =
      'failure' in opened
        ? opened.failure
        : await ask(opened.run, question, report, onProgress).finally(() => opened.run.dispose());
    return token.isCancellationRequested ? undefined : found;
  });
  if (answer && 'message' in answer) {
    inBackground(showError(answer.message));
    return undefined;
  }
  return answer;
}

async function ask<Q extends Question>(
  run: Run,
  question: Q,
  report: (increment: number, message: string) => void,
  onProgress?: (network: AskedNetwork, checking: Checking) => void,
) {
  const { title } = run;
  const { started } = run.details;
  let shown = 0;
  run.onChecking((checking) => {
    const { done, total } = checking;
    const percent = (100 * done) / total;
    report(percent - shown, `${done}/${total}`);
    shown = percent;
    if (started) {
      onProgress?.({ title, started }, checking);
    }
  });
  const reply = await run.ask(question, null);
  if ('err' in reply) {
    return reply.err;
  }
  if (!started) {
    throw new Error('A run that has answered has not started: open it before it is asked.');
  }
  return { title, started, result: reply.ok };
}
