#!/usr/bin/env node
/**
 * `npm test`: runs all checks and tests, also in a fresh clone. With --desktop only the extension's suite, in
 * downloaded desktop VS Codes.
 */
import { join } from 'node:path';
import { ensureInstalled, root, run, runScript } from './bare.mjs';

const say = (sentence) => console.log(sentence);

/** Runs a step and returns its outcome. A failure does not stop the later steps. */
async function attempt(title, work, print = say) {
  print(`\n── ${title}`);
  const started = Date.now();
  const seconds = () => (Date.now() - started) / 1000;
  try {
    const result = (await work(print)) ?? { passed: true };
    return { title, seconds: seconds(), ...result };
  } catch (error) {
    print(error.message);
    return { title, seconds: seconds(), passed: false };
  }
}

/**
 * Runs steps, so many of them at the same time, and starts them in the order of the list. Each prints its
 * output when it ends, so that outputs do not mix.
 */
async function attemptTogether(atOnce, steps) {
  const outcomes = [];
  const rest = [...steps.entries()];
  const work = async () => {
    for (let next = rest.shift(); next; next = rest.shift()) {
      const [index, [title, action]] = next;
      const printed = [];
      outcomes[index] = await attempt(title, action, (text) => printed.push(text));
      say(printed.join('\n'));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return outcomes;
}

/** Prints the outcome of each step, and a sum over all suites in the form of mocha's summary. */
function summarise(outcomes, seconds) {
  say('\n── Summary');
  for (const { title, passed, seconds: took, found, ran, stats } of outcomes) {
    const files = found === undefined ? '' : `, ${ran} of ${found} test files ran`;
    const tests = stats ? `, ${stats.passes} passed, ${stats.failures} failed` : '';
    say(`  ${passed ? '✔' : '✖'} ${title} (${took.toFixed(1)} s${files}${tests})`);
  }
  const sum = (name) => outcomes.reduce((total, { stats }) => total + (stats?.[name] ?? 0), 0);
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
  const together = async (atOnce, ...steps) => outcomes.push(...(await attemptTogether(atOnce, steps)));
  const tool = (path, args) => (print) => run(process.execPath, [join('node_modules', path), ...args], print);
  await together(
    3,
    ['Build', (print) => runScript('build.mjs', ['--production', '--tests'], print)],
    ['Type check', tool('typescript/bin/tsc', ['-p', '.'])],
    ['Lint', tool('@biomejs/biome/bin/biome', ['ci', ...colours, '.'])],
  );
  const { runMochaSuite } = await import('./mocha.mjs');
  const { runHostSuite } = await import('./hostSuite.mjs');
  const { ensureChromium } = await import('./chromium.mjs');
  const { installWorkbench } = await import('./workbench.mjs');
  const suite = (name) => (print) => runMochaSuite(name, root, [], print);
  await together(
    2,
    [
      "Chromium and VS Code's workbench",
      async (print) => {
        ensureChromium(print);
        await installWorkbench(print);
      },
    ],
    ['Unit tests', suite('unit')],
  );
  // Two at a time fill two cores. With three, editors answer so late that tests of keys and clicks fail.
  // The longest ones come first, so that both cores have work until the end.
  await together(
    2,
    ['VS Code, Node extension host', (print) => runHostSuite('node', print)],
    ['Product in the workbench', suite('workbench')],
    ['Panel in Chromium', suite('panel')],
    ['VS Code, browser extension host', (print) => runHostSuite('browser', print)],
    ['Long unit tests', suite('long')],
  );
  return outcomes;
}

async function testDesktop() {
  const step = await attempt('Build', () => runScript('build.mjs', ['--production', '--tests']));
  const { runDesktopSuite } = await import('./hostSuite.mjs');
  return [step, await attempt('Desktop VS Code', runDesktopSuite)];
}

await ensureInstalled(say);
const started = Date.now();
const outcomes = process.argv.includes('--desktop') ? await testDesktop() : await testAll();
summarise(outcomes, (Date.now() - started) / 1000);
process.exitCode = outcomes.every(({ passed }) => passed) ? 0 : 1;
