/** How long 5,000 steps of XOR take in a process that has compiled nothing yet. */
import type { Backend } from '../../../src/engine';
import { readData } from '../data.mjs';
import { compile, planOf, trainEpochs } from './training';

/**
 * Milliseconds from the plan to the trained network, and the parts of them: writing the module's bytes, V8 compiling and instantiating
 * them, and the steps. The last two are WebAssembly's; the first is JavaScript that has never run before.
 */
export function timeCold(backend: Backend, folder: string): object {
  const data = readData(folder, 'xor');
  const { rows } = data.workload;
  const order = Int32Array.from({ length: rows }, (_, row) => row);
  const plan = planOf(data.workload);
  const engineTime = timeConstructors();
  const start = performance.now();
  const program = compile(backend, plan, data, { rows, threads: 1 });
  const compiled = performance.now();
  trainEpochs(program, order, 5000);
  const end = performance.now();
  const steps = end - compiled;
  return { total: end - start, wasm: engineTime() + steps, steps };
}

/** From here on counts the milliseconds that modules and instances take to be made. */
function timeConstructors(): () => number {
  let sum = 0;
  const timed = <T extends typeof WebAssembly.Module | typeof WebAssembly.Instance>(original: T): T =>
    new Proxy(original, {
      construct(target, args) {
        const start = performance.now();
        const made: object = Reflect.construct(target, args);
        sum += performance.now() - start;
        return made;
      },
    });
  WebAssembly.Module = timed(WebAssembly.Module);
  WebAssembly.Instance = timed(WebAssembly.Instance);
  return () => sum;
}
