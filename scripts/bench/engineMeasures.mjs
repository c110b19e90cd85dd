/** Measurements of the engine: matrix products, a cold start, memory, reading CSV. */
import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root, runScript } from '../bare.mjs';
import { randomFrom } from './data.mjs';
import { isInstalled, plainEnvironment } from './install.mjs';
import { csvParsers } from './libraries.mjs';
import { measureApart } from './process.mjs';
import { median, summarise } from './statistics.mjs';

/**
 * @typedef {{ name: string, unit: string, value: number, bar?: string, note?: string, all?: unknown }} Figure
 */

/** Runs a measurement of the engine in its own process, with these flags of V8. */
export function engineApart(node, job, flags = []) {
  const command = [node.path, ...flags, join(root, 'dist/bench/engine.cjs'), JSON.stringify(job)];
  return measureApart(command, { environment: plainEnvironment(), cwd: root, limit: 300 });
}

/** The Node binaries that the engine is measured on, with and without wide vectors. */
function tiers({ nodes, engine }) {
  return nodes.flatMap((node) =>
    (engine === 'wasm' && node.wide ? [true, false] : [false]).map((wide) => ({
      node,
      wide,
      label: wide ? `wide SIMD, ${node.label}` : node.label,
    })),
  );
}

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

export function failed(name, error) {
  return { name, unit: '', value: Number.NaN, note: error };
}

/** Matrix products on one thread, as a share of the core's peak. @returns {Promise<Figure[]>} */
export async function gemm(setting) {
  const figures = [];
  const peaks = nativePeaks();
  for (const { kind, speeds } of peaks.kinds ?? []) {
    for (const [bits, speed] of Object.entries(speeds)) {
      figures.push({ name: `native peak of a core, vectors of ${bits} bits, ${kind}`, unit: 'GFLOP/s', value: speed });
    }
  }
  if (peaks.missing) {
    figures.push(failed('native peak of a core', peaks.missing));
  }
  for (const { node, wide, label } of tiers(setting)) {
    const found = await engineApart(node, { kind: 'gemm', seconds: setting.quick ? 0.1 : 0.6, wide });
    if (found.error) {
      figures.push(failed(`matrix product (${label})`, found.error));
      continue;
    }
    for (const [n, { median: speed, best }] of Object.entries(found)) {
      const bits = wide ? 256 : 128;
      const shares = (peaks.kinds ?? []).map(({ kind, speeds }) => `${(speed / speeds[bits]).toFixed(2)} ${kind}`);
      const note = shares.length > 0 ? `of the peak of ${bits} bits: ${shares.join(', ')}` : undefined;
      const name = `matrix product ${n}×${n} (${label})`;
      const bar = wide ? '≥ 0.75 of the peak' : undefined;
      figures.push({ name, unit: 'GFLOP/s', value: speed, bar, note, all: { best } });
    }
  }
  return figures;
}

/**
 * Compiles and runs `native/peak.c` twice: without fused multiply-add, like the engine, whose results must
 * have the same bits everywhere, and with it.
 * @returns {{ kinds?: { kind: string, speeds: Record<string, number> }[], missing?: string }}
 */
function nativePeaks() {
  const program = join(root, 'dist/bench/peak');
  const peaksOf = (contract) => {
    const flags = ['-O3', '-march=native', `-ffp-contract=${contract}`];
    execFileSync('cc', [...flags, join(root, 'scripts/bench/native/peak.c'), '-o', program], { stdio: 'pipe' });
    const lines = execFileSync(program, { encoding: 'utf8' }).trim().split('\n');
    return Object.fromEntries(lines.map((line) => line.split(' ')).map(([bits, speed]) => [bits, Number(speed)]));
  };
  try {
    return {
      kinds: [
        { kind: 'without fusing', speeds: peaksOf('off') },
        { kind: 'with fused multiply-adds', speeds: peaksOf('fast') },
      ],
    };
  } catch (error) {
    return { missing: `no C compiler: ${error.message.split('\n')[0]}` };
  }
}

/** 5,000 steps of XOR in a process that has compiled nothing yet. @returns {Promise<Figure[]>} */
export async function cold(setting) {
  const figures = [];
  for (const node of setting.nodes) {
    const runs = [];
    for (let i = 0; i < (setting.quick ? 1 : 7); i++) {
      runs.push(await engineApart(node, { kind: 'cold', data: setting.dataFolder }));
    }
    const name = `XOR’s 5,000 steps cold, WebAssembly’s compiling and running (${node.label})`;
    const wrong = runs.find(({ error }) => error);
    if (wrong) {
      figures.push(failed(name, wrong.error));
    } else {
      const total = median(runs.map((run) => run.total));
      const value = median(runs.map(({ wasm }) => wasm));
      figures.push({
        name,
        unit: 'ms',
        value,
        bar: '≤ 5',
        note: `with JavaScript that writes the module, which has never run before, ${total.toFixed(1)} ms`,
        all: runs,
      });
    }
  }
  return figures;
}

