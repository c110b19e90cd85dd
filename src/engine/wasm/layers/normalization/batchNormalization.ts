/**
 * Batch normalisation (Ioffe and Szegedy, 2015): x [B, C, …], for each entry of axis 1 over the batch and all
 * P positions; γ, β [C]. Evaluation uses the running mean and variance, which a training step moves by
 * `momentum` towards its batch's (the variance unbiased, divided by N − 1) when its weights are updated.
 *
 * ```
 *   P > 1: channel by channel, lanes are positions        P = 1: lanes are channels
 *   s 0: │ c: 0 1 2 3 │ 4 5 6 7 │ 8 · · · │               s 0: │ c 0 1 2 3 │ 4 5 · · │
 *   s 1: │ c: 0 1 2 3 │ …                                 s 1: │ c 0 1 2 3 │ …
 * ```
 */
import { type Expr, type F32, f32, f32x4, f64, f64x2, i32, type Local, type V128, v128 } from '../../../../assembler';
import {
  addWide,
  addWideProduct,
  clearWide,
  eachRun,
  firstLanes,
  loadLanes,
  sumOfWide,
  type WideSums,
  wideSums,
} from '../../lanes/runs';
import type { Kernel, LayerBuild, RangeKernel, WasmLayer, WasmState } from '../../layer';
import { batchCount, isTraining } from '../../memory/control';
import { rangeKernel, sequence } from '../range';
import { centred, type Moments, momentsOf, scaleAndShift, storeInverse, storeMean } from './normalize';

/** Addresses of C numbers each. */
interface Channels extends Moments {
  readonly count: number;
  readonly positions: number;
  /** float32 */
  readonly scale: number;
  readonly shift: number;
  readonly runningMean: number;
  readonly runningVariance: number;
  /** float64: of the batch, and the sums of dL/dy and of dL/dy·x̂. */
  readonly mean: number;
  readonly variance: number;
  readonly error: number;
  readonly product: number;
  /** float32: those sums, divided by the count of numbers. */
  readonly meanError: number;
  readonly meanProduct: number;
}

export function makeBatchNormalization(build: LayerBuild): WasmLayer {
  const { plan, arena, input, output, dOutput } = build;
  const count = plan.inputShape[0];
  const { tensors, scale, shift } = scaleAndShift(build);
  const state: readonly WasmState[] = (plan.state ?? []).map((tensor) => ({
    plan: tensor,
    values: arena.floats(count),
  }));
  const [runningMean, runningVariance] = state.map(({ values }) => values.address);
  const moments = momentsOf(arena, count);
  // Two float32 numbers are as long as one of float64; vectors of four channels may reach beyond the last.
  const wide = [0, 0, 0, 0].map(() => arena.floats(Math.ceil(count / 4) * 8));
  const [mean, variance, error, product] = wide.map(({ address }) => address);
  const channels: Channels = {
    ...moments,
    count,
    positions: input.size / count,
    scale: scale.values.address,
    shift: shift.values.address,
    runningMean,
    runningVariance,
    mean,
    variance,
    error,
    product,
    meanError: arena.floats(count).address,
    meanProduct: arena.floats(count).address,
  };
  return {
    tensors,
    state,
    preActivation: { z: output, delta: dOutput, shape: plan.inputShape },
    kept: [...moments.kept, ...wide],
    wholeBatch: true,
    forward: sequence(build, 'forward', forwardPasses(build, channels)),
    backward: sequence(build, 'backward', backwardPasses(build, channels)),
    learning: { gradients: emitGradients(build, channels, scale.gradient.address, shift.gradient.address), slices: 1 },
    commit: emitCommit(build, channels),
  };
}

/** Access to the numbers of one channel in all lanes, or of four channels in the four lanes. */
interface ChannelLanes {
  /** The channel's float32 number in a list, in every lane; or four channels' numbers. */
  readonly load: (address: number) => V128;
  /** Numbers of the range's samples, four at a time. */
  readonly each: (body: (at: Local<'i32'>, lanes: number) => void) => void;
  /** Stores the totals of the lane sums, divided by the count of numbers where `mean` is true. */
  readonly store: (sums: WideSums, address: number, mean: boolean) => void;
}

