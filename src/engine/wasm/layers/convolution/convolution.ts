/**
 * Convolution (a cross-correlation, as everywhere in deep learning): x [B, C, H, W], W [F, C/G, kh, kw], b
 * [F] → z [B, F, H′, W′] → a = f(z). One axis less is the same with H = kh = 1.
 *
 * Patches are not copied together (no im2col): lanes are neighbouring places, and each tap of a filter reads
 * them as they lie in memory.
 */
import { i32, type Local } from '../../../../assembler';
import type { LayerBuild, WasmLayer } from '../../layer';
import { makeTensor, weightAndBias } from '../../tensors/tensor';
import { cheapKernel, makeOutput } from '../output';
import { rangeKernel, sequence } from '../range';
import { emitForward } from './forward';
import { geometryOf } from './geometry';
import { emitInputGradient } from './inputGradient';
import { sourceOf } from './source';
import { weightGradient } from './weightGradient';

export function makeConvolution(build: LayerBuild): WasmLayer {
  const { plan, output, dInput, fused } = build;
  const geometry = geometryOf(build);
  const tensors = plan.tensors.map((tensor) => makeTensor(build, tensor));
  const { weight, bias } = weightAndBias(plan, tensors);
  const source = sourceOf(build, geometry);

  const { preActivation, activation } = makeOutput(build, geometry.zShape, tensors);
  const { z, delta } = preActivation;
  const cheap = cheapKernel(build);

  const products = rangeKernel(build, 'correlate');
  const addresses = { weight: weight.values.address, bias: bias?.values.address };
  emitForward(products, geometry, source, addresses, build.tile, (at, start, sums) => {
    // All sums of z first: neighbouring stores with nothing in between can become one of twice the width.
    const store = (address: number, value: (sum: Local<'v128'>) => Local<'v128'>): void => {
      for (const { sum, offset, lanes } of sums) {
        products.storeLanes(at, value(sum), lanes, address + (start + offset) * 4);
      }
    };
    store(z.address, (sum) => sum);
    if (!cheap) {
      return;
    }
    const values = new Map(sums.map(({ sum }) => [sum, products.let(cheap.forward(products, sum))]));
    store(output.address, (sum) => values.get(sum) ?? sum);
  });
  const errors = dInput && rangeKernel(build, 'return');
  if (errors && dInput) {
    emitInputGradient(errors, build, geometry, weight.values.address, delta.address, dInput);
  }

  const gradient = weightGradient(build, geometry, source, {
    delta: delta.address,
    weight: weight.gradient.address,
    bias: bias?.gradient.address,
  });
  const gradients = rangeKernel(build, 'gradients');
  gradient.emit(gradients);
  const slope = activation?.gradients;
  if (slope) {
    gradients.if(i32.eqz(gradients.p.from), () => gradients.do(slope, {}));
  }

  return {
    tensors,
    preActivation,
    kept: [...(source.copy ? [source.copy.region] : []), ...(activation?.kept ?? [])],
    forward: sequence(build, 'forward', [products, ...(activation && !cheap ? [activation.forward] : [])]),
    backward: sequence(build, 'backward', [
      ...(activation && !fused ? [activation.backward] : []),
      ...(errors ? [errors] : []),
    ]),
    learning: { gradients, slices: gradient.slices },
  };
}
