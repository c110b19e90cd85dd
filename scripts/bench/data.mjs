/**
 * The data that every library trains on, as files of float32: `<workload>.inputs`, `.targets` (classes
 * one-hot) and `.weights` (the initial weights, tensor after tensor). They are the same on every machine,
 * except where its Math.log rounds differently.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { outputsOf, sizeOf, tensorsOf, workloads } from './workloads.mjs';

/** Random numbers in [0, 1): a hashed counter. */
export function randomFrom(seed) {
  let counter = seed;
  return () => {
    counter = (counter + 0x9e3779b9) | 0;
    let hash = counter;
    for (const factor of [0x85ebca6b, 0xc2b2ae35]) {
      hash = Math.imul(hash ^ (hash >>> 16), factor);
      hash ^= hash >>> 13;
    }
    return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
  };
}

/** Inputs and targets of a workload. */
export function makeData(workload) {
  const random = randomFrom(2026);
  switch (workload.name) {
    case 'xor':
      return {
        inputs: Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1),
        targets: Float32Array.of(0, 1, 1, 0),
      };
    case 'spiral':
      return spirals(workload.rows, random);
    default:
      return clusters(workload, random);
  }
}

/** Two spiral arms, one of class 1 and one of class −1, in random order. */
function spirals(rows, random) {
  const points = [];
  for (let i = 0; i < rows; i++) {
    const arm = i % 2 === 0 ? 1 : -1;
    const along = (i >> 1) / (rows >> 1);
    const angle = 2 * Math.PI * along;
    const radius = arm * (0.2 + 1.8 * along);
    points.push({ place: [radius * Math.cos(angle), radius * Math.sin(angle)], arm });
  }
  for (let i = points.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [points[i], points[j]] = [points[j], points[i]];
  }
  return {
    inputs: Float32Array.from(points.flatMap(({ place }) => place)),
    targets: Float32Array.from(points, ({ arm }) => arm),
  };
}

/**
 * A centre for each class, and samples with noise around it. Samples with many inputs are like pictures: most
 * numbers of a centre are 0, and none is negative.
 */
function clusters(workload, random) {
  const size = sizeOf(workload.inputShape);
  const classes = outputsOf(workload);
  const picture = size > 100;
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const entry = picture ? () => (random() < 0.2 ? random() : 0) : () => 1.2 * normal();
  const centres = Array.from({ length: classes }, () => Float32Array.from({ length: size }, entry));
  const inputs = new Float32Array(workload.rows * size);
  const targets = new Float32Array(workload.rows * classes);
  for (let row = 0; row < workload.rows; row++) {
    const own = Math.floor(random() * classes);
    targets[row * classes + own] = 1;
    for (let i = 0; i < size; i++) {
      const value = centres[own][i] + (picture ? 0.25 : 0.5) * normal();
      inputs[row * size + i] = picture ? Math.max(0, value) : value;
    }
  }
  return { inputs, targets };
}

/** All initial weights of a workload, tensor after tensor: uniform within ±1/√fan_in. */
export function makeWeights(workload) {
  const random = randomFrom(7);
  return Float32Array.from(
    tensorsOf(workload).flatMap(({ shape, fanIn }) => {
      const bound = 1 / Math.sqrt(fanIn);
      return Array.from({ length: sizeOf(shape) }, () => (2 * random() - 1) * bound);
    }),
  );
}

export function writeData(folder) {
  mkdirSync(folder, { recursive: true });
  for (const workload of workloads) {
    const { inputs, targets } = makeData(workload);
    const parts = { inputs, targets, weights: makeWeights(workload) };
    for (const [part, values] of Object.entries(parts)) {
      writeFileSync(join(folder, `${workload.name}.${part}`), new Uint8Array(values.buffer));
    }
  }
  writeFileSync(join(folder, 'workloads.json'), JSON.stringify(workloads));
}

/**
 * The workload as a library reads it. `tensors` are the initial weights in PyTorch's shapes.
 * @returns {import('./engine/training').WorkloadData}
 */
export function readData(folder, name) {
  const workload = workloads.find((each) => each.name === name);
  const read = (part) => {
    const bytes = readFileSync(join(folder, `${name}.${part}`));
    return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  };
  const weights = read('weights');
  let from = 0;
  const tensors = tensorsOf(workload).map(({ shape }) => {
    const values = weights.subarray(from, from + sizeOf(shape));
    from += values.length;
    return { shape, values };
  });
  const inputSize = sizeOf(workload.inputShape);
  return {
    workload,
    inputs: read('inputs'),
    targets: read('targets'),
    tensors,
    inputSize,
    outputs: outputsOf(workload),
  };
}
