/** A run's scalars: one series per tag over steps. The terms are TensorBoard's: run, tag, step, scalar. */
export type { Points } from '../common/boundedSeries';

/**
 * `loss`, `val_loss`, `accuracy`, `val_accuracy` per epoch; `batch_loss` and `time/seconds` per step;
 * `gradient_norm/<layer>` at the epochs in which a panel requested it.
 */
export type Tag = string;

/** `pausing` and `stopping`: requested, but the engine is still finishing the current phase. */
export type RunState =
  | 'waiting'
  | 'running'
  | 'pausing'
  | 'paused'
  | 'stopping'
  | 'completed'
  | 'early_stopping'
  | 'stopped'
  | 'diverged'
  | 'failed'
  /** Whoever trained the run has gone without ending it. */
  | 'interrupted';
