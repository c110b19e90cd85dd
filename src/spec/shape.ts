/** Shapes of samples and tensors. */

/** A sample's shape without the batch axis: `[4]`, `[C, H, W]`. */
export type Shape = readonly number[];

/** Count of numbers in a tensor of this shape. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** `[1, 8, 8]`. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/**
 * A shape with one channel for `count` numbers: `[1, count]`, or for two axes the picture nearest to a
 * square.
 */
export function exampleShape(count: number, axes: 1 | 2): string {
  if (axes === 1) {
    return formatShape([1, count]);
  }
  let height = Math.floor(Math.sqrt(count));
  while (count % height !== 0) {
    height--;
  }
  return formatShape([1, height, count / height]);
}
