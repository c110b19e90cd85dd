/** A run's scalars: one series per tag over steps. The terms are TensorBoard's: run, tag, step, scalar. */

/**
 * `loss`, `val_loss`, `accuracy`, `val_accuracy` per epoch; `batch_loss` per step; `gradient_norm/<layer>` at
 * the epochs in which a panel requested it.
 */
export type Tag = string;

/** Parallel arrays: the x values (epochs count from 1; steps from 1) and the values. */
export interface Points {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** `pausing` and `stopping`: asked for, while the engine finishes the phase at hand. */
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
  | 'failed';