/** Runs over the channels one at a time, or four side by side where each has one number in a sample. */
function eachChannelLanes(f: RangeKernel, { count, positions }: Channels, body: (lanes: ChannelLanes) => void): void {
  const { from, to } = f.p;
  const numbers = f.let(f64.convert_i32_s(i32.mul(batchCount(), positions)));
  const [at, channel, sample] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const start = f.let(i32.mul(from, count * positions * 4));
  if (positions > 1) {
    f.range(channel, 0, count * 4, 4, () => {
      body({
        load: (address) => v128.load32_splat(channel, address),
        each(visit) {
          f.set(at, i32.add(start, i32.mul(channel, positions)));
          f.range(sample, from, to, 1, () => {
            eachRun(f, at, positions, visit);
            f.increase(at, (count - 1) * positions * 4);
          });
        },
        store(sums, address, mean) {
          const sum = sumOfWide(sums);
          f.storeF64(i32.shl(channel, 1), mean ? f64.div(sum, numbers) : sum, address);
        },
      });
    });
    return;
  }
  const group = (lanes: number): void => {
    body({
      load: (address) => v128.load(channel, address),
      each(visit) {
        f.set(at, i32.add(start, channel));
        f.range(sample, from, to, 1, () => {
          visit(at, lanes);
          f.increase(at, count * 4);
        });
      },
      store(sums, address, mean) {
        for (const [k, sum] of sums.entries()) {
          const stored = mean ? f64x2.div(sum, f64x2.splat(numbers)) : sum;
          f.storeV128(i32.shl(channel, 1), stored, address + k * 16);
        }
      },
    });
  };
  const whole = Math.floor(count / 4);
  f.range(channel, 0, whole * 16, 16, () => group(4));
  if (count % 4 === 0) {
    return;
  }
  f.set(channel, i32.const(whole * 16));
  group(count % 4);
}

/**
 * Runs over the channels: `at` and `wide` are the byte offsets in a list of float32, or of float64, numbers.
 */
function eachChannel(
  f: RangeKernel | Kernel,
  { count }: Channels,
  body: (at: Local<'i32'>, wide: Expr<'i32'>) => void,
): void {
  const at = f.local('i32');
  f.range(at, 0, count * 4, 4, () => body(at, i32.shl(at, 1)));
}

/** In training the mean, then the variance about it; then the normalised numbers. */
function forwardPasses(build: LayerBuild, channels: Channels): readonly RangeKernel[] {
  const { plan, input, output } = build;
  const { mean, variance, scale, shift } = channels;
  const averages = rangeKernel(build, 'average', (f) => {
    const sums = wideSums(f);
    const value = f.local('v128');
    f.if(isTraining(), () =>
      eachChannelLanes(f, channels, (group) => {
        clearWide(f, sums);
        group.each((at, lanes) => {
          f.set(value, loadLanes(at, lanes, input.address));
          addWide(f, sums, value);
        });
        group.store(sums, mean, true);
      }),
    );
  });
  const spreads = rangeKernel(build, 'spread', (f) => {
    const sums = wideSums(f);
    const value = f.local('v128');
    f.if(
      isTraining(),
      () => {
        eachChannel(f, channels, (at, wide) => storeMean(f, channels, at, f64.load(wide, mean)));
        eachChannelLanes(f, channels, (group) => {
          const [high, low] = [f.let(group.load(channels.high)), f.let(group.load(channels.low))];
          clearWide(f, sums);
          group.each((at, lanes) => {
            const from = centred(v128.load(at, input.address), high, low);
            f.set(value, lanes < 4 ? v128.and(from, firstLanes(lanes)) : from);
            addWideProduct(f, sums, value, value);
          });
          group.store(sums, variance, true);
        });
      },
      () => {
        eachChannel(f, channels, (at, wide) => {
          storeMean(f, channels, at, f64.promote_f32(f32.load(at, channels.runningMean)));
          f.storeF64(wide, f64.promote_f32(f32.load(at, channels.runningVariance)), variance);
        });
      },
    );
  });
  const normalized = rangeKernel(build, 'normalize', (f) => {
    const value = f.local('v128');
    eachChannel(f, channels, (at, wide) =>
      storeInverse(f, channels, at, f64.load(wide, variance), plan.parameters.epsilon as number),
    );
    eachChannelLanes(f, channels, ({ load, each }) => {
      const [high, low, inverse] = [channels.high, channels.low, channels.inverse].map((address) =>
        f.let(load(address)),
      );
      const [gamma, beta] = [f.let(load(scale)), f.let(load(shift))];
      each((at, lanes) => {
        const normal = f32x4.mul(centred(v128.load(at, input.address), high, low), inverse);
        f.set(value, f32x4.add(f32x4.mul(gamma, normal), beta));
        f.storeLanes(at, value, lanes, output.address);
      });
    });
  });
  return [averages, spreads, normalized];
}

