/** The engine's process in the benchmarks: gets one measurement as argument and prints its figures. */
import { assertNever } from '../../../src/common/assertNever';
import type { Backend } from '../../../src/engine';
import type { Scaling } from '../../../src/spec/spec';
import { printResult } from '../protocol.mjs';
import { timeCold } from './cold';
import { timeCsv } from './csv';
import { timeFilm } from './film';
import { timeGemm } from './gemm';
import { timeIdx } from './idx';
import { measureHeap, measurePeak } from './memory';
import { timeStops } from './stop';
import { timeTraining } from './training';

type Job =
  | { readonly kind: 'training' }
  | { readonly kind: 'gemm'; readonly seconds: number }
  | { readonly kind: 'cold'; readonly data: string }
  | { readonly kind: 'heap'; readonly steps: number }
  | { readonly kind: 'peak'; readonly data: string; readonly threads: number; readonly first: boolean }
  | { readonly kind: 'csv'; readonly file: string }
  | { readonly kind: 'idx'; readonly images: string; readonly labels: string; readonly scale: Scaling }
  | { readonly kind: 'film'; readonly example: string; readonly epochs: number; readonly rounds: number }
  | { readonly kind: 'stop'; readonly network: string; readonly count: number };

/** `makeBackend` is told whether to use wider vectors, if the backend supports them. */
export async function serve(makeBackend: (wide: boolean) => Backend): Promise<void> {
  const job = JSON.parse(process.argv[2]) as Job & { readonly wide?: boolean };
  const backend = makeBackend(job.wide ?? false);
  if (job.kind === 'training') {
    return timeTraining(backend);
  }
  return printResult(await figuresOf(backend, job));
}

async function figuresOf(backend: Backend, job: Exclude<Job, { kind: 'training' }>): Promise<object> {
  try {
    switch (job.kind) {
      case 'gemm':
        return timeGemm(backend, job.seconds);
      case 'cold':
        return timeCold(backend, job.data);
      case 'heap':
        return await measureHeap(backend, job.steps);
      case 'peak':
        return await measurePeak(backend, job.data, job.threads, job.first);
      case 'csv':
        return await timeCsv(job.file);
      case 'idx':
        return await timeIdx(job.images, job.labels, job.scale);
      case 'film':
        return await timeFilm(backend, job.example, job.epochs, job.rounds);
      case 'stop':
        return await timeStops(job.network, job.count);
      default:
        return assertNever(job);
    }
  } catch (error) {
    return { error: String((error as Error).stack) };
  }
}
