/**
 * The rounds of the training workloads. In every round each contestant trains once, in a process of its own, one after the other, so
 * that a slow minute of the machine meets all alike. After the first round only those go on that may be the fastest of their group.
 */
import { measureApart } from './process.mjs';
import { summarise } from './statistics.mjs';

/** Slower than this share of the fastest in the first round, nobody becomes the fastest later. */
const near = 0.75;
/** Of a group at most so many go on. */
const most = 2;

/**
 * @param {{ workload: object, contestants: object[] }[]} fields
 * @returns entries of each workload: the contestants with what they showed
 */
export async function race(fields, { rounds, seconds, limit, dataFolder, say }) {
  const lists = fields.map(({ workload, contestants }) => ({
    workload,
    entries: contestants.map((contestant) => ({ ...contestant, runs: [] })),
  }));
  for (let round = 1; round <= rounds; round++) {
    for (const { workload, entries } of lists) {
      for (const entry of round === 1 ? entries : goOn(entries)) {
        // A process starts up, warms up and may finish a step that it should not have begun.
        const job = { workload: workload.name, data: dataFolder, seconds, limit };
        const run = await measureApart(entry.command(job), { environment: entry.environment, limit: 3 * limit + 20 });
        entry.runs.push(run);
        say(round, workload, entry, run);
      }
    }
  }
  return lists.map(({ workload, entries }) => ({ workload, entries: entries.map(told) }));
}

/** Of each group those near the fastest of the first round that learned. */
export function goOn(entries) {
  const speedOf = ({ runs: [first] }) => (first && !first.error && first.learned ? first.speed : 0);
  const kept = new Set();
  for (const group of new Set(entries.map((entry) => entry.group))) {
    const own = entries.filter((entry) => entry.group === group).sort((a, b) => speedOf(b) - speedOf(a));
    const fastest = speedOf(own[0]);
    for (const entry of own.slice(0, most)) {
      if (fastest > 0 && speedOf(entry) >= near * fastest) kept.add(entry);
    }
  }
  return entries.filter((entry) => kept.has(entry));
}

/**
 * What is kept of an entry: its speeds, and whether it learned in every run.
 * @param {any} entry @returns {any}
 */
export function told(entry) {
  const { label, family, wide, threads, runs } = entry;
  const failed = runs.find(({ error }) => error);
  const common = { label, family, wide, threads };
  if (failed) return { ...common, error: failed.error };
  return {
    ...common,
    speeds: summarise(runs.map(({ speed }) => speed)),
    learned: runs.every(({ learned }) => learned),
    whole: runs.every(({ whole }) => whole),
    before: runs[0].before,
    after: Math.max(...runs.map(({ after }) => after)),
    rows: runs[0].rows,
    epochs: runs[0].epochs,
  };
}

/**
 * How much faster the engine is than the fastest of the others, ratio of medians: with wide vectors and without, or `only` where it has
 * one way. Who did not learn does not count.
 * @returns {{ family: string, peer: string, wide?: number, plain?: number, only?: number }[]}
 */
export function ratiosOf(entries) {
  const fastest = (filter) => {
    const fit = entries.filter((entry) => entry.learned && filter(entry));
    return fit.sort((a, b) => b.speeds.median - a.speeds.median)[0];
  };
  const own = (wide) => fastest((entry) => entry.family === 'engine' && entry.wide === wide);
  const ways = { wide: own(true), plain: own(false), only: own(undefined) };
  return ['js', 'torch'].flatMap((family) => {
    const peer = fastest((entry) => entry.family === family);
    if (!peer) return [];
    const ratios = Object.entries(ways).flatMap(([way, entry]) =>
      entry ? [[way, entry.speeds.median / peer.speeds.median]] : [],
    );
    return [{ family, peer: peer.label, ...Object.fromEntries(ratios) }];
  });
}

/** Two threads against one, with the faster kind of vectors; undefined where one of them is missing. */
export function threadGain(entries) {
  const own = entries.filter((entry) => entry.family === 'engine' && entry.learned);
  for (const wide of [true, false]) {
    const best = (threads) => {
      const speeds = own.filter((e) => e.wide === wide && e.threads === threads).map((e) => e.speeds.median);
      return speeds.length > 0 ? Math.max(...speeds) : undefined;
    };
    const one = best(1);
    const two = best(2);
    if (one && two) return two / one;
  }
  return undefined;
}
