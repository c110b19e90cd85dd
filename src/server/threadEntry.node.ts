/** One of the other threads of a program: it works on the program's memory until it is sent home. */
import { workerData } from 'node:worker_threads';
import type { ThreadRequest } from '../engine';

const { module, memory, thread } = workerData as ThreadRequest;
const { work } = new WebAssembly.Instance(module, { env: { memory } }).exports;
(work as (thread: number) => void)(thread);
