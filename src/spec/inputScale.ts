/** How numbers are scaled before a network sees them. */

/** x' = (x − shift)/scale; with a limit no further from 0 than that. */
export interface InputScale {
  readonly shift: number;
  readonly scale: number;
  readonly limit?: number;
}

export function scaleInput(value: number, { shift, scale, limit }: InputScale): number {
  const scaled = (value - shift) / scale;
  return limit === undefined ? scaled : Math.max(-limit, Math.min(limit, scaled));
}
