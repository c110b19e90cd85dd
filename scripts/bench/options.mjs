/** The options of `npm run bench`. */
import { parseArgs } from 'node:util';
import { workloads } from './workloads.mjs';

/** All measurements, in the order in which they are made. */
export const measures = {
  training: workloads.map(({ name }) => name),
  engine: ['gemm', 'cold', 'memory', 'csv', 'idx', 'film', 'stop'],
  language: ['service', 'editing', 'predictor'],
  newSpec: ['newspec'],
  runs: ['runs'],
  felt: ['activation', 'firstFrame', 'delay', 'million', 'panel', 'hand', 'typing'],
};

export const usage = `npm run bench -- [options]
  --only A,B       only these: ${Object.values(measures).flat().join(', ')}
  --peers A,B      only libraries whose label holds one of the words, in any case; the engine always runs
  --engine NAME    reference, wasm, or none: which of the engine's backends takes part (default wasm)
  --rounds N       rounds of the training workloads after the heat (default 3)
  --quick          a short heat and small inputs: shows that all runs, and measures nothing
  --json FILE      where the figures are written (default bench-results/<date>.json)`;

/**
 * @param {string[]} args
 * @returns {{ only: string[], peers?: string[], engine: 'reference' | 'wasm' | 'none', rounds: number, quick:
 *   boolean, json?: string }} Throws an error with a sentence for the user if an argument is unknown.
 */
export function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      peers: { type: 'string' },
      engine: { type: 'string' },
      rounds: { type: 'string' },
      quick: { type: 'boolean' },
      json: { type: 'string' },
    },
  });
  const quick = values.quick ?? false;
  return {
    only: chosen(values.only),
    peers: values.peers?.toLowerCase().split(','),
    engine: oneOf(values.engine ?? 'wasm', ['reference', 'wasm', 'none']),
    rounds: quick ? 0 : countOf(values.rounds ?? '3'),
    quick,
    json: values.json,
  };
}

function chosen(words) {
  const all = Object.values(measures).flat();
  const wanted = words?.split(',') ?? all;
  for (const word of wanted) {
    if (!all.includes(word)) {
      throw new Error(`Nothing to measure is called ${word}. There are: ${all.join(', ')}.`);
    }
  }
  return all.filter((name) => wanted.includes(name));
}

function oneOf(word, words) {
  if (!words.includes(word)) {
    throw new Error(`--engine is one of ${words.join(', ')}, not ${word}.`);
  }
  return word;
}

function countOf(word) {
  const count = Number(word);
  if (!Number.isInteger(count) || count < 1) {
    throw new Error(`--rounds is a whole number from 1 on, not ${word}.`);
  }
  return count;
}
