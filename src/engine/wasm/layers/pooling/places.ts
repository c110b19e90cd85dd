/** Loops over the places of a window on a plane, for the pooling layers. */
import { type I32, i32, type Local, v128 } from '../../../../assembler';
import { type Axis, windowAxes } from '../../../../spec/window';
import { loadStrided } from '../../lanes/runs';
import type { LayerBuild, RangeKernel } from '../../layer';

/** x [B, C, H, W] → a [B, C, H′, W′]: `planes` = C, `size` = H·W, `places` = H′·W′. */
export interface Planes {
  readonly planes: number;
  readonly size: number;
  readonly width: number;
  readonly places: number;
  readonly vertical: Axis;
  readonly horizontal: Axis;
}

export function planesOf({ plan }: LayerBuild): Planes {
  const [planes, height, width] = plan.inputShape;
  const [vertical, horizontal] = windowAxes([height, width], plan.parameters);
  const places = vertical.places * horizontal.places;
  return { planes, size: height * width, width, places, vertical, horizontal };
}

/** Byte offsets of a plane in the input, and of its first place in the output; `out` may be changed. */
export interface Plane {
  readonly plane: Local<'i32'>;
  readonly out: Local<'i32'>;
}

/**
 * Runs over the planes of samples `[from, to)`. With `cleared`, the address of a buffer like the input, its
 * numbers of these samples are set to 0 first.
 */
export function eachPlane(
  f: RangeKernel,
  { planes, size, places }: Planes,
  body: (plane: Plane) => void,
  cleared?: number,
): void {
  const { from, to } = f.p;
  const sampleBytes = planes * size * 4;
  if (cleared !== undefined) {
    f.fillMemory(i32.add(i32.mul(from, sampleBytes), cleared), 0, i32.mul(i32.sub(to, from), sampleBytes));
  }
  const plane = f.let(i32.mul(from, sampleBytes));
  const first = f.let(i32.mul(from, planes * places * 4));
  const out = f.local('i32');
  f.repeat(i32.mul(i32.sub(to, from), planes), () => {
    f.set(out, first);
    body({ plane, out });
    f.increase(plane, size * 4);
    f.increase(first, places * 4);
  });
}

/** A window, or four side by side. */
export interface Place {
  /** The upper left corner in the plane, which may lie on the padding. */
  readonly top: Local<'i32'>;
  readonly left: Local<'i32'>;
  /** Its rows `[iFrom, iTo)` and columns `[jFrom, jTo)` that are not padding. */
  readonly iFrom: I32;
  readonly iTo: I32;
  readonly jFrom: I32;
  readonly jTo: I32;
  /** Byte offset of the plane in the input's buffer, and of the place in the output's. */
  readonly plane: Local<'i32'>;
  readonly out: Local<'i32'>;
}

export interface PlaceBodies {
  /** One window. */
  readonly one: (place: Place) => void;
  /**
   * Four windows side by side that touch no padding at the left and right. Some windows may be visited twice.
   */
  readonly four?: (place: Place) => void;
}

/**
 * All windows of samples `[from, to)`, plane by plane, row by row:
 *
 * ```
 *  padding │ · · │ ▢▢▢▢ ▢▢▢▢ ▢▢▢▢ │ · │ padding
 *            one      four          one          the last four end at the padding, and overlap those before
 * ```
 */
export function eachPlace(f: RangeKernel, geometry: Planes, bodies: PlaceBodies, cleared?: number): void {
  eachPlane(f, geometry, (plane) => eachPlaceOfPlane(f, geometry, plane, bodies), cleared);
}

function eachPlaceOfPlane(
  f: RangeKernel,
  { vertical, horizontal }: Planes,
  { plane, out }: Plane,
  bodies: PlaceBodies,
): void {
  const { stride, before, places, kernel } = horizontal;
  const [row, top, left] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const [iFrom, iTo] = bounds(f, vertical);
  const [jFrom, jTo] = bounds(f, horizontal);
  // Places whose windows touch no padding.
  const first = Math.min(places, Math.ceil(before / stride));
  const last = Math.max(first, Math.min(places, Math.floor((horizontal.size + before - kernel) / stride) + 1));
  const single = (start: number, end: number): void => {
    if (start >= end) {
      return;
    }
    f.range(left, start * stride - before, end * stride - before, stride, () => {
      jFrom.at(left);
      jTo.at(left);
      bodies.one({ top, left, iFrom: iFrom.value, iTo: iTo.value, jFrom: jFrom.value, jTo: jTo.value, plane, out });
      f.increase(out, 4);
    });
  };
  const four = (): void => {
    bodies.four?.({ top, left, iFrom: iFrom.value, iTo: iTo.value, jFrom: 0, jTo: kernel, plane, out });
  };
  f.range(row, 0, vertical.places, 1, () => {
    f.set(top, i32.sub(i32.mul(row, vertical.stride), vertical.before));
    iFrom.at(top);
    iTo.at(top);
    const whole = bodies.four ? Math.floor((last - first) / 4) : 0;
    if (whole === 0) {
      single(0, places);
      return;
    }
    single(0, first);
    f.set(left, i32.const(first * stride - before));
    f.repeat(whole, () => {
      four();
      f.increase(left, 4 * stride);
      f.increase(out, 16);
    });
    const rest = last - first - whole * 4;
    if (rest > 0) {
      f.increase(left, (rest - 4) * stride);
      f.increase(out, (rest - 4) * 4);
      four();
      f.increase(out, 16);
    }
    single(last, places);
  });
}

