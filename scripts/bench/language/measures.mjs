/** Measurements of the language service and of the predictor. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { root } from '../../bare.mjs';
import { quantile } from '../statistics.mjs';

/** 95th percentiles over places spread over a spec of 1,000 lines, and of completion in a spec of 256 kB. */
export async function service({ quick }) {
  return percentiles('service', quick ? 20 : 400);
}

/** How long a prediction takes after an edit: one batch of the size of digits, with loaded data. */
export async function predictor({ quick }) {
  return percentiles('predictor', quick ? 5 : 60);
}

function percentiles(name, rounds) {
  return measureApart(name, rounds).map(({ name, bar, times }) => ({
    name,
    unit: 'ms',
    value: quantile(times, 0.95),
    bar,
    all: times,
  }));
}

/** 95th percentiles of how long each feature of the editor blocks the host, in the slowest spec of 64 kB. */
export async function editing({ quick }) {
  return measureApart('editing', quick ? 2 : 20).map(({ name, files }) => {
    const worst = Object.values(files).map((times) => quantile(times, 0.95));
    const title = `longest hold by a spec of 64 kB: ${name}`;
    return { name: title, unit: 'ms', value: Math.max(...worst), bar: '< 50', all: files };
  });
}

/** Runs a module of this folder in its own process and parses the JSON that it prints. */
function measureApart(name, rounds) {
  const outfile = join(root, `dist/bench/${name}.cjs`);
  mkdirSync(join(root, 'dist/bench'), { recursive: true });
  esbuild.buildSync({
    absWorkingDir: root,
    entryPoints: [`scripts/bench/language/${name}.ts`],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'warning',
  });
  return JSON.parse(execFileSync(process.execPath, [outfile, String(rounds)], { encoding: 'utf8', cwd: root }));
}
