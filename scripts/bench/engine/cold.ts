/** How long 5,000 steps of XOR take in a process that has compiled nothing yet. */
import type { Backend } from '../../../src/engine';
import { readData } from '../data.mjs';
import { compile, planOf, trainEpochs } from './training';

/** Milliseconds from the plan to the trained network, and the parts of them: generating and compiling, and the steps. */
export function timeCold(backend: Backend, folder: string): object {
  const data = readData(folder, 'xor');
  const { rows } = data.workload;
  const order = Int32Array.from({ length: rows }, (_, row) => row);
  const plan = planOf(data.workload);
  const start = performance.now();
  const program = compile(backend, plan, data, { rows, threads: 1 });
  const compiled = performance.now();
  trainEpochs(program, order, 5000);
  const end = performance.now();
  return { total: end - start, compile: compiled - start, steps: end - compiled };
}