/** Reads the errors and x̂ of the channels in the lanes, for both backward passes. */
function reader(f: RangeKernel, { input, dOutput }: LayerBuild, channels: Channels) {
  const [error, normal, high, low, inverse] = [0, 0, 0, 0, 0].map(() => f.local('v128'));
  return {
    error,
    normal,
    inverse,
    begin({ load }: ChannelLanes): void {
      f.set(high, load(channels.high));
      f.set(low, load(channels.low));
      f.set(inverse, load(channels.inverse));
    },
    read(at: Local<'i32'>, lanes: number): void {
      f.set(error, loadLanes(at, lanes, dOutput.address));
      const whole = f32x4.mul(centred(v128.load(at, input.address), high, low), inverse);
      f.set(normal, lanes < 4 ? v128.and(whole, firstLanes(lanes)) : whole);
    },
  };
}

/** The sums of dL/dy and of dL/dy·x̂, then dL/dx. */
function backwardPasses(build: LayerBuild, channels: Channels): readonly RangeKernel[] {
  const { dInput } = build;
  const totals = rangeKernel(build, 'total', (f) => {
    const [sums, products] = [wideSums(f), wideSums(f)];
    const { error, normal, begin, read } = reader(f, build, channels);
    eachChannelLanes(f, channels, (group) => {
      begin(group);
      clearWide(f, sums);
      clearWide(f, products);
      group.each((at, lanes) => {
        read(at, lanes);
        addWide(f, sums, error);
        addWideProduct(f, products, error, normal);
      });
      group.store(sums, channels.error, false);
      group.store(products, channels.product, false);
    });
  });
  if (!dInput) {
    return [totals];
  }
  const errors = rangeKernel(build, 'return', (f) => {
    const numbers = f.let(f64.convert_i32_s(i32.mul(batchCount(), channels.positions)));
    const { error, normal, inverse, begin, read } = reader(f, build, channels);
    eachChannel(f, channels, (at, wide) => {
      f.storeF32(at, f32.demote_f64(f64.div(f64.load(wide, channels.error), numbers)), channels.meanError);
      f.storeF32(at, f32.demote_f64(f64.div(f64.load(wide, channels.product), numbers)), channels.meanProduct);
    });
    const [meanError, meanProduct, factor] = [0, 0, 0].map(() => f.local('v128'));
    eachChannelLanes(f, channels, (group) => {
      begin(group);
      f.set(meanError, group.load(channels.meanError));
      f.set(meanProduct, group.load(channels.meanProduct));
      f.set(factor, f32x4.mul(group.load(channels.scale), inverse));
      group.each((at, lanes) => {
        read(at, lanes);
        const rest = f32x4.sub(f32x4.sub(error, meanError), f32x4.mul(normal, meanProduct));
        f.set(error, f32x4.mul(factor, rest));
        f.storeLanes(at, error, lanes, dInput.address);
      });
    });
  });
  return [totals, errors];
}

/** dγ and dβ: the backward pass has summed them. */
function emitGradients(build: LayerBuild, channels: Channels, scale: number, shift: number): RangeKernel {
  const f = rangeKernel(build, 'gradients');
  eachChannel(f, channels, (at, wide) => {
    f.storeF32(at, f32.demote_f64(f64.load(wide, channels.product)), scale);
    f.storeF32(at, f32.demote_f64(f64.load(wide, channels.error)), shift);
  });
  return f;
}

/** running = (1 − momentum)·running + momentum·batch */
function emitCommit({ module, plan }: LayerBuild, channels: Channels): Kernel {
  const f = module.function(`${plan.name}.commit`);
  const momentum = plan.parameters.momentum as number;
  const numbers = f.let(f64.convert_i32_s(i32.mul(batchCount(), channels.positions)));
  const blend = (running: F32, batch: Expr<'f64'>): Expr<'f32'> =>
    f32.demote_f64(f64.add(f64.mul(1 - momentum, f64.promote_f32(running)), batch));
  eachChannel(f, channels, (at, wide) => {
    const { runningMean, runningVariance, mean, variance } = channels;
    const ofMean = f64.mul(momentum, f64.load(wide, mean));
    f.storeF32(at, blend(f32.load(at, runningMean), ofMean), runningMean);
    const ofVariance = f64.div(f64.mul(momentum, f64.mul(f64.load(wide, variance), numbers)), f64.sub(numbers, 1));
    f.storeF32(at, blend(f32.load(at, runningVariance), ofVariance), runningVariance);
  });
  return f;
}
