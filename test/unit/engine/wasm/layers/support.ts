/** A layer of the wasm backend beside the same layer of the reference backend, on the same numbers. */
import assert from 'node:assert/strict';
import { ModuleBuilder, pageSize } from '../../../../../src/assembler';
import { block, philox } from '../../../../../src/common/random';
import { makeLayer as makeReference } from '../../../../../src/engine/reference/makeLayer';
import { sizeOf } from '../../../../../src/engine/shape';
import type { TileShape } from '../../../../../src/engine/wasm/gemm/tile';
import { type RangeKernel, rangeParameters, rowAlignment } from '../../../../../src/engine/wasm/layer';
import { makeLayer as makeWasm } from '../../../../../src/engine/wasm/layers/makeLayer';
import { Arena, type BatchBuffer, type Region } from '../../../../../src/engine/wasm/memory/arena';
import { control, controlEnd } from '../../../../../src/engine/wasm/memory/control';
import { Scratch } from '../../../../../src/engine/wasm/memory/scratch';
import { activation } from '../../../../../src/spec/catalogue';
import { planLayer } from '../../../../../src/spec/layers';
import type { ParameterValue, Thing } from '../../../../../src/spec/spec';

let draws = 0;
/** Restarts the draws, so that a suite gets the same numbers whichever test files ran before it. */
export function restartDraws(): void {
  draws = 0;
}
/** A whole number from 0 to `limit` − 1. */
export function draw(limit: number): number {
  philox(draws++, 0, 0, 0, 11, 23);
  return block[0] % limit;
}
/** Between −1 and 1. */
export const real = (): number => Math.fround(draw(2000001) / 1000000 - 1);
export const oneOf = <T>(values: readonly T[]): T => values[draw(values.length)];

export interface LayerCase {
  readonly type: string;
  readonly inputShape: readonly number[];
  readonly parameters?: Readonly<Record<string, ParameterValue>>;
  readonly activation?: Thing;
  readonly count: number;
  readonly training?: boolean;
  readonly step?: number;
  /** Whether it is built as the first layer of a network, without dInput. */
  readonly first?: boolean;
  /** Draw a number of the input, or of dOutput; by default `real`. */
  readonly value?: () => number;
  readonly error?: () => number;
}

export interface LayerNumbers {
  readonly output: Float32Array;
  readonly z?: Float32Array;
  readonly delta?: Float32Array;
  readonly dInput?: Float32Array;
  readonly winner?: Float32Array;
  readonly gradients: Readonly<Record<string, Float32Array>>;
  readonly state: Readonly<Record<string, Float32Array>>;
}

export interface LayerPair {
  readonly label: string;
  readonly reference: LayerNumbers;
  /**
   * A whole step of the wasm layer: forward, backward, gradients and commit. With a `cut` above 0 the kernels
   * work on the samples from that many times `rowAlignment` on, then on those before, and likewise on the
   * tensors' slices.
   */
  readonly wasm: (cut?: number) => LayerNumbers;
  /** The same for a layer compiled with another tile. */
  readonly withOtherTile: () => LayerNumbers;
}

