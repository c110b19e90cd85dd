/**
 * Gives mutated inputs to everything that reads foreign bytes. A find is an exception where none may be
 * thrown, a broken promise, an input that takes long, or memory that grows. Options and figures are in
 * `docs/reliability.md`.
 */
import { parseArgs } from 'node:util';
import type { Area, Input } from './area';
import { commandOrders, messages, savedFiles } from './engines';
import { damagedCheckpoints, damagedWeights, keptRuns } from './files';
import { kills } from './kills';
import { forecasts, predictions, resumes } from './models';
import { linkNames, schema } from './pages';
import { panelMessages } from './panel';
import { Random } from './random';
import { encodings, specs } from './specs';
import { tables } from './tables';

/** An input that takes more CPU time is a find. */
const slowMilliseconds = 2000;
/** Bytes by which the heap may grow while an area runs. */
const allowedGrowth = 32 * 1024 * 1024;
/** Finds of one area after which it ends. */
const maximumFinds = 5;

let unhandled: unknown;
process.on('unhandledRejection', (error) => {
  unhandled ??= error;
});
process.on('uncaughtException', (error) => {
  unhandled ??= error;
});

/** Says which promise an input breaks; undefined where it breaks none. */
async function faultOf(area: Area, input: Input): Promise<string | undefined> {
  const before = process.cpuUsage();
  try {
    await area.check(input);
    if (unhandled) {
      throw unhandled;
    }
  } catch (error) {
    unhandled = undefined;
    return error instanceof Error ? `${error.name}: ${error.message.split('\n')[0]}\n${placeOf(error)}` : String(error);
  }
  const { user } = process.cpuUsage(before);
  return user / 1000 > slowMilliseconds ? 'takes long' : undefined;
}

/** The first line of the stack in the product, without its column. */
function placeOf({ stack = '' }: Error): string {
  return /\n\s+at [^\n]*src\/[^\n]*/.exec(stack)?.[0].trim() ?? '';
}

/** Leaves parts out, first halves, at last single elements, while the fault stays. At most 20 seconds. */
async function shrink(area: Area, input: Input, fault: string): Promise<Input> {
  const end = Date.now() + 20_000;
  let small = input;
  for (let size = Math.ceil(input.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < small.length && Date.now() < end; ) {
      const less = without(small, at, size);
      if ((await faultOf(area, less)) === fault) {
        small = less;
      } else {
        at += size;
      }
    }
  }
  return small;
}

function without(input: Input, at: number, count: number): Input {
  if (typeof input === 'string') {
    return input.slice(0, at) + input.slice(at + count);
  }
  const keeps = (_: unknown, i: number) => i < at || i >= at + count;
  return input instanceof Uint8Array ? input.filter(keeps) : input.filter(keeps);
}

interface Limits {
  readonly seed: number;
  readonly from: number;
  readonly inputs: number;
  /** Milliseconds since 1970 after which no further input is made. */
  readonly end: number;
}

async function campaign(area: Area, { seed, from, inputs, end }: Limits) {
  const started = Date.now();
  const finds = new Set<string>();
  let level: number | undefined;
  let [done, told] = [0, started];
  while (done < inputs && Date.now() < end && finds.size < maximumFinds) {
    const number = from + done++;
    const input = area.make(new Random(seed, number));
    const fault = await faultOf(area, input);
    if (fault !== undefined && !finds.has(fault)) {
      finds.add(fault);
      const small = await shrink(area, input, fault);
      console.log(`  find in ${area.name}: --only ${area.name} --seed ${seed} --from ${number} --inputs 1`);
      console.log(`    ${fault.replaceAll('\n', '\n    ')}\n    ${area.show(small).slice(0, 2000)}`);
    }
    // The first part fills caches; after it, the memory has its level.
    if (done === Math.ceil(inputs / 5)) {
      level = heap();
    }
    if (Date.now() - told > 1000) {
      told = Date.now();
      process.send?.(`${area.name} ${number}`);
    }
  }
  const growth = level === undefined ? 0 : heap() - level;
  if (growth > allowedGrowth) {
    finds.add('memory');
    console.log(`  find in ${area.name}: the heap grew by ${megabytes(growth)}`);
  }
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  console.log(
    `| ${area.name} | ${seed} | ${done.toLocaleString('en')} | ${finds.size} | ${megabytes(growth)} | ${seconds} s |`,
  );
  return { inputs: done, finds: finds.size };
}

function heap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MB`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      from: { type: 'string', default: '0' },
      inputs: { type: 'string', default: '1000000' },
      minutes: { type: 'string', default: '60' },
      only: { type: 'string' },
    },
  });
  const { weights, checkpoint } = await savedFiles();
  // The quickest first: the others may use the time that they leave.
  const all = [
    damagedWeights(weights),
    damagedCheckpoints(checkpoint),
    keptRuns,
    encodings,
    kills,
    linkNames,
    await predictions(),
    messages,
    panelMessages,
    resumes(checkpoint),
    commandOrders({ weights, checkpoint }),
    forecasts,
    schema,
    tables,
    specs,
  ] as readonly Area[];
  const only = values.only?.split(',');
  const chosen = all.filter(({ name }) => !only || only.includes(name));
  const shares = chosen.reduce((sum, { share }) => sum + share, 0);
  const started = Date.now();
  const length = Number(values.minutes) * 60_000;
  console.log('| area | seed | inputs | finds | heap | time |\n| --- | --- | --- | --- | --- | --- |');
  let [inputs, finds, past] = [0, 0, 0];
  for (const area of chosen) {
    past += 1;
    const sum = await campaign(area, {
      seed: Number(values.seed),
      from: Number(values.from),
      inputs: Math.ceil((Number(values.inputs) * area.share) / shares),
      end: started + (length * past) / chosen.length,
    });
    inputs += sum.inputs;
    finds += sum.finds;
  }
  console.log(`\n${inputs.toLocaleString('en')} inputs, ${finds} finds`);
  // Servers that were ended had asked for one more turn.
  await new Promise((done) => setTimeout(done, 100));
  const left = process.getActiveResourcesInfo().filter((kind) => kind !== 'PipeWrap' && kind !== 'TTYWrap');
  console.log(`Left open: ${left.join(', ') || 'nothing'}`);
  process.exit(finds === 0 ? 0 : 1);
}

try {
  await main();
} catch (error) {
  // The listeners above would take it for a find of the next input.
  console.error(error);
  process.exit(1);
}
