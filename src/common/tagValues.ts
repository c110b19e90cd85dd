/** `loss`, `val_loss`, `accuracy`, … with their values, in the order in which they are listed. */
export type TagValues = readonly (readonly [tag: string, value: number])[];

/** Values of the parts of the data, whose tags have no prefix. */
type PartValues = Readonly<Partial<Record<'train' | 'validation' | 'test', TagValues>>>;

/** The value of a tag, from the part that its prefix names; without one from the train part. */
export function valueOfTag(tag: string, values: PartValues = {}): number | undefined {
  const [, prefix, name] = /^(val_|test_)?(.*)$/.exec(tag) ?? [];
  const part = prefix === 'val_' ? values.validation : prefix === 'test_' ? values.test : values.train;
  return part?.find(([known]) => known === name)?.[1];
}
