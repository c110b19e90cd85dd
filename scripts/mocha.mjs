/** Runs a suite under plain mocha, and checks that at least one test ran in each of its files. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import * as esbuild from 'esbuild';
import { statusOf } from './bare.mjs';
import { mochaBundles } from './build.mjs';
import { filesOf } from './suites.mjs';

/**
 * Each run bundles into a folder of its own, so that runs at the same time do not disturb each other.
 * @param {string[]} [words] only the files whose path contains one of them; without words, all files
 * @param {(text: string) => void} [print] receives the output at the end; without it, mocha prints to this
 *   terminal
 * @returns {Promise<{ passed: boolean, stats?: object, found: number, ran: number }>}
 */
export async function runMochaSuite(name, root, words = [], print = undefined) {
  const files = filesOf(name, root).filter((file) => words.length === 0 || words.some((word) => file.includes(word)));
  const say = print ?? console.log;
  say(`\n${name}: found ${files.length} test file(s)`);
  if (files.length === 0) {
    return { passed: false, found: 0, ran: 0 };
  }
  mkdirSync(join(root, 'dist'), { recursive: true });
  const folder = mkdtempSync(join(root, 'dist', `${name}-`));
  try {
    await esbuild.build(mochaBundles(files, folder));
    const report = join(folder, 'report.json');
    const code = await mocha(name, root, folder, report, print);
    if (!existsSync(report)) {
      return { passed: false, found: files.length, ran: 0 };
    }
    const { stats, files: bundles } = JSON.parse(readFileSync(report, 'utf8'));
    const ran = new Set(
      bundles.map((bundle) =>
        `test/${relative(folder, join(root, bundle))}`.replaceAll('\\', '/').replace(/\.mjs$/, '.ts'),
      ),
    );
    const missed = files.filter((file) => !ran.has(file));
    for (const file of missed) {
      say(`${file}: no test in it ran`);
    }
    return { passed: code === 0 && missed.length === 0, stats, found: files.length, ran: ran.size };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function mocha(name, root, folder, report, print) {
  const args = ['--enable-source-maps', 'node_modules/mocha/bin/mocha.js', '--reporter', 'scripts/reporter.cjs'];
  args.push('--require', './scripts/properties.mjs');
  // One worker process per core. Mocha prints a file's results when the whole file has run.
  args.push('--parallel', '--jobs', String(availableParallelism()));
  // Generous: the limit only ends a test that hangs. No test here judges speed.
  args.push('--timeout', name === 'python' ? '600000' : '60000');
  // Keys and clicks race with what the editor draws. A second try in a new window tells such a race from a
  // defect; the reporter prints every second try.
  if (name === 'workbench') {
    args.push('--retries', '1');
  }
  args.push('--forbid-only', '--recursive', '--extension', 'mjs', folder);
  const env = { ...process.env, NNSPEC_TEST_REPORT: report };
  return statusOf(process.execPath, args, { cwd: root, env }, print);
}
