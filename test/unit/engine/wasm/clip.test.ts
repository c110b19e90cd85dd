import assert from 'node:assert/strict';
import { pageSize } from '../../../../src/assembler';
import { normal, purposes, uniform } from '../../../../src/common/random';
import { clipGradients } from '../../../../src/engine/reference/clip';
import { addPenalty } from '../../../../src/engine/reference/regularizer';
import { rangeParameters } from '../../../../src/engine/wasm/layer';
import { Arena } from '../../../../src/engine/wasm/memory/arena';
import { controlEnd } from '../../../../src/engine/wasm/memory/control';
import { type ClipOptions, makeClip } from '../../../../src/engine/wasm/network/clip';
import { makePenalty } from '../../../../src/engine/wasm/network/regularizer';
import { SquareSum } from '../../../../src/engine/wasm/network/squares';
import { sliceCount } from '../../../../src/engine/wasm/tensors/slices';
import type { TensorPlan } from '../../../../src/spec/plan';
import { thing } from '../support';
import { instantiate } from './support';

const draw = (seed: number, i: number): number => normal(21, purposes.generate, seed, i);
const chance = (seed: number, i: number): number => uniform(22, purposes.generate, seed, i);

/** Clips copies of the gradients in a memory full of NaN. */
function clip(gradients: readonly Float32Array[], options: ClipOptions): Float32Array[] {
  const arena = new Arena(controlEnd);
  const regions = gradients.map(({ length }) => arena.floats(length));
  const end = arena.end;
  const { memory, functions } = instantiate<{ clip(): void }>(Math.ceil(end / pageSize) + 1, (module) => {
    makeClip(module, arena, regions, options);
  });
  const numbers = new Float32Array(memory.buffer).fill(Number.NaN);
  const views = regions.map(({ address, length }) => new Float32Array(memory.buffer, address, length));
  for (const [k, view] of views.entries()) {
    view.set(gradients[k]);
  }
  functions.clip();
  let inside = 0;
  for (const g of gradients) {
    for (let i = 0; i < g.length; i++) {
      if (!Number.isNaN(g[i])) {
        inside++;
      }
    }
  }
  let all = 0;
  for (let i = 0; i < end / 4; i++) {
    if (!Number.isNaN(numbers[i])) {
      all++;
    }
  }
  assert.equal(all, inside, 'numbers that are no gradients');
  return views.map((view) => view.slice());
}

function squareSum(gradients: readonly Float32Array[]): number {
  const arena = new Arena(controlEnd);
  const regions = gradients.map(({ length }) => arena.floats(length));
  const squares = new SquareSum(arena);
  const { memory, functions } = instantiate<{ sum(): number }>(Math.ceil(arena.end / pageSize), (module) => {
    const passes = [squares.emitLargest, squares.emitSquares].flatMap((emit, i) =>
      regions.map((region, k) => {
        const f = module.function(`${i} ${k}`, { parameters: rangeParameters });
        emit.call(squares, f, f.p, region);
        return [f, sliceCount(region.length)] as const;
      }),
    );
    const f = module.function('sum', { result: 'f64' });
    squares.emitBegin(f);
    for (const [pass, slices] of passes) {
      // The order of the slices must not matter.
      for (let slice = slices - 1; slice >= 0; slice--) {
        f.do(pass, { from: slice, to: slice + 1 });
      }
    }
    f.return(squares.emitTotal());
  });
  for (const [k, { address, length }] of regions.entries()) {
    new Float32Array(memory.buffer, address, length).set(gradients[k]);
  }
  return functions.sum();
}

function makeGradients(seed: number, scale: number): Float32Array[] {
  const tensors = 1 + Math.floor(4 * chance(seed, 0));
  return Array.from({ length: tensors }, (_, k) =>
    Float32Array.from({ length: 1 + Math.floor(60 * chance(seed, 1 + k)) }, (_, i) => scale * draw(seed, 100 * k + i)),
  );
}

