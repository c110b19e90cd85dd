import assert from 'node:assert/strict';
import { referenceBackend, wasmBackend } from '../../../../src/engine';
import type { Program } from '../../../../src/engine/backend';
import { phasesOf } from '../../../../src/engine/steps';
import { dataOf, dense, network, plan, range, thing, xor } from '../support';
import { bitsOf, doPhase, lastingBits, stepByPhases } from './walks';

const nadam = plan(network([2], [dense(1, 'tanh'), dense(1)], 'mean_squared_error'), { optimizer: thing('nadam') });

describe('a compiled program', () => {
  const compile = (): Program => wasmBackend.compile(nadam, xor, { maxBatch: 4 });

  it('ends a step in another program than its updates, with the same bits of what all tensors share', () => {
    const program = compile();
    program.trainStep(range(4), 0, 4);
    program.begin(range(4), 0, 4, 'training');
    for (const phase of phasesOf(nadam.network)) doPhase(program, phase);
    const other = compile();
    other.restore(structuredClone(program.snapshot()));
    for (const each of [program, other]) each.endStep();
    assert.equal(lastingBits(other.snapshot()), lastingBits(program.snapshot()));
  });

  it('reads the one number that all tensors share as one number, like the reference, also of a tensor of one weight', () => {
    const name = 'dense_2.weight.momentum_product';
    for (const backend of [wasmBackend, referenceBackend]) {
      assert.deepEqual(backend.compile(nadam, xor, { maxBatch: 4 }).read(name).shape, [1], backend.name);
    }
  });

  it('leaves no trace of the lanes behind a batch of five, where an infinite weight makes no sample infinite', () => {
    const rows = [1, 2, 3, 4, 5].map((x) => [x, 1]);
    const data = dataOf(
      rows,
      rows.map(([x]) => [x / 5]),
    );
    const net = network([2], [dense(2, 'tanh'), dense(1)], 'mean_squared_error');
    const programs = [0, 0].map(() => {
      const program = wasmBackend.compile(plan(net, { batchSize: 5 }), data, { maxBatch: 5 });
      const weight = program.read('dense_1.weight').values;
      weight[0] = Number.POSITIVE_INFINITY;
      program.write('dense_1.weight', weight);
      return program;
    });
    const [whole, phased] = programs;
    for (let step = 0; step < 3; step++) {
      const loss = whole.trainStep(range(5), 0, 5);
      assert.ok(Number.isFinite(loss));
      assert.equal(bitsOf([stepByPhases(phased, range(5), 0, 5)]), bitsOf([loss]));
    }
    assert.equal(lastingBits(phased.snapshot()), lastingBits(whole.snapshot()));
  });
});
