/** A change from outside, at a place between two steps, so that a run can be replayed. */
export interface Intervention {
  /** Steps and epochs that were done before. */
  readonly step: number;
  readonly epochs: number;
  readonly kind: 'learning_rate' | 'weights';
  /** The new learning rate. */
  readonly value?: number;
  /** Name of the file that held the weights. */
  readonly file?: string;
}
