/**
 * Max pooling: the largest value of each window, the first of equal ones. The padding never wins; a NaN does,
 * so that it is not hidden.
 *
 * A candidate c beats the best value v so far where `v is a number and not (c ≤ v)`: c is larger, or NaN.
 * Four windows side by side are compared at once; values and the winners' places lie in lanes.
 */
import { f32, f32x4, f64, i32, i32x4, type V128, v128 } from '../../../../assembler';
import type { LayerBuild, RangeKernel, WasmLayer } from '../../layer';
import { rangeKernel } from '../range';
import {
  eachMember,
  eachMemberOfFour,
  eachPlace,
  eachPlane,
  isStraight,
  type Place,
  type Plane,
  type Planes,
  planesOf,
} from './places';
import { spreadPairs } from './spreadPairs';

export function makeMaxPooling(build: LayerBuild): WasmLayer {
  const { plan, arena, maxRows, input, output, dInput, dOutput } = build;
  const geometry = planesOf(build);
  const winners = arena.floats(maxRows * output.size);
  const forward = rangeKernel(build, 'forward');
  eachPlace(forward, geometry, {
    one: (place) => emitOne(forward, geometry, place, input.address, output.address, winners.address),
    four: (place) => emitFour(forward, geometry, place, input.address, output.address, winners.address),
  });
  const backward = rangeKernel(build, 'backward');
  if (dInput) {
    const spread = spreadPairs(backward, geometry, dInput, (out, i, j) => {
      // The winner is stored as its place in the plane.
      const place = v128.load(out.at, winners.address);
      const mine = f32x4.eq(place, f32x4.convert_i32x4_s(i32x4.add(out.corners, i * geometry.width + j)));
      return v128.and(mine, v128.load(out.at, dOutput.address));
    });
    if (!spread) {
      emitScatter(backward, geometry, dInput.address, dOutput.address, winners.address);
    }
  }
  return {
    tensors: [],
    kept: [winners],
    winner: { address: winners.address, size: output.size, shape: plan.outputShape },
    forward,
    backward,
  };
}

function emitOne(f: RangeKernel, geometry: Planes, place: Place, input: number, output: number, winners: number): void {
  const { top, left, iFrom, jFrom, out } = place;
  const best = f.let(f32.const(Number.NEGATIVE_INFINITY));
  const candidate = f.local('f32');
  const corner = f.let(i32.add(i32.mul(top, geometry.width), left));
  const winner = f.let(i32.add(corner, i32.add(i32.mul(iFrom, geometry.width), jFrom)));
  eachMember(f, geometry, place, (i, j, address) => {
    f.set(candidate, f32.load(address, input));
    f.if(i32.and(f32.eq(best, best), i32.eqz(f32.le(candidate, best))), () => {
      f.set(best, candidate);
      f.set(winner, i32.add(corner, i32.add(i32.mul(i, geometry.width), j)));
    });
  });
  f.storeF32(out, best, output);
  f.storeF32(out, f32.convert_i32_s(winner), winners);
}

function emitFour(
  f: RangeKernel,
  geometry: Planes,
  place: Place,
  input: number,
  output: number,
  winners: number,
): void {
  const { top, left, iFrom, out } = place;
  const { width, horizontal } = geometry;
  const best = f.local('v128');
  /** The winner's place, counted from its window's corner. */
  const winner = f.local('v128');
  const better = f.local('v128');
  const straight = isStraight(place);
  if (!straight) {
    f.set(best, f32x4.splat(Number.NEGATIVE_INFINITY));
    f.set(winner, i32x4.splat(i32.mul(iFrom, width)));
  }
  eachMemberOfFour(f, geometry, place, input, (i, j, value) => {
    const at: V128 =
      typeof i === 'number' && typeof j === 'number'
        ? i32x4.const(i * width + j)
        : i32x4.splat(i32.add(i32.mul(i, width), j));
    if (straight && i === 0 && j === 0) {
      f.set(best, value);
      f.set(winner, at);
      return;
    }
    f.set(better, v128.andnot(f32x4.eq(best, best), f32x4.le(value, best)));
    f.set(best, v128.bitselect(value, best, better));
    f.set(winner, v128.bitselect(at, winner, better));
  });
  f.storeV128(out, best, output);
  const corners = i32x4.add(
    i32x4.splat(i32.add(i32.mul(top, width), left)),
    v128.const32([0, horizontal.stride, 2 * horizontal.stride, 3 * horizontal.stride]),
  );
  f.storeV128(out, f32x4.convert_i32x4_s(i32x4.add(winner, corners)), winners);
}

/** Only the winner gets the error of its window. Errors of overlapping windows are added. */
function emitScatter(f: RangeKernel, geometry: Planes, dInput: number, dOutput: number, winners: number): void {
  const target = f.local('i32');
  const scatter = ({ plane, out }: Plane): void =>
    f.repeat(geometry.places, () => {
      const winner = i32.trunc_sat_f64_s(f64.promote_f32(f32.load(out, winners)));
      f.set(target, i32.add(plane, i32.shl(winner, 2)));
      f.storeF32(target, f32.add(f32.load(target, dInput), f32.load(out, dOutput)), dInput);
      f.increase(out, 4);
    });
  eachPlane(f, geometry, scatter, dInput);
}
