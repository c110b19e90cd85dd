/** Kernels over the numbers of a range of samples. */
import { type Expr, i32, type Local, type V128 } from '../../../assembler';
import { type LayerBuild, type RangeKernel, rangeParameters } from '../layer';

/** A kernel of the layer over samples `[from, to)`. */
export function rangeKernel({ module, plan }: LayerBuild, name: string, write?: (f: RangeKernel) => void): RangeKernel {
  return module.function(`${plan.name}.${name}`, { parameters: rangeParameters }, write);
}

/** A kernel that calls others one after the other, all over the same samples. */
export function sequence(build: LayerBuild, name: string, kernels: readonly RangeKernel[]): RangeKernel {
  return rangeKernel(build, name, (f) => {
    for (const kernel of kernels) {
      f.do(kernel, f.p);
    }
  });
}

/**
 * Fills buffers of `size` numbers a sample: targets[i] = compute(…)[i] for samples `[from, to)`, four numbers
 * at a time. `at + offset` is their place in bytes from a buffer's beginning; the last four may reach behind
 * the batch's end. Two neighbouring vectors are computed before the first is stored, so that an engine can
 * make one of 256 bits out of them:
 *
 * ```
 *   compute [0 1 2 3]   compute [4 5 6 7]   store store   | next eight | … | the last four
 * ```
 */
export function mapVectors(
  f: RangeKernel,
  size: number,
  targets: readonly number[],
  compute: (at: Local<'i32'>, offset: number) => readonly V128[],
): void {
  const { from, to } = f.p;
  // Ranges begin at multiples of four samples, so all vectors but the last are whole.
  const vectors = f.let(i32.shr_u(i32.add(i32.mul(i32.sub(to, from), size), 3), 2));
  const at = f.let(i32.mul(from, size * 4));
  const emit = (offsets: readonly number[]): void => {
    const results = offsets.map((offset) => compute(at, offset).map((value) => f.let(value)));
    for (const [i, target] of targets.entries()) {
      for (const [k, offset] of offsets.entries()) {
        f.storeV128(at, results[k][i], target + offset);
      }
    }
  };
  f.repeat(i32.shr_u(vectors, 1), () => {
    emit([0, 16]);
    f.increase(at, 32);
  });
  f.if(i32.and(vectors, 1), () => emit([0]));
}

/** The index of the number at a place that `mapVectors` gives. */
export const elementOf = (at: Local<'i32'>, offset: number): Expr<'i32'> =>
  i32.shr_u(offset === 0 ? at : i32.add(at, offset), 2);

/** target = source for samples `[from, to)`, `size` numbers a sample. */
export function copySamples(f: RangeKernel, size: number, target: number, source: number): void {
  const { from, to } = f.p;
  const start = f.let(i32.mul(from, size * 4));
  f.copyMemory(i32.add(start, target), i32.add(start, source), i32.mul(i32.sub(to, from), size * 4));
}
