/** An engine server in a child process; `fork` it with `serialization: 'advanced'`. */
import type { l10nJsonFormat } from '@vscode/l10n';
import { toDisposable } from '../common/disposable';
import { parcelPort } from '../protocol/parcels';
import { config, EngineServer } from './engineCode';
import { machineOf } from './machine.node';

const send = process.send?.bind(process);
if (!send) {
  throw new Error('The engine server has no channel: start it with child_process.fork.');
}
// Without its host the server has no purpose: no orphan is left behind.
process.on('disconnect', () => process.exit(0));
// The host handles interrupts. A process of the same terminal gets them as well.
process.on('SIGINT', () => undefined);

new EngineServer(
  // Events overtake a large file.
  parcelPort(
    {
      send(message, sent) {
        // A channel that closes meanwhile is told by `disconnect`.
        send(message, undefined, undefined, () => setImmediate(sent));
      },
      onMessage(listener) {
        process.on('message', listener);
        return toDisposable(() => process.off('message', listener));
      },
    },
    { overtaking: true },
  ),
  {
    now: () => performance.now(),
    schedule: (callback) => setImmediate(callback),
    machine: machineOf(__dirname),
    configureLanguage: (contents) => config({ contents: contents as l10nJsonFormat }),
  },
);
