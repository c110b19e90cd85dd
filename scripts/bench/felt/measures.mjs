/**
 * Responsiveness in a real VS Code: each measurement opens the workbench and observes the panel's page from
 * outside.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { root, runScript } from '../../bare.mjs';
import { openSession } from '../../session.mjs';
import { specOfRows } from '../language/files.mjs';
import { mark } from '../protocol.mjs';
import { median, quantile } from '../statistics.mjs';

const xor = (training) => `data:
  source: xor
model:
  layers:
    - dense: { units: 4, activation: tanh }
    - dense: { units: 1, activation: sigmoid }
training:
${training}`;

const specs = {
  'rows.nnspec': specOfRows(64_000),
  'xor.nnspec': xor('  optimizer: { sgd: 0.05 }\n  epochs: 2000000\n'),
  // One row in a batch: 250,000 epochs of four batches are a million batch losses.
  'million.nnspec': xor('  optimizer: { sgd: 0.01 }\n  batch_size: 1\n  epochs: 250000\n'),
  // About three seconds of steps that last some microseconds each.
  'spiral.nnspec': `data:
  source: { spiral: { samples: 200, classes: 2 } }
model:
  layers:
    - dense: { units: 8, activation: tanh }
    - dense: { units: 8, activation: tanh }
    - dense: { units: 1, activation: sigmoid }
training:
  optimizer: { adam: 0.001 }
  epochs: 40000
`,
  'digits.nnspec': `data:
  source: digits
  scale: minmax
model:
  layers:
    - flatten
    - dense: { units: 32, activation: relu }
    - dense: { units: 10, activation: softmax }
training:
  optimizer: { adam: 0.001 }
  epochs: 20
`,
  'digits-long.nnspec': `data:
  source: digits
  scale: minmax
model:
  layers:
    - dense: { units: 32, activation: relu }
    - dense: { units: 10, activation: softmax }
training:
  optimizer: { adam: 0.001 }
  epochs: 100000
`,
};

const all = { activation, firstFrame, delay, million, panel, hand, typing };

/**
 * @param {string[]} names
 * @returns {Promise<{ name: string, unit: string, value: number, bar: string, all: unknown }[]>}
 */
export async function measureFelt(names) {
  console.log('Building the product…');
  await runScript('build.mjs', ['--production', '--quiet']);
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: ['scripts/bench/felt/host.ts'],
    outfile: 'dist/bench/host.js',
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['vscode'],
    logLevel: 'warning',
  });
  const figures = [];
  for (const name of names) {
    console.log(`Measuring ${name}…`);
    figures.push(...(await all[name]()));
  }
  return figures;
}

