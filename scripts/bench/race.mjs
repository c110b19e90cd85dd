/**
 * The training workloads: a short heat for all, then rounds of those that may be the fastest of their group. In the heat and in every
 * round each contestant trains once, in a process of its own, one after the other, so that a slow minute of the machine meets all alike.
 */
import { measureApart } from './process.mjs';
import { summarise } from './statistics.mjs';

/** Slower than this share of the fastest in the heat, nobody becomes the fastest later. */
const near = 0.8;
/** Of a group at most so many go on. */
const most = 3;
/** A library that was slower than this share of the fastest on one Node is not tried on another. */
const hopeless = 0.1;

/**
 * @param {{ workload: object, contestants: object[] }[]} fields
 * @param {{ heat: { seconds: number, limit: number }, round: { seconds: number, limit: number } }} timing
 * @returns entries of each workload: the contestants with what they showed
 */
export async function race(fields, { rounds, timing, dataFolder, say }) {
  const lists = fields.map(({ workload, contestants }) => ({
    workload,
    entries: contestants.map((contestant) => ({ ...contestant, rounds: [] })),
  }));
  const run = async (stage, workload, entry, times) => {
    const job = { workload: workload.name, data: dataFolder, ...times };
    // A process starts up, warms up and may finish a step that it should not have begun.
    const shown = await measureApart(entry.command(job), {
      environment: entry.environment,
      limit: 3 * times.limit + 20,
    });
    say(stage, workload, entry, shown);
    return shown;
  };
  for (const { workload, entries } of lists) {
    for (const entry of entries) {
      if (!isHopeless(entry, entries)) {
        entry.heat = await run('heat', workload, entry, timing.heat);
      }
    }
  }
  for (let round = 1; round <= rounds; round++) {
    for (const { workload, entries } of lists) {
      for (const entry of goOn(entries)) {
        entry.rounds.push(await run(`${round}/${rounds}`, workload, entry, timing.round));
      }
    }
  }
  return lists.map(({ workload, entries }) => ({ workload, entries: entries.filter(({ heat }) => heat).map(told) }));
}

/** What counts in the heat; 0 for who failed, did not learn, or has not run yet. */
function heatSpeed({ heat }) {
  return heat && !heat.error && heat.learned ? heat.speed : 0;
}

/**
 * Whether the same library has shown on another Node that it is far from the fastest so far.
 * @param {{ group: string, library?: string }} entry @param {any[]} entries
 */
export function isHopeless(entry, entries) {
  const { library, group } = entry;
  const twin = entries.find((other) => library && other.library === library && other.heat);
  if (!twin) {
    return false;
  }
  const { late, error, speed } = twin.heat;
  const fastest = Math.max(...entries.filter((other) => other.group === group).map(heatSpeed));
  return late === true || (!error && speed < hopeless * fastest);
}

/** Of each group those near its fastest in the heat. */
export function goOn(entries) {
  const kept = new Set();
  for (const group of new Set(entries.map((entry) => entry.group))) {
    const own = entries.filter((entry) => entry.group === group).sort((a, b) => heatSpeed(b) - heatSpeed(a));
    const fastest = heatSpeed(own[0]);
    for (const entry of own.slice(0, most)) {
      if (fastest > 0 && heatSpeed(entry) >= near * fastest) {
        kept.add(entry);
      }
    }
  }
  return entries.filter((entry) => kept.has(entry));
}

/**
 * What is kept of an entry: its speeds in the rounds, or in the heat if that was all, and whether it always learned.
 * @param {any} entry @returns {any}
 */
export function told({ label, family, wide, threads, heat, rounds }) {
  const all = [heat, ...rounds];
  const common = { label, family, wide, threads };
  const failed = all.find(({ error }) => error);
  if (failed) {
    return { ...common, error: failed.error };
  }
  const counted = rounds.length > 0 ? rounds : [heat];
  const [{ before, rows, epochs }] = counted;
  return {
    ...common,
    rounds: rounds.length,
    speeds: summarise(counted.map(({ speed }) => speed)),
    learned: all.every(({ learned }) => learned),
    whole: counted.every(({ whole }) => whole),
    before,
    after: Math.max(...counted.map(({ after }) => after)),
    rows,
    epochs,
  };
}

/**
 * How much faster the engine is than the fastest of the others, ratio of medians: with wide vectors and without, or `only` where it has
 * one way.
 * @returns {{ family: string, peer: string, wide?: number, plain?: number, only?: number }[]}
 */
export function ratiosOf(entries) {
  const own = (wide) => fastestOf(entries, (entry) => entry.family === 'engine' && entry.wide === wide);
  const ways = { wide: own(true), plain: own(false), only: own(undefined) };
  return ['js', 'torch', 'torchByHand'].flatMap((family) => {
    const peer = fastestOf(entries, (entry) => entry.family === family);
    if (!peer) {
      return [];
    }
    const ratios = Object.entries(ways).flatMap(([way, entry]) =>
      entry ? [[way, entry.speeds.median / peer.speeds.median]] : [],
    );
    return [{ family, peer: peer.label, ...Object.fromEntries(ratios) }];
  });
}

/** Two threads against one, with the faster kind of vectors; undefined where one of them is missing. */
export function threadGain(entries) {
  for (const wide of [true, false]) {
    const own = (threads) =>
      fastestOf(entries, (e) => e.family === 'engine' && e.wide === wide && e.threads === threads);
    const one = own(1);
    const two = own(2);
    if (one && two) {
      return two.speeds.median / one.speeds.median;
    }
  }
  return undefined;
}

/** Who did not learn does not count; nor, where there were rounds, who was slower in the heat and so ran but once. */
function fastestOf(entries, filter) {
  const learned = entries.filter((entry) => entry.learned && filter(entry));
  const raced = learned.filter(({ rounds }) => rounds > 0);
  return (raced.length > 0 ? raced : learned).sort((a, b) => b.speeds.median - a.speeds.median)[0];
}
