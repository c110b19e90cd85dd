/** Sums over the outputs of a sample, in ascending order of the index. */
import { type FunctionBuilder, f32x4, type Local, type V128 } from '../../../assembler';
import type { Lanes } from '../lanes/lanes';
import type { LossKernel, LossLanes } from './kernel';

/** A sum that begins with 0. */
export function startSum(f: FunctionBuilder): Local<'v128'> {
  return f.let(f32x4.const(0));
}

export function addTo(f: FunctionBuilder, sum: Local<'v128'>, term: V128): void {
  f.set(sum, f32x4.add(sum, term));
}

/** The term of one output in the loss, with its derivative: alone, or multiplied by a scale. */
export type Term = { readonly loss: V128 } & (
  | { readonly slope: () => V128 }
  | { readonly error: (scale: Local<'v128'>) => V128 }
);

/**
 * L = w Σ_k f(x_k, t_k) and dL/dx_k = w f′, x the outputs or the logits; `weight` gives w for K outputs.
 *
 * ```
 *   for each k:  sum += f(x, t);  error[k] = f′(x, t) · (w · scale)
 * ```
 */
export function sumOfTerms(
  source: (lanes: LossLanes) => Lanes,
  weight: (outputs: number) => number,
  term: (f: FunctionBuilder, x: Local<'v128'>, t: Local<'v128'>) => Term,
): LossKernel {
  return {
    emit(f, lanes, withError) {
      const numbers = source(lanes);
      const w = weight(numbers.size);
      const weigh = (value: V128): V128 => (w === 1 ? value : f32x4.mul(value, w));
      const scale = withError ? f.let(weigh(lanes.scale)) : lanes.scale;
      const sum = startSum(f);
      numbers.each((k) => {
        const found = term(f, f.let(numbers.get(k)), f.let(lanes.targets.get(k)));
        addTo(f, sum, found.loss);
        if (withError) {
          lanes.error.set(k, 'error' in found ? found.error(scale) : f32x4.mul(found.slope(), scale));
        }
      });
      return weigh(sum);
    },
  };
}

export const ofOutputs = ({ outputs }: LossLanes): Lanes => outputs;
export const ofLogits = ({ logits }: LossLanes): Lanes => logits;
/** The factor of a mean. */
export const mean = (outputs: number): number => 1 / outputs;
