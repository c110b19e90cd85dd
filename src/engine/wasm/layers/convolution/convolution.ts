/**
 * Convolution (a cross-correlation, as everywhere in deep learning): x [B, C, H, W], W [F, C/G, kh, kw], b [F] → z [B, F, H′, W′]
 * → a = f(z). One axis less is the same with H = kh = 1.
 *
 * No patch is ever copied together (im2col): lanes are neighbouring places, and each tap of a filter reads them as they lie.
 */
import { activationKernel } from '../../activations';
import type { ElementwiseKernel } from '../../activations/kernel';
import { makeActivationPass } from '../../activations/pass';
import { i32, type Local } from '../../assembler';
import type { LayerBuild, WasmLayer } from '../../layer';
import { makeTensor } from '../../tensor';
import { rangeKernel } from '../range';
import { emitForward } from './forward';
import { geometryOf } from './geometry';
import { emitInputGradient } from './inputGradient';
import { sourceOf } from './source';
import { weightGradient } from './weightGradient';

export function makeConvolution(build: LayerBuild): WasmLayer {
  const { plan, arena, maxRows, output, dInput, dOutput, fused } = build;
  const geometry = geometryOf(build);
  const tensors = plan.tensors.map((tensor) => makeTensor(build, tensor));
  const find = (suffix: string) => tensors.find((tensor) => tensor.plan.name === `${plan.name}.${suffix}`);
  const [weight, bias] = [find('weight'), find('bias')];
  if (!weight) throw new Error(`The plan of ${plan.name} has no weight tensor: plan the network again.`);
  const source = sourceOf(build, geometry);

  const plain = build.activation === undefined || build.activation.name === 'linear';
  const size = geometry.filters * geometry.places;
  const z = plain ? output : { address: arena.floats(maxRows * size).address, size };
  const delta = plain ? dOutput : { address: arena.floats(maxRows * size).address, size };
  const activation = plain ? undefined : makeActivationPass(build, geometry.zShape, z, delta, tensors);
  const cheap = cheapKernel(build);

  const forward = rangeKernel(build, 'forward');
  const addresses = { weight: weight.values.address, bias: bias?.values.address };
  emitForward(forward, geometry, source, addresses, build.tile, (at, start, sums) => {
    // All sums of z first: neighbouring stores can become one of twice the width, if nothing comes between.
    const store = (address: number, value: (sum: Local<'v128'>) => Local<'v128'>): void => {
      for (const { sum, offset, lanes } of sums)
        forward.storeLanes(at, value(sum), lanes, address + (start + offset) * 4);
    };
    store(z.address, (sum) => sum);
    if (!cheap) return;
    const values = new Map(sums.map(({ sum }) => [sum, forward.let(cheap.forward(forward, sum))]));
    store(output.address, (sum) => values.get(sum) ?? sum);
  });
  if (activation && !cheap) forward.do(activation.forward, forward.p);

  const backward = rangeKernel(build, 'backward');
  if (activation && !fused) backward.do(activation.backward, backward.p);
  if (dInput) emitInputGradient(backward, build, geometry, weight.values.address, delta.address, dInput);

  const gradient = weightGradient(build, geometry, source, {
    delta: delta.address,
    weight: weight.gradient.address,
    bias: bias?.gradient.address,
  });
  const gradients = rangeKernel(build, 'gradients');
  gradient.emit(gradients);
  const slope = activation?.gradients;
  if (slope) gradients.if(i32.eqz(gradients.p.from), () => gradients.do(slope, {}));

  return {
    tensors,
    z,
    delta,
    zShape: geometry.zShape,
    kept: [...(source.copy ? [source.copy.region] : []), ...(activation?.kept ?? [])],
    forward,
    backward,
    gradients,
    shares: gradient.shares,
  };
}

/** An activation of so few instructions that it comes right behind the sums, still in registers; the same bits as its pass. */
function cheapKernel({ activation, plan }: LayerBuild): ElementwiseKernel | undefined {
  if (activation?.shape !== 'elementwise' || activation.extra !== undefined || activation.name === 'linear')
    return undefined;
  const kernel = activationKernel(activation, plan.activation?.parameters ?? {});
  return kernel.shape === 'elementwise' && kernel.cheap ? kernel : undefined;
}
