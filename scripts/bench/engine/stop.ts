/** How long a run takes to stop, in the engine's process as the editor starts it. */
import { resolve } from 'node:path';
import type { Uri } from 'vscode';
import { engines } from '../../../src/extension/engine/engineProcess.node';
import { checkSpec, parseSpec } from '../../../src/language';
import { EngineClient } from '../../../src/protocol/engineClient';

const networks: Readonly<Record<string, { readonly inputs: number; readonly rows: number; readonly model: string }>> = {
  digits: {
    inputs: 64,
    rows: 1797,
    model: `
    - dense: { units: 32, activation: relu }
    - dense: { units: 10, activation: softmax }
training: { loss: categorical_crossentropy, optimizer: adam, batch_size: 32, epochs: 1000000 }`,
  },
  LeNet: {
    inputs: 784,
    rows: 1920,
    model: `
    - reshape: [1, 28, 28]
    - conv2d: { filters: 6, kernel_size: 5, padding: 2, activation: relu }
    - max_pooling2d: 2
    - conv2d: { filters: 16, kernel_size: 5, activation: relu }
    - max_pooling2d: 2
    - flatten
    - dense: { units: 120, activation: relu }
    - dense: { units: 84, activation: relu }
    - dense: { units: 10, activation: softmax }
training: { loss: categorical_crossentropy, optimizer: { sgd: { learning_rate: 0.06, momentum: 0.9 } }, batch_size: 64, epochs: 1000000 }`,
  },
  '1024-1024-1024-10': {
    inputs: 1024,
    rows: 1280,
    model: `
    - dense: { units: 1024, activation: relu }
    - dense: { units: 1024, activation: relu }
    - dense: { units: 10, activation: softmax }
training: { loss: categorical_crossentropy, optimizer: { sgd: { learning_rate: 0.02, momentum: 0.9 } }, batch_size: 128, epochs: 1000000 }`,
  },
};

/** Milliseconds from each request to its reply, for `count` stops at moments spread over half a second. */
export async function timeStops(network: string, count: number): Promise<readonly number[]> {
  const delays: number[] = [];
  for (let i = 0; i < count; i++) {
    delays.push(await timeStop(network, 500 + (500 * i) / count));
  }
  return delays;
}

async function timeStop(network: string, trainingTime: number): Promise<number> {
  const { inputs, rows, model } = networks[network];
  const text = `data: { file: data.csv, target: y, types: { y: category } }\nmodel:\n  layers:${model}\n`;
  const parsed = parseSpec(text, { fileName: 'stop.nnspec' });
  const { spec } = parsed;
  if (!spec) {
    throw new Error(`The spec of ${network} has errors: ${checkSpec(parsed).map(({ message }) => message)}`);
  }
  const engine = await engines.nnspec({ fsPath: resolve('.') } as Uri);
  const client = new EngineClient(engine.port, {
    readFile: () => new TextEncoder().encode(tableOf(inputs, rows)),
    listFolder: () => [],
    readShipped: () => new Uint8Array(),
  });
  try {
    const running = new Promise<void>((done, fail) => {
      client.onEvent((event) => {
        if (event.type === 'progress' && event.progress.state === 'running') {
          done();
        } else if (event.type === 'refused' || event.type === 'failed') {
          fail(new Error(JSON.stringify(event)));
        }
      });
    });
    await client.ask('start', { spec, specText: text, fileName: 'stop.nnspec' });
    await running;
    await new Promise((done) => setTimeout(done, trainingTime));
    const start = performance.now();
    await client.ask('stop', null);
    return performance.now() - start;
  } finally {
    client.dispose();
    engine.dispose();
  }
}

/** Small whole numbers without a pattern; ten classes. */
function tableOf(inputs: number, rows: number): string {
  const lines = [`${Array.from({ length: inputs }, (_, i) => `x${i}`).join()},y`];
  for (let row = 0; row < rows; row++) {
    lines.push(
      `${Array.from({ length: inputs }, (_, i) => (row * 31 + i * 17 + ((row * i) % 7)) % 17).join()},${row % 10}`,
    );
  }
  return lines.join('\n');
}
