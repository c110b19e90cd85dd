import assert from 'node:assert/strict';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { decode, encode } from 'fast-png';
import { decodeImage } from '../../../../src/data/images/decodeImage';
import type { Image } from '../../../../src/data/images/image';
import { isImage } from '../../../../src/data/images/listImages';
import { assertGrows } from '../../../harness/growth';
import { rounds } from '../../../harness/rounds';
import { pngFile, pngOf, samplesOf } from './pngFile';

function imageOf(bytes: Uint8Array): Image {
  const image = decodeImage(bytes);
  assert.ok(typeof image !== 'string', `${image}`);
  return image;
}

/** The numbers of all pixels, those of a pixel side by side. */
function sideBySide({ channels, height, width, pixels }: Image): number[] {
  const size = height * width;
  return Array.from({ length: pixels.length }, (_, i) => pixels[(i % channels) * size + Math.floor(i / channels)]);
}

const textOf = (text: string) => new TextEncoder().encode(text);

/** A type of colour with a number of bits that it may have. */
const kinds = [0, 2, 3, 4, 6].flatMap((type) =>
  (type === 0 ? [1, 2, 4, 8, 16] : type === 3 ? [1, 2, 4, 8] : [8, 16]).map((depth) => ({ type, depth })),
);

const anyPng = fc
  .record({
    kind: fc.constantFrom(...kinds),
    width: fc.integer({ min: 1, max: 19 }),
    height: fc.integer({ min: 1, max: 11 }),
    numbers: fc.array(fc.nat(65535), { minLength: 1, maxLength: 40 }),
    filters: fc.array(fc.nat(4), { minLength: 1, maxLength: 5 }),
    interlaced: fc.boolean(),
  })
  .map(({ kind: { type, depth }, width, height, numbers, filters, interlaced }) => {
    const samples = samplesOf[type];
    const most = 2 ** depth - 1;
    const hasAlpha = type === 4 || type === 6;
    const at = (x: number, y: number) =>
      Array.from({ length: samples }, (_, i) =>
        hasAlpha && i === samples - 1 ? most : numbers[(y * width * 3 + x * samples + i) % numbers.length] & most,
      );
    const palette = type === 3 ? Array.from({ length: 3 * (most + 1) }, (_, i) => (i * 37) & 255) : undefined;
    const filter = (line: number) => filters[line % filters.length];
    const options = { width, height, depth, type, at, palette, interlaced, filter };
    return { ...options, file: pngFile(options) };
  });

