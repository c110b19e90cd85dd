import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { Uri } from 'vscode';
import { parcelPort } from '../../protocol/parcels';
import type { EngineProcess, Engines, Exit } from './engineProcess';

/** Characters kept of the child's error output, which explains why it ended. */
const keptOutput = 4000;

export const engines: Engines = {
  nnspec: (extensionUri) => startEngineProcess(extensionUri, []),
  pytorch: (python) => (extensionUri) => startEngineProcess(extensionUri, [python]),
};

/** Starts an engine server in a child process, so that a crash or full heap never ends the editor. */
async function startEngineProcess(extensionUri: Uri, args: readonly string[]): Promise<EngineProcess> {
  const child = fork(join(extensionUri.fsPath, 'dist', 'engineChild.js'), args, {
    serialization: 'advanced',
    execArgv: [],
    // On the desktop, the executable is Electron, which needs this variable to behave like Node.
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let output = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-keptOutput);
  });
  let exited = false;
  const exit = new Promise<Exit>((resolve) => {
    const end = (value: Exit) => {
      exited = true;
      resolve(value);
    };
    child.once('error', (error) => end({ output: `${output}${error.message}` }));
    child.once('exit', (code, signal) => end({ code: code ?? undefined, signal: signal ?? undefined, output }));
  });
  return {
    pid: child.pid,
    readsDisk: true,
    exit,
    // Messages must arrive in order: no message about a run before its start.
    port: parcelPort(
      {
        send(message, sent) {
          if (!exited && child.connected) {
            // A message to a process that has just ended is lost; `exit` reports the end.
            child.send(message as object, () => setImmediate(sent));
          }
        },
        onMessage(listener) {
          child.on('message', listener);
          return { dispose: () => child.off('message', listener) };
        },
      },
      { overtaking: false },
    ),
    dispose() {
      if (!exited) {
        child.kill('SIGKILL');
      }
    },
  };
}
