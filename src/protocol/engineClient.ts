/** The host's side of the wire to an engine server. */
import type { Disposable } from '../common/disposable';
import { Emitter, type Event } from '../common/emitter';
import type { EngineEvent, EngineRequests, Failure, HostRequests, Reply } from './engine';
import { type Connection, connect, type Handlers, type Port } from './rpc';

export class EngineClient implements Disposable {
  readonly #events = new Emitter<EngineEvent>();
  readonly #connection: Connection<EngineRequests, never>;
  readonly onEvent: Event<EngineEvent> = this.#events.event;

  /** `host` answers the engine's requests for files. */
  constructor(port: Port, host: Handlers<HostRequests>) {
    this.#connection = connect<HostRequests, EngineRequests, EngineEvent, never>(port, {
      serve: host,
      onEvent: (event) => this.#events.fire(event),
      onProtocolError: (failure) => this.#events.fire({ type: 'failed', failure }),
    });
  }

  /** Never rejects. After `close`, every request is answered with the failure given there. */
  ask<K extends keyof EngineRequests>(
    name: K,
    params: EngineRequests[K]['params'],
    transfer?: readonly ArrayBuffer[],
  ): Promise<Reply<EngineRequests[K]['result']>> {
    return this.#connection.ask(name, params, transfer);
  }

  /** The engine has ended: pending and later requests are answered with the failure. */
  close(failure?: Failure): void {
    this.#connection.close(failure);
  }

  dispose(): void {
    this.close();
    this.#events.dispose();
  }
}
