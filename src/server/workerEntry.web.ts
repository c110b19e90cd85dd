/** An engine server in a web worker. */
import { config, type l10nJsonFormat } from '@vscode/l10n';
import { toDisposable } from '../common/disposable';
import { EngineServer } from './engineServer';
import { machineOf } from './machine.web';
import { messageChannelScheduler } from './messageChannelScheduler';

const scope = self as unknown as DedicatedWorkerGlobalScope;

new EngineServer(
  {
    post: (message, transfer) => scope.postMessage(message, [...(transfer ?? [])]),
    onMessage(listener) {
      const receive = (event: MessageEvent) => listener(event.data);
      scope.addEventListener('message', receive);
      return toDisposable(() => scope.removeEventListener('message', receive));
    },
  },
  {
    now: () => performance.now(),
    schedule: messageChannelScheduler(),
    machine: machineOf(),
    configureLanguage: (contents) => config({ contents: contents as l10nJsonFormat }),
  },
);
