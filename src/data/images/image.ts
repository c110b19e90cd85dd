/** An image as numbers. */
import { expect } from './cursor';

export interface Image {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** The number that stands for full brightness. */
  readonly largest: number;
  /** `[channels, height, width]` */
  readonly pixels: Uint8Array | Uint16Array;
}

/** Numbers of one image. */
export const largestImage = 16_777_216;

export type ImageFault = 'damaged' | 'tooLarge' | 'transparent';

/** An image that cannot be used. */
export class ImageError extends Error {
  readonly fault: ImageFault;

  constructor(fault: ImageFault) {
    super(fault);
    this.fault = fault;
  }
}

/** Room for an image; its size is checked before. */
export function emptyImage(channels: number, height: number, width: number, largest: number): Image {
  const count = channels * height * width;
  if (count > largestImage) {
    throw new ImageError('tooLarge');
  }
  expect(count > 0);
  return { channels, height, width, largest, pixels: largest > 255 ? new Uint16Array(count) : new Uint8Array(count) };
}
