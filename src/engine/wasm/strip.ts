/**
 * Which part of its samples a pass works on, and a gradient takes in: all, or where they take long one of some strips, from the first to the
 * last. Each kernel cuts what it runs over (samples, rows of places, planes, numbers) into units, which are dealt out evenly:
 *
 * ```
 *   strip 0 of 3       1 of 3             2 of 3
 *   units 0 1 2      │ 3 4 5 6          │ 7 8 9 10
 * ```
 *
 * All strips together are the whole pass, to the bit: a sum that goes over several is taken up where the last one has left it.
 */
import { type Expr, type FunctionBuilder, f64, type I32, i32, type Local } from '../../assembler';
import { batchCount, control } from './control';
import { rowBlock } from './layer';
import type { Span } from './span';

/** The strip's units, of so many. */
export function stripOf(f: FunctionBuilder, units: number | Local<'i32'>): Span {
  const from = f.let(i32.const(0));
  const to = f.let(typeof units === 'number' ? i32.const(units) : units);
  const { index, count } = control.strip;
  f.if(i32.load(count), () => {
    f.set(from, firstOfPart(i32.load(index), i32.load(count), units));
    f.set(to, firstOfPart(i32.add(i32.load(index), 1), i32.load(count), units));
  });
  return { from, to };
}

/** The first unit of a part, of so many that share the units evenly; of what is behind the last part it is `units`. */
export function firstOfPart(part: I32, parts: I32, units: I32): Expr<'i32'> {
  const product = f64.mul(f64.convert_i32_s(part), f64.convert_i32_s(units));
  return i32.trunc_sat_f64_s(f64.div(product, f64.convert_i32_s(parts)));
}

/** Runs over the wholes, of `length` units each, that a strip has a part in: the whole's number, and which of its own units are the strip's. */
export function eachWhole(
  f: FunctionBuilder,
  strip: Span,
  length: I32,
  body: (index: Local<'i32'>, own: Span) => void,
): void {
  const index = f.local('i32');
  f.range(index, i32.div_u(strip.from, length), wholesBefore(f, strip.to, length), 1, () =>
    body(index, unitsOfWhole(f, strip, index, length)),
  );
}

/** Which units of a whole, of its `length`, are a strip's. */
export function unitsOfWhole(f: FunctionBuilder, strip: Span, index: Local<'i32'>, length: I32): Span {
  const first = f.let(i32.mul(index, length));
  const own = { from: f.let(i32.sub(strip.from, first)), to: f.let(i32.sub(strip.to, first)) };
  f.if(i32.lt_s(own.from, 0), () => f.set(own.from, i32.const(0)));
  f.if(i32.gt_s(own.to, length), () => f.set(own.to, typeof length === 'number' ? i32.const(length) : length));
  return own;
}

/** Wholes that begin before a unit. */
export function wholesBefore(f: FunctionBuilder, unit: Local<'i32'>, length: I32): Local<'i32'> {
  return f.let(i32.div_u(i32.add(unit, i32.sub(length, 1)), length));
}

/** The samples of the batch's strip, whose units are so many of them. */
export function samplesInStrip(f: FunctionBuilder, unit = rowBlock): Span {
  const strip = stripOf(f, f.let(i32.div_u(i32.add(batchCount(), unit - 1), unit)));
  const from = f.let(i32.mul(strip.from, unit));
  const to = f.let(i32.mul(strip.to, unit));
  f.if(i32.gt_s(to, batchCount()), () => f.set(to, batchCount()));
  return { from, to };
}
