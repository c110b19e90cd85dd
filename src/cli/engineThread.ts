/** Runs the engine in a worker thread, so that the main thread stays free for signals and output. */
import { join } from 'node:path';
import { type MessagePort, Worker } from 'node:worker_threads';
import { toDisposable } from '../common/disposable';
import type { Failure, HostRequests } from '../protocol/engine';
import { EngineClient } from '../protocol/engineClient';
import { type Handlers, type Port, toFailure } from '../protocol/rpc';
import { EngineServer } from '../server/engineServer';
import { machineOf } from '../server/machine.node';
import { pythonLauncher } from '../server/pytorch/pythonProcess.node';
import { PyTorchServer } from '../server/pytorch/pytorchServer';
import type { RunningEngine } from './io';

/**
 * Room for new objects in the engine's heap. By default V8 keeps several times as much, which the tables and
 * networks in typed arrays leave empty.
 */
const youngMegabytes = 8;

/** Starts `script` as a worker; it must call `serveEngine` there. `data` is the worker's `workerData`. */
export function startEngineThread(script: string, data: unknown, host: Handlers<HostRequests>): RunningEngine {
  const worker = new Worker(script, { workerData: data, resourceLimits: { maxYoungGenerationSizeMb: youngMegabytes } });
  const client = new EngineClient(portOf(worker), host);
  const died = new Promise<Failure>((resolve) => {
    worker.once('error', (error) => resolve(toFailure(error)));
  });
  void died.then((failure) => client.close(failure));
  return {
    client,
    died,
    dispose() {
      client.dispose();
      void worker.terminate();
    },
  };
}

/**
 * The worker's side. `folder` holds the script of the wasm backend's threads. With `python` PyTorch trains,
 * in that Python.
 */
export function serveEngine(port: MessagePort, folder: string, python?: string): void {
  const environment = {
    now: () => performance.now(),
    schedule: (callback: () => void) => setImmediate(callback),
    machine: machineOf(folder),
  };
  if (python === undefined) {
    new EngineServer(portOf(port), environment);
  } else {
    new PyTorchServer(
      portOf(port),
      environment,
      pythonLauncher(python, { runner: join(folder, '../media/python/runner.py'), other: '--python PATH' }),
    );
  }
}

function portOf(channel: Worker | MessagePort): Port {
  return {
    post: (message, transfer) => channel.postMessage(message, transfer ?? []),
    onMessage(listener) {
      channel.on('message', listener);
      return toDisposable(() => channel.off('message', listener));
    },
  };
}
