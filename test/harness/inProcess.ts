/** An engine server in the caller's own process. */
import type { Disposable } from '../../src/common/disposable';
import type { HostRequests } from '../../src/protocol/engine';
import { EngineClient } from '../../src/protocol/engineClient';
import { type Handlers, type Port, portPair } from '../../src/protocol/rpc';
import { EngineServer } from '../../src/server/engineServer';
import type { ServerEnvironment } from '../../src/server/environment';

export interface InProcessEngine extends Disposable {
  readonly client: EngineClient;
}

/** Makes the server of an engine. */
export type ServeEngine = (port: Port, environment: ServerEnvironment) => Disposable;

/** It speaks the caller's language: `StartOptions.l10n` has no effect here. */
export function startInProcess(
  host: Handlers<HostRequests>,
  environment: Omit<ServerEnvironment, 'configureLanguage'>,
  serve: ServeEngine = (port, each) => new EngineServer(port, each),
): InProcessEngine {
  const [hostPort, serverPort] = portPair();
  const server = serve(serverPort, environment);
  const client = new EngineClient(hostPort, host);
  return {
    client,
    dispose() {
      server.dispose();
      client.dispose();
      hostPort.dispose();
    },
  };
}
