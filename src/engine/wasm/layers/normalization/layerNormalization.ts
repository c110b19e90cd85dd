/**
 * Layer normalisation (Ba, Kiros and Hinton, 2016): x [B, …], each sample over all its n numbers; γ, β of a sample's shape.
 *
 * ```
 *   forward, backward: lanes are numbers of a sample     gradients: lanes are features, over all samples
 *   s: │ 0 1 2 3 │ 4 5 6 7 │ 8 9 · · │                   s 0: │ i … i+3 │
 *      sums of every fourth number                       s 1: │ i … i+3 │  …  a share
 * ```
 */

import { f32, f32x4, f64, f64x2, i32, type Local, select, type V128, v128 } from '../../../../assembler';
import { sizeOf } from '../../../shape';
import type { LayerBuild, RangeKernel, WasmLayer } from '../../layer';
import type { Span } from '../../span';
import { samplesInStrip, stripOf } from '../../strip';
import {
  addWide,
  addWideProduct,
  eachRun,
  firstLanes,
  type KeptSums,
  keptBytes,
  keptSums,
  loadLanes,
  sumOfWide,
  type WideSums,
  wideSums,
} from '../lanes';
import { rangeKernel } from '../range';
import { centred, type Moments, momentsOf, scaleAndShift, storeInverse, storeMean } from './normalize';

export function makeLayerNormalization(build: LayerBuild): WasmLayer {
  const { plan, arena, maxRows, output, dOutput } = build;
  const { tensors, scale, shift } = scaleAndShift(build);
  const moments = momentsOf(arena, maxRows);
  const forward = forwardLoops(build, moments, scale.values.address, shift.values.address);
  const backward = backwardLoops(build, moments, scale.values.address);
  return {
    tensors,
    z: output,
    delta: dOutput,
    zShape: plan.inputShape,
    kept: moments.kept,
    inStrips: true,
    passes: { forward: forward.map(inStrips(build)), backward: backward.map(inStrips(build)) },
    forward: sampleBySample(build, 'forward', forward),
    backward: sampleBySample(build, 'backward', backward),
    gradients: emitGradients(build, moments, scale.gradient.address, shift.gradient.address),
    shares: Math.ceil(sizeOf(plan.inputShape) / 4),
    gradientRows: 1,
  };
}

/** What of a sample a loop goes over. */
interface Sample {
  /** Its byte in a list of one float32 for each sample. */
  readonly at: Local<'i32'>;
  /** The byte of its first number in a buffer. */
  readonly start: Local<'i32'>;
  /** Which fours of its numbers; left out: all, and its sums begin at 0 and are kept nowhere. */
  readonly vectors?: Span;
}

/** One of the loops that a pass consists of. */
interface SampleLoop {
  readonly name: string;
  /** Writes what comes before all samples; gives what is done for each. */
  readonly begin: (f: RangeKernel) => (sample: Sample) => void;
}

/** All loops over a sample, then the next sample. */
function sampleBySample(build: LayerBuild, name: string, loops: readonly SampleLoop[]): RangeKernel {
  return rangeKernel(build, name, (f) => {
    const works = loops.map(({ begin }) => begin(f));
    eachSample(f, build.input.size, (at, start) => {
      for (const work of works) {
        work({ at, start });
      }
    });
  });
}

/** One loop over the strip of all samples. */
const inStrips =
  (build: LayerBuild) =>
  ({ name, begin }: SampleLoop): RangeKernel =>
    rangeKernel(build, name, (f) => {
      const work = begin(f);
      const vectors = stripOf(f, Math.ceil(build.input.size / 4));
      eachSample(f, build.input.size, (at, start) => work({ at, start, vectors }));
    });

/** Runs over the numbers of a sample; sums are those of the strips before with its own. */
function sumUp(
  f: RangeKernel,
  size: number,
  { at, start, vectors }: Sample,
  sums: readonly (readonly [sums: WideSums, kept: KeptSums])[],
  body: (address: Local<'i32'>, lanes: number) => void,
): void {
  const place = i32.mul(at, keptBytes / 4);
  for (const [own, kept] of sums) {
    if (vectors) {
      kept.begin(f, vectors, own, place);
    } else {
      for (const sum of own) {
        f.set(sum, f64x2.splat(0));
      }
    }
  }
  eachRun(f, f.let(start), size, body, vectors);
  if (vectors) {
    for (const [own, kept] of sums) {
      kept.keep(f, own, place);
    }
  }
}

