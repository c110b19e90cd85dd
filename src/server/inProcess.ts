/** An engine server in the caller's own process, for the command line and tests. */
import type { Disposable } from '../common/disposable';
import type { HostRequests } from '../protocol/engine';
import { EngineClient } from '../protocol/engineClient';
import { type Handlers, portPair } from '../protocol/rpc';
import { EngineServer } from './engineServer';
import type { ServerEnvironment } from './environment';

export interface InProcessEngine extends Disposable {
  readonly client: EngineClient;
}

/** It speaks the caller's language: `StartOptions.l10n` has no effect here. */
export function startInProcess(
  host: Handlers<HostRequests>,
  environment: Pick<ServerEnvironment, 'now' | 'schedule' | 'machine'>,
): InProcessEngine {
  const [hostPort, serverPort] = portPair();
  const server = new EngineServer(serverPort, {
    now: environment.now,
    schedule: environment.schedule,
    machine: environment.machine,
  });
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
