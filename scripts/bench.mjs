#!/usr/bin/env node
/**
 * Measures speed: `npm run bench`, explained in `docs/benchmarks.md`. Trains six networks with this engine
 * and other libraries in turn, measures the engine alone, how quickly VS Code responds to a person, and how
 * well new specs learn. It is not a test: figures depend on the machine, so each is printed beside its bar,
 * the figure that it should reach.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { root, runMain } from './bare.mjs';
import { buildAdapters, buildEngine } from './bench/build.mjs';
import { contestantsOf } from './bench/contestants.mjs';
import { writeData } from './bench/data.mjs';
import { cold, csv, film, gemm, memory, stop } from './bench/engineMeasures.mjs';
import { measureFelt } from './bench/felt/measures.mjs';
import { idx } from './bench/idx.mjs';
import { findNodes, findTorch, installLibraries, isInstalled, libraryFolder } from './bench/install.mjs';
import { editing, predictor, service } from './bench/language/measures.mjs';
import { newspec } from './bench/newSpec/measures.mjs';
import { measures, readOptions, usage } from './bench/options.mjs';
import { race, ratiosOf, threadGain } from './bench/race.mjs';
import { figureLines, workloadLines } from './bench/report.mjs';
import { runs } from './bench/runs.mjs';
import { short } from './bench/statistics.mjs';
import { workloads } from './bench/workloads.mjs';

const engineMeasures = { gemm, cold, memory, csv, idx, film, stop };
const languageMeasures = { service, editing, predictor };
const dataFolder = join(libraryFolder, 'data');

await runMain(async () => {
  if (process.argv.includes('--help')) {
    console.log(usage);
    return;
  }
  const options = readOptions(process.argv.slice(2));
  const started = Date.now();
  const chosen = (kind) => measures[kind].filter((name) => options.only.includes(name));
  const setting = await prepare(options, chosen('training').length + chosen('engine').length > 0);
  const races = await train(chosen('training'), options, setting);
  const figures = [];
  if (options.engine !== 'none') {
    for (const name of chosen('engine')) {
      console.log(`Measuring ${name}…`);
      figures.push(...(await engineMeasures[name](setting)));
    }
  }
  for (const name of chosen('language')) {
    console.log(`Measuring ${name}…`);
    figures.push(...(await languageMeasures[name](options)));
  }
  if (chosen('newSpec').length > 0) {
    console.log('Measuring newspec…');
    figures.push(...(await newspec(options)));
  }
  if (chosen('runs').length > 0) {
    console.log('Measuring runs…');
    figures.push(...(await runs(options)));
  }
  if (chosen('felt').length > 0) {
    figures.push(...(await measureFelt(chosen('felt'))));
  }
  const machine = `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, Node ${process.versions.node}`;
  console.log(`\n${machine}`);
  for (const each of races) {
    console.log(workloadLines(each).join('\n'));
  }
  if (figures.length > 0) {
    console.log(figureLines(figures).join('\n'));
  }
  console.log(`\n${Math.round((Date.now() - started) / 1000)} s in all.`);
  write(options, { machine, engine: options.engine, nodes: setting.nodes, torch: setting.torch, races, figures });
});

/** Prepares what the measurements of the engine and of other libraries need. */
async function prepare(options, needed) {
  if (!needed) {
    return { nodes: [] };
  }
  await installLibraries();
  const torch = findTorch();
  const nodes = findNodes();
  await buildAdapters();
  if (options.engine !== 'none') {
    await buildEngine(options.engine);
  }
  writeData(dataFolder);
  console.log(
    `Engine: ${options.engine}. Node ${nodes.map(({ version }) => version).join(' and ')}. PyTorch ${torch?.version ?? 'missing'}.`,
  );
  return { nodes, torch, dataFolder, engine: options.engine, quick: options.quick };
}

async function train(names, options, setting) {
  const fields = workloads
    .filter(({ name }) => names.includes(name))
    .map((workload) => {
      const { contestants, missing } = contestantsOf(workload, { ...setting, isInstalled });
      const wanted = ({ family, label }) =>
        family === 'engine' || !options.peers || options.peers.some((word) => label.toLowerCase().includes(word));
      return { workload, contestants: contestants.filter(wanted), missing };
    });
  const results = await race(fields, {
    rounds: options.rounds,
    timing: {
      heat: options.quick ? { seconds: 0.2, limit: 1 } : { seconds: 0.4, limit: 1.5 },
      round: { seconds: 0.8, limit: 6 },
    },
    dataFolder,
    say: (stage, workload, { label }, { error, speed, learned }) => {
      const outcome = error
        ? `failed: ${error.split('\n')[0]}`
        : `${short(speed)}/s${learned ? '' : ', did not learn'}`;
      console.log(`${stage.padEnd(4)} ${workload.name.padEnd(6)} ${label}: ${outcome}`);
    },
  });
  return results.map(({ workload, entries }, i) => ({
    workload,
    entries,
    missing: fields[i].missing,
    ratios: ratiosOf(entries),
    gain: threadGain(entries),
  }));
}

function write({ json }, found) {
  const name = `${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}.json`;
  const target = json ? resolve(json) : join(root, 'bench-results', name);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, `${JSON.stringify({ date: new Date().toISOString(), ...found }, null, 1)}\n`);
  console.log(`Written to ${target}`);
}
