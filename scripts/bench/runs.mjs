/**
 * What it costs to keep runs, how much sooner a sweep is over on several cores, and how quickly kept runs are
 * listed: the command line as a whole process, each figure in turn with its peer.
 */
import { execFile } from 'node:child_process';
import {
  cpSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root, runScript } from '../bare.mjs';
import { writeImages } from './idx.mjs';
import { median, summarise } from './statistics.mjs';

const xor = (epochs, rest = '') => `name: XOR
data: { source: xor }
model: { layers: [dense: { units: 4, activation: tanh }, dense: { units: 1, activation: sigmoid }] }
training: { loss: binary_crossentropy, optimizer: { sgd: 0.5 }, batch_size: 4, epochs: ${epochs} }
${rest}`;

const images = (epochs) => `name: Images
data: { file: images.idx.gz, labels: labels.idx.gz, target: label }
model: { layers: [flatten, dense: { units: 128, activation: relu }, dense: { units: 10, activation: softmax }] }
training: { loss: categorical_crossentropy, optimizer: { sgd: 0.01 }, batch_size: 32, epochs: ${epochs} }
`;

/** @returns {Promise<import('./engineMeasures.mjs').Figure[]>} */
export async function runs({ quick }) {
  await runScript('build.mjs', ['--production', '--quiet']);
  const folder = mkdtempSync(join(tmpdir(), 'nnspec-runs-'));
  try {
    return [
      ...(await keeping(folder, quick)),
      ...(await sweeping(folder, quick)),
      ...(await listing(folder, quick ? 20 : 1000)),
      ...(await size(folder)),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Trainings of some 10 s, with and without `--keep` in turn. */
async function keeping(folder, quick) {
  writeImages(join(folder, 'images.idx.gz'), join(folder, 'labels.idx.gz'), 2000);
  const figures = [];
  for (const [name, text] of [
    ['XOR', xor(quick ? 2000 : 4_000_000)],
    ['784-128-10', images(quick ? 2 : 1200)],
  ]) {
    const spec = join(folder, `${name}.nnspec`);
    writeFileSync(spec, text);
    const [plain, kept] = [[], []];
    for (let round = 0; round < (quick ? 1 : 5); round++) {
      plain.push(await seconds('train', spec));
      kept.push(await seconds('train', spec, '--keep'));
    }
    const costs = kept.map((each, i) => 100 * (each / plain[i] - 1));
    figures.push(
      { name: `training of ${name}`, unit: 's', value: median(plain), all: summarise(plain) },
      { name: 'the same, kept: how much longer', unit: '%', value: median(costs), bar: '< 3', all: costs },
    );
  }
  return figures;
}

/** A sweep of 16 runs of some 2 s, one after the other and as many at once as there are cores. */
async function sweeping(folder, quick) {
  const spec = join(folder, 'sweep.nnspec');
  const seeds = Array.from({ length: 16 }, (_, i) => i + 1).join(', ');
  writeFileSync(spec, xor(quick ? 200 : 800_000, `sweep: { values: { seed: [${seeds}] }, best: loss }\n`));
  const cores = availableParallelism();
  const gains = [];
  for (let round = 0; round < (quick ? 1 : 2); round++) {
    const alone = await seconds('train', spec, '--keep', '--jobs', '1');
    gains.push(alone / (await seconds('train', spec, '--keep', '--jobs', String(cores))));
  }
  const bar = cores === 2 ? '≥ 1.8' : undefined;
  return [{ name: `sweep of 16 runs on ${cores} cores`, unit: '×', value: median(gains), bar, all: gains }];
}

/** Runs of a million points: copies of one, whose files are shared. */
async function listing(folder, count) {
  const home = mkdirOf(join(folder, 'list'));
  writeFileSync(join(home, 'xor.nnspec'), xor(1_000_000));
  await nnspec('train', join(home, 'xor.nnspec'), '--keep');
  const kept = join(home, '.nnspec', 'runs');
  const [id] = readdirSync(kept);
  const header = JSON.parse(readFileSync(join(kept, id, 'run.json'), 'utf8'));
  for (let i = 0; i < count; i++) {
    const copy = `${id.slice(0, -4)}${i.toString(16).padStart(4, '0')}`;
    if (copy !== id) {
      copyRun(join(kept, id), mkdirOf(join(kept, copy)), { ...header, id: copy });
    }
  }
  const times = [];
  for (let round = 0; round < 5; round++) {
    times.push(await seconds('runs', 'list', home, '--json'));
  }
  return [{ name: `list of ${count} kept runs`, unit: 's', value: median(times), bar: '< 1', all: summarise(times) }];
}

function copyRun(from, to, header) {
  for (const name of readdirSync(from)) {
    if (name === 'run.json') {
      writeFileSync(join(to, name), JSON.stringify(header));
    } else if (name !== 'checkpoints') {
      linkSync(join(from, name), join(to, name));
    }
  }
}

/** The folder of a kept run of the example on digits. */
async function size(folder) {
  const home = mkdirOf(join(folder, 'digits'));
  for (const name of ['digits.nnspec', 'digits.csv']) {
    cpSync(join(root, 'examples', name), join(home, name));
  }
  await nnspec('train', join(home, 'digits.nnspec'), '--keep');
  const kept = join(home, '.nnspec', 'runs');
  const files = readdirSync(kept, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const bytes = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
  return [{ name: 'size of a kept run of digits', unit: 'kB', value: bytes / 1000 }];
}

function mkdirOf(path) {
  mkdirSync(path, { recursive: true });
  return path;
}

/** How long a command takes as a whole. */
async function seconds(...args) {
  const started = performance.now();
  await nnspec(...args);
  return (performance.now() - started) / 1000;
}

function nnspec(...args) {
  return promisify(execFile)(process.execPath, [join(root, 'dist/cli.js'), ...args], { maxBuffer: 2 ** 28 });
}
