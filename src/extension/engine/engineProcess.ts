import type { Disposable } from '../../common/disposable';
import type { Port } from '../../protocol/rpc';

/** How an engine process ended. */
export interface Exit {
  readonly code?: number;
  readonly signal?: string;
  /** The end of its error output. */
  readonly output: string;
}

/** An engine server and its port; disposing ends it at once. */
export interface EngineProcess extends Disposable {
  /** The id of a child process. */
  readonly pid?: number;
  /** True where it reads files of this machine itself. */
  readonly readsDisk: boolean;
  readonly port: Port;
  /** Resolves once, however the process ends. Never rejects. */
  readonly exit: Promise<Exit>;
}
