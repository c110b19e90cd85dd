/** A thread of a program beside the first: it works on the program's memory until the program ends it. */
import { workerData } from 'node:worker_threads';
import type { ThreadRequest } from '../engine';

const { module, memory, thread } = workerData as ThreadRequest;
const { work } = new WebAssembly.Instance(module, { env: { memory } }).exports;
(work as (thread: number) => void)(thread);
