/** How long 5,000 steps of XOR take in a process that has compiled nothing yet. */
import type { Backend } from '../../../src/engine';
import { readData } from '../data.mjs';
import { compile, planOf, trainEpochs } from './training';

/**
 * Milliseconds from the plan to the trained network, and those that belong to WebAssembly: compiling and
 * instantiating the modules, and the steps. In the rest, JavaScript that runs for the first time writes the
 * modules.
 */
export function timeCold(backend: Backend, folder: string): object {
  const data = readData(folder, 'xor');
  const { rows } = data.workload;
  const order = Int32Array.from({ length: rows }, (_, row) => row);
  const plan = planOf(data.workload);
  const wasmTime = timeWebAssembly();
  const start = performance.now();
  trainEpochs(compile(backend, plan, data, { rows, threads: 1 }), order, 5000);
  return { total: performance.now() - start, wasm: wasmTime() };
}

/** Starts counting the milliseconds of compiling and instantiating modules and of running their functions. */
function timeWebAssembly(): () => number {
  let sum = 0;
  const timed = <T>(act: () => T): T => {
    const start = performance.now();
    const result = act();
    sum += performance.now() - start;
    return result;
  };
  const { Module, Instance } = WebAssembly;
  WebAssembly.Module = new Proxy(Module, { construct: (target, args) => timed(() => Reflect.construct(target, args)) });
  WebAssembly.Instance = new Proxy(Instance, {
    construct(target, args) {
      const { exports }: WebAssembly.Instance = timed(() => Reflect.construct(target, args));
      const functions = Object.entries(exports) as [string, (...numbers: number[]) => number][];
      const run = functions.map(([name, f]) => [name, (...numbers: number[]) => timed(() => f(...numbers))]);
      return { exports: Object.fromEntries(run) };
    },
  });
  return () => sum;
}
