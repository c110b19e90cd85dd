/** An engine server in a web worker. Node's engine process loads this bundle too, only for its exports. */
import type { l10nJsonFormat } from '@vscode/l10n';
import { toDisposable } from '../common/disposable';
import { config, EngineServer } from './engineCode';
import { machineOf } from './machine.web';
import { messageChannelScheduler } from './messageChannelScheduler';

export * from './engineCode';

if (typeof DedicatedWorkerGlobalScope === 'function') {
  serve(self as unknown as DedicatedWorkerGlobalScope);
}

function serve(scope: DedicatedWorkerGlobalScope): void {
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
}
