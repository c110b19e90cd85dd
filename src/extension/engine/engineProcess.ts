import { t } from '@vscode/l10n';
import type { Uri } from 'vscode';
import type { Disposable } from '../../common/disposable';
import type { Port } from '../../protocol/rpc';

/** How an engine process ended. */
export interface Exit {
  readonly code?: number;
  readonly signal?: string;
  /** The end of its error output. */
  readonly output: string;
}

export function ranOutOfMemory({ output }: Exit): boolean {
  return /heap out of memory|allocation failed/i.test(output);
}

/** The signal or exit code of a process, as words for a sentence. */
export function reasonOf({ code, signal }: Exit): string {
  return signal ?? (code === undefined ? t('reason unknown') : t('exit code {0}', code));
}

/** Starts engines of one kind. */
export type EngineProvider = (extensionUri: Uri) => Promise<EngineProcess>;

/** The engines that this host has. */
export interface Engines {
  readonly nnspec: EngineProvider;
  /** PyTorch in this Python. A browser has none. */
  readonly pytorch?: (python: string) => EngineProvider;
}

/** An engine server and its port; disposing ends the process at once. */
export interface EngineProcess extends Disposable {
  /** The id of a child process. */
  readonly pid?: number;
  /** True if it can read files of this machine itself. */
  readonly readsDisk: boolean;
  readonly port: Port;
  /** Resolves once, however the process ends. Never rejects. */
  readonly exit: Promise<Exit>;
}
