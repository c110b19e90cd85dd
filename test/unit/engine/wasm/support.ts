/** Builds small modules around an emitter, for the tests of kernels. */
import {
  type Expr,
  type FunctionBuilder,
  f64,
  i32,
  type Local,
  ModuleBuilder,
  pageSize,
  type V128,
  v128,
} from '../../../../src/assembler';

export type Exports<T> = { readonly memory: WebAssembly.Memory; readonly functions: T };

/** Compiles and instantiates a module with the functions that `build` adds; returns them by name. */
export function instantiate<T>(pages: number, build: (module: ModuleBuilder) => void): Exports<T> {
  const module = new ModuleBuilder();
  build(module);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module.build(pages)), { env: { memory } });
  return { memory, functions: instance.exports as T };
}

/** The function of four numbers that an emitter computes, applied to an array of any length. */
export function vectorFunction(
  emit: (f: FunctionBuilder, x: Local<'v128'>) => V128,
): (x: ArrayLike<number>) => Float32Array {
  /** Numbers of one call: half of a page. */
  const capacity = pageSize / 8;
  const { memory, functions } = instantiate<{ run(vectors: number): void }>(1, (module) => {
    const f = module.function('run', { parameters: { vectors: 'i32' } });
    const at = f.let(i32.const(0));
    f.repeat(f.p.vectors, () => {
      const x = f.let(v128.load(at));
      f.storeV128(at, emit(f, x), pageSize / 2);
      f.increase(at, 16);
    });
  });
  const numbers = new Float32Array(memory.buffer);
  return (x) => {
    const y = new Float32Array(x.length);
    for (let from = 0; from < x.length; from += capacity) {
      const length = Math.min(capacity, x.length - from);
      for (let i = 0; i < length; i++) {
        numbers[i] = x[from + i];
      }
      functions.run(Math.ceil(length / 4));
      y.set(numbers.subarray(capacity, capacity + length), from);
    }
    return y;
  };
}

/** The float64 function of one number that an emitter computes. */
export function scalarFunction(emit: (f: FunctionBuilder, x: Local<'f64'>) => Expr<'f64'>): (x: number) => number {
  const { memory, functions } = instantiate<{ run(): void }>(1, (module) => {
    const f = module.function('run');
    f.storeF64(8, emit(f, f.let(f64.load(0))));
  });
  const numbers = new Float64Array(memory.buffer);
  return (x) => {
    numbers[0] = x;
    functions.run();
    return numbers[1];
  };
}

/**
 * Distance of a float32 from the exact value (given in float64), in units in the last place of float32 there.
 */
export function ulps(value: number, exact: number): number {
  if (Object.is(value, exact) || Object.is(value, Math.fround(exact))) {
    return 0;
  }
  if (!Number.isFinite(value) || !Number.isFinite(exact)) {
    // Past the largest float32 both ∞ and the largest are within a unit.
    const largest = 3.4028234663852886e38;
    const near = Math.abs(exact) > largest && value === Math.sign(exact) * Number.POSITIVE_INFINITY;
    return near ? 0 : Number.POSITIVE_INFINITY;
  }
  const exponent = Math.max(-126, Math.min(127, exponentOf(Math.abs(exact))));
  return Math.abs(value - exact) / 2 ** (exponent - 23);
}

const bits = new DataView(new ArrayBuffer(8));
function exponentOf(x: number): number {
  bits.setFloat64(0, x);
  return ((bits.getUint32(0) >>> 20) & 0x7ff) - 1023;
}
