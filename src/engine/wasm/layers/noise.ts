/**
 * Layers that disturb their input in training and pass it on in evaluation: dropout, alpha dropout and
 * Gaussian noise. Draws are functions of (seed, step, layer, element) and the same as those of the reference,
 * and so are the masks. Lanes are neighbouring elements.
 */

import { f32x4, type Local, type V128, v128 } from '../../../assembler';
import { purposes } from '../../../common/random';
import type { LayerBuild, WasmLayer } from '../layer';
import { beginDraws, emitBelow, emitNormal } from '../math/random';
import type { Region } from '../memory/arena';
import { isTraining } from '../memory/control';
import { passError } from './passing';
import { copySamples, elementOf, mapVectors, rangeKernel } from './range';

/** The limit of selu at −∞: −scale·α. */
const saturation = -1.7580993408473766;

/**
 * In training an element is 0 with probability `rate` and divided by 1 − rate otherwise: y = x·mask, which is
 * NaN where x is.
 */
export function makeDropout(build: LayerBuild): WasmLayer {
  const rate = build.plan.parameters.rate as number;
  return makeMasked(build, rate, rate < 1 ? 1 / (1 - rate) : 0, (x, { slope }) => f32x4.mul(x, slope));
}

/**
 * With probability `rate` an element becomes α′ (`saturation`); then a·x + b, which keeps a mean of 0 and a
 * variance of 1.
 */
export function makeAlphaDropout(build: LayerBuild): WasmLayer {
  const rate = build.plan.parameters.rate as number;
  const gain = 1 / Math.sqrt((1 - rate) * (1 + rate * saturation * saturation));
  const shift = -gain * rate * saturation;
  const dropped = f32x4.const(gain * saturation + shift);
  return makeMasked(build, rate, gain, (x, { isDropped }) =>
    v128.bitselect(dropped, f32x4.add(f32x4.mul(x, gain), shift), isDropped),
  );
}

interface Draw {
  readonly isDropped: Local<'v128'>;
  /** dy/dx: `gain` where the element is kept, else 0. */
  readonly slope: Local<'v128'>;
}

function makeMasked(build: LayerBuild, rate: number, gain: number, disturb: (x: V128, draw: Draw) => V128): WasmLayer {
  const { plan, seed, arena, maxRows, input, output, dInput, dOutput } = build;
  const { size } = input;
  /** dy/dx */
  const mask: Region = arena.floats(maxRows * size);

  const forward = rangeKernel(build, 'forward');
  forward.if(
    isTraining(),
    () => {
      const draws = beginDraws(forward, seed, purposes.dropout, plan.index);
      mapVectors(forward, size, [mask.address, output.address], (at, offset) => {
        const isDropped = forward.let(emitBelow(forward, draws.emit(elementOf(at, offset)), rate));
        const slope = forward.let(v128.andnot(f32x4.const(gain), isDropped));
        return [slope, disturb(v128.load(at, input.address + offset), { isDropped, slope })];
      });
    },
    () => {
      copySamples(forward, size, output.address, input.address);
      mapVectors(forward, size, [mask.address], () => [f32x4.const(1)]);
    },
  );

  const backward = rangeKernel(build, 'backward');
  if (dInput) {
    mapVectors(backward, size, [dInput.address], (at, offset) => [
      f32x4.mul(v128.load(at, dOutput.address + offset), v128.load(at, mask.address + offset)),
    ]);
  }
  return { tensors: [], kept: [mask], forward, backward };
}

/** In training y = x + N(0, stddev²), element by element. */
export function makeGaussianNoise(build: LayerBuild): WasmLayer {
  const { plan, seed, input, output } = build;
  const stddev = plan.parameters.stddev as number;
  const forward = rangeKernel(build, 'forward');
  forward.if(
    isTraining(),
    () => {
      const draws = beginDraws(forward, seed, purposes.noise, plan.index);
      mapVectors(forward, input.size, [output.address], (at, offset) => {
        const noise = f32x4.mul(emitNormal(forward, draws.emit(elementOf(at, offset))), stddev);
        return [f32x4.add(v128.load(at, input.address + offset), noise)];
      });
    },
    () => copySamples(forward, input.size, output.address, input.address),
  );
  return { tensors: [], forward, backward: passError(build) };
}