/** The window's entries that are not padding: known in advance, or computed for each place by `at`. */
function bounds(f: RangeKernel, { size, kernel, before, stride, places }: Axis) {
  const overhang = (places - 1) * stride - before + kernel - size;
  const variable = (
    needed: boolean,
    otherwise: number,
    compute: (start: Local<'i32'>, value: Local<'i32'>) => void,
  ) => {
    const value = f.local('i32');
    return {
      value: needed ? value : otherwise,
      at: (start: Local<'i32'>) => {
        if (needed) {
          compute(start, value);
        }
      },
    };
  };
  return [
    variable(before > 0, 0, (start, value) => {
      f.set(value, i32.sub(0, start));
      f.if(i32.lt_s(value, 0), () => f.set(value, i32.const(0)));
    }),
    variable(overhang > 0, kernel, (start, value) => {
      f.set(value, i32.sub(size, start));
      f.if(i32.gt_s(value, kernel), () => f.set(value, i32.const(kernel)));
    }),
  ] as const;
}

/** Straight code for a few numbers that are known when the code is generated, else a loop. */
function each(f: RangeKernel, from: I32, to: I32, body: (index: I32) => void): void {
  if (typeof from === 'number' && typeof to === 'number' && isShort(from, to)) {
    for (let index = from; index < to; index++) {
      body(index);
    }
    return;
  }
  const index = f.local('i32');
  f.range(index, from, to, 1, () => body(index));
}

const isShort = (from: I32, to: I32): boolean => typeof from === 'number' && typeof to === 'number' && to - from <= 8;

/** Whether the window's numbers are visited by straight code, entry (0, 0) first. */
export const isStraight = ({ iFrom, iTo, jFrom, jTo }: Place): boolean => isShort(iFrom, iTo) && isShort(jFrom, jTo);

/** The numbers of one window, row by row: entry (i, j) lies `address` bytes from the buffer's beginning. */
export function eachMember(
  f: RangeKernel,
  { width }: Planes,
  place: Place,
  visit: (i: I32, j: I32, address: Local<'i32'>) => void,
): void {
  const { top, left, iFrom, iTo, jFrom, jTo, plane } = place;
  const address = f.local('i32');
  each(f, iFrom, iTo, (i) => {
    f.set(address, i32.add(plane, i32.shl(i32.add(i32.mul(i32.add(top, i), width), left), 2)));
    if (jFrom !== 0) {
      f.increase(address, i32.shl(jFrom, 2));
    }
    each(f, jFrom, jTo, (j) => {
      visit(i, j, address);
      f.increase(address, 4);
    });
  });
}

/** The same for four windows side by side; `value` holds one number of each. */
export function eachMemberOfFour(
  f: RangeKernel,
  { width, horizontal }: Planes,
  place: Place,
  input: number,
  visit: (i: I32, j: I32, value: Local<'v128'>) => void,
): void {
  const { top, left, iFrom, iTo, jFrom, jTo, plane } = place;
  const address = f.local('i32');
  const [low, high, value] = [f.local('v128'), f.local('v128'), f.local('v128')];
  const { stride } = horizontal;
  each(f, iFrom, iTo, (i) => {
    f.set(address, i32.add(plane, i32.shl(i32.add(i32.mul(i32.add(top, i), width), left), 2)));
    each(f, jFrom, jTo, (j) => {
      const known = typeof j === 'number' ? j : 0;
      if (stride === 2) {
        // Two neighbouring columns come from the same eight numbers.
        const odd = known % 2;
        const from = input + (known - odd) * 4;
        if (odd === 0) {
          f.set(low, v128.load(address, from));
          f.set(high, v128.load(address, from + 16));
        }
        f.set(value, v128.shuffle32(low, high, odd === 0 ? [0, 2, 4, 6] : [1, 3, 5, 7]));
      } else {
        f.set(value, loadStrided(address, stride, 4, input + known * 4));
      }
      visit(i, j, value);
      if (typeof j !== 'number') {
        f.increase(address, 4);
      }
    });
  });
}
