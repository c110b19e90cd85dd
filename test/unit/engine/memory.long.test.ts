import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { normal, purposes } from '../../../src/common/random';
import { referenceBackend, Trainer, wasmBackend } from '../../../src/engine';
import { adam, dataOf, dense, network, plan, range, thing } from './support';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** Bytes in use once nothing is left to collect. */
async function heap(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    collect();
    await new Promise((done) => setTimeout(done, 10));
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

describe('the memory of a long run', () => {
  for (const backend of [referenceBackend, wasmBackend]) {
    const steps = 20_000;
    it(`grows by under 500 kB over ${steps} steps once it is warm, the values of their epochs included (${backend.name})`, async () => {
      const rows = [...Array(40).keys()];
      const trainer = new Trainer({
        plan: plan(network([4], [dense(8, 'relu'), dense(3, 'softmax')], 'categorical_crossentropy'), {
          optimizer: adam(),
          batchSize: 4,
          epochs: 1_000_000,
          metrics: [thing('accuracy')],
        }),
        data: dataOf(
          rows.map((i) => [0, 1, 2, 3].map((k) => normal(1, purposes.generate, 0, 4 * i + k))),
          rows.map((i) => [0, 1, 2].map((k) => Number(i % 3 === k))),
        ),
        parts: { train: range(32), validation: range(8, 32), test: new Int32Array(0) },
        backend,
      });
      const train = (most: number): void => {
        for (let done = 0; done < most; ) {
          done += trainer.trainEpoch().steps;
        }
      };
      train(steps);
      const before = await heap();
      train(steps);
      const grown = (await heap()) - before;
      // An epoch keeps four values of eight bytes, in arrays with room for twice as many.
      assert.ok(grown < 500_000, `${grown} bytes`);
    });
  }
});

describe('the memory of the samples', () => {
  const [samples, inputSize] = [20_000, 20];

  /** Samples in float64, as a file is read. */
  const read = () => ({
    inputs: new Float64Array(samples * inputSize).fill(0.5),
    targets: new Float64Array(samples),
    samples,
    targetSize: 1,
  });

  for (const { backend, copies, said } of [
    { backend: referenceBackend, copies: 1, said: 'one copy in float32' },
    { backend: wasmBackend, copies: 0, said: 'none beside the program’s own memory' },
  ]) {
    it(`is that of ${said} (${backend.name})`, async () => {
      const parts = { train: range(samples), validation: new Int32Array(0), test: new Int32Array(0) };
      const before = await heap();
      const trainer = new Trainer({
        plan: plan(network([inputSize], [dense(1)], 'mean_squared_error'), { batchSize: 64 }),
        data: read(),
        parts,
        backend,
      });
      trainer.trainBatch();
      const kept = (await heap()) - before;
      const copy = samples * (inputSize + 1) * 4;
      assert.ok(kept < (copies + 0.5) * copy, `${(kept / copy).toFixed(2)} copies`);
      assert.equal(trainer.data.inputs[inputSize], 0.5);
    });
  }
});