/** Undefined where a window does not fit the input. */
export function pairOf(each: LayerCase): LayerPair | undefined {
  const { type, inputShape, parameters = {}, count, training = true, step = 0, first = false } = each;
  const plan = planLayer({
    layer: { type, name: `${type}_1`, parameters, activation: each.activation } as never,
    path: [],
    index: 3,
    input: inputShape,
    skipFrom: 0,
    error: () => undefined,
  });
  if (!plan) {
    return undefined;
  }
  const seed = 7;
  const entry = each.activation && activation(each.activation.name);
  const inputs = fill(count * sizeOf(inputShape), each.value);
  const skips = fill(type === 'residual' ? inputs.length : 0);
  const errors = fill(count * sizeOf(plan.outputShape), each.error);
  const weights = new Map(
    plan.tensors.map((tensor) => {
      const scale = 1 / Math.sqrt(tensor.fanIn);
      return [tensor.name, fill(sizeOf(tensor.shape), () => real() * scale)] as const;
    }),
  );
  const states = new Map(
    (plan.state ?? []).map((tensor) => [tensor.name, fill(sizeOf(tensor.shape), () => 1 + real() / 2)]),
  );
  return {
    label: JSON.stringify(each),
    reference: runReference(),
    wasm: makeRunner(narrow),
    withOtherTile: () => makeRunner(broad)(),
  };

  function runReference(): LayerNumbers {
    assert.ok(plan);
    const output = new Float32Array(errors.length);
    const dInput = first ? undefined : new Float32Array(inputs.length);
    const layer = makeReference({
      plan,
      seed,
      maxBatch: count,
      precision: 'float32',
      activation: entry,
      fused: false,
      input: inputs,
      output,
      skip: skips,
      dInput,
      dOutput: errors.slice(),
    });
    for (const { plan, values } of layer.learned) {
      values.set(weights.get(plan.name) ?? []);
    }
    for (const { plan, values } of layer.state ?? []) {
      values.set(states.get(plan.name) ?? []);
    }
    layer.forward(count, training, step);
    layer.backward(count);
    if (training) {
      layer.commit?.(count);
    }
    const { z, delta, winner } = layer;
    return {
      output,
      z: z && Float32Array.from(z),
      delta: delta && Float32Array.from(delta),
      dInput,
      winner: winner && Float32Array.from(winner.values),
      gradients: Object.fromEntries(
        layer.learned.map(({ plan, gradient }) => [plan.name, Float32Array.from(gradient)]),
      ),
      state: Object.fromEntries((layer.state ?? []).map(({ plan, values }) => [plan.name, Float32Array.from(values)])),
    };
  }

  function makeRunner(tile: TileShape): (cut?: number) => LayerNumbers {
    assert.ok(plan);
    const maxRows = (Math.ceil(count / rowAlignment) + draw(2)) * rowAlignment;
    const arena = new Arena(controlEnd);
    const batch = (size: number): BatchBuffer => ({ address: arena.floats(maxRows * size).address, size });
    const input = batch(sizeOf(inputShape));
    const output = batch(sizeOf(plan.outputShape));
    const skip = batch(input.size);
    const dInput = first ? undefined : batch(input.size);
    const dOutput = batch(output.size);
    const module = new ModuleBuilder();
    const scratch = new Scratch(module);
    const stageScratch = new Scratch(module);
    const layer = makeWasm({
      plan,
      seed,
      maxRows,
      module,
      arena,
      scratch,
      stageScratch,
      activation: entry,
      optimizer: { memories: [], emitScalars: () => {}, begin: () => () => {} },
      tiny: false,
      tile,
      masked: false,
      fused: false,
      input,
      output,
      skip,
      dInput,
      dOutput,
    });
    const { forward, backward, learning, commit } = layer;
    for (const [name, kernel] of Object.entries({ forward, backward, gradients: learning?.gradients })) {
      if (!kernel) {
        continue;
      }
      const outer: RangeKernel = module.function(name, { parameters: rangeParameters });
      outer.do(kernel, outer.p);
    }
    if (commit) {
      module.function('commit').do(commit, {});
    }
    for (const room of [scratch, stageScratch]) {
      room.layOut(arena, 1);
    }
    const pages = Math.ceil(arena.end / pageSize);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    const instance = new WebAssembly.Instance(new WebAssembly.Module(module.build(pages)), { env: { memory } });
    const run = instance.exports as Record<string, (from?: number, to?: number) => void>;
    const numbers = new Float32Array(memory.buffer);
    const view = ({ address, length }: Region) => numbers.subarray(address / 4, address / 4 + length);
    const rows = ({ address, size }: BatchBuffer, n: number) => view({ address, length: n * size });
    return work;

    function work(cut = 0): LayerNumbers {
      // The kernels must not depend on these numbers.
      for (const buffer of [input, output, skip, dOutput, ...(dInput ? [dInput] : [])]) {
        rows(buffer, maxRows).fill(Number.NaN);
      }
      rows(input, count).set(inputs);
      rows(dOutput, count).set(errors);
      rows(skip, skips.length / skip.size).set(skips);
      new Int32Array(memory.buffer)[control.count / 4] = count;
      new Int32Array(memory.buffer)[control.training / 4] = training ? 1 : 0;
      new Float64Array(memory.buffer)[control.step / 8] = step;
      for (const { plan, values, layout } of layer.tensors) {
        const target = view(values);
        for (const [i, value] of (weights.get(plan.name) ?? new Float32Array()).entries()) {
          target[layout ? layout.offsetOf(i) : i] = value;
        }
      }
      for (const { plan, values } of layer.state ?? []) {
        view(values).set(states.get(plan.name) ?? []);
      }
      const inRanges = (name: string, total: number, cut: number): void => {
        if (cut > 0 && cut < total) {
          run[name](cut, total);
          run[name](0, cut);
        } else {
          run[name](0, total);
        }
      };
      const rowCut = Math.min(cut * rowAlignment, count);
      for (const name of ['forward', 'backward'] as const) {
        // Statistics need the whole batch.
        inRanges(name, count, layer.wholeBatch ? 0 : rowCut);
      }
      if (learning) {
        inRanges('gradients', learning.slices, cut);
      }
      if (commit && training) {
        run.commit();
      }
      // Kernels that sum a gradient read whole vectors.
      for (const { plan, gradient } of layer.tensors) {
        const behind = numbers.subarray(
          gradient.address / 4 + gradient.length,
          gradient.address / 4 + Math.ceil(gradient.length / 4) * 4,
        );
        assert.ok(
          behind.every((value) => value === 0),
          `behind the gradient of ${plan.name}: ${behind}`,
        );
      }
      const { preActivation, winner } = layer;
      const { z, delta } = preActivation ?? {};
      return {
        output: rows(output, count).slice(),
        z: z && rows(z, count).slice(),
        delta: delta && rows(delta, count).slice(),
        dInput: dInput && rows(dInput, count).slice(),
        winner: winner && rows(winner, count).slice(),
        gradients: Object.fromEntries(
          layer.tensors.map(({ plan, gradient, layout }) => {
            const values = view(gradient);
            const count = sizeOf(plan.shape);
            return [plan.name, Float32Array.from({ length: count }, (_, i) => values[layout ? layout.offsetOf(i) : i])];
          }),
        ),
        state: Object.fromEntries((layer.state ?? []).map(({ plan, values }) => [plan.name, view(values).slice()])),
      };
    }
  }
}

