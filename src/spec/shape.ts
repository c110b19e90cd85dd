/** Shapes of samples and tensors. */

/** A sample's shape without the batch axis: `[4]`, `[C, H, W]`. */
export type Shape = readonly number[];

/** Count of numbers in a tensor of this shape. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** `[1, 8, 8]`. */
export function show(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/**
 * A shape of one channel for a flat sample: `[1, n]`, or for two axes as square a picture as the count
 * allows.
 */
export function exampleShape(count: number, axes: 1 | 2): string {
  if (axes === 1) {
    return show([1, count]);
  }
  let height = Math.floor(Math.sqrt(count));
  while (count % height !== 0) {
    height--;
  }
  return show([1, height, count / height]);
}
