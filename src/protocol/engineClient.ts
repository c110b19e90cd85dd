/** The host's side of the wire to an engine server. */
import type { Disposable } from '../common/disposable';
import { Emitter, type Event } from '../common/emitter';
import type { EngineEvent, EngineRequests, Failure, HostRequests, Reply } from './engine';
import { type Connection, connect, type Handlers, type Port } from './rpc';

export class EngineClient implements Disposable {
  readonly #events = new Emitter<EngineEvent>();
  readonly #connection: Connection<EngineRequests, never>;
  readonly onEvent: Event<EngineEvent> = this.#events.event;

  /** `host` serves the engine's wishes for files. */
  constructor(port: Port, host: Handlers<HostRequests>) {
    this.#connection = connect<HostRequests, EngineRequests, EngineEvent, never>(port, {
      serve: host,
      onEvent: (event) => this.#events.fire(event),
      onProtocolError: (failure) => this.#events.fire({ type: 'failed', failure }),
    });
  }

  /** Never rejects; after `close` it answers with the failure that was given there. */
  ask<K extends keyof EngineRequests>(
    name: K,
    params: EngineRequests[K]['params'],
    transfer?: readonly ArrayBuffer[],
  ): Promise<Reply<EngineRequests[K]['result']>> {
    return this.#connection.ask(name, params, transfer);
  }

  /** The engine is gone: whatever is asked is answered with the failure. */
  close(failure?: Failure): void {
    this.#connection.close(failure);
  }

  dispose(): void {
    this.close();
    this.#events.dispose();
  }
}