/** Runs one session. `watch` may observe the page while the host measures. */
async function session(measure, { settings, watch } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'nnspec-bench-'));
  for (const [name, text] of Object.entries(specs)) {
    writeFileSync(join(folder, name), text);
  }
  writeFileSync(join(folder, 'bench.json'), JSON.stringify({ measure }));
  let found;
  let finish;
  const finished = new Promise((done) => {
    finish = done;
  });
  const opened = await openSession({
    folder,
    tests: 'dist/bench/host',
    settings,
    async prepare(page) {
      await page.exposeFunction('codeAutomationLog', (_type, args) => {
        const line = args.join(' ');
        if (line.startsWith(mark)) {
          found = JSON.parse(line.slice(mark.length));
        }
      });
      await page.exposeFunction('codeAutomationExit', finish);
      // Runs in every frame of the page, including the panel's.
      await page.addInitScript(recordFrames);
    },
  });
  try {
    const tell = (name) => writeFileSync(join(opened.folder, name), '');
    const told = (name) => existsSync(join(opened.folder, name));
    const seen = watch?.(opened.page, tell, told);
    const code = await finished;
    if (code !== 0 || !found) {
      throw new Error(`The measure ${measure} ended with ${code} and no figure.`);
    }
    return { found, seen: await seen };
  } finally {
    await opened.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Runs in the panel's page. Once the panel exists, records the time of each frame, and the number of losses
 * that it had when it first drew.
 */
function recordFrames() {
  const record = { times: [], first: undefined };
  let panel;
  const tick = (time) => {
    record.times.push(time);
    if (record.first === undefined && panel.frames > 0) {
      record.first = panel.series('loss').x.length;
      record.painted = Date.now();
    }
    requestAnimationFrame(tick);
  };
  Object.defineProperty(globalThis, 'nnspecPanel', {
    get: () => panel,
    set(announced) {
      panel = announced;
      globalThis.benchFrames = record;
      requestAnimationFrame(tick);
    },
  });
}

/** Waits until `evaluate` returns a value in one of the page's frames, which include the panel's. */
async function inPanel(page, evaluate) {
  for (;;) {
    for (const frame of page.frames()) {
      const value = await frame.evaluate(evaluate).catch(() => undefined);
      if (value !== undefined) {
        return value;
      }
    }
    await sleep(50);
  }
}

/** The longest time for which typing in a spec of 64 kB blocks the host, over 20 rounds. */
async function typing() {
  const { found } = await session('typing');
  return [
    {
      name: 'longest block of the host while typing in a spec of 64 kB, 95th percentile',
      unit: 'ms',
      value: quantile(found.rounds, 0.95),
      bar: '< 50',
      all: found.rounds,
    },
  ];
}

async function activation() {
  const times = [];
  for (let i = 0; i < 5; i++) {
    times.push((await session('activation')).found.milliseconds);
  }
  return [
    { name: 'activation of the extension, median of five', unit: 'ms', value: median(times), bar: '< 50', all: times },
  ];
}

async function firstFrame() {
  const points = [];
  for (let i = 0; i < 3; i++) {
    const { seen } = await session('firstFrame', {
      watch: async (page, tell) => {
        const first = await inPanel(page, () => globalThis.benchFrames?.first);
        tell('panel');
        return first;
      },
    });
    points.push(seen);
  }
  const name = 'epochs in the panel when its first frame is painted, least of three';
  return [{ name, unit: '', value: Math.min(...points), bar: '≥ 1', all: points }];
}

async function delay() {
  const { found } = await session('delay');
  const over = found.rounds.map(({ idle, training }) => training - idle);
  return [
    {
      name: "extension host's p99 event-loop delay while digits trains, above idle, median of five",
      unit: 'ms',
      value: median(over),
      bar: '≤ 10',
      all: found.rounds,
    },
  ];
}

async function million() {
  const { found, seen } = await session('million', {
    watch: async (page, tell, told) => {
      await inPanel(page, () => globalThis.benchFrames?.first);
      const from = await inPanel(page, () => globalThis.benchFrames?.times.length);
      tell('panel');
      const memory = [];
      do {
        memory.push(await inPanel(page, () => globalThis.nnspecPanel && performance.memory.usedJSHeapSize / 2 ** 20));
        await sleep(250);
      } while (!told('over'));
      const times = await inPanel(page, () => globalThis.nnspecPanel && globalThis.benchFrames.times);
      tell('page');
      return { memory, frames: times.slice(from + 1).map((time, i) => time - times[from + i]) };
    },
  });
  const host = found.memory.map(({ megabytes }) => megabytes);
  return [
    {
      name: `three runs of ${found.steps} batches in ${found.seconds.toFixed(1)} s: the panel’s p95 frame`,
      unit: 'ms',
      value: quantile(seen.frames, 0.95),
      bar: '< 33',
      all: { frames: seen.frames.length, seconds: found.seconds },
    },
    { name: 'extension host’s heap, last half of the runs over the first', unit: '×', value: growth(host), all: host },
    {
      name: 'panel’s heap, last half of the runs over the first',
      unit: '×',
      value: growth(seen.memory),
      all: seen.memory,
    },
  ];
}

/** A small network at full speed beside its panel, which is opened anew for each run. */
async function panel() {
  const { found, seen } = await session('panel', {
    watch: async (page, tell, told) => {
      const pages = new Map();
      while (!told('over')) {
        for (const frame of page.frames()) {
          const record = await frame.evaluate(() => globalThis.benchFrames).catch(() => undefined);
          if (record?.painted !== undefined) {
            pages.set(record.painted, record.times);
          }
        }
        await sleep(500);
      }
      tell('page');
      return pages;
    },
  });
  const painted = [...seen.keys()];
  const waits = found.commands.map((command) => painted.find((time) => time > command) - command);
  // The first second of a page is that of its opening.
  const frames = [...seen.values()].flatMap((times) =>
    times.slice(1).flatMap((time, i) => (time > times[0] + 1000 ? [time - times[i]] : [])),
  );
  const slower = found.seconds.open.map((time, round) => time / found.seconds.closed[round]);
  const note = `without: ${median(found.seconds.closed).toFixed(1)} s`;
  return [
    {
      name: 'from the command to the panel’s first frame, in a window that has had one',
      unit: 'ms',
      value: median(waits),
      bar: '< 300',
      note: `an empty webview: ${median(found.empty).toFixed(0)} ms`,
      all: { panel: waits, empty: found.empty },
    },
    {
      name: 'the panel’s p95 frame while 2-8-8-1 learns at full speed',
      unit: 'ms',
      value: quantile(frames, 0.95),
      bar: '< 18',
      all: { frames: frames.length },
    },
    {
      name: 'training beside the panel, over the time without',
      unit: '×',
      value: median(slower),
      bar: '≤ 1.05',
      note,
      all: slower,
    },
  ];
}

/** From a stroke in the drawing field to the frame with its outputs, after a training of digits. */
async function hand() {
  const { seen } = await session('hand', {
    watch: async (page, tell) => {
      await inPanel(page, () => globalThis.benchFrames?.first);
      const waits = await inPanel(page, draw);
      tell('page');
      return waits;
    },
  });
  return [
    {
      name: 'from a stroke in the picture of a digit to the network’s answer on the screen',
      unit: 'ms',
      value: median(seen),
      bar: '< 50',
      all: seen,
    },
  ];
}

/** Runs in the panel's page: draws forty strokes by hand, each when the one before is answered. */
async function draw() {
  if (!globalThis.nnspecPanel) {
    return undefined;
  }
  const frame = () => new Promise(requestAnimationFrame);
  const find = (id) => document.querySelector(`[data-testid="${id}"]`);
  find('tab-network').click();
  while (find('net-by-hand')?.disabled !== false) {
    await frame();
  }
  find('net-by-hand').click();
  const field = find('net-field');
  while (field.getBoundingClientRect().width === 0) {
    await frame();
  }
  const answer = () => [...document.querySelectorAll('.net-unit')].map(({ title }) => title).join();
  const waits = [];
  for (let i = 0; i < 40; i++) {
    // The answer to the stroke before is complete.
    for (let calm = 0; calm < 10; calm++) {
      await frame();
    }
    const { left, top, width, height } = field.getBoundingClientRect();
    const at = { clientX: left + width * ((i * 0.37) % 1), clientY: top + height * ((i * 0.21) % 1) };
    const before = answer();
    const from = performance.now();
    field.dispatchEvent(new PointerEvent('pointermove', { ...at, buttons: 1, bubbles: true }));
    for (let frames = 0; answer() === before && frames < 60; frames++) {
      await frame();
    }
    // A pixel that was full already changes nothing.
    if (answer() !== before) {
      waits.push(performance.now() - from);
    }
  }
  return waits;
}

/**
 * Least value of the second half divided by that of the first. A leak raises it; the rhythm of garbage
 * collection does not.
 */
function growth(series) {
  const half = Math.floor(series.length / 2);
  return Math.min(...series.slice(half)) / Math.min(...series.slice(0, half));
}

function sleep(milliseconds) {
  return new Promise((done) => setTimeout(done, milliseconds));
}
