import { type F64, type FunctionBuilder, f32, f32x4, f64, type Local, select, v128 } from '../../../assembler';
import { control, stepsDone } from '../memory/control';
import type { MemorySketch, OptimizerKernel, UpdateLanes } from './kernel';

/** float32 numbers that the control area has room for. */
const room = 32;

/** The float64 numbers from which a step's scalars are computed. */
export interface StepFacts {
  /** t, from 1. */
  readonly step: Local<'f64'>;
  readonly rate: Local<'f64'>;
}

export type Decayed = (g: Local<'v128'>, w: Local<'v128'>) => Local<'v128'>;

export interface StepRule<Name extends string> {
  readonly memories?: readonly MemorySketch[];
  /** The scalars of a step, in the order in which they are stored. */
  readonly scalars: readonly Name[];
  /** λ of g ← g + λ w. */
  readonly decay?: number;
  compute(f: FunctionBuilder, facts: StepFacts): Readonly<Record<Name, F64>>;
  /** `s` holds each scalar in all four lanes, rounded to float32; `decayed` gives g + λ w. */
  rule(f: FunctionBuilder, s: Readonly<Record<Name, Local<'v128'>>>, decayed: Decayed): UpdateLanes;
  emitEnd?(f: FunctionBuilder): void;
}

/**
 * A kernel whose scalars are stored side by side as float32:
 *
 * ```
 *   control.optimizer   +0         +4         +8
 *                       scalar 0   scalar 1   scalar 2 …
 * ```
 */
export function stepKernel<Name extends string>({
  memories = [],
  scalars,
  decay = 0,
  compute,
  rule,
  emitEnd,
}: StepRule<Name>): OptimizerKernel {
  if (scalars.length >= room) {
    throw new Error(`An optimizer has at most ${room - 1} scalars.`);
  }
  return {
    memories,
    emitScalars(f) {
      const facts = {
        step: f.let(f64.add(stepsDone(), 1)),
        rate: f.let(f64.load(control.learningRate)),
      };
      const values = compute(f, facts);
      scalars.forEach((name, i) => {
        f.storeF32(control.optimizer, f32.demote_f64(values[name]), i * 4);
      });
      if (decay !== 0) {
        f.storeF32(control.optimizer, decay, scalars.length * 4);
      }
    },
    begin(f) {
      const load = (i: number): Local<'v128'> => f.let(v128.load32_splat(control.optimizer, i * 4));
      const s = Object.fromEntries(scalars.map((name, i) => [name, load(i)])) as Record<Name, Local<'v128'>>;
      if (decay === 0) {
        return rule(f, s, (g) => g);
      }
      const lambda = load(scalars.length);
      return rule(f, s, (g, w) => f.let(f32x4.add(g, f32x4.mul(lambda, w))));
    },
    ...(emitEnd && { emitEnd }),
  };
}

/** The momentum or β₁ of a step: the optimizer's own, or the one that a schedule has set. */
export function stepMomentum(f: FunctionBuilder, own: number, moves: boolean): Local<'f64'> {
  if (!moves) {
    return f.let(f64.const(own));
  }
  const set = f.let(f64.load(control.momentum));
  return f.let(select(set, f64.const(own), f64.eq(set, set)));
}
