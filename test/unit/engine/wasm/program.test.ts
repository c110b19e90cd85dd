import assert from 'node:assert/strict';
import { referenceBackend, wasmBackend } from '../../../../src/engine';
import type { Program } from '../../../../src/engine/backend';
import { phasesOf } from '../../../../src/engine/steps';
import { dataOf, dense, network, plan, range, thing, xor } from '../support';
import { bitsOf, doPhase, lastingBits, stepByPhases } from './walks';

const nadam = plan(network([2], [dense(1, 'tanh'), dense(1)], 'mean_squared_error'), { optimizer: thing('nadam') });

describe('a compiled program', () => {
  const compile = (): Program => wasmBackend.compile(nadam, xor, { maxBatch: 4 });

  it('has its inputs made where it keeps them, if they are yet to be made', () => {
    const numbers = Float32Array.from(xor.inputs);
    // Not tiny: a scratch program copies its batches in from outside.
    const clipped = plan(nadam.network, { clipNorm: 1 });
    for (const backend of [wasmBackend, referenceBackend]) {
      for (const scratch of [false, true]) {
        const rooms: (Float32Array | undefined)[] = [];
        const inputs = (room: Float32Array = new Float32Array(numbers.length)) => {
          rooms.push(room);
          room.set(numbers);
          return room;
        };
        const [made, given] = [inputs, numbers].map((each) =>
          backend.compile(clipped, { ...xor, inputs: each }, { maxBatch: 4, scratch }),
        );
        assert.deepEqual(rooms, [made.data.inputs]);
        assert.equal(rooms[0], made.data.inputs, 'they are held once');
        for (let step = 0; step < 3; step++) {
          assert.equal(made.trainStep(range(4), 0, 4), given.trainStep(range(4), 0, 4));
        }
      }
    }
  });

  it('ends a step in another program than its updates, with the same bits of the number that all tensors share', () => {
    const program = compile();
    program.trainStep(range(4), 0, 4);
    program.begin(range(4), 0, 4, 'training');
    for (const phase of phasesOf(nadam.network)) {
      doPhase(program, phase);
    }
    const other = compile();
    other.restore(structuredClone(program.snapshot()));
    for (const each of [program, other]) {
      each.endStep();
    }
    assert.equal(lastingBits(other.snapshot()), lastingBits(program.snapshot()));
  });

  it('reads state that all tensors share in the shape [1], like the reference', () => {
    const name = 'dense_2.weight.momentum_product';
    for (const backend of [wasmBackend, referenceBackend]) {
      assert.deepEqual(backend.compile(nadam, xor, { maxBatch: 4 }).read(name).shape, [1], backend.name);
    }
  });

  it('ignores the unused lanes after a batch of five, even if a weight is infinite', () => {
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

  it('compiles only the functions of a tiny network that are called: for whole steps no phase, for a forward pass no step', () => {
    const tiny = plan(network([2], [dense(3, 'tanh'), dense(1)], 'mean_squared_error'));
    const trained = wasmBackend.compile(tiny, xor, { maxBatch: 4 });
    const steps = compiledBy(() => trained.trainSteps(range(4), 4, 10, new Float64Array(10)));
    assert.deepEqual(steps, ['arrange', 'train']);
    const probed = wasmBackend.compile(tiny, xor, { maxBatch: 4 });
    const forward = compiledBy(() => {
      probed.begin(range(4), 0, 4, 'evaluation');
      probed.forward(0);
      probed.begin(range(4), 0, 4, 'evaluation');
      probed.forward(0);
    });
    assert.deepEqual(forward, ['dense_1.activate', 'dense_1.forward', 'gather']);
  });

  it('continues whole steps of a tiny network phase by phase, and the other way round, with the same bits', () => {
    const tiny = plan(network([2], [dense(3, 'tanh'), dense(1)], 'mean_squared_error'));
    const [whole, mixed] = [0, 0].map(() => wasmBackend.compile(tiny, xor, { maxBatch: 4 }));
    const losses = new Float64Array(9);
    whole.trainSteps(range(4), 4, 9, losses);
    const found = new Float64Array(9);
    mixed.trainSteps(range(4), 4, 3, found);
    for (let step = 3; step < 6; step++) {
      found[step] = stepByPhases(mixed, range(4), 0, 4);
    }
    mixed.trainSteps(range(4), 4, 3, found.subarray(6));
    assert.equal(bitsOf(found), bitsOf(losses));
    assert.equal(lastingBits(mixed.snapshot()), lastingBits(whole.snapshot()));
  });
});

/** Names of the functions in the modules that `act` compiles. */
function compiledBy(act: () => void): string[] {
  const { Module } = WebAssembly;
  const names: string[] = [];
  WebAssembly.Module = new Proxy(Module, {
    construct(target, args) {
      const module: WebAssembly.Module = Reflect.construct(target, args);
      names.push(...Module.exports(module).map(({ name }) => name));
      return module;
    },
  });
  try {
    act();
  } finally {
    WebAssembly.Module = Module;
  }
  return names.sort();
}