/** y = γ·x̂ + β, sample by sample: the mean, then the variance about it, then y. */
function forwardLoops(build: LayerBuild, moments: Moments, scale: number, shift: number): readonly SampleLoop[] {
  const { plan, arena, maxRows, input, output } = build;
  const n = input.size;
  const kept = keptSums(arena, maxRows);
  const average: SampleLoop['begin'] = (f) => {
    const sums = wideSums(f);
    const value = f.local('v128');
    return (sample) => {
      sumUp(f, n, sample, [[sums, kept]], (address, lanes) => {
        f.set(value, loadLanes(address, lanes, input.address));
        addWide(f, sums, value);
      });
      storeMean(f, moments, sample.at, f64.div(sumOfWide(sums), n));
    };
  };
  const spread: SampleLoop['begin'] = (f) => {
    const sums = wideSums(f);
    const [value, high, low] = [0, 0, 0].map(() => f.local('v128'));
    return (sample) => {
      f.set(high, v128.load32_splat(sample.at, moments.high));
      f.set(low, v128.load32_splat(sample.at, moments.low));
      sumUp(f, n, sample, [[sums, kept]], (address, lanes) => {
        const from = centred(v128.load(address, input.address), high, low);
        f.set(value, lanes < 4 ? v128.and(from, firstLanes(lanes)) : from);
        addWideProduct(f, sums, value, value);
      });
      storeInverse(f, moments, sample.at, f64.div(sumOfWide(sums), n), plan.parameters.epsilon as number);
    };
  };
  const normalize: SampleLoop['begin'] = (f) => {
    const [value, high, low, inverse] = [0, 0, 0, 0].map(() => f.local('v128'));
    const feature = f.local('i32');
    return ({ at, start, vectors }) => {
      f.set(high, v128.load32_splat(at, moments.high));
      f.set(low, v128.load32_splat(at, moments.low));
      f.set(inverse, v128.load32_splat(at, moments.inverse));
      f.set(feature, firstFeature(vectors));
      const one = (address: Local<'i32'>, lanes: number): void => {
        const normal = f32x4.mul(centred(v128.load(address, input.address), high, low), inverse);
        f.set(value, f32x4.add(f32x4.mul(v128.load(feature, scale), normal), v128.load(feature, shift)));
        f.storeLanes(address, value, lanes, output.address);
        f.increase(feature, 16);
      };
      eachRun(f, f.let(start), n, one, vectors);
    };
  };
  return [
    { name: 'average', begin: average },
    { name: 'spread', begin: spread },
    { name: 'normalize', begin: normalize },
  ];
}

/** The byte of the first feature that a loop comes to. */
const firstFeature = (vectors: Span | undefined) => (vectors ? i32.shl(vectors.from, 4) : i32.const(0));

/** dL/dx of each sample, with g = dL/dy·γ: the means of g and of g·x̂, then the errors. */
function backwardLoops(build: LayerBuild, moments: Moments, scale: number): readonly SampleLoop[] {
  const { arena, maxRows, input, dInput, dOutput } = build;
  if (!dInput) {
    return [];
  }
  const n = input.size;
  const [keptSumsOfG, keptProducts] = [keptSums(arena, maxRows), keptSums(arena, maxRows)];
  const [meanOfG, meanOfProduct] = [arena.floats(maxRows).address, arena.floats(maxRows).address];
  const reader = (f: RangeKernel) => {
    const [g, normal, high, low, inverse] = [0, 0, 0, 0, 0].map(() => f.local('v128'));
    const feature = f.local('i32');
    return {
      g,
      normal,
      inverse,
      begin({ at, vectors }: Sample): void {
        f.set(high, v128.load32_splat(at, moments.high));
        f.set(low, v128.load32_splat(at, moments.low));
        f.set(inverse, v128.load32_splat(at, moments.inverse));
        f.set(feature, firstFeature(vectors));
      },
      read(address: Local<'i32'>, lanes: number): void {
        f.set(g, f32x4.mul(v128.load(address, dOutput.address), v128.load(feature, scale)));
        if (lanes < 4) {
          f.set(g, v128.and(g, firstLanes(lanes)));
        }
        const whole = f32x4.mul(centred(v128.load(address, input.address), high, low), inverse);
        f.set(normal, lanes < 4 ? v128.and(whole, firstLanes(lanes)) : whole);
        f.increase(feature, 16);
      },
    };
  };
  const total: SampleLoop['begin'] = (f) => {
    const [sums, products] = [wideSums(f), wideSums(f)];
    const { g, normal, begin, read } = reader(f);
    return (sample) => {
      begin(sample);
      const both = [[sums, keptSumsOfG] as const, [products, keptProducts] as const];
      sumUp(f, n, sample, both, (address, lanes) => {
        read(address, lanes);
        addWide(f, sums, g);
        addWideProduct(f, products, g, normal);
      });
      f.storeF32(sample.at, f32.demote_f64(f64.div(sumOfWide(sums), n)), meanOfG);
      f.storeF32(sample.at, f32.demote_f64(f64.div(sumOfWide(products), n)), meanOfProduct);
    };
  };
  const errors: SampleLoop['begin'] = (f) => {
    const { g, normal, inverse, begin, read } = reader(f);
    const [mean, product] = [f.local('v128'), f.local('v128')];
    return (sample) => {
      begin(sample);
      f.set(mean, v128.load32_splat(sample.at, meanOfG));
      f.set(product, v128.load32_splat(sample.at, meanOfProduct));
      const one = (address: Local<'i32'>, lanes: number): void => {
        read(address, lanes);
        const rest = f32x4.sub(f32x4.sub(g, mean), f32x4.mul(normal, product));
        f.set(g, f32x4.mul(inverse, rest));
        f.storeLanes(address, g, lanes, dInput.address);
      };
      eachRun(f, f.let(sample.start), n, one, sample.vectors);
    };
  };
  return [
    { name: 'total', begin: total },
    { name: 'return', begin: errors },
  ];
}

