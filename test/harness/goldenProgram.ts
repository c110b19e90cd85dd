/**
 * A program that trains the golden runs and prints their hashes as JSON:
 *   node goldenProgram.js FOLDER_OF_THE_THREAD_SCRIPT THREADS wide|plain
 */
import { readFile } from 'node:fs/promises';
import { decodeWeights, type ThreadRequest } from '../../src/engine';
import { control } from '../../src/engine/wasm/memory/control';
import { parseSpec } from '../../src/language';
import { machineOf } from '../../src/server/machine.node';
import { type Golden, goldenOf, goldenRunsWith, goldenText } from './golden';
import { startInProcess } from './inProcess';

const [folder, , width] = process.argv.slice(2);
const threads = Number(process.argv[3]);

async function train(text: string): Promise<Golden> {
  const { spec } = parseSpec(text, { fileName: 'golden.nnspec' });
  if (!spec) {
    throw new Error(`The spec has errors:\n${text}`);
  }
  const { widen, startThread, ...others } = machineOf(folder);
  const requests: ThreadRequest[] = [];
  const machine = {
    ...others,
    startThread(request: ThreadRequest) {
      requests.push(request);
      return startThread?.(request) ?? { dispose: () => undefined };
    },
  };
  const { client, dispose } = startInProcess(
    {
      readFile: ({ path }) => readFile(`examples/${path}`),
      listFolder: () => [],
      readShipped: ({ name }) => readFile(`media/data/${name}`),
    },
    {
      now: () => performance.now(),
      schedule: (callback) => setImmediate(callback),
      machine: width === 'wide' ? { widen, ...machine } : machine,
    },
  );
  const losses: number[] = [];
  const over = new Promise<void>((resolve, reject) => {
    client.onEvent((event) => {
      if (event.type === 'epochs') {
        for (const record of event.records) {
          losses.push(...record.values.filter(([tag]) => tag === 'loss').map(([, loss]) => loss));
        }
      } else if (event.type === 'ended') {
        resolve();
      } else if (event.type === 'refused' || event.type === 'failed') {
        reject(new Error(JSON.stringify(event)));
      }
    });
  });
  const options = { spec, specText: text, fileName: 'golden.nnspec', everyEpoch: true, threads };
  await client.ask('start', { ...options, paused: true });
  // Threads start asynchronously. Without this wait they would not take part in the first steps.
  const isReady = ({ memory }: ThreadRequest) =>
    Atomics.load(new Int32Array(memory.buffer), control.ready / 4) === threads - 1;
  const deadline = performance.now() + 30_000;
  while (requests.length < threads - 1 || !requests.every(isReady)) {
    if (performance.now() > deadline) {
      throw new Error(`Only ${requests.length} of ${threads - 1} other threads were started for:\n${text}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await client.ask('resume', null);
  await over;
  const saved = await client.ask('saveWeights', null);
  const file = 'ok' in saved ? decodeWeights(saved.ok) : undefined;
  dispose();
  if (!file || 'problem' in file) {
    throw new Error('The weights could not be saved.');
  }
  return goldenOf(
    losses,
    file.ok.tensors.map(({ values }) => values),
  );
}

async function main(): Promise<void> {
  const found: Record<string, Golden> = {};
  for (const run of goldenRunsWith(threads)) {
    found[run.name] = await train(goldenText(run, await readFile(`examples/${run.example}.nnspec`, 'utf8')));
  }
  process.stdout.write(`${JSON.stringify(found, undefined, 2)}\n`);
  process.exit(0);
}

void main();
