/** Reads the packed images of a set like MNIST into scaled float32, in turn with NumPy. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from '../bare.mjs';
import { randomFrom } from './data.mjs';
import { engineApart, failed } from './engineMeasures.mjs';
import { plainEnvironment, pythonWith } from './install.mjs';
import { measureApart } from './process.mjs';
import { median, summarise } from './statistics.mjs';

const side = 28;

/** Images a quick run reads, and others. */
const [few, many] = [2000, 60_000];

/** Scalings of this engine, and of NumPy. */
const comparisons = [
  ['minmax', 'minmax'],
  ['minmax', '255'],
  ['standard', 'standard'],
];

/** @returns {Promise<import('./engineMeasures.mjs').Figure[]>} */
export async function idx(setting) {
  const count = setting.quick ? few : many;
  const images = join(setting.dataFolder, `images-${count}.idx.gz`);
  const labels = join(setting.dataFolder, `labels-${count}.idx.gz`);
  if (!existsSync(labels)) {
    writeImages(images, labels, count);
  }
  const numpy = pythonWith('numpy');
  const figures = [];
  for (const [scale, theirScale] of comparisons) {
    const title = `${count} packed images into float32, ${scale}`;
    const [own, theirs] = [[], []];
    for (let round = 0; round < (setting.quick ? 1 : 7); round++) {
      const found = await engineApart(setting.nodes.at(-1), { kind: 'idx', images, labels, scale });
      const peer = numpy ? await readWithNumpy(numpy, images, theirScale) : undefined;
      const error = found.error ?? peer?.error ?? (peer && differenceOf(found, peer, theirScale));
      if (error) {
        return [...figures, failed(title, error)];
      }
      own.push(found.seconds * 1000);
      theirs.push(...(peer ? [peer.seconds * 1000] : []));
    }
    figures.push({ name: title, unit: 'ms', value: median(own), all: summarise(own) });
    const peerTitle = `NumPy ${numpy?.version ?? ''}, ${theirScale === '255' ? 'divided by 255' : theirScale}`;
    if (!numpy) {
      figures.push(failed(peerTitle, 'missing: apt-get install python3-numpy'));
      continue;
    }
    const ratios = own.map((milliseconds, i) => theirs[i] / milliseconds);
    figures.push(
      { name: peerTitle, unit: 'ms', value: median(theirs), all: summarise(theirs) },
      { name: 'the same, NumPy’s time by NNSpec’s', unit: '×', value: median(ratios), bar: '≥ 1', all: ratios },
    );
  }
  return figures;
}

function readWithNumpy({ path }, images, scale) {
  const script = join(root, 'scripts/bench/peers/idx.py');
  return measureApart([path, script, images, scale], { environment: plainEnvironment(), limit: 120 });
}

/** A column's largest number may be below 255, so then only those that are not 0 are compared. */
function differenceOf(found, peer, scale) {
  const [one, other] = scale === '255' ? [found.notZero, peer.notZero] : [found.squares, peer.squares];
  return Math.abs(one - other) <= 1e-4 * other ? undefined : `read other numbers: ${one}, not ${other}`;
}

/** Curves drawn with a soft pen. As in MNIST, about a fifth of the pixels are not 0. */
export function writeImages(images, labels, count) {
  const random = randomFrom(1);
  const size = side * side;
  const pixels = header([count, side, side], count * size);
  for (let image = 0; image < count; image++) {
    const at = pixels.length - (count - image) * size;
    let start = [8 + 12 * random(), 8 + 12 * random()];
    for (let curve = 0; curve < 3; curve++) {
      const [middle, end] = [0, 1].map(() => [4 + 20 * random(), 4 + 20 * random()]);
      draw(pixels.subarray(at, at + size), start, middle, end, random);
      start = end;
    }
  }
  const numbers = header([count], count);
  for (let i = numbers.length - count; i < numbers.length; i++) {
    numbers[i] = Math.floor(10 * random());
  }
  mkdirSync(join(images, '..'), { recursive: true });
  writeFileSync(images, gzipSync(pixels, { level: 9 }));
  writeFileSync(labels, gzipSync(numbers));
}

/** A file of bytes with these axes, before its numbers are written. */
function header(shape, size) {
  const bytes = new Uint8Array(4 + 4 * shape.length + size);
  const view = new DataView(bytes.buffer);
  bytes.set([0, 0, 8, shape.length]);
  for (const [axis, length] of shape.entries()) {
    view.setUint32(4 + 4 * axis, length);
  }
  return bytes;
}

function draw(pixels, start, middle, end, random) {
  for (let step = 0; step <= 24; step++) {
    const [t, u] = [step / 24, 1 - step / 24];
    const [x, y] = [0, 1].map((axis) => u * u * start[axis] + 2 * u * t * middle[axis] + t * t * end[axis]);
    for (let row = Math.floor(y) - 1; row <= y + 2; row++) {
      for (let column = Math.floor(x) - 1; column <= x + 2; column++) {
        const ink = 2.1 - Math.hypot(column - x, row - y) - 0.25 * random();
        const at = row * side + column;
        pixels[at] = Math.max(pixels[at], Math.round(255 * Math.min(1, Math.max(0, ink))));
      }
    }
  }
}
