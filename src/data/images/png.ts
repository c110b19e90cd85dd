/** Reads PNG: grey or colour, with or without transparency and palette, 1 to 16 bits, also interlaced. */
import { unzlibSync } from 'fflate';
import { crcBy } from '../../common/crc';
import { joinBytes } from '../../common/joinBytes';
import { messageOf } from '../../common/messageOf';
import { Cursor, DamagedError, expect } from './cursor';
import { emptyImage, type Image, ImageError } from './image';

const crcOf = crcBy(0xedb88320);

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** The numbers of a pixel, and the bits that each of them may have. */
interface ColourType {
  readonly samples: number;
  readonly channels: number;
  readonly depths: readonly number[];
  readonly hasAlpha?: boolean;
  readonly hasPalette?: boolean;
}

const colourTypes: Readonly<Record<number, ColourType>> = {
  0: { samples: 1, channels: 1, depths: [1, 2, 4, 8, 16] },
  2: { samples: 3, channels: 3, depths: [8, 16] },
  3: { samples: 1, channels: 3, depths: [1, 2, 4, 8], hasPalette: true },
  4: { samples: 2, channels: 1, depths: [8, 16], hasAlpha: true },
  6: { samples: 4, channels: 3, depths: [8, 16], hasAlpha: true },
};

interface Header {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colour: ColourType;
  readonly interlaced: boolean;
}

/** A part of an interlaced image: each `stepX`th pixel of each `stepY`th row. */
interface Pass {
  readonly x: number;
  readonly y: number;
  readonly stepX: number;
  readonly stepY: number;
}

const wholeImage: readonly Pass[] = [{ x: 0, y: 0, stepX: 1, stepY: 1 }];
const interlacedPasses: readonly Pass[] = [
  { x: 0, y: 0, stepX: 8, stepY: 8 },
  { x: 4, y: 0, stepX: 8, stepY: 8 },
  { x: 0, y: 4, stepX: 4, stepY: 8 },
  { x: 2, y: 0, stepX: 4, stepY: 4 },
  { x: 0, y: 2, stepX: 2, stepY: 4 },
  { x: 1, y: 0, stepX: 2, stepY: 2 },
  { x: 0, y: 1, stepX: 1, stepY: 2 },
];

/** Throws a `DamagedError` or an `ImageError`. */
export function decodePng(bytes: Uint8Array): Image {
  const cursor = new Cursor(bytes);
  const start = cursor.take(signature.length);
  expect(signature.every((byte, i) => start[i] === byte));
  const header = readHeader(expectChunk(cursor, 'IHDR'));
  const { width, height, depth, colour } = header;
  const image = emptyImage(colour.channels, height, width, depth === 16 ? 65535 : 255);
  const packed: Uint8Array[] = [];
  let [palette, transparent]: (Uint8Array | undefined)[] = [];
  for (let name = ''; name !== 'IEND'; ) {
    const chunk = readChunk(cursor);
    name = chunk.name;
    if (name === 'IDAT') {
      packed.push(chunk.bytes);
    } else if (name === 'PLTE') {
      palette = chunk.bytes;
    } else if (name === 'tRNS') {
      transparent = chunk.bytes;
    }
  }
  const passes = (header.interlaced ? interlacedPasses : wholeImage)
    .map((pass) => ({ ...pass, ...sizeOf(pass, header) }))
    .filter(({ columns, rows }) => columns > 0 && rows > 0);
  const lines = unpack(
    packed,
    passes.reduce((sum, { rows, bytes: length }) => sum + rows * (1 + length), 0),
  );
  const put = writerOf(image, header, palette, transparent);
  const samples = new Uint16Array(colour.samples);
  let from = 0;
  for (const { x, y, stepX, stepY, columns, rows, bytes: length } of passes) {
    let above: Uint8Array = new Uint8Array(length);
    for (let row = 0; row < rows; row++) {
      const line = lines.subarray(from + 1, from + 1 + length);
      unfilter(lines[from], line, above, Math.max(1, (colour.samples * depth) >> 3));
      for (let column = 0; column < columns; column++) {
        for (let i = 0; i < samples.length; i++) {
          samples[i] = sampleAt(line, column * samples.length + i, depth);
        }
        put((y + row * stepY) * width + x + column * stepX, samples);
      }
      above = line;
      from += 1 + length;
    }
  }
  return image;
}

function sizeOf({ x, y, stepX, stepY }: Pass, { width, height, depth, colour }: Header) {
  const columns = Math.ceil((width - x) / stepX);
  return { columns, rows: Math.ceil((height - y) / stepY), bytes: Math.ceil((columns * colour.samples * depth) / 8) };
}

