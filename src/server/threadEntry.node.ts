/** A worker thread of a program. It works on the program's memory until it is told to end. */
import { workerData } from 'node:worker_threads';
import type { ThreadRequest } from '../engine';

const { module, memory, thread } = workerData as ThreadRequest;
const { crew } = new WebAssembly.Instance(module, { env: { memory } }).exports;
(crew as (thread: number) => void)(thread);
