#!/usr/bin/env node
/**
 * `npm test`: runs all checks and tests, also in a fresh clone. With --desktop only the extension's suite, in
 * downloaded desktop VS Codes.
 */
import { ensureInstalled, run, runScript } from './bare.mjs';

const say = (sentence) => console.log(sentence);

/** Runs a step and returns its outcome. Where it fails, the later steps run all the same. */
async function attempt(title, deed) {
  say(`\n── ${title}`);
  const started = Date.now();
  try {
    const result = (await deed()) ?? { passed: true };
    return { title, seconds: (Date.now() - started) / 1000, ...result };
  } catch (error) {
    console.error(error.message);
    return { title, seconds: (Date.now() - started) / 1000, passed: false };
  }
}

/** Prints the outcome of each step, and a sum over all suites in the form of mocha's summary. */
function summarise(outcomes) {
  say('\n── Summary');
  for (const { title, passed, seconds, found, ran, stats } of outcomes) {
    const files = found === undefined ? '' : `, ${ran} of ${found} test files ran`;
    const tests = stats ? `, ${stats.passes} passed, ${stats.failures} failed` : '';
    say(`  ${passed ? '✔' : '✖'} ${title} (${seconds.toFixed(1)} s${files}${tests})`);
  }
  const sum = (name) => outcomes.reduce((total, { stats }) => total + (stats?.[name] ?? 0), 0);
  const seconds = outcomes.reduce((total, outcome) => total + outcome.seconds, 0);
  say(`\n  ${sum('passes')} passing (${seconds < 60 ? `${Math.round(seconds)}s` : `${Math.round(seconds / 60)}m`})`);
  if (sum('pending')) {
    say(`  ${sum('pending')} pending`);
  }
  if (sum('failures')) {
    say(`  ${sum('failures')} failing`);
  }
}

async function testAll() {
  const colours = process.stdout.isTTY ? [] : ['--colors=off'];
  const outcomes = [];
  const step = async (title, deed) => outcomes.push(await attempt(title, deed));
  await step('Build', () => runScript('build.mjs', ['--production', '--tests']));
  await step('Type check', () => run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', '.']));
  await step('Lint', () => run(process.execPath, ['node_modules/@biomejs/biome/bin/biome', 'ci', ...colours, '.']));
  const { runMochaSuite } = await import('./mocha.mjs');
  const { runHostSuite } = await import('./hostSuite.mjs');
  const { ensureChromium } = await import('./chromium.mjs');
  const { installWorkbench, root } = await import('./workbench.mjs');
  await step('Unit tests', () => runMochaSuite('unit', root));
  await step("Chromium and VS Code's workbench", async () => {
    ensureChromium(say);
    await installWorkbench(say);
  });
  await step('VS Code, Node extension host', () => runHostSuite('node'));
  await step('VS Code, browser extension host', () => runHostSuite('browser'));
  await step('Panel in Chromium', () => runMochaSuite('panel', root));
  await step('Product in the workbench', () => runMochaSuite('workbench', root));
  return outcomes;
}

async function testDesktop() {
  const step = await attempt('Build', () => runScript('build.mjs', ['--production', '--tests']));
  const { runDesktopSuite } = await import('./hostSuite.mjs');
  return [step, await attempt('Desktop VS Code', runDesktopSuite)];
}

await ensureInstalled(say);
const outcomes = process.argv.includes('--desktop') ? await testDesktop() : await testAll();
summarise(outcomes);
process.exitCode = outcomes.every(({ passed }) => passed) ? 0 : 1;