const narrow: TileShape = { rows: 4, panelWidth: 8, unroll: 1 };
const broad: TileShape = { rows: 4, panelWidth: 16, unroll: 4 };

function fill(length: number, value: () => number = real): Float32Array {
  return Float32Array.from({ length }, value);
}

/**
 * The wasm layer's numbers agree with the reference's: |found − expected| ≤ bound·(1 + |expected|), winners
 * exactly. They have the same bits when the batch and the tensors are worked on in two ranges, the second
 * first, and with another tile.
 */
export function compare({ label, reference, wasm, withOtherTile }: LayerPair, bound: number): void {
  const found = wasm();
  const near = (what: string, values: Float32Array | undefined, expected: Float32Array | undefined, limit: number) => {
    assert.equal(values?.length, expected?.length, `${what} of ${label}`);
    expected?.forEach((value, i) => {
      const distance = Math.abs((values as Float32Array)[i] - value) / (1 + Math.abs(value));
      const same = Object.is((values as Float32Array)[i], value);
      // A message for each of the millions of numbers would take most of the time.
      if (!same && !(distance <= limit)) {
        assert.fail(`${what}[${i}] is ${values?.[i]}, the reference has ${value}: ${label}`);
      }
    });
  };
  near('output', found.output, reference.output, bound);
  near('z', found.z, reference.z, bound);
  near('winner', found.winner, reference.winner, 0);
  near('delta', found.delta, reference.delta, bound);
  near('dInput', found.dInput, reference.dInput, bound);
  for (const name of Object.keys(reference.gradients)) {
    near(name, found.gradients[name], reference.gradients[name], bound);
  }
  for (const name of Object.keys(reference.state)) {
    near(name, found.state[name], reference.state[name], bound);
  }
  assert.deepEqual(wasm(1), found, `in two ranges: ${label}`);
  if (label.includes('"conv')) {
    assert.deepEqual(withOtherTile(), found, `with another tile: ${label}`);
  }
}

/** Compares `rounds` random layers; those whose window does not fit the input do not count. */
export function compareMany(rounds: number, make: () => LayerCase, bound: number): void {
  for (let done = 0; done < rounds; ) {
    const pair = pairOf(make());
    if (pair) {
      compare(pair, bound);
      done++;
    }
  }
}
