/**
 * Runs the training workloads: first a short heat of all contestants, then rounds of those that may be the
 * fastest of their group. In the heat and in every round each contestant trains once, in its own process, one
 * after the other, so that a slow minute of the machine affects all alike.
 */
import { measureApart } from './process.mjs';
import { summarise } from './statistics.mjs';

/** A contestant below this share of the fastest speed in the heat takes no part in the rounds. */
const finalistShare = 0.8;
/** At most this number of contestants of a group take part in the rounds. */
const finalistsPerGroup = 3;
/** A library below this share of the fastest speed on one Node is not run on another. */
const hopelessShare = 0.1;

/**
 * @param {{ workload: object, contestants: object[] }[]} fields
 * @param {{ heat: { seconds: number, limit: number }, round: { seconds: number, limit: number } }} timing
 * @returns for each workload its entries: the contestants with their results
 */
export async function race(fields, { rounds, timing, dataFolder, say }) {
  const lists = fields.map(({ workload, contestants }) => ({
    workload,
    entries: contestants.map((contestant) => ({ ...contestant, rounds: [] })),
  }));
  const run = async (stage, workload, entry, times) => {
    const job = { workload: workload.name, data: dataFolder, ...times };
    // Includes the time to start, to warm up and to finish the last step.
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
      for (const entry of finalistsOf(entries)) {
        entry.rounds.push(await run(`${round}/${rounds}`, workload, entry, timing.round));
      }
    }
  }
  return lists.map(({ workload, entries }) => ({
    workload,
    entries: entries.filter(({ heat }) => heat).map(resultOf),
  }));
}

/** The speed in the heat; 0 for a contestant that failed, did not learn, or has not run yet. */
function heatSpeed({ heat }) {
  return heat && !heat.error && heat.learned ? heat.speed : 0;
}

/**
 * Whether the same library was far from the fastest on another Node.
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
  return late === true || (!error && speed < hopelessShare * fastest);
}

/** The contestants of each group whose speed in the heat was near that of its fastest. */
export function finalistsOf(entries) {
  const kept = new Set();
  for (const group of new Set(entries.map((entry) => entry.group))) {
    const own = entries.filter((entry) => entry.group === group).sort((a, b) => heatSpeed(b) - heatSpeed(a));
    const fastest = heatSpeed(own[0]);
    for (const entry of own.slice(0, finalistsPerGroup)) {
      if (fastest > 0 && heatSpeed(entry) >= finalistShare * fastest) {
        kept.add(entry);
      }
    }
  }
  return entries.filter((entry) => kept.has(entry));
}

/**
 * The result of an entry: its speeds in the rounds, or in the heat if it took part in none, and whether it
 * always learned.
 * @param {any} entry @returns {any}
 */
export function resultOf({ label, family, wide, threads, heat, rounds }) {
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
 * How much faster the engine is than the fastest of the others, as ratios of medians: with and without wide
 * vectors, or `only` if there is one variant.
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

/**
 * Speed on two threads divided by that on one, with wide vectors if both were measured; undefined if a speed
 * is missing.
 */
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

/** The fastest entry that learned, preferring those that took part in the rounds. */
function fastestOf(entries, filter) {
  const learned = entries.filter((entry) => entry.learned && filter(entry));
  const raced = learned.filter(({ rounds }) => rounds > 0);
  return (raced.length > 0 ? raced : learned).sort((a, b) => b.speeds.median - a.speeds.median)[0];
}
