/**
 * The input as the kernels read it: for every tap of a filter's row, the numbers of neighbouring places are
 * consecutive. Without padding at the sides and with stride 1 this holds for the input itself. Otherwise each
 * row is copied, with the zeros of the padding: its columns are grouped by their remainder modulo the stride.
 * (Rows of padding are not copied, since the kernels skip them.)
 *
 * ```
 *   stride 2, padding 1:   0 a b c d e f 0   ──▶   0 b d f │ a c e 0
 *                                                  phase 0   phase 1
 * ```
 */
import { i32, type Local } from '../../../../assembler';
import { eachRun, loadStrided } from '../../lanes/runs';
import type { LayerBuild, RangeKernel } from '../../layer';
import type { Region } from '../../memory/arena';
import type { Geometry } from './geometry';

export interface Source {
  readonly address: number;
  /** Numbers from row to row, from plane to plane, and of a sample. */
  readonly pitch: number;
  readonly plane: number;
  readonly size: number;
  /** Offset of a filter's column from its place, in numbers. */
  readonly tap: (j: number) => number;
  /** The copy that the forward pass makes of each sample; undefined where the input is read directly. */
  readonly copy?: {
    readonly region: Region;
    readonly emit: (f: RangeKernel, sample: Local<'i32'>) => void;
  };
}

export function sourceOf({ arena, maxRows, input }: LayerBuild, geometry: Geometry): Source {
  const { vertical, horizontal, channels, groupChannels, groupFilters } = geometry;
  const { size: width, stride, dilation, before, kernel, places } = horizontal;
  const reach = dilation * (kernel - 1);
  const fits = stride === 1 && before === 0 && places + reach <= width;
  const plain = vertical.size * width;
  // A copy costs little where many filters read it.
  const crowded = spreadPlane(plain) !== plain && groupChannels >= 8 && groupFilters >= 8;
  if (fits && !crowded) {
    return { address: input.address, pitch: width, plane: plain, size: input.size, tap: (j) => j * dilation };
  }
  /** Columns of a phase. */
  const length = places + Math.floor(reach / stride);
  const phases = Math.min(stride, reach + 1);
  const pitch = phases * length;
  const plane = spreadPlane(vertical.size * pitch);
  const size = channels * plane;
  const region = arena.floats(maxRows * size);
  return {
    address: region.address,
    pitch,
    plane,
    size,
    tap: (j) => ((j * dilation) % stride) * length + Math.floor((j * dilation) / stride),
    copy: {
      region,
      emit(f, sample) {
        const planeRead = f.let(i32.add(i32.mul(sample, input.size * 4), input.address));
        const planeWrite = f.let(i32.add(i32.mul(sample, size * 4), region.address));
        const [read, write] = [f.local('i32'), f.local('i32')];
        const [from, to] = [f.local('i32'), f.local('i32')];
        const value = f.local('v128');
        const runs = Array.from({ length: phases }, (_, phase) => {
          // The columns of the phase that lie on the input.
          const first = Math.max(0, Math.ceil((before - phase) / stride));
          const end = Math.min(length, Math.ceil((width + before - phase) / stride));
          return { phase, first, end };
        }).filter(({ first, end }) => first < end);
        f.repeat(channels, () => {
          f.set(read, planeRead);
          f.set(write, planeWrite);
          f.repeat(vertical.size, () => {
            for (const { phase, first, end } of runs) {
              f.set(from, i32.add(read, (first * stride + phase - before) * 4));
              f.set(to, i32.add(write, (phase * length + first) * 4));
              eachRun(f, to, end - first, (at, lanes) => {
                f.set(value, loadStrided(from, stride, lanes));
                f.storeLanes(at, value, lanes);
                f.increase(from, lanes * stride * 4);
              });
            }
            f.increase(read, width * 4);
            f.increase(write, pitch * 4);
          });
          f.increase(planeRead, vertical.size * width * 4);
          f.increase(planeWrite, plane * 4);
        });
      },
    },
  };
}

/**
 * Numbers from plane to plane: a few more than a plane has if its size is a multiple of 256. Otherwise the
 * same place of all planes would fall into the same few sets of the first cache, which hold eight lines each.
 */
export const spreadPlane = (numbers: number): number => (numbers % 256 === 0 ? numbers + 16 : numbers);