/** Growth of the heap over many steps, and peak memory of a large network. @returns {Promise<Figure[]>} */
export async function memory(setting) {
  const node = setting.nodes.at(-1);
  const steps = setting.quick ? 5000 : 100000;
  const heap = await engineApart(node, { kind: 'heap', steps }, ['--expose-gc']);
  const figures = [];
  const heapName = `growth of the heap over ${steps.toLocaleString('en')} steps of digits`;
  if (heap.error) {
    figures.push(failed(heapName, heap.error));
  } else {
    figures.push({ name: heapName, unit: 'MB', value: heap.heap / 1e6, bar: '< 1', all: heap });
  }
  for (const threads of setting.engine === 'wasm' ? [1, 2] : [1]) {
    const name = `peak memory of the wide network over weights, optimizer state and activations, ${threads === 1 ? 'one thread' : 'two threads'}`;
    const runs = { later: [], first: [] };
    for (let i = 0; i < (setting.quick ? 1 : 3); i++) {
      for (const first of [false, true]) {
        const job = { kind: 'peak', data: setting.dataFolder, threads, first, wide: node.wide };
        runs[first ? 'first' : 'later'].push(await engineApart(node, job, ['--expose-gc']));
      }
    }
    const all = Object.values(runs).flat();
    const wrong = all.find(({ error }) => error);
    if (wrong) {
      figures.push(failed(name, wrong.error));
    } else {
      const [value, first] = [runs.later, runs.first].map((of) =>
        median(of.map(({ added, needed }) => added / needed)),
      );
      const [{ needed, data }] = all;
      const note = `of ${megabytes(needed)}; as the first network of a process ${first.toFixed(2)}×; the data are ${megabytes(data)}`;
      figures.push({ name, unit: '×', value, bar: '≤ 1.5', note, all: runs });
    }
  }
  return figures;
}

/** How much slower training is with a film than without, by processor time. @returns {Promise<Figure[]>} */
export async function film(setting) {
  const figures = [];
  for (const [example, epochs] of Object.entries({ xor: 1_000_000, spiral: 4000, digits: 1000 })) {
    const job = { kind: 'film', example, epochs: setting.quick ? 10 : epochs, rounds: setting.quick ? 1 : 7 };
    const found = await engineApart(setting.nodes[0], job);
    const name = `${example} with a film, over the time without`;
    if (found.error) {
      figures.push(failed(name, found.error));
      continue;
    }
    const all = found.with.map((time, round) => time / found.without[round]);
    const note = `without: ${Math.round(median(found.without))} ms`;
    figures.push({ name, unit: '×', value: median(all), bar: '≤ 1.05', note, all });
  }
  return figures;
}

/** How long a run of each of three networks takes to stop. @returns {Promise<Figure[]>} */
export async function stop(setting) {
  await runScript('build.mjs', ['--production', '--quiet']);
  const figures = [];
  for (const network of ['digits', 'LeNet', '1024-1024-1024-10']) {
    const all = await engineApart(setting.nodes[0], { kind: 'stop', network, count: setting.quick ? 1 : 20 });
    const name = `a stop takes effect in the training of ${network}`;
    figures.push(
      all.error
        ? failed(name, all.error)
        : { name, unit: 'ms', value: median(all), note: `at most ${Math.max(...all).toFixed(1)} ms`, all },
    );
  }
  return figures;
}

/** Reads a file of numbers into memory, in turn with parsers from npm. @returns {Promise<Figure[]>} */
export async function csv(setting) {
  const node = setting.nodes.at(-1);
  const file = join(setting.dataFolder, `numbers-${setting.quick ? 5 : 100}.csv`);
  if (!existsSync(file)) {
    writeNumbers(file, setting.quick ? 5e6 : 1e8);
  }
  const size = statSync(file).size;
  const entries = [
    { name: 'NNSpec', run: () => engineApart(node, { kind: 'csv', file }, ['--max-old-space-size=8192']), speeds: [] },
    ...Object.keys(csvParsers).map((parser) => ({
      name: parser,
      run: () => parserApart(node, parser, file),
      speeds: [],
    })),
  ];
  let sum;
  for (let round = 0; round < (setting.quick ? 1 : 3); round++) {
    for (const entry of entries) {
      if (entry.error) {
        continue;
      }
      const found = await entry.run();
      if (found.error) {
        entry.error = found.error;
      } else {
        sum ??= found.sum;
        // Float32 keeps four decimals of these numbers, but not the fifth.
        if (Math.abs(found.sum - sum) > 1) {
          entry.error = `read other numbers: their sum is ${found.sum}, not ${sum}`;
        }
        entry.speeds.push(size / found.seconds / 1e6);
      }
    }
  }
  const figures = entries.map(({ name, error, speeds }) => {
    const title = `CSV of ${Math.round(size / 1e6)} MB into numbers: ${name}`;
    if (error) {
      return failed(title, error);
    }
    return { name: title, unit: 'MB/s', value: median(speeds), all: summarise(speeds) };
  });
  const [own, ...others] = entries.filter(({ error }) => !error);
  if (own?.name === 'NNSpec' && others.length > 0) {
    const best = others.sort((a, b) => median(b.speeds) - median(a.speeds))[0];
    const value = median(own.speeds) / median(best.speeds);
    figures.push({ name: `NNSpec against ${best.name}, the fastest parser of npm`, unit: '×', value, bar: '≥ 5' });
  }
  return figures;
}

function parserApart(node, parser, file) {
  if (!isInstalled(parser)) {
    return { error: 'could not be installed' };
  }
  const script = join(root, 'dist/bench/peers/csvParser.mjs');
  const command = [node.path, '--max-old-space-size=8192', script, JSON.stringify({ parser, file })];
  return measureApart(command, { environment: plainEnvironment(), limit: 120 });
}

/** Ten columns of numbers between −100 and 100 with four decimals. */
function writeNumbers(file, bytes) {
  mkdirSync(dirname(file), { recursive: true });
  const random = randomFrom(1);
  const unfinished = `${file}.part`;
  const target = openSync(unfinished, 'w');
  let written = writeSync(target, 'a,b,c,d,e,f,g,h,i,j\n');
  while (written < bytes) {
    let text = '';
    for (let row = 0; row < 5000; row++) {
      text += `${Array.from({ length: 10 }, () => (random() * 200 - 100).toFixed(4)).join()}\n`;
    }
    written += writeSync(target, text);
  }
  closeSync(target);
  renameSync(unfinished, file);
}
