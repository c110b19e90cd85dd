/** The functions that are used of the library, which has no types of its own. */
declare module 'gifenc' {
  type Color = readonly number[];
  /** The colours that stand for those of the pixels (four bytes each) best, at most so many. */
  export function quantize(rgba: Uint8ClampedArray, most: number): Color[];
  /** For each pixel the index of its colour. */
  export function applyPalette(rgba: Uint8ClampedArray, palette: readonly Color[]): Uint8Array;
  export function GIFEncoder(): {
    /** `delay` is in milliseconds; without a palette a frame has that of the first one. */
    writeFrame(
      indexes: Uint8Array,
      width: number,
      height: number,
      options: { readonly palette?: readonly Color[]; readonly delay: number },
    ): void;
    finish(): void;
    bytes(): Uint8Array;
  };
}
