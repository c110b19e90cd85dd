import assert from 'node:assert/strict';
import { type FunctionBuilder, i32, i32x4, type V128 } from '../../../../src/assembler';
import { cos, log1p } from '../../../../src/common/math';
import { normal, type Purpose, purposes, uniform } from '../../../../src/common/random';
import { drawOffset } from '../../../../src/engine/reference/layer';
import { beginDraws, emitBelow, emitNormal, emitUniform, type Words } from '../../../../src/engine/wasm/math/random';
import { control, controlEnd } from '../../../../src/engine/wasm/memory/control';
import { instantiate } from './support';

interface Place {
  readonly seed: number;
  readonly purpose: Purpose;
  readonly layer: number;
  readonly step: number;
}

const places: readonly Place[] = [
  { seed: 7, purpose: purposes.dropout, layer: 0, step: 0 },
  { seed: 4294967295, purpose: purposes.slope, layer: 3, step: 5 },
  { seed: 0, purpose: purposes.noise, layer: 1048575, step: 2 ** 32 + 12345 },
  { seed: 2 ** 31, purpose: purposes.noise, layer: 17, step: 2 ** 52 - 1 },
];

/** The results of an emitter for the words of elements 0 … n−1, as 32-bit lanes. */
function draw(place: Place, n: number, emit: (f: FunctionBuilder, words: Words) => V128): Int32Array {
  const { memory, functions } = instantiate<{ run(): void }>(2, (module) => {
    const f = module.function('run');
    const draws = beginDraws(f, place.seed, place.purpose, place.layer);
    const i = f.local('i32');
    f.range(i, 0, n, 4, () => f.storeV128(i32.shl(i, 2), emit(f, draws.emit(i)), controlEnd));
  });
  new DataView(memory.buffer).setFloat64(control.step, place.step, true);
  functions.run();
  return new Int32Array(memory.buffer, controlEnd, n);
}

const floats = (lanes: Int32Array): Float32Array => new Float32Array(lanes.buffer, lanes.byteOffset, lanes.length);

describe('random draws in WebAssembly', () => {
  const n = 4000;

  it('the first two words are those of uniform, for every seed, purpose, layer and step', () => {
    for (const place of places) {
      const [first, second] = [0, 1].map((k) => draw(place, n, (_, words) => words[k]));
      for (let i = 0; i < n; i++) {
        const u = ((first[i] >>> 5) * 67108864 + (second[i] >>> 6)) / 9007199254740992;
        assert.equal(u, uniform(place.seed, place.purpose, place.step, drawOffset(place.layer) + i));
      }
    }
  });

  it('the mask of draws below a rate is exactly that of uniform, even if the rate is one of the draws', () => {
    const [place] = places;
    const drawn = uniform(place.seed, place.purpose, place.step, 5);
    for (const rate of [0, 1e-9, 0.2, 0.5, drawn, drawn + 2 ** -53, 1]) {
      const mask = draw(place, n, (f, words) => emitBelow(f, words, rate));
      for (let i = 0; i < n; i++) {
        const below = uniform(place.seed, place.purpose, place.step, i) < rate;
        assert.equal(mask[i], below ? -1 : 0, `rate ${rate}, element ${i}`);
      }
    }
  });

  it('uniform draws in float32 lie in [0, 1) and within 1e-7 of the float64 draw', () => {
    for (const place of places) {
      const values = floats(draw(place, n, emitUniform));
      values.forEach((value, i) => {
        const exact = uniform(place.seed, place.purpose, place.step, drawOffset(place.layer) + i);
        assert.ok(value >= 0 && value < 1 && Math.abs(value - exact) < 1e-7, `${value} instead of ${exact}`);
      });
    }
  });

  it('normal draws agree with the float64 draw within 1e-6', () => {
    for (const place of places) {
      const values = floats(draw(place, n, emitNormal));
      values.forEach((value, i) => {
        const exact = normal(place.seed, place.purpose, place.step, drawOffset(place.layer) + i);
        assert.ok(Math.abs(value - exact) < 1e-6 * Math.max(1, Math.abs(exact)), `${value} instead of ${exact}`);
      });
    }
  });

  it('a normal draw keeps its digits where the uniform number is next to 0 or 1: within 1e-6 of its size', () => {
    const [place] = places;
    for (const [first, second] of [
      [0, 64],
      [32, 0],
      [5000, 70000],
      [-33, -65],
      [-1, -128],
    ]) {
      const words = (f: FunctionBuilder): Words => {
        const [w0, w1, w2, w3] = [first, second, 0x3123456, 0].map((word) => f.let(i32x4.const(word)));
        return [w0, w1, w2, w3];
      };
      const [value] = floats(draw(place, 4, (f) => emitNormal(f, words(f))));
      const u = ((first >>> 5) * 67108864 + (second >>> 6)) / 2 ** 53;
      const exact = Math.sqrt(-2 * log1p(-u)) * cos((2 * Math.PI * (0x3123456 - (0x3123456 % 32))) / 2 ** 32);
      assert.ok(Math.abs(value - exact) <= 1e-6 * Math.abs(exact), `u = ${u}: ${value} instead of ${exact}`);
    }
  });
});
