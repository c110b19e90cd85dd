/** The host's side of the wire to an engine server. */
import { t } from '@vscode/l10n';
import type { Disposable } from '../common/disposable';
import { Emitter, type Event } from '../common/emitter';
import type { EngineEvent, EngineRequests, Failure, Hello, HostRequests, Reply } from './engine';
import { protocolVersion } from './hello';
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

  /** Asks what the engine can do. Fails where it speaks another protocol. */
  async hello(): Promise<Reply<Hello>> {
    const reply = await this.ask('hello', null);
    if ('ok' in reply && reply.ok.protocol !== protocolVersion) {
      const message = t(
        'The engine speaks version {0} of the protocol, its host version {1}. Restart the program: a part of it was replaced while it ran.',
        reply.ok.protocol,
        protocolVersion,
      );
      return { err: { code: 'protocol-version', message } };
    }
    return reply;
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
