/** How long 5,000 steps of XOR take in a process that has compiled nothing yet. */
import type { Backend } from '../../../src/engine';
import { readData } from '../data.mjs';
import { compile, trainEpochs, type WorkloadData } from './training';

/** Milliseconds from the plan to the trained network, and the part that compiling took. */
export function timeCold(backend: Backend, folder: string): object {
  const data: WorkloadData = readData(folder, 'xor');
  const order = Int32Array.from({ length: data.workload.rows }, (_, row) => row);
  const start = performance.now();
  const program = compile(backend, data, { rows: data.workload.rows, threads: 1 });
  const compiled = performance.now();
  const loss = trainEpochs(program, order, data.workload.batch, 5000);
  const end = performance.now();
  return { total: end - start, compile: compiled - start, loss };
}
