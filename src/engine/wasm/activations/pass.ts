/**
 * An activation as a pass of its own: z [rows, …] → a, and back dL/da → delta = dL/dz.
 *
 * ```
 *   elementwise   z z z z | z z z z | …            all numbers of the samples, four at a time
 *   vector        [C] a sample                     four samples in the lanes, features in turn
 *                 [C, H, W] a sample               four places in the lanes, features in turn; then the rest
 * ```
 */

import { f32x4, i32, type Local, v128 } from '../../../assembler';
import { sizeOf } from '../../shape';
import type { Lanes } from '../lanes/lanes';
import { placeLanes } from '../lanes/placeLanes';
import { rowLanes } from '../lanes/rowLanes';
import { eachRun } from '../lanes/runs';
import type { ActivationPass, LayerBuild, PreActivation, RangeKernel, WasmTensor } from '../layer';
import { mapVectors, rangeKernel } from '../layers/range';
import type { BatchBuffer } from '../memory/arena';
import { activationKernel } from '.';
import type { ElementwiseKernel, VectorKernel } from './kernel';
import { learnedSlope, randomSlope } from './slopes';

/** The activation of a layer. Kernels are `<layer>.activate` and `<layer>.differentiate`. */
export function makeActivationPass(
  build: LayerBuild,
  preActivation: PreActivation,
  tensors: readonly WasmTensor[],
): ActivationPass {
  const { plan, activation } = build;
  const { z, delta } = preActivation;
  if (!activation) {
    throw new Error(`${plan.name} names an activation that the catalogue lacks.`);
  }
  const parameters = plan.activation?.parameters ?? {};
  if (activation.shape === 'elementwise' && activation.extra === 'learned_slope') {
    const slope = tensors.find((tensor) => tensor.plan.role === 'slope');
    if (!slope) {
      throw new Error(`The plan of ${plan.name} has no tensor for the slope: plan the network again.`);
    }
    return learnedSlope(build, z, delta, slope);
  }
  if (activation.shape === 'elementwise' && activation.extra === 'random_slope') {
    return randomSlope(build, z, delta, parameters);
  }
  const kernel = activationKernel(activation, parameters);
  return kernel.shape === 'elementwise' ? elementwise(build, kernel, z, delta) : vector(build, kernel, preActivation);
}

function elementwise(build: LayerBuild, kernel: ElementwiseKernel, z: BatchBuffer, delta: BatchBuffer): ActivationPass {
  const { output: a, dOutput } = build;
  const forward = rangeKernel(build, 'activate', (f) =>
    mapVectors(f, z.size, [a.address], (at, offset) => {
      const input = f.let(v128.load(at, z.address + offset));
      return [kernel.forward(f, input)];
    }),
  );
  const backward = rangeKernel(build, 'differentiate', (f) =>
    mapVectors(f, z.size, [delta.address], (at, offset) => {
      const input = f.let(v128.load(at, z.address + offset));
      const value = f.let(v128.load(at, a.address + offset));
      const slope = kernel.derivative(f, input, value);
      return [f32x4.mul(v128.load(at, dOutput.address + offset), slope)];
    }),
  );
  return { forward, backward };
}

function vector(build: LayerBuild, kernel: VectorKernel, { z, delta, shape }: PreActivation): ActivationPass {
  const { output: a, dOutput } = build;
  const places = sizeOf(shape) / shape[0];
  const forward = rangeKernel(build, 'activate', (f) =>
    eachFour(f, places, [z, a], ([zs, as]) => kernel.forward(f, zs, as)),
  );
  const backward = rangeKernel(build, 'differentiate', (f) =>
    eachFour(f, places, [z, a, dOutput, delta], ([zs, as, das, dzs]) => kernel.backward(f, zs, as, das, dzs)),
  );
  return { forward, backward };
}

/**
 * Goes over the features of four samples, or of four places of one sample, at a time: lanes of each buffer.
 */
function eachFour(
  f: RangeKernel,
  places: number,
  buffers: readonly BatchBuffer[],
  body: (lanes: readonly Lanes[]) => void,
): void {
  const { from, to } = f.p;
  const row = f.local('i32');
  if (places === 1) {
    f.range(row, from, to, 4, () => body(buffers.map((buffer) => rowLanes(f, buffer, row))));
    return;
  }
  f.range(row, from, to, 1, () => {
    const starts = buffers.map(({ address, size }) => f.let(i32.add(i32.mul(row, size * 4), address)));
    const four = (at: Local<'i32'>, lanes: number): void => {
      const at4 = buffers.map(({ size }, i) =>
        placeLanes(f, { first: f.let(i32.add(starts[i], at)), size: size / places, places, lanes }),
      );
      body(at4);
    };
    eachRun(f, f.let(i32.const(0)), places, four);
  });
}
