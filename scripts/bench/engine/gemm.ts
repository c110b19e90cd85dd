/** Speed of the engine's matrix product, measured as the forward pass of a linear dense layer. */
import type { Backend } from '../../../src/engine';
import { randomFrom } from '../data.mjs';
import { median } from '../statistics.mjs';
import { planOf } from './training';

const sizes = [256, 512, 1024] as const;

/**
 * GFLOP/s for `[n, n] · [n, n]` on one thread, including the bias and the packing of the inputs: median and
 * best of many passes.
 */
export function timeGemm(backend: Backend, seconds: number): object {
  return Object.fromEntries(sizes.map((n) => [n, speedOf(backend, n, seconds)]));
}

function speedOf(backend: Backend, n: number, seconds: number): { median: number; best: number } {
  const plan = planOf({
    name: 'gemm',
    inputShape: [n],
    layers: [{ type: 'dense', units: n }],
    loss: 'mse',
    optimizer: { name: 'sgd', rate: 0.01 },
    batch: n,
    rows: n,
    epochs: 1,
  });
  const random = randomFrom(1);
  const values = () => Float32Array.from({ length: n * n }, () => random() - 0.5);
  const data = { inputs: values(), targets: values(), samples: n, targetSize: n };
  const program = backend.compile(plan, data, { threads: 1, maxBatch: n });
  const rows = Int32Array.from({ length: n }, (_, row) => row);
  program.begin(rows, 0, n, 'evaluation');
  program.forward(0);
  check(program.outputs(), data.inputs, program.read('dense_1.weight').values, program.read('dense_1.bias').values, n);
  const speeds: number[] = [];
  const end = performance.now() + seconds * 1000;
  // The first half is warm-up: V8 compiles optimised code meanwhile.
  const from = end - seconds * 500;
  while (performance.now() < end || speeds.length === 0) {
    const start = performance.now();
    program.forward(0);
    const milliseconds = performance.now() - start;
    if (start >= from) {
      speeds.push((2 * n ** 3) / milliseconds / 1e6);
    }
  }
  return { median: median(speeds), best: Math.max(...speeds) };
}

/** Throws if the product is wrong. */
function check(
  outputs: ArrayLike<number>,
  inputs: ArrayLike<number>,
  weight: ArrayLike<number>,
  bias: ArrayLike<number>,
  n: number,
): void {
  for (let probe = 0; probe < 50; probe++) {
    const row = (probe * 37) % n;
    const unit = (probe * 101) % n;
    let sum = bias[unit];
    for (let k = 0; k < n; k++) {
      sum += inputs[row * n + k] * weight[unit * n + k];
    }
    if (Math.abs(sum - outputs[row * n + unit]) > 1e-3) {
      throw new Error(`The product is wrong at [${row}, ${unit}].`);
    }
  }
}
