/** `loss`, `val_loss`, `accuracy`, … with their values, in the order in which they are listed. */
export type TagValues = readonly (readonly [tag: string, value: number])[];
