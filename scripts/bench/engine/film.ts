/** The time of training with and without a film. */
import { readFileSync } from 'node:fs';
import type { Backend } from '../../../src/engine';
import { trainerOf } from './trainer';

export interface FilmTimes {
  /** Processor time in milliseconds, of each round. */
  readonly without: readonly number[];
  readonly with: readonly number[];
}

/** Trains an example for `epochs`, in turn with and without a film, after a round that does not count. */
export async function timeFilm(backend: Backend, example: string, epochs: number, rounds: number): Promise<FilmTimes> {
  const text = readFileSync(`examples/${example}.nnspec`, 'utf8')
    .replace(/epochs: \d+/, `epochs: ${epochs}`)
    .replace(/^ *early_stopping: .*$/m, '');
  const times = { without: [] as number[], with: [] as number[] };
  for (let round = 0; round <= rounds; round++) {
    const order = round % 2 === 0 ? (['without', 'with'] as const) : (['with', 'without'] as const);
    for (const key of order) {
      const trainer = await trainerOf(backend, text, key === 'with');
      const before = process.cpuUsage();
      while (!trainer.ended) {
        trainer.trainEpoch();
      }
      const { user, system } = process.cpuUsage(before);
      if (round > 0) {
        times[key].push((user + system) / 1000);
      }
    }
  }
  return times;
}
