/** Writes PNG files of every kind for tests. */
import { crc32, deflateSync } from 'node:zlib';

export interface PngOptions {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  /** 0 grey, 2 colour, 3 palette, 4 grey and alpha, 6 colour and alpha. */
  readonly type: number;
  /** The numbers of a pixel, each of `depth` bits. */
  readonly at: (x: number, y: number) => readonly number[];
  readonly interlaced?: boolean;
  /** The filter of a line, 0 to 4. */
  readonly filter?: (line: number) => number;
  readonly palette?: readonly number[];
  readonly transparent?: readonly number[];
}

const passes = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

export const samplesOf: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

export function pngFile(options: PngOptions): Uint8Array {
  const { width, height, depth, type, interlaced = false, palette, transparent } = options;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, type, 0, 0, Number(interlaced)], 8);
  const packed = deflateSync(Uint8Array.from(linesOf(options)));
  const half = packed.length >> 1;
  return pngOf([
    ['IHDR', header],
    ...(palette ? [['PLTE', Buffer.from(palette)] as const] : []),
    ...(transparent ? [['tRNS', Buffer.from(transparent)] as const] : []),
    ['IDAT', packed.subarray(0, half)],
    ['tEXt', Buffer.from('Comment\0between')],
    ['IDAT', packed.subarray(half)],
    ['IEND', Buffer.alloc(0)],
  ]);
}

/** A file of these chunks. */
export function pngOf(chunks: readonly (readonly [string, Uint8Array])[]): Uint8Array {
  const parts = chunks.flatMap(([name, bytes]) => {
    const checked = Buffer.concat([Buffer.from(name, 'latin1'), bytes]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(bytes.length);
    sum.writeUInt32BE(crc32(checked));
    return [length, checked, sum];
  });
  return new Uint8Array(Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), ...parts]));
}

function linesOf({ width, height, depth, type, at, interlaced, filter = () => 0 }: PngOptions): number[] {
  const lines: number[] = [];
  let line = 0;
  for (const [x0, y0, dx, dy] of interlaced ? passes : [[0, 0, 1, 1] as const]) {
    const columns = Math.ceil((width - x0) / dx);
    let above: number[] = [];
    for (let y = y0; y < height && columns > 0; y += dy) {
      const samples = Array.from({ length: columns }, (_, column) => at(x0 + column * dx, y)).flat();
      const bytes = packed(samples, depth);
      const kind = filter(line++) % 5;
      const distance = Math.max(1, (samplesOf[type] * depth) >> 3);
      lines.push(kind, ...filtered(kind, bytes, above, distance));
      above = bytes;
    }
  }
  return lines;
}

function packed(samples: readonly number[], depth: number): number[] {
  const bits = samples.map((sample) => sample.toString(2).padStart(depth, '0')).join('');
  return Array.from({ length: Math.ceil(bits.length / 8) }, (_, i) =>
    Number.parseInt(bits.slice(8 * i, 8 * i + 8).padEnd(8, '0'), 2),
  );
}

function filtered(kind: number, bytes: readonly number[], above: readonly number[], distance: number): number[] {
  return bytes.map((byte, i) => {
    const [left, up, corner] = [bytes[i - distance] ?? 0, above[i] ?? 0, above[i - distance] ?? 0];
    const guess = left + up - corner;
    const byDistance = [left, up, corner].sort((a, b) => Math.abs(guess - a) - Math.abs(guess - b));
    const taken = [0, left, up, (left + up) >> 1, byDistance[0]][kind];
    return (byte - taken) & 255;
  });
}