/** dγ = Σ dL/dy·x̂ and dβ = Σ dL/dy over the samples; a share is four features. */
function emitGradients(build: LayerBuild, moments: Moments, scale: number, shift: number): RangeKernel {
  const { arena, input, dOutput } = build;
  const f = rangeKernel(build, 'gradients');
  const { from, to } = f.p;
  const n = input.size;
  const rest = n % 4;
  const [sums, products] = [wideSums(f), wideSums(f)];
  const [error, normal, mask] = [f.local('v128'), f.local('v128'), f.local('v128')];
  const [share, feature, at, sample] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
  const span = samplesInStrip(f, 1);
  const [first, end] = [f.let(i32.shl(span.from, 2)), f.let(i32.shl(span.to, 2))];
  const shares = Math.ceil(n / 4);
  const [keptErrors, keptProducts] = [keptSums(arena, shares), keptSums(arena, shares)];
  f.range(share, from, to, 1, () => {
    f.set(feature, i32.shl(share, 4));
    const kept = f.let(i32.mul(share, keptBytes));
    keptErrors.begin(f, span, sums, kept);
    keptProducts.begin(f, span, products, kept);
    f.set(at, i32.add(feature, i32.mul(span.from, n * 4)));
    f.range(sample, first, end, 4, () => {
      const [high, low, inverse] = [moments.high, moments.low, moments.inverse].map((address) =>
        v128.load32_splat(sample, address),
      );
      f.set(error, v128.load(at, dOutput.address));
      f.set(normal, f32x4.mul(centred(v128.load(at, input.address), high, low), inverse));
      addWide(f, sums, error);
      addWideProduct(f, products, error, normal);
      f.increase(at, n * 4);
    });
    keptErrors.keep(f, sums, kept);
    keptProducts.keep(f, products, kept);
    // The last share's lanes beyond the features hold numbers of the next sample.
    f.set(mask, firstLanes(4));
    if (rest > 0) {
      f.set(mask, select(firstLanes(rest), mask, i32.eq(share, (n - rest) / 4)));
    }
    const narrow = ([first, second]: readonly [V128, V128]): V128 =>
      v128.and(v128.shuffle32(f32x4.demote_f64x2_zero(first), f32x4.demote_f64x2_zero(second), [0, 1, 4, 5]), mask);
    f.storeV128(feature, narrow(products), scale);
    f.storeV128(feature, narrow(sums), shift);
  });
  return f;
}

/** For samples `[from, to)`: the byte of the sample in a list of one float32 each, and of its first number in a buffer. */
function eachSample(f: RangeKernel, size: number, body: (sample: Local<'i32'>, start: Local<'i32'>) => void): void {
  const { from, to } = f.p;
  const sample = f.local('i32');
  const start = f.let(i32.mul(from, size * 4));
  f.range(sample, i32.shl(from, 2), i32.shl(to, 2), 4, () => {
    body(sample, start);
    f.increase(start, size * 4);
  });
}
