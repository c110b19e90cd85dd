/**
 * An engine server in a child process; `fork` it with `serialization: 'advanced'`. Its argument, if it has
 * one, is the Python that trains.
 */
import { join } from 'node:path';
import type { l10nJsonFormat } from '@vscode/l10n';
import { toDisposable } from '../common/disposable';
import { parcelPort } from '../protocol/parcels';
import type { Port } from '../protocol/rpc';
import { config, EngineServer, PyTorchServer } from './engineCode';
import type { ServerEnvironment } from './environment';
import { machineOf } from './machine.node';
import { pythonLauncher } from './pytorch/pythonProcess.node';

const send = process.send?.bind(process);
if (!send) {
  throw new Error('The engine server has no channel: start it with child_process.fork.');
}
// The server ends with its host.
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches every process of the terminal. Only the host reacts to it.
process.on('SIGINT', () => undefined);

const [, , python] = process.argv;
const serve = (port: Port, environment: ServerEnvironment) =>
  python === undefined
    ? new EngineServer(port, environment)
    : new PyTorchServer(
        port,
        environment,
        pythonLauncher(python, {
          runner: join(__dirname, '../media/python/runner.py'),
          other: '“Python: Select Interpreter”, nnspec.pythonPath',
          log: (text) => process.stderr.write(text),
        }),
      );

serve(
  // Small events are not held up by a large file.
  parcelPort(
    {
      send(message, sent) {
        // Errors are ignored: `disconnect` tells when the channel has closed.
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