function readHeader(bytes: Uint8Array): Header {
  const cursor = new Cursor(bytes);
  const [width, height] = [cursor.uint32BigEndian(), cursor.uint32BigEndian()];
  const [depth, type, compression, filter, interlace] = cursor.take(5);
  const colour = colourTypes[type];
  expect(colour?.depths.includes(depth) && compression === 0 && filter === 0 && interlace < 2 && cursor.left === 0);
  return { width, height, depth, colour, interlaced: interlace === 1 };
}

interface Chunk {
  readonly name: string;
  readonly bytes: Uint8Array;
}

function expectChunk(cursor: Cursor, name: string): Uint8Array {
  const chunk = readChunk(cursor);
  expect(chunk.name === name);
  return chunk.bytes;
}

function readChunk(cursor: Cursor): Chunk {
  const length = cursor.uint32BigEndian();
  expect(length <= cursor.left);
  const checked = cursor.take(4 + length);
  expect(cursor.uint32BigEndian() === crcOf(checked));
  return { name: String.fromCharCode(...checked.subarray(0, 4)), bytes: checked.subarray(4) };
}

/** Unpacks the lines of an image; their length is known, and no more than that is allocated. */
function unpack(parts: readonly Uint8Array[], length: number): Uint8Array {
  const packed = joinBytes(parts);
  try {
    const lines = unzlibSync(packed, { out: new Uint8Array(length) });
    expect(lines.length === length);
    return lines;
  } catch (error) {
    throw error instanceof DamagedError ? error : new DamagedError(messageOf(error));
  }
}

/** Adds to each byte what the filter took off it: the byte before it, that above it, or one made of them. */
function unfilter(filter: number, line: Uint8Array, above: Uint8Array, distance: number): void {
  expect(filter <= 4);
  for (let i = 0; i < line.length; i++) {
    const left = i < distance ? 0 : line[i - distance];
    const corner = i < distance ? 0 : above[i - distance];
    switch (filter) {
      case 1:
        line[i] += left;
        break;
      case 2:
        line[i] += above[i];
        break;
      case 3:
        line[i] += (left + above[i]) >> 1;
        break;
      case 4:
        line[i] += nearestOf(left, above[i], corner);
    }
  }
}

/** Paeth's choice: the neighbour that is nearest to left + above − corner. */
function nearestOf(left: number, above: number, corner: number): number {
  const [toLeft, toAbove] = [Math.abs(above - corner), Math.abs(left - corner)];
  const toCorner = Math.abs(left + above - 2 * corner);
  return toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner;
}

function sampleAt(line: Uint8Array, index: number, depth: number): number {
  if (depth === 8) {
    return line[index];
  }
  if (depth === 16) {
    return 256 * line[2 * index] + line[2 * index + 1];
  }
  const bit = index * depth;
  return (line[bit >> 3] >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
}

/** Writes the samples of a pixel into the image. Throws where a pixel is transparent. */
function writerOf(
  { pixels, channels }: Image,
  { width, height, depth, colour }: Header,
  palette: Uint8Array | undefined,
  transparent: Uint8Array | undefined,
): (at: number, samples: Uint16Array) => void {
  const size = width * height;
  const opaque = depth === 16 ? 65535 : 255;
  // Few bits stand for the same brightness as many: 1 of one bit is white.
  const scale = depth < 8 && !colour.hasPalette ? 255 / ((1 << depth) - 1) : 1;
  if (colour.hasPalette) {
    return (at, [index]) => {
      expect(palette !== undefined && 3 * index + 2 < palette.length);
      if (transparent !== undefined && index < transparent.length && transparent[index] !== 255) {
        throw new ImageError('transparent');
      }
      for (let channel = 0; channel < channels; channel++) {
        pixels[channel * size + at] = palette![3 * index + channel];
      }
    };
  }
  /** The one colour that is transparent, two bytes a sample. */
  const key = colour.hasAlpha || !transparent ? undefined : transparent;
  return (at, samples) => {
    if (colour.hasAlpha ? samples[channels] !== opaque : key && isKey(samples, key)) {
      throw new ImageError('transparent');
    }
    for (let channel = 0; channel < channels; channel++) {
      pixels[channel * size + at] = samples[channel] * scale;
    }
  };
}

function isKey(samples: Uint16Array, key: Uint8Array): boolean {
  return samples.every((sample, i) => sample === 256 * key[2 * i] + key[2 * i + 1]);
}