describe('PNG', () => {
  it('is read as another decoder reads it, in every colour, depth and filter, also interlaced', () => {
    fc.assert(
      fc.property(anyPng, ({ file, width, height, depth, type, at, palette, interlaced }) => {
        const image = imageOf(file);
        const colours = type === 2 || type === 3 || type === 6 ? 3 : 1;
        assert.deepEqual([image.channels, image.height, image.width], [colours, height, width]);
        assert.equal(image.largest, depth === 16 ? 65535 : 255);
        const wanted = Array.from({ length: width * height }, (_, i) => {
          const samples = at(i % width, Math.floor(i / width));
          return palette
            ? palette.slice(3 * samples[0], 3 * samples[0] + 3)
            : samples.slice(0, colours).map((sample) => (depth < 8 ? (sample * 255) / (2 ** depth - 1) : sample));
        }).flat();
        assert.deepEqual(sideBySide(image), wanted);
        // The other decoder keeps the bits of few packed, and the numbers of a palette.
        if (depth >= 8 && type !== 3) {
          const other = decode(file);
          const opaque = Array.from(other.data).filter((_, i) => i % other.channels < colours);
          assert.deepEqual(sideBySide(image), opaque, interlaced ? 'interlaced' : 'plain');
        }
      }),
      { numRuns: rounds(1000) },
    );
  });

  it('is read as another program writes it', () => {
    for (const [channels, depth] of [
      [1, 8],
      [2, 8],
      [3, 8],
      [4, 8],
      [1, 16],
      [3, 16],
    ] as const) {
      const most = 2 ** depth - 1;
      const alpha = channels === 2 || channels === 4;
      const data = Array.from({ length: 5 * 4 * channels }, (_, i) =>
        alpha && i % channels === channels - 1 ? most : (i * 7919) & most,
      );
      const file = encode({
        width: 5,
        height: 4,
        channels,
        depth,
        data: depth === 16 ? Uint16Array.from(data) : Uint8Array.from(data),
      });
      assert.deepEqual(
        sideBySide(imageOf(file)),
        data.filter((_, i) => !alpha || i % channels !== channels - 1),
      );
    }
  });

  it('is refused where a pixel is transparent, and read where its transparency is not used', () => {
    const grey = { width: 2, height: 1, depth: 8 };
    const pixels = (list: readonly (readonly number[])[]) => (x: number) => list[x];
    const transparent = (type: number, list: readonly (readonly number[])[], more: object = {}) =>
      decodeImage(pngFile({ ...grey, type, at: pixels(list), ...more }));
    assert.equal(
      transparent(4, [
        [5, 255],
        [6, 254],
      ]),
      'transparent',
    );
    assert.equal(
      transparent(6, [
        [5, 5, 5, 255],
        [6, 6, 6, 0],
      ]),
      'transparent',
    );
    assert.equal(transparent(0, [[5], [6]], { transparent: [0, 6] }), 'transparent');
    assert.equal(
      transparent(
        2,
        [
          [5, 6, 7],
          [6, 6, 6],
        ],
        { transparent: [0, 5, 0, 6, 0, 7] },
      ),
      'transparent',
    );
    assert.equal(transparent(3, [[0], [1]], { palette: [1, 2, 3, 4, 5, 6], transparent: [255, 9] }), 'transparent');
    for (const image of [
      transparent(0, [[5], [6]], { transparent: [0, 7] }),
      transparent(3, [[0], [0]], { palette: [1, 2, 3, 4, 5, 6], transparent: [255, 9] }),
    ]) {
      assert.ok(typeof image !== 'string');
    }
  });

  const header = (width: number, height: number, depth = 8, type = 0) =>
    Uint8Array.from([0, 0, width >> 8, width & 255, 0, 0, height >> 8, height & 255, depth, type, 0, 0, 0]);
  const small = pngFile({ width: 3, height: 2, depth: 8, type: 2, at: (x, y) => [x, y, 9] });
  for (const [name, file, fault] of [
    ['no bytes', new Uint8Array(0), 'damaged'],
    ['another kind of file', textOf('GIF89a and more'), 'damaged'],
    ['a header that says it is huge', pngOf([['IHDR', header(65535, 65535)]]), 'tooLarge'],
    ['no pixels', pngOf([['IHDR', header(0, 9)]]), 'damaged'],
    ['a depth that its colour does not have', pngOf([['IHDR', header(2, 2, 4, 2)]]), 'damaged'],
    [
      'no data',
      pngOf([
        ['IHDR', header(2, 2)],
        ['IEND', new Uint8Array(0)],
      ]),
      'damaged',
    ],
    ['no end', small.subarray(0, -12), 'damaged'],
    ['a wrong checksum', small.map((byte, i) => (i === 30 ? byte ^ 1 : byte)), 'damaged'],
    [
      'an index beyond the palette',
      pngFile({ width: 1, height: 1, depth: 8, type: 3, at: () => [2], palette: [0, 0, 0, 1, 1, 1] }),
      'damaged',
    ],
    ['no palette', pngFile({ width: 1, height: 1, depth: 8, type: 3, at: () => [0] }), 'damaged'],
  ] as const) {
    it(`is refused with ${name}`, () => {
      assert.equal(decodeImage(file), fault);
    });
  }

  it('is refused with a byte less than its header says', () => {
    assert.equal(
      decodeImage(
        pngOf([
          ['IHDR', header(2, 9)],
          ['IDAT', deflateSync(new Uint8Array(26))],
          ['IEND', new Uint8Array(0)],
        ]),
      ),
      'damaged',
    );
  });

  it('is read or refused wherever it is cut off, and whatever becomes of its bytes', () => {
    for (let length = 0; length < small.length; length++) {
      assert.equal(decodeImage(small.subarray(0, length)), 'damaged');
    }
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(anyPng, changes, ({ file }, list) => {
        const bytes = Uint8Array.from(file);
        for (const [at, byte] of list) {
          bytes[at % bytes.length] = byte;
        }
        decodeImage(bytes);
      }),
      { numRuns: rounds(2000) },
    );
  });

  it('takes a time that grows no faster than its pixels', async () => {
    await assertGrows(
      40_000,
      (pixels) =>
        pngFile({
          width: 200,
          height: pixels / 200,
          depth: 8,
          type: 0,
          at: (x, y) => [(x * y) & 255],
          filter: (line) => line,
        }),
      decodeImage,
    );
  });
});

