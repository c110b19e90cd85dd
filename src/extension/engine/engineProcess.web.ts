import * as vscode from 'vscode';
import type { EngineProcess, Engines, Exit } from './engineProcess';

export const engines: Engines = { nnspec: startEngineProcess };

/**
 * Starts an engine server in a worker. The script is loaded from a blob: a worker from the extension's own
 * address fails where the editor is served from another origin.
 */
async function startEngineProcess(extensionUri: vscode.Uri): Promise<EngineProcess> {
  const script = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(extensionUri, 'dist', 'engineWorker.js'));
  const url = URL.createObjectURL(new Blob([script.slice()], { type: 'text/javascript' }));
  const worker = new Worker(url);
  let end: (exit: Exit) => void = () => undefined;
  const exit = new Promise<Exit>((resolve) => {
    end = resolve;
  });
  worker.addEventListener('error', (event) => {
    end({ output: event.message });
    worker.terminate();
  });
  return {
    readsDisk: false,
    exit,
    port: {
      post: (message, transfer) => worker.postMessage(message, [...(transfer ?? [])] as Transferable[]),
      onMessage(listener) {
        const receive = (event: MessageEvent) => listener(event.data);
        worker.addEventListener('message', receive);
        return { dispose: () => worker.removeEventListener('message', receive) };
      },
    },
    dispose() {
      worker.terminate();
      URL.revokeObjectURL(url);
      end({ output: '' });
    },
  };
}
