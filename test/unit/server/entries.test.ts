import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type BuildOptions, build } from 'esbuild';
import { engineBundles } from '../../../scripts/build.mjs';
import { toDisposable } from '../../../src/common/disposable';
import type { EngineEvent, HostRequests, StartOptions } from '../../../src/protocol/engine';
import { EngineClient } from '../../../src/protocol/engineClient';
import { parcelPort } from '../../../src/protocol/parcels';
import type { Handlers, Port } from '../../../src/protocol/rpc';
import { startEngine, startOptions, xor } from './harness';

const noFiles = {
  readFile: () => Promise.reject(new Error('no files here')),
  listFolder: () => Promise.reject(new Error('no files here')),
  readShipped: () => Promise.reject(new Error('no files here')),
};

/** Runs to the end over a port. Returns the values of the epochs and the weights. */
async function train(client: EngineClient, options: StartOptions) {
  const events: EngineEvent[] = [];
  const over = new Promise<void>((resolve) => {
    client.onEvent((event) => {
      events.push(event);
      if (event.type === 'ended' || event.type === 'failed') {
        resolve();
      }
    });
  });
  await client.ask('start', options);
  await over;
  const epochs = events.flatMap((event) => (event.type === 'epochs' ? event.records.map(({ values }) => values) : []));
  const reply = await client.ask('saveWeights', null);
  return { epochs, weights: 'ok' in reply ? Array.from(reply.ok) : reply };
}

describe('the entries of the engine server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nnspec-entries-'));
  const child = join(folder, 'engineChild.js');
  const worker = join(folder, 'engineWorker.js');
  const running: ChildProcess[] = [];

  before(async () => {
    const bundles = engineBundles(false) as BuildOptions[];
    await Promise.all(
      bundles.map((options) => build({ ...options, outfile: join(folder, basename(options.outfile as string)) })),
    );
  });
  after(() => {
    for (const each of running) {
      each.kill('SIGKILL');
    }
    rmSync(folder, { recursive: true, force: true });
  });

  function startChild(host: Handlers<HostRequests> = noFiles): {
    readonly process: ChildProcess;
    readonly client: EngineClient;
  } {
    const process = fork(child, [], { serialization: 'advanced' });
    running.push(process);
    const parcels = parcelPort(
      {
        send: (message, sent) => process.send(message as object, () => setImmediate(sent)),
        onMessage(listener) {
          process.on('message', listener);
          return toDisposable(() => process.off('message', listener));
        },
      },
      { overtaking: false },
    );
    const port: Port = {
      ...parcels,
      onClose(listener) {
        process.once('exit', listener);
        return toDisposable(() => process.off('exit', listener));
      },
    };
    return { process, client: new EngineClient(port, host) };
  }

  it('give the same bits in this process, in a child process and in a worker', async () => {
    const options = startOptions(xor);
    const engine = startEngine();
    const here = await train(engine.client, options);
    engine.dispose();

    const { process, client } = startChild();
    assert.deepEqual(await train(client, options), here);
    process.kill();

    // A web worker's globals, as far as the entry uses them.
    const source = `
      const { parentPort } = require('node:worker_threads');
      globalThis.self = {
        postMessage: (message, transfer) => parentPort.postMessage(message, transfer),
        addEventListener: (_, listener) => parentPort.on('message', (data) => listener({ data })),
      };
      globalThis.DedicatedWorkerGlobalScope = class {};
      require(${JSON.stringify(worker)});`;
    const thread = new Worker(source, { eval: true });
    const port: Port = {
      post: (message) => thread.postMessage(message),
      onMessage(listener) {
        thread.on('message', listener);
        return toDisposable(() => thread.off('message', listener));
      },
    };
    assert.deepEqual(await train(new EngineClient(port, noFiles), options), here);
    await thread.terminate();
  });

  it('let a child read from disk what its host names', async () => {
    const table = join(folder, 'line.csv');
    writeFileSync(table, `x,y\n${Array.from({ length: 20 }, (_, i) => `${i},${2 * i}`).join('\n')}\n`);
    const spec =
      'data:\n  file: line.csv\n  target: y\nmodel:\n  layers:\n    - dense: 1\ntraining:\n  loss: mean_squared_error\n';
    const { process, client } = startChild({ ...noFiles, readFile: async () => ({ disk: table }) });
    const { epochs } = await train(client, startOptions(spec, { epochs: 2 }));
    assert.equal(epochs.length, 2);
    process.kill();

    const missing = startChild({ ...noFiles, readFile: async () => ({ disk: join(folder, 'none.csv') }) });
    const refused = new Promise((resolve) =>
      missing.client.onEvent((event) => event.type === 'refused' && resolve(event)),
    );
    await missing.client.ask('start', startOptions(spec));
    assert.match(JSON.stringify(await refused), /The file “line\.csv” cannot be read: ENOENT/);
    missing.process.kill();
  });

  it('end the child when its host is gone, even in the middle of training', async () => {
    const { process, client } = startChild();
    await client.ask('start', startOptions(xor, { epochs: 1e9, everyEpoch: false }));
    const ended = new Promise<number | null>((resolve) => process.once('exit', resolve));
    process.disconnect();
    assert.equal(await ended, 0);
  });

  it('answer the requests to a child that is killed', async () => {
    const { process, client } = startChild();
    await client.ask('start', startOptions(xor, { epochs: 1e9, everyEpoch: false }));
    process.kill('SIGSTOP');
    const pending = client.ask('pause', null);
    process.kill('SIGKILL');
    const reply = await pending;
    assert.equal('err' in reply && reply.err.code, 'closed');
  });
});
