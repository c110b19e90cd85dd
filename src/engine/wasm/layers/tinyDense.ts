/**
 * Dense layer of a tiny network, phase by phase. The fast path of such networks is one function (see tiny/), with four samples in
 * the four lanes; these kernels compute the same with loops, and give the same bits:
 *
 * ```
 *   z[j]      = b[j] + W[j,0]·x[0] + W[j,1]·x[1] + …        each product for four samples at once
 *   dx[i]     = 0 + delta[0]·W[0,i] + delta[1]·W[1,i] + …
 *   dW[j,i]   : lane sums over the groups of four samples, then (lane 0 + lane 2) + (lane 1 + lane 3)
 * ```
 *
 * x [S, n], W [m, n] row-major, b [m], z and delta [S, m].
 */
import { sizeOf } from '../../shape';
import { makeActivationPass } from '../activations/pass';
import { type FunctionBuilder, f32x4, i32, type Local, select, type V128, v128 } from '../assembler';
import { batchCount } from '../control';
import { type LayerBuild, rangeParameters, type WasmLayer } from '../layer';
import { makeTensor } from '../tensor';

export function makeTinyDense(build: LayerBuild): WasmLayer {
  const { plan, module, arena, maxRows, input, output, dInput, dOutput, fused } = build;
  const n = sizeOf(plan.inputShape);
  const tensors = plan.tensors.map((tensor) => makeTensor(build, tensor));
  const weight = tensors.find((tensor) => tensor.plan.name === `${plan.name}.weight`);
  const bias = tensors.find((tensor) => tensor.plan.name === `${plan.name}.bias`);
  if (!weight) throw new Error(`The plan of ${plan.name} has no weight tensor: plan the network again.`);
  const m = weight.plan.shape[0];
  const plain = build.activation === undefined || build.activation.name === 'linear';
  const z = plain ? output : { address: arena.floats(maxRows * m).address, size: m };
  const delta = plain ? dOutput : { address: arena.floats(maxRows * m).address, size: m };
  const activation = plain ? undefined : makeActivationPass(build, [m], z, delta, tensors);
  const range = { parameters: rangeParameters };

  const forward = module.function(`${plan.name}.forward`, range);
  eachGroup(forward, (group) => {
    const [i, j] = [forward.local('i32'), forward.local('i32')];
    const sum = forward.local('v128');
    const w = forward.let(i32.const(weight.values.address));
    forward.range(j, 0, m * 4, 4, () => {
      forward.set(sum, bias ? v128.load32_splat(j, bias.values.address) : f32x4.const(0));
      forward.range(i, 0, n * 4, 4, () => {
        forward.set(sum, f32x4.add(sum, f32x4.mul(group.gather(input, i), v128.load32_splat(w))));
        forward.increase(w, 4);
      });
      group.scatter(z, j, sum);
    });
  });
  if (activation) forward.do(activation.forward, forward.p);

  const backward = module.function(`${plan.name}.backward`, range);
  if (activation && !fused) backward.do(activation.backward, backward.p);
  if (dInput) {
    eachGroup(backward, (group) => {
      const [i, j, w] = [backward.local('i32'), backward.local('i32'), backward.local('i32')];
      const sum = backward.local('v128');
      backward.range(i, 0, n * 4, 4, () => {
        backward.set(sum, f32x4.const(0));
        backward.set(w, i32.add(i, weight.values.address));
        backward.range(j, 0, m * 4, 4, () => {
          backward.set(sum, f32x4.add(sum, f32x4.mul(group.gather(delta, j), v128.load32_splat(w))));
          backward.increase(w, n * 4);
        });
        group.scatter(dInput, i, sum);
      });
    });
  }

  const gradients = module.function(`${plan.name}.gradients`, range);
  const everyone = { from: gradients.let(i32.const(0)), to: gradients.let(batchCount()) };
  const [i, j] = [gradients.local('i32'), gradients.local('i32')];
  const at = gradients.let(i32.const(weight.gradient.address));
  const sum = gradients.local('v128');
  gradients.range(j, 0, m * 4, 4, () => {
    gradients.range(i, 0, n * 4, 4, () => {
      gradients.set(sum, f32x4.const(0));
      eachGroup(
        gradients,
        (group) => {
          const product = f32x4.mul(group.gather(delta, j), group.gather(input, i));
          gradients.set(sum, f32x4.add(sum, v128.and(product, group.present())));
        },
        everyone,
      );
      gradients.storeF32(at, laneSum(gradients, sum));
      gradients.increase(at, 4);
    });
    if (!bias) return;
    gradients.set(sum, f32x4.const(0));
    eachGroup(
      gradients,
      (group) => {
        gradients.set(sum, f32x4.add(sum, v128.and(group.gather(delta, j), group.present())));
      },
      everyone,
    );
    gradients.storeF32(j, laneSum(gradients, sum), bias.gradient.address);
  });
  if (activation?.gradients) gradients.do(activation.gradients, {});

  return { tensors, z, delta, kept: activation?.kept, forward, backward, gradients };
}

/** (lane 0 + lane 2) + (lane 1 + lane 3) */
function laneSum(f: FunctionBuilder, sum: Local<'v128'>) {
  const halves = f.let(f32x4.add(sum, v128.shuffle32(sum, sum, [2, 3, 2, 3])));
  return f32x4.extract_lane(f32x4.add(halves, v128.shuffle32(halves, halves, [1, 1, 1, 1])), 0);
}

interface Group {
  /** The numbers at a byte of the rows of four samples. */
  gather(buffer: { address: number; size: number }, byte: Local<'i32'>): V128;
  scatter(buffer: { address: number; size: number }, byte: Local<'i32'>, value: Local<'v128'>): void;
  /** All bits in the lanes that hold a sample of the range. */
  present(): V128;
}

/** For four samples after four of the range; lanes behind its end read rows of rubbish and write to them. */
function eachGroup(
  f: FunctionBuilder<typeof rangeParameters, 'none'>,
  body: (group: Group) => void,
  { from, to }: { from: Local<'i32'>; to: Local<'i32'> } = f.p,
): void {
  const row = f.local('i32');
  f.range(row, from, to, 4, () =>
    body({
      gather({ address, size }, byte) {
        const first = f.let(i32.add(i32.mul(row, size * 4), byte));
        const lanes = [0, 1, 2, 3].map((lane) => v128.load32_zero(first, address + lane * size * 4));
        const low = f.let(v128.shuffle32(lanes[0], lanes[1], [0, 4, 1, 1]));
        const high = f.let(v128.shuffle32(lanes[2], lanes[3], [1, 1, 0, 4]));
        return v128.or(low, high);
      },
      scatter({ address, size }, byte, value) {
        const first = f.let(i32.add(i32.mul(row, size * 4), byte));
        for (let lane = 0; lane < 4; lane++) {
          f.storeF32(first, f32x4.extract_lane(value, lane), address + lane * size * 4);
        }
      },
      present() {
        const left = f.let(i32.sub(to, row));
        const upTo = (lanes: number): V128 =>
          v128.const32([-1, lanes > 1 ? -1 : 0, lanes > 2 ? -1 : 0, lanes > 3 ? -1 : 0]);
        const few = select(upTo(2), upTo(1), i32.eq(left, 2));
        return select(upTo(4), select(upTo(3), few, i32.eq(left, 3)), i32.ge_s(left, 4));
      },
    }),
  );
}
