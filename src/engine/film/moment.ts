/** A network at a moment of its training, as measurements take it: the present one, or one of its film. */
import type { FilmFrame } from '../../common/filmFile';
import type { FloatArray, Program } from '../backend';
import { LearnedTensors } from '../learnedTensors';
import type { Position } from '../run';
import type { Trainer } from '../trainer';
import { SampleOrder } from '../trainingData';

export interface Moment extends Pick<Trainer, 'plan' | 'data' | 'parts' | 'maxBatch' | 'learningRate'> {
  readonly position: Pick<Position, 'epoch' | 'step'>;
  /** The optimizer's memory is not known: no update can be computed with it. */
  readonly hasNoMemory?: boolean;
  /** Copies of the learned tensors by name. */
  weights(): ReadonlyMap<string, FloatArray>;
  /** A second program in the state of this moment, to use as one likes. */
  scratch(): Program;
  /** Row indices of the next batch. */
  nextRows(): Int32Array;
}

/** Whether the next update at a moment is known: that of a past one where the optimizer has no memory. */
export function knowsUpdate({ hasNoMemory }: Moment, program: Program): boolean {
  return !hasNoMemory || program.snapshot().optimizer.length === 0;
}

/** The moment of a frame. It measures as a run does that was stopped after the same step. */
export class PastMoment implements Moment {
  readonly plan: Moment['plan'];
  readonly data: Moment['data'];
  readonly parts: Moment['parts'];
  readonly maxBatch: number;
  readonly learningRate: number;
  readonly hasNoMemory = true;
  readonly #trainer: Trainer;
  readonly #frame: FilmFrame;
  readonly #order: SampleOrder;
  readonly #batch: number;
  readonly position: Moment['position'];

  constructor(trainer: Trainer, frame: FilmFrame) {
    const { plan, data, parts, maxBatch, batches } = trainer;
    this.plan = plan;
    this.data = data;
    this.parts = parts;
    this.maxBatch = maxBatch;
    this.learningRate = frame.learningRate;
    this.#trainer = trainer;
    this.#frame = frame;
    const epoch = Math.min(Math.floor(frame.step / batches) + 1, plan.training.epochs);
    this.position = { epoch, step: frame.step };
    // All batches of the last epoch are done at the end of a run.
    this.#batch = (frame.step - (epoch - 1) * batches) % batches;
    this.#order = new SampleOrder(plan, parts.train);
    this.#order.begin(epoch);
  }

  weights(): ReadonlyMap<string, FloatArray> {
    return new LearnedTensors(this.scratch(), this.plan).read();
  }

  scratch(): Program {
    const program = this.#trainer.scratch();
    const { batch: _, ...state } = program.snapshot();
    program.restore({ ...state, step: this.#frame.step, learningRate: this.learningRate });
    new LearnedTensors(program, this.plan).writeFlat(this.#frame.values);
    return program;
  }

  nextRows(): Int32Array {
    return this.#order.rowsOf(this.#batch).slice();
  }
}
