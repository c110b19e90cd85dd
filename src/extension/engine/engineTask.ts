/** Starts engine processes for work other than training runs. */
import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable';
import { messageOf } from '../../common/messageOf';
import type { EngineRequests, Failure, HostRequests, Reply } from '../../protocol/engine';
import { EngineClient } from '../../protocol/engineClient';
import type { Handlers } from '../../protocol/rpc';
import type { Spec } from '../../spec/spec';
import { messageBundle } from '../l10n';
import { platform } from '../platform';
import { inBackground } from '../words/background';
import { withProgress } from '../words/messages';
import { type EngineProcess, type Exit, ranOutOfMemory, reasonOf } from './engineProcess';
import { pythonFor } from './python';

/** An engine process and its client. Disposing ends the process at once, whatever it is computing. */
export interface OpenEngine extends Disposable {
  readonly client: EngineClient;
  /** Resolves once, however the process ends. */
  readonly exit: Promise<Exit>;
}

/** Serves the engine's file requests. A process that reads the disk itself gets paths instead of bytes. */
export type EngineHost = (process: EngineProcess) => Handlers<HostRequests>;

/**
 * Starts the engine that trains a spec; without one, the built-in engine. This is the only place that starts
 * engines. In Restricted Mode it rejects: the files of a workspace that is not trusted are read by no process
 * of ours, and no Python is started.
 */
export async function startProcess(
  extensionUri: vscode.Uri,
  trained?: { readonly spec: Spec; readonly specUri: vscode.Uri },
): Promise<EngineProcess> {
  if (!vscode.workspace.isTrusted) {
    throw new Error(t('In Restricted Mode no engine is started. Trust the workspace first.'));
  }
  const { engines } = platform();
  if (!trained?.spec.training.engine) {
    return engines.nnspec(extensionUri);
  }
  if (!engines.pytorch) {
    throw new Error(t('a browser starts no Python. Take “engine” out of the spec, or open the folder on the desktop.'));
  }
  return engines.pytorch(await pythonFor(trained.specUri))(extensionUri);
}

/** Starts an engine process that speaks the editor's language. Rejects if none can be started. */
export async function openEngine(extensionUri: vscode.Uri, host: EngineHost): Promise<OpenEngine> {
  const process = await startProcess(extensionUri);
  const client = new EngineClient(process.port, host(process));
  // Requests to a process that has ended are answered with the reason.
  inBackground(process.exit.then((exit) => client.close(failureOf(exit))));
  const l10n = messageBundle();
  if (l10n) {
    inBackground(client.ask('setLanguage', { l10n }));
  }
  return {
    client,
    exit: process.exit,
    dispose() {
      client.dispose();
      process.dispose();
    },
  };
}

/** Starts an engine process for one request. Cancelling ends the process; the reply is then undefined. */
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
    return { err: startFailure(error) };
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

/** The same with a notification from which the user can cancel it. */
export async function askEngineWithProgress<Name extends keyof EngineRequests>(
  extensionUri: vscode.Uri,
  host: EngineHost,
  title: string,
  name: Name,
  params: EngineRequests[Name]['params'],
): Promise<Reply<EngineRequests[Name]['result']> | undefined> {
  return withProgress(title, (token) => askEngine(extensionUri, host, name, params, token));
}

/** The failure of an engine that could not be started. */
export function startFailure(error: unknown): Failure {
  const reason = messageOf(error);
  return { code: 'engine-start', message: t('The engine could not be started: {0}', reason) };
}

function failureOf(exit: Exit): Failure {
  if (ranOutOfMemory(exit)) {
    return {
      code: 'out-of-memory',
      message: t('There is not enough memory for this. Close other programs, or use a smaller network or fewer rows.'),
    };
  }
  return {
    code: 'engine-ended',
    message: t('The engine process ended unexpectedly ({0}). Try again.', reasonOf(exit)),
  };
}
