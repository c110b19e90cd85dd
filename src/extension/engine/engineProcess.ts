import type { Disposable } from '../../common/disposable';
import type { Port } from '../../protocol/rpc';

/** How an engine's process ended. */
export interface Exit {
  readonly code?: number;
  readonly signal?: string;
  /** The end of what it wrote to its error output. */
  readonly output: string;
}

/** An engine server and the port to it; disposing ends it at once. */
export interface EngineProcess extends Disposable {
  /** Of a child process. */
  readonly pid?: number;
  /** It reads files of this machine by itself. */
  readonly readsDisk: boolean;
  readonly port: Port;
  /** Resolves once, however the process ends. Never rejects. */
  readonly exit: Promise<Exit>;
}
