/**
 * Four rows of a batch after four, each through one loop after the other over its numbers. Long rows are gone through in stretches, so
 * that a strip (see `strip.ts`) may end within a loop, and the next one goes on there:
 *
 * ```
 *   loop 0   │ 0  1  2  3 │     stretches of the numbers k of four rows
 *   loop 1   │ 4  5  6  7 │
 *   loop 2   │ 8  9 10 11 │     strip 1 of 3: 4 … 7, or with other bounds 3 … 6
 * ```
 *
 * What one loop leaves for another is carried: it rests in memory between two strips. Straight code between loops is computed in every strip,
 * of what is carried, and counts once the loops before it have ended.
 */
import { type Expr, type FunctionBuilder, type I32, i32, type Local, type V128, v128 } from '../../assembler';
import type { Index } from './lanes';
import type { LayerBuild, RangeKernel } from './layer';
import type { Span } from './span';
import { eachWhole, stripOf } from './strip';

/** How loops go over the numbers of a row that is too long for straight code. */
export interface Walk {
  each(size: number, body: (k: Index) => void): void;
  /** See `Lanes`. */
  carry(first: V128): Local<'v128'>;
  atOnce(body: () => void): void;
}

/** From the first number to the last. */
export const wholeWalk = (f: FunctionBuilder): Walk => ({
  each(size, body) {
    const k = f.local('i32');
    f.range(k, 0, size, 1, () => body(k));
  },
  carry: (first) => f.let(first),
  atOnce: (body) => body(),
});

/** Rows of more numbers are long: with fewer a strip of four rows is short enough. */
const longRow = 1 << 16;
const stretchLength = 1 << 12;
/** Variables that four rows may carry. */
const mostCarried = 8;
const carriedBytes = mostCarried * 16;

/** For rows `[from, to)`, or their strip: `row` is the first of four. `size`: the most numbers of a row that a loop goes over. */
export function eachFourRows(
  f: RangeKernel,
  { module, arena, maxRows }: Pick<LayerBuild, 'module' | 'arena' | 'maxRows'>,
  size: number,
  body: (row: Local<'i32'>, walk: Walk) => void,
): void {
  const { from, to } = f.p;
  const row = f.local('i32');
  const fours = f.let(i32.shr_u(i32.add(i32.sub(to, from), 3), 2));
  if (size <= longRow) {
    const strip = stripOf(f, fours);
    const end = f.let(i32.add(from, i32.shl(strip.to, 2)));
    f.range(row, i32.add(from, i32.shl(strip.from, 2)), end, 4, () => body(row, wholeWalk(f)));
    return;
  }
  const stretches = Math.ceil(size / stretchLength);
  const memory = arena.floats((Math.ceil(maxRows / 4) * carriedBytes) / 4).address;
  let loops = 0;
  const ofFour = module.constant(() => loops * stretches);
  const strip = stripOf(f, f.let(i32.mul(fours, ofFour)));
  eachWhole(f, strip, ofFour, (four, part) => {
    f.set(row, i32.add(from, i32.shl(four, 2)));
    const at = f.let(i32.add(i32.mul(i32.shr_u(row, 2), carriedBytes), memory));
    const walk = new StretchWalk(f, stretches, part, at);
    body(row, walk);
    walk.leave();
    loops = walk.loops;
  });
}

/** Goes over those stretches of all its loops that are `[from, to)`; what lies outside of them is nothing. */
class StretchWalk implements Walk {
  readonly #f: FunctionBuilder;
  readonly #stretches: number;
  readonly #part: Span;
  readonly #memory: Local<'i32'>;
  readonly #carried: Local<'v128'>[] = [];
  #loops = 0;
  #isWhole = false;

  constructor(f: FunctionBuilder, stretches: number, part: Span, memory: Local<'i32'>) {
    this.#f = f;
    this.#stretches = stretches;
    this.#part = part;
    this.#memory = memory;
  }

  get loops(): number {
    return this.#loops;
  }

  each(size: number, body: (k: Index) => void): void {
    if (this.#isWhole) {
      wholeWalk(this.#f).each(size, body);
      return;
    }
    const before = this.#loops++ * this.#stretches;
    const f = this.#f;
    const k = f.local('i32');
    const end = f.let(this.#numbersBefore(this.#part.to, before));
    f.if(i32.gt_s(end, size), () => f.set(end, i32.const(size)));
    f.range(k, this.#numbersBefore(this.#part.from, before), end, 1, () => body(k));
  }

  carry(first: V128): Local<'v128'> {
    const f = this.#f;
    const offset = this.#carried.length * 16;
    if (offset >= carriedBytes) {
      throw new Error(`Four rows carry ${mostCarried} variables at most: make room for more.`);
    }
    const variable = f.local('v128');
    this.#carried.push(variable);
    f.if(
      i32.eqz(this.#part.from),
      () => f.set(variable, first),
      () => f.set(variable, v128.load(this.#memory, offset)),
    );
    return variable;
  }

  atOnce(body: () => void): void {
    const before = this.#loops++ * this.#stretches;
    const begins = i32.and(i32.le_s(this.#part.from, before), i32.gt_s(this.#part.to, before));
    this.#isWhole = true;
    this.#f.if(begins, body);
    this.#isWhole = false;
  }

  /** Leaves what is carried for the next strip. */
  leave(): void {
    for (const [i, variable] of this.#carried.entries()) {
      this.#f.storeV128(this.#memory, variable, i * 16);
    }
  }

  /** Numbers of a loop in its stretches before a bound, where so many stretches come before the loop. */
  #numbersBefore(bound: I32, before: number): Expr<'i32'> {
    const f = this.#f;
    const stretch = f.let(i32.sub(bound, before));
    f.if(i32.lt_s(stretch, 0), () => f.set(stretch, i32.const(0)));
    f.if(i32.gt_s(stretch, this.#stretches), () => f.set(stretch, i32.const(this.#stretches)));
    return i32.mul(stretch, stretchLength);
  }
}
