import type { Program } from './backend';

/** `Program.trainSteps` as a loop over `trainStep`. */
export function stepByStep(
  program: Program,
  rows: Int32Array,
  samples: number,
  steps: number,
  losses: Float64Array,
): number {
  const { batchSize } = program.plan.training;
  for (let done = 0, from = 0; done < steps; done++) {
    const loss = program.trainStep(rows, from, Math.min(batchSize, samples - from));
    if (done < losses.length) {
      losses[done] = loss;
    }
    if (!Number.isFinite(loss)) {
      return done;
    }
    from = from + batchSize < samples ? from + batchSize : 0;
  }
  return steps;
}
