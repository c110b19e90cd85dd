/**
 * What a new spec is worth: `nnspec new` on tables that nobody prepared, trained unedited, and scored on rows
 * that it never saw. Beside it stand scikit-learn's linear model and its MLP, set up with care.
 */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root, runScript } from '../../bare.mjs';
import { plainEnvironment } from '../install.mjs';
import { measureApart } from '../process.mjs';

const script = join(root, 'scripts/bench/newSpec/tables.py');
const seed = 1;
/** How much worse than scikit-learn a new spec may be. */
const bars = { auc: -0.02, r2: -0.05, ratio: 1.1 };

export async function newspec({ quick }) {
  const python = findScikit();
  if (!python) {
    const note = 'needs scikit-learn: no python3 can import sklearn (on Debian: apt install python3-sklearn)';
    return [{ name: 'new specs against scikit-learn', unit: '', value: Number.NaN, note }];
  }
  await runScript('build.mjs', ['--production', '--quiet']);
  const folder = mkdtempSync(join(tmpdir(), 'nnspec-new-'));
  try {
    const figures = [];
    for (const table of await writeTables(python, folder, seed, quick ? ['iris', 'few_numbers'] : [])) {
      const own = await scoreNewSpec(folder, table);
      figures.push(...figuresOf(table, own, await scoreScikit(python, folder, table)));
    }
    return figures;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A Python with scikit-learn; undefined if there is none. */
export function findScikit() {
  return ['python3', '/usr/bin/python3'].find((path) => {
    try {
      execFileSync(path, ['-c', 'import sklearn'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
}

/** @returns {Promise<{ name: string, target: string, task: 'classes' | 'number', rows: number }[]>} */
export function writeTables(python, folder, seed, names = []) {
  return runPython(python, ['write', folder, String(seed), ...names]);
}

/** @returns {Promise<Record<string, { auc?: number, loss?: number, r2?: number, mae?: number }>>} by model */
export function scoreScikit(python, folder, { name }) {
  return runPython(python, ['score', folder, name]);
}

/** The figures of a new spec for the train file, on the hold-out file. */
export async function scoreNewSpec(folder, { name, target, task }) {
  const [spec, weights] = [`${name}.nnspec`, `${name}.safetensors`];
  rmSync(join(folder, spec), { force: true });
  await nnspec(folder, ['new', `${name}.train.csv`, '--target', target, '--out', spec]);
  await nnspec(folder, ['train', spec, '--save', weights, '--json']);
  const { loss, metrics } = JSON.parse(await nnspec(folder, ['evaluate', weights, `${name}.holdout.csv`, '--json']));
  return task === 'number' ? { r2: metrics.r2, mae: metrics.mean_absolute_error } : { auc: metrics.auc, loss };
}

async function nnspec(folder, args) {
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, 'dist/cli.js'), ...args], {
    cwd: folder,
    maxBuffer: 1 << 28,
  });
  return stdout;
}

async function runPython(python, args) {
  // Small matrices: threads of the BLAS would only wait for each other.
  const environment = plainEnvironment({ OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' });
  const found = await measureApart([python, script, ...args], { environment, limit: 300 });
  if (found.error) {
    throw new Error(`scikit-learn failed: ${found.error}`);
  }
  return found;
}

/** The difference in AUC or R² and the ratio of the log-losses, each to the better one of scikit-learn's. */
export function figuresOf({ name, rows, task }, own, peers) {
  const best = (key, better) =>
    Object.entries(peers)
      .map(([label, figures]) => ({ label, value: figures[key] }))
      .reduce((a, b) => (better(b.value, a.value) ? b : a));
  const score = task === 'number' ? 'r2' : 'auc';
  const title = `new spec for ${name}, ${rows} rows`;
  const top = best(score, (a, b) => a > b);
  const figures = [
    {
      name: `${title}: ${score === 'r2' ? 'R²' : 'AUC'} ${own[score].toFixed(3)} − ${top.value.toFixed(3)}`,
      unit: '',
      value: own[score] - top.value,
      bar: `≥ ${bars[score]}`,
      note: `scikit-learn: ${top.label}`,
      met: own[score] - top.value >= bars[score],
    },
  ];
  if (task === 'number') {
    const least = best('mae', (a, b) => a < b);
    figures.push({
      name: `${title}: mean absolute error, ratio`,
      unit: '×',
      value: own.mae / least.value,
      note: `scikit-learn: ${least.label}`,
      met: true,
    });
  } else {
    const least = best('loss', (a, b) => a < b);
    figures.push({
      name: `${title}: log-loss ${own.loss.toFixed(3)} / ${least.value.toFixed(3)}`,
      unit: '×',
      value: own.loss / least.value,
      bar: `≤ ${bars.ratio}`,
      note: `scikit-learn: ${least.label}`,
      met: own.loss / least.value <= bars.ratio,
    });
  }
  return figures;
}
