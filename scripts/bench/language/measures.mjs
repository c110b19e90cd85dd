/** The language service: how long a person waits for a list or a hover in a long spec. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { root } from '../../bare.mjs';
import { quantile } from '../statistics.mjs';

/** 95th percentiles over places all over a spec of 1,000 lines, and of completion in one of 256 kB. */
export async function service({ quick }) {
  const outfile = join(root, 'dist/bench/service.cjs');
  mkdirSync(join(root, 'dist/bench'), { recursive: true });
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: ['scripts/bench/language/service.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'warning',
  });
  const output = execFileSync(process.execPath, [outfile, quick ? '20' : '400'], { encoding: 'utf8', cwd: root });
  return JSON.parse(output).map(({ name, bar, times }) => ({
    name,
    unit: 'ms',
    value: quantile(times, 0.95),
    bar,
    all: times,
  }));
}
