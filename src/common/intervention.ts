/** A change from outside, at a place between two steps, so that a run can be replayed. */
export interface Intervention {
  /** Steps and epochs that were done before. */
  readonly step: number;
  readonly epochs: number;
  readonly kind: 'learning_rate' | 'weights' | 'weight';
  /** The new learning rate, or the new value of a weight. */
  readonly value?: number;
  /** Where the weight is: its tensor, and its index there. */
  readonly tensor?: string;
  readonly index?: number;
  /** Name of the file that held the weights. */
  readonly file?: string;
}
