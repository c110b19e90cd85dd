/** Work that is no run: an engine process of its own does it, and is ended with it. */
import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable';
import type { EngineRequests, Failure, HostRequests, Reply } from '../../protocol/engine';
import { EngineClient } from '../../protocol/engineClient';
import type { Handlers } from '../../protocol/rpc';
import { messageBundle } from '../l10n';
import { platform } from '../platform';
import type { EngineProcess, Exit } from './engineProcess';

/** An engine process and its client. Disposing ends the process at once, whatever it is computing. */
export interface OpenEngine extends Disposable {
  readonly client: EngineClient;
}

/**
 * What the engine may read, given the process that asks: one that reads the disk is told where a file lies.
 */
export type EngineHost = (process: EngineProcess) => Handlers<HostRequests>;

/** Starts an engine process that speaks the editor's language. Rejects where none can be started. */
export async function openEngine(extensionUri: vscode.Uri, host: EngineHost): Promise<OpenEngine> {
  const process = await platform().startEngineProcess(extensionUri);
  const client = new EngineClient(process.port, host(process));
  // Whatever is asked of a process that has ended is answered with the reason.
  void process.exit.then((exit) => client.close(failureOf(exit)));
  const l10n = messageBundle();
  if (l10n) {
    void client.ask('setLanguage', { l10n });
  }
  return {
    client,
    dispose() {
      client.dispose();
      process.dispose();
    },
  };
}

/**
 * Asks an engine process of its own one question. Cancelling ends the process; the answer is then undefined.
 */
export async function askEngine<Name extends keyof EngineRequests>(
  extensionUri: vscode.Uri,
  host: EngineHost,
  name: Name,
  params: EngineRequests[Name]['params'],
  token?: vscode.CancellationToken,
): Promise<Reply<EngineRequests[Name]['result']> | undefined> {
  let engine: OpenEngine;
  try {
    engine = await openEngine(extensionUri, host);
  } catch (error) {
    return { err: cannotStart(error) };
  }
  const cancelling = token?.onCancellationRequested(() => engine.dispose());
  try {
    if (token?.isCancellationRequested) {
      return undefined;
    }
    const reply = await engine.client.ask(name, params);
    return token?.isCancellationRequested ? undefined : reply;
  } finally {
    cancelling?.dispose();
    engine.dispose();
  }
}

/** The same under a notification with a button that cancels. */
export async function askEngineWithProgress<Name extends keyof EngineRequests>(
  extensionUri: vscode.Uri,
  host: EngineHost,
  title: string,
  name: Name,
  params: EngineRequests[Name]['params'],
): Promise<Reply<EngineRequests[Name]['result']> | undefined> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    (_, token) => askEngine(extensionUri, host, name, params, token),
  );
}

function cannotStart(error: unknown): Failure {
  const reason = error instanceof Error ? error.message : String(error);
  return { code: 'engine-start', message: t('The engine could not be started: {0}', reason) };
}

function failureOf({ code, signal, output }: Exit): Failure {
  if (/heap out of memory|allocation failed/i.test(output)) {
    return {
      code: 'out-of-memory',
      message: t('There is not enough memory for this. Close other programs, or use a smaller network or fewer rows.'),
    };
  }
  return {
    code: 'engine-ended',
    message: t(
      'The engine process ended unexpectedly ({0}). Try again.',
      signal ?? (code === undefined ? t('reason unknown') : t('exit code {0}', code)),
    ),
  };
}
