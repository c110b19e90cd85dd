/**
 * The network of a run that PyTorch trains, in the built-in engine: it has the weights, the epochs and the
 * end of that run, and is never trained itself. So the same code measures, judges and saves both.
 */
import type { Divergence } from '../../engine/backend';
import { storedInOrder } from '../../engine/checkpoint/tensorTable';
import { Watch } from '../../engine/earlyStopping';
import { EpochHistory } from '../../engine/history';
import type { EndReason, EpochRecord, TrainerState } from '../../engine/run';
import type { Prepared } from '../prepare';

export interface MirroredEnd {
  readonly reason: EndReason;
  readonly divergence?: Divergence;
}

export class Mirror {
  readonly #prepared: Prepared;
  readonly #initial: TrainerState;
  readonly #history = new EpochHistory();
  readonly #watch: Watch | undefined;
  #isPatient = true;
  #end: MirroredEnd | undefined;

  constructor(prepared: Prepared) {
    this.#prepared = prepared;
    this.#initial = prepared.trainer.snapshot();
    const { earlyStopping } = prepared.spec.training;
    this.#watch = earlyStopping && new Watch(earlyStopping);
  }

  /** Epochs that are done. */
  get epochs(): number {
    return this.#history.length;
  }

  /** Why a run has ended that was not stopped: by early stopping, or after its last epoch. */
  get closing(): EndReason {
    return this.#isPatient ? 'completed' : 'early_stopping';
  }

  observe(record: EpochRecord): void {
    this.#history.append(record.values);
    if (this.#watch?.observe(record)) {
      this.#isPatient = false;
    }
  }

  end(end: MirroredEnd): void {
    this.#end = end;
  }

  /** Takes the weights that the network has after so many steps; default: those that it began with. */
  take(weights: ReadonlyMap<string, Float32Array> | undefined, step: number): void {
    const { trainer, spec } = this.#prepared;
    const { epochs } = this;
    const watch = this.#watch?.snapshot();
    const stored = storedInOrder(trainer.plan.network);
    const tensors = stored.map(({ name }, at) => weights?.get(name) ?? this.#initial.program.weights[at]);
    const isWhole = this.#end?.reason === 'completed' || this.#end?.reason === 'early_stopping';
    const keepsBest = isWhole && spec.training.earlyStopping?.restoreBest && (watch?.bestEpoch ?? 0) > 0;
    trainer.restore({
      ...this.#initial,
      program: { ...this.#initial.program, weights: tensors, step },
      epoch: isWhole ? epochs : Math.min(epochs + 1, spec.training.epochs),
      batch: isWhole ? trainer.batches : step - epochs * trainer.batches,
      history: this.#history.snapshot(epochs),
      watch,
      // The weights of the last step are not known; that there are others tells which epoch was kept.
      ...(keepsBest && { last: tensors }),
      ended: this.#end?.reason,
      divergence: this.#end?.divergence,
    });
  }
}
