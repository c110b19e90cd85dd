/** Flatten, reshape, and the end of a residual block, which adds the block's input. */
import { f32x4, v128 } from '../../../assembler';
import type { LayerBuild, RangeKernel, WasmLayer } from '../layer';
import { copySamples, mapVectors, rangeKernel } from './range';

/** Flatten and reshape copy: row-major samples keep their order. */
export function makeReshape(build: LayerBuild): WasmLayer {
  const forward = rangeKernel(build, 'forward');
  copySamples(forward, build.input.size, build.output.address, build.input.address);
  return { tensors: [], forward, backward: passError(build) };
}

/** y = x + block(x); the error passes unchanged into the block and past it. */
export function makeResidual(build: LayerBuild): WasmLayer {
  const { plan, input, skip, output } = build;
  if (!skip) {
    throw new Error(`The plan of ${plan.name} does not say where its block begins: plan the network again.`);
  }
  const forward = rangeKernel(build, 'forward');
  mapVectors(forward, input.size, [output.address], (at, offset) => [
    f32x4.add(v128.load(at, input.address + offset), v128.load(at, skip.address + offset)),
  ]);
  return { tensors: [], forward, backward: passError(build) };
}

/** A backward pass that changes nothing: dInput = dOutput. */
export function passError(build: LayerBuild): RangeKernel {
  const { input, dInput, dOutput } = build;
  const backward = rangeKernel(build, 'backward');
  if (dInput) {
    copySamples(backward, input.size, dInput.address, dOutput.address);
  }
  return backward;
}
