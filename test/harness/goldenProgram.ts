/**
 * A program that trains the golden runs and prints their hashes as JSON:
 *   node goldenProgram.js FOLDER_OF_THE_THREAD_SCRIPT THREADS wide|plain
 */
import { readFile } from 'node:fs/promises';
import { decodeWeights } from '../../src/engine';
import { parseSpec } from '../../src/language';
import { machineOf } from '../../src/server/machine.node';
import { type Golden, goldenOf, goldenRuns, goldenText } from './golden';
import { startInProcess } from './inProcess';

const [folder, threads, width] = process.argv.slice(2);

async function train(text: string): Promise<Golden> {
  const { spec } = parseSpec(text, { fileName: 'golden.nnspec' });
  if (!spec) {
    throw new Error(`The spec has errors:\n${text}`);
  }
  const { widen, ...machine } = machineOf(folder);
  const { client, dispose } = startInProcess(
    {
      readFile: ({ path }) => readFile(`examples/${path}`),
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
  const options = { spec, specText: text, fileName: 'golden.nnspec', everyEpoch: true, threads: Number(threads) };
  await client.ask('start', { ...options, paused: true });
  // Threads start asynchronously. Without this wait they would not take part in the first steps.
  await new Promise((resolve) => setTimeout(resolve, Number(threads) > 1 ? 150 : 0));
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
  for (const run of goldenRuns) {
    found[run.name] = await train(goldenText(run, await readFile(`examples/${run.example}.nnspec`, 'utf8')));
  }
  process.stdout.write(`${JSON.stringify(found, undefined, 2)}\n`);
  process.exit(0);
}

void main();
