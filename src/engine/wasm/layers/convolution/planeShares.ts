/**
 * The planes that a pass of a convolution makes: all of them, or where a stretch of all takes long, and the pass is taken in strips, some at a
 * time. A share is of some groups, or of a group's planes some blocks (see `rowCorrelation.ts`):
 *
 * ```
 *   groups   │ 0 1 2 │ 3 4 5 │ 6 7 │        or   │ 0: ▪▪▪▪ │ 0: ▪▪▪ │ 1: ▪▪▪▪ │ 1: ▪▪▪ │
 *   share        0       1      2                     0         1        2         3
 * ```
 *
 * The strip's units are the stretches of the first share, then those of the next one.
 */
import { type Expr, i32, type Local } from '../../../../assembler';
import { pieceProducts } from '../../blocks';
import { control } from '../../control';
import { type RangeKernel, rowBlock } from '../../layer';
import type { Span } from '../../span';
import { eachWhole, stripOf } from '../../strip';
import { type Part, partOf, stretchesOf } from './part';

/** Products of a unit at most, where it can be made so small: a strip, which is a whole number of units, is then hardly larger than it should be. */
const mostProducts = pieceProducts / rowBlock / 4;

export interface Planes {
  readonly groups: number;
  /** Blocks of a group's planes. */
  readonly blocks: number;
  /** Rows of a plane, and places of a row. */
  readonly rows: number;
  readonly places: number;
  /** Products of a stretch of all planes of a group. */
  readonly products: number;
}

/** One of some parts of a group's planes. */
export interface PlaneShare {
  readonly index: Local<'i32'>;
  readonly count: Local<'i32'>;
}

/** Runs over the shares of the strip: for each of them the part of its planes, its groups, and of their planes which; left out: all. */
export function eachShare(
  f: RangeKernel,
  { groups, blocks, rows, places, products }: Planes,
  body: (part: Part, groups: Span, planes?: PlaneShare) => void,
): void {
  const stretches = rows * stretchesOf(places);
  const parts = Math.min(blocks, Math.ceil(products / mostProducts));
  // All of them, where no place is reached by any tap.
  const groupsAtOnce = Math.max(1, Math.min(groups, Math.floor(mostProducts / products)));
  const shares = parts > 1 ? groups * parts : Math.ceil(groups / groupsAtOnce);
  const these: Span = { from: f.let(i32.const(0)), to: f.let(i32.const(groups)) };
  if (shares === 1) {
    body(partOf(f, places, stripOf(f, stretches)), these);
    return;
  }
  const inStrips = f.let(i32.load(control.strip.count));
  /** In strips the one, else what holds of the whole pass. */
  const either = (strips: Expr<'i32'>, whole: number): Local<'i32'> => {
    const value = f.let(i32.const(whole));
    f.if(inStrips, () => f.set(value, strips));
    return value;
  };
  const all = stripOf(f, either(i32.const(shares * stretches), stretches));
  eachWhole(f, all, stretches, (share, strip) => {
    const part = partOf(f, places, strip);
    if (parts === 1) {
      f.set(these.from, i32.mul(share, groupsAtOnce));
      f.set(these.to, i32.add(these.from, either(i32.const(groupsAtOnce), groups)));
      f.if(i32.gt_s(these.to, groups), () => f.set(these.to, i32.const(groups)));
      body(part, these);
      return;
    }
    f.set(these.from, i32.div_u(share, parts));
    f.set(these.to, i32.add(these.from, either(i32.const(1), groups)));
    const index = f.let(i32.sub(share, i32.mul(these.from, parts)));
    body(part, these, { index, count: either(i32.const(parts), 1) });
  });
}
