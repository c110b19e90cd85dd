/** Reads PGM and PPM: images of grey and of colour as plain numbers, in text or in bytes. */
import { Cursor, expect } from './cursor';
import { emptyImage, type Image } from './image';

const [zero, nine, hash, lineFeed] = [48, 57, 35, 10];
const spaces = [9, 10, 11, 12, 13, 32];

/** The number after the `P` at the beginning. */
const kinds: Readonly<Record<string, { readonly channels: number; readonly isText: boolean }>> = {
  '2': { channels: 1, isText: true },
  '3': { channels: 3, isText: true },
  '5': { channels: 1, isText: false },
  '6': { channels: 3, isText: false },
};

/** Throws a `DamagedError` or an `ImageError`. */
export function decodeNetpbm(bytes: Uint8Array): Image {
  const cursor = new Cursor(bytes);
  const kind = kinds[String.fromCharCode(cursor.take(2)[1])];
  expect(kind !== undefined);
  const [width, height, largest] = [readNumber(cursor), readNumber(cursor), readNumber(cursor)];
  expect(largest >= 1 && largest <= 65535);
  const image = emptyImage(kind.channels, height, width, largest);
  const { channels, pixels } = image;
  const size = height * width;
  const numbers = kind.isText ? undefined : cursor.take(pixels.length * (largest > 255 ? 2 : 1));
  for (let i = 0; i < pixels.length; i++) {
    const value = !numbers
      ? readNumber(cursor)
      : largest > 255
        ? 256 * numbers[2 * i] + numbers[2 * i + 1]
        : numbers[i];
    expect(value <= largest);
    // The channels of a pixel lie side by side.
    pixels[(i % channels) * size + Math.floor(i / channels)] = value;
  }
  while (cursor.left > 0) {
    expect(spaces.includes(cursor.byte()));
  }
  return image;
}

/** A number after spaces and comments, with the one sign behind it. */
function readNumber(cursor: Cursor): number {
  let sign = cursor.byte();
  for (; sign === hash || spaces.includes(sign); sign = cursor.byte()) {
    while (sign === hash && cursor.byte() !== lineFeed) {
      // A comment goes on to the end of its line.
    }
  }
  let value = 0;
  for (let digits = 0; !spaces.includes(sign); digits++) {
    expect(sign >= zero && sign <= nine && digits < 9);
    value = 10 * value + sign - zero;
    // The last number may end with the file.
    sign = cursor.left > 0 ? cursor.byte() : lineFeed;
  }
  return value;
}