describe('clipping in WebAssembly', () => {
  it('agrees with the reference within 2e-7 on 300 random gradients, by value, by norm and by both', () => {
    for (let seed = 0; seed < 300; seed++) {
      const gradients = makeGradients(seed, [1e-12, 1, 1e12][seed % 3]);
      const size = gradients[0].reduce((most, g) => Math.max(most, Math.abs(g)), 0);
      const options = [{ clipValue: size / 2 }, { clipNorm: size }, { clipValue: size / 2, clipNorm: size }][
        (seed % 7) % 3
      ];
      const expected = gradients.map((g) => g.slice());
      clipGradients(expected, options);
      for (const [k, found] of clip(gradients, options).entries()) {
        for (let i = 0; i < found.length; i++) {
          const off = Math.abs(found[i] - expected[k][i]);
          assert.ok(
            off <= 2e-7 * Math.abs(expected[k][i]),
            `${JSON.stringify(options)}: ${found[i]}, not ${expected[k][i]}`,
          );
        }
      }
    }
  });

  it('does not change gradients within the limits, nor zeros', () => {
    const gradients = makeGradients(1, 1);
    assert.deepEqual(clip(gradients, { clipNorm: 1e6, clipValue: 1e6 }), gradients);
    assert.deepEqual(clip([new Float32Array(7)], { clipNorm: 1 }), [new Float32Array(7)]);
  });

  it('sums squares to the same bits however the numbers lie in memory, right within 1e-11', () => {
    for (let seed = 0; seed < 30; seed++) {
      // Sizes from 10⁻⁶ to 10⁶.
      const sizes = Float64Array.from({ length: 3000 }, (_, i) => 10 ** Math.floor(12 * chance(seed, i) - 6));
      const numbers = Float32Array.from(sizes, (size, i) => size * draw(seed, i));
      const ascending = [...numbers].map((g) => g * g).sort((a, b) => a - b);
      const exact = ascending.reduce((sum, square) => sum + square, 0);
      const whole = squareSum([numbers]);
      const backwards = numbers.slice().reverse();
      assert.equal(squareSum([backwards.slice(0, 1001), backwards.slice(1001)]), whole);
      assert.equal(squareSum([new Float32Array(5000), backwards]), whole, 'with numbers that belong to no weight');
      assert.ok(Math.abs(whole - exact) <= 1e-11 * exact, `${whole}, not ${exact}`);
    }
  });

  it('counts a million small gradients beside one that is far larger: the norm is right within 1e-7', () => {
    const numbers = new Float32Array(1048576).fill(2e-5);
    numbers[777] = 1;
    const norm = Math.sqrt(1 + 1048575 * 4e-10);
    const [found] = clip([numbers], { clipNorm: 0.5 });
    assert.ok(Math.abs(found[777] * (norm + 1e-6) - 0.5) <= 1e-7);
    assert.ok(norm > 1.0002, 'the others do count');
  });

  it('lets a NaN through', () => {
    for (const options of [{ clipValue: 1 }, { clipNorm: 1 }]) {
      const [found] = clip([Float32Array.of(1, 2, Number.NaN, 4, 5)], options);
      assert.ok(Number.isNaN(found[2]));
    }
  });
});

describe('penalties in WebAssembly', () => {
  it('agree with the reference within 2e-7 of their terms', () => {
    for (let seed = 0; seed < 40; seed++) {
      const length = 1 + Math.floor(20 * chance(seed, 0));
      const arena = new Arena(controlEnd);
      const plan: TensorPlan = {
        name: 'weight',
        role: 'weight',
        shape: [length],
        initializer: thing('zeros'),
        fanIn: 1,
        fanOut: 1,
      };
      const [values, gradient] = [arena.floats(length), arena.floats(length)];
      const penalty = { l1: seed % 3 === 0 ? 0 : 0.1, l2: seed % 4 === 0 ? 0 : 0.3 };
      const { memory, functions } = instantiate<Record<string, (from: number, to: number) => void>>(1, (module) => {
        makePenalty(module, { plan, values, gradient }, penalty);
      });
      new Float32Array(memory.buffer).fill(Number.NaN);
      const w = new Float32Array(memory.buffer, values.address, length);
      const g = new Float32Array(memory.buffer, gradient.address, length + 1);
      for (let i = 0; i < length; i++) {
        // Weights of 0 have no sign.
        w[i] = i % 5 === 4 ? 0 : draw(seed, i);
        g[i] = draw(seed, 100 + i);
      }
      const expected = { plan, values: w, gradient: g.slice(0, length) };
      addPenalty(expected, penalty);
      functions['penalize weight'](0, sliceCount(length));
      for (let i = 0; i < length; i++) {
        assert.ok(
          Math.abs(g[i] - expected.gradient[i]) <= 2e-7 * (Math.abs(w[i]) + Math.abs(expected.gradient[i]) + 0.1),
        );
      }
      assert.ok(Number.isNaN(g[length]), 'the number behind the gradient');
    }
  });
});
