/**
 * Layer normalisation (Ba, Kiros and Hinton, 2016): x [B, …], each sample over all its n numbers; γ, β of a
 * sample's shape.
 *
 * ```
 *   forward, backward: lanes are numbers of a sample     gradients: lanes are features, over all samples
 *   s: │ 0 1 2 3 │ 4 5 6 7 │ 8 9 · · │                   s 0: │ i … i+3 │
 *      sums of every fourth number                       s 1: │ i … i+3 │  …  a slice
 * ```
 */

import { f32, f32x4, f64, i32, type Local, select, type V128, v128 } from '../../../../assembler';
import { sizeOf } from '../../../shape';
import {
  addWide,
  addWideProduct,
  clearWide,
  eachRun,
  firstLanes,
  loadLanes,
  sumOfWide,
  wideSums,
} from '../../lanes/runs';
import type { LayerBuild, RangeKernel, WasmLayer } from '../../layer';
import { batchCount } from '../../memory/control';
import { rangeKernel } from '../range';
import { centred, type Moments, momentsOf, scaleAndShift, storeInverse, storeMean } from './normalize';

export function makeLayerNormalization(build: LayerBuild): WasmLayer {
  const { plan, arena, maxRows, output, dOutput } = build;
  const { tensors, scale, shift } = scaleAndShift(build);
  const moments = momentsOf(arena, maxRows);
  return {
    tensors,
    preActivation: { z: output, delta: dOutput, shape: plan.inputShape },
    kept: moments.kept,
    forward: emitForward(build, moments, scale.values.address, shift.values.address),
    backward: emitBackward(build, moments, scale.values.address),
    learning: {
      gradients: emitGradients(build, moments, scale.gradient.address, shift.gradient.address),
      slices: Math.ceil(sizeOf(plan.inputShape) / 4),
    },
  };
}

/** y = γ·x̂ + β, sample by sample: the mean, then the variance about it, then y. */
function emitForward(build: LayerBuild, moments: Moments, scale: number, shift: number): RangeKernel {
  const { plan, input, output } = build;
  const n = input.size;
  const f = rangeKernel(build, 'forward');
  const sums = wideSums(f);
  const [value, high, low, inverse] = [0, 0, 0, 0].map(() => f.local('v128'));
  const feature = f.local('i32');
  eachSample(f, n, (at, start) => {
    clearWide(f, sums);
    eachRun(f, f.let(start), n, (address, lanes) => {
      f.set(value, loadLanes(address, lanes, input.address));
      addWide(f, sums, value);
    });
    storeMean(f, moments, at, f64.div(sumOfWide(sums), n));
    f.set(high, v128.load32_splat(at, moments.high));
    f.set(low, v128.load32_splat(at, moments.low));
    clearWide(f, sums);
    eachRun(f, f.let(start), n, (address, lanes) => {
      const from = centred(v128.load(address, input.address), high, low);
      f.set(value, lanes < 4 ? v128.and(from, firstLanes(lanes)) : from);
      addWideProduct(f, sums, value, value);
    });
    storeInverse(f, moments, at, f64.div(sumOfWide(sums), n), plan.parameters.epsilon as number);
    f.set(inverse, v128.load32_splat(at, moments.inverse));
    f.set(feature, i32.const(0));
    eachRun(f, f.let(start), n, (address, lanes) => {
      const normal = f32x4.mul(centred(v128.load(address, input.address), high, low), inverse);
      f.set(value, f32x4.add(f32x4.mul(v128.load(feature, scale), normal), v128.load(feature, shift)));
      f.storeLanes(address, value, lanes, output.address);
      f.increase(feature, 16);
    });
  });
  return f;
}