describe('PGM and PPM', () => {
  it('are read, as text and as bytes, with comments and any brightness', () => {
    const grey = imageOf(textOf('P2\n# a comment\n3 2 # the size\n255\n0 1 2\n3 4 255\n'));
    assert.deepEqual([grey.channels, grey.height, grey.width, grey.largest], [1, 2, 3, 255]);
    assert.deepEqual([...grey.pixels], [0, 1, 2, 3, 4, 255]);
    assert.deepEqual([...imageOf(textOf('P2 1 2 15 0 15')).pixels], [0, 15]);
    const colour = imageOf(textOf('P3 2 1 255  1 2 3  4 5 6'));
    assert.deepEqual([colour.channels, [...colour.pixels]], [3, [1, 4, 2, 5, 3, 6]]);
    const bytes = imageOf(Uint8Array.from([...textOf('P5\n2 1\n255\n'), 10, 35]));
    assert.deepEqual([...bytes.pixels], [10, 35]);
    const wide = imageOf(Uint8Array.from([...textOf('P5 2 1 65535\n'), 1, 0, 255, 255]));
    assert.deepEqual([wide.largest, [...wide.pixels]], [65535, [256, 65535]]);
    const pixels = imageOf(Uint8Array.from([...textOf('P6 1 2 255\n'), 1, 2, 3, 4, 5, 6]));
    assert.deepEqual([...pixels.pixels], [1, 4, 2, 5, 3, 6]);
  });

  for (const [name, file, fault] of [
    ['another number', textOf('P4 1 1 1 0'), 'damaged'],
    ['no size', textOf('P2'), 'damaged'],
    ['a size that is no number', textOf('P2 a 1 255 0'), 'damaged'],
    ['a huge size', textOf('P5 100000 100000 255\n'), 'tooLarge'],
    ['a size of too many digits', textOf('P2 1111111111 1 255 0'), 'damaged'],
    ['no pixels', textOf('P2 0 1 255 '), 'damaged'],
    ['no brightness', textOf('P2 1 1 0 0'), 'damaged'],
    ['too much brightness', textOf('P2 1 1 65536 0'), 'damaged'],
    ['a pixel brighter than white', textOf('P2 1 1 15 16'), 'damaged'],
    ['a pixel less', textOf('P2 2 1 255 7'), 'damaged'],
    ['a byte less', textOf('P5 2 1 255\nx'), 'damaged'],
    ['a pixel more', textOf('P2 1 1 255 7 8'), 'damaged'],
    ['a comment without an end', textOf('P2 1 1 255 # 7'), 'damaged'],
  ] as const) {
    it(`are refused with ${name}`, () => {
      assert.equal(decodeImage(file), fault);
    });
  }

  it('are read or refused whatever is in them', () => {
    const parts = fc.array(fc.constantFrom('P2', 'P5', ' ', '\n', '#', '1', '2', '255', 'x', '\u0000'), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(parts, (list) => {
        decodeImage(textOf(`P${list.join('')}`));
      }),
      { numRuns: rounds(2000) },
    );
  });

  it('are known by the ends of their names', () => {
    assert.deepEqual(['a.png', 'A.PGM', 'a.ppm', 'a.pnm', 'a.jpg', 'png', 'Thumbs.db'].filter(isImage), [
      'a.png',
      'A.PGM',
      'a.ppm',
      'a.pnm',
    ]);
  });
});
