import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Replayed, referenceBackend, type Trainer, wasmBackend } from '../../../src/engine';
import { rounds } from '../../harness/rounds';
import { finish, trainer } from './checkpointFiles';

/** A person's deed: so many phases go by, then a rate is set or weights are loaded. */
interface Deed {
  readonly phases: number;
  readonly rate?: number;
  /** A weight that is set in place of them. */
  readonly weight?: number;
}

const deeds: fc.Arbitrary<readonly Deed[]> = fc.array(
  fc.record({
    phases: fc.nat(70),
    rate: fc.option(fc.constantFrom(0, 0.001, 0.3), { nil: undefined }),
    weight: fc.option(fc.constantFrom(-0.75, 0, 1.1), { nil: undefined }),
  }),
  { maxLength: 5 },
);

/** Trains by phases with these interventions, and returns what is needed to do them again. */
function intervene(run: Trainer, doing: readonly Deed[]): Replayed[] {
  const replay: Replayed[] = [];
  for (const [i, { phases, rate, weight }] of doing.entries()) {
    for (let phase = 0; phase < phases && !run.ended; phase++) {
      run.advance();
    }
    if (run.ended) {
      break;
    }
    if (weight !== undefined) {
      run.setWeight(run.learnedNames[0], i, weight);
      replay.push(run.interventions.at(-1) as Replayed);
    } else if (rate === undefined) {
      const weights = new Map([...run.weights()].map(([name, values]) => [name, values.map((x) => x / 2 + 0.01)]));
      run.setWeights(weights, `${i}.safetensors`);
      replay.push({ ...(run.interventions.at(-1) as Replayed), weights });
    } else {
      run.setLearningRate(rate);
      replay.push(run.interventions.at(-1) as Replayed);
    }
  }
  return replay;
}

const drivers: Readonly<Record<string, (run: Trainer) => void>> = {
  phases: (run) => void run.advance(),
  batches: (run) => void run.trainBatch(),
  epochs: (run) => void run.trainEpoch(),
};

describe('a run that is done again with its interventions', () => {
  for (const [name, backend] of Object.entries({ reference: referenceBackend, wasm: wasmBackend })) {
    it(`ends with the same bits, whenever they were made (${name})`, () => {
      const property = fc.property(deeds, fc.constantFrom(...Object.keys(drivers)), (doing, driver) => {
        const first = trainer({}, { backend });
        const replay = intervene(first, doing);
        const end = finish(first);
        const second = trainer({}, { backend, replay });
        while (!second.ended) {
          drivers[driver](second);
        }
        assert.deepEqual(second.snapshot(), end);
      });
      fc.assert(property, { numRuns: rounds(100) });
    });
  }
});