/** dL/dx of each sample, with g = dL/dy·γ: the means of g and of g·x̂, then the errors. */
function emitBackward(build: LayerBuild, moments: Moments, scale: number): RangeKernel {
  const { input, dInput, dOutput } = build;
  const f = rangeKernel(build, 'backward');
  if (!dInput) {
    return f;
  }
  const n = input.size;
  const [sums, products] = [wideSums(f), wideSums(f)];
  const [g, normal, high, low, inverse] = [0, 0, 0, 0, 0].map(() => f.local('v128'));
  const [mean, product] = [f.local('v128'), f.local('v128')];
  const feature = f.local('i32');
  const read = (address: Local<'i32'>, lanes: number): void => {
    f.set(g, f32x4.mul(v128.load(address, dOutput.address), v128.load(feature, scale)));
    if (lanes < 4) {
      f.set(g, v128.and(g, firstLanes(lanes)));
    }
    const whole = f32x4.mul(centred(v128.load(address, input.address), high, low), inverse);
    f.set(normal, lanes < 4 ? v128.and(whole, firstLanes(lanes)) : whole);
    f.increase(feature, 16);
  };
  eachSample(f, n, (at, start) => {
    f.set(high, v128.load32_splat(at, moments.high));
    f.set(low, v128.load32_splat(at, moments.low));
    f.set(inverse, v128.load32_splat(at, moments.inverse));
    clearWide(f, sums);
    clearWide(f, products);
    f.set(feature, i32.const(0));
    eachRun(f, f.let(start), n, (address, lanes) => {
      read(address, lanes);
      addWide(f, sums, g);
      addWideProduct(f, products, g, normal);
    });
    f.set(mean, f32x4.splat(f32.demote_f64(f64.div(sumOfWide(sums), n))));
    f.set(product, f32x4.splat(f32.demote_f64(f64.div(sumOfWide(products), n))));
    f.set(feature, i32.const(0));
    eachRun(f, f.let(start), n, (address, lanes) => {
      read(address, lanes);
      const rest = f32x4.sub(f32x4.sub(g, mean), f32x4.mul(normal, product));
      f.set(g, f32x4.mul(inverse, rest));
      f.storeLanes(address, g, lanes, dInput.address);
    });
  });
  return f;
}

/** dγ = Σ dL/dy·x̂ and dβ = Σ dL/dy over the samples; a slice is four features. */
function emitGradients(build: LayerBuild, moments: Moments, scale: number, shift: number): RangeKernel {
  const { input, dOutput } = build;
  const f = rangeKernel(build, 'gradients');
  const { from, to } = f.p;
  const n = input.size;
  const rest = n % 4;
  const [sums, products] = [wideSums(f), wideSums(f)];
  const [error, normal, mask] = [f.local('v128'), f.local('v128'), f.local('v128')];
  const [slice, feature, at, sample] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
  const end = f.let(i32.shl(batchCount(), 2));
  f.range(slice, from, to, 1, () => {
    f.set(feature, i32.shl(slice, 4));
    clearWide(f, sums);
    clearWide(f, products);
    f.set(at, feature);
    f.range(sample, 0, end, 4, () => {
      const [high, low, inverse] = [moments.high, moments.low, moments.inverse].map((address) =>
        v128.load32_splat(sample, address),
      );
      f.set(error, v128.load(at, dOutput.address));
      f.set(normal, f32x4.mul(centred(v128.load(at, input.address), high, low), inverse));
      addWide(f, sums, error);
      addWideProduct(f, products, error, normal);
      f.increase(at, n * 4);
    });
    // In the last slice, lanes beyond the features hold numbers of the next sample.
    f.set(mask, firstLanes(4));
    if (rest > 0) {
      f.set(mask, select(firstLanes(rest), mask, i32.eq(slice, (n - rest) / 4)));
    }
    const narrow = ([first, second]: readonly [V128, V128]): V128 =>
      v128.and(v128.shuffle32(f32x4.demote_f64x2_zero(first), f32x4.demote_f64x2_zero(second), [0, 1, 4, 5]), mask);
    f.storeV128(feature, narrow(products), scale);
    f.storeV128(feature, narrow(sums), shift);
  });
  return f;
}

/**
 * For samples `[from, to)`: the byte of the sample in a list of one float32 each, and of its first number in
 * a buffer.
 */
function eachSample(f: RangeKernel, size: number, body: (sample: Local<'i32'>, start: Local<'i32'>) => void): void {
  const { from, to } = f.p;
  const sample = f.local('i32');
  const start = f.let(i32.mul(from, size * 4));
  f.range(sample, i32.shl(from, 2), i32.shl(to, 2), 4, () => {
    body(sample, start);
    f.increase(start, size * 4);
  });
}
