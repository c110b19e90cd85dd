import type { TrainingPlan } from '../spec/plan';
import type { Backend, CompileOptions, Program, SampleSource } from './backend';
import { referenceBackend } from './referenceBackend';
import { sizeOf } from './shape';
import { withInputs } from './trainingData';
import type { TileShape } from './wasm/gemm/tile';
import { allocate } from './wasm/memory/allocate';
import { copySamples } from './wasm/memory/samples';
import { exportsOnDemand, instantiate } from './wasm/network/exports';
import { compileNetwork } from './wasm/network/network';
import { WasmProgram } from './wasm/program';
import { type StartedThread, ThreadPool, type ThreadRequest } from './wasm/threads/pool';
import { ThreadChoice } from './wasm/threads/threadChoice';
import { isTiny } from './wasm/tiny/plan';
import { chooseTile, standardTile } from './wasm/tuning/tileChoice';

/** Services of the host. None of them changes a bit of the results. */
export interface WasmHost {
  /** The register tile to use. Default: the backend finds the fastest. */
  readonly tile?: TileShape;
  /** A monotonic clock in milliseconds, for finding the fastest tile and whether threads help. */
  now?(): number;
  /** Switches on wider vectors where the machine has them. Called before the first large network. */
  widen?(): boolean;
  /** Starts a thread. Undefined where there are none (a browser without shared memory). */
  startThread?(request: ThreadRequest): StartedThread;
}

/** Larger data stay outside the program's memory, and each batch is copied in. */
const maxSampleBytes = 512 * 2 ** 20;
/** With more weights the data are not held twice: copying in each batch costs next to nothing then. */
const manyParameters = 500_000;
/** With fewer weights a network gains nothing from threads or from a choice of tiles. */
const fewParameters = 8000;

/**
 * The default backend: compiles the network to WebAssembly with SIMD, in float32. Float64, which only
 * gradient checks ask for, is left to the reference backend.
 */
export function createWasmBackend(host: WasmHost = {}): Backend {
  let tile = host.tile;
  function bestTile(plan: TrainingPlan): TileShape {
    if (tile) {
      return tile;
    }
    if (!host.now || plan.network.parameterCount < fewParameters) {
      return standardTile;
    }
    host.widen?.();
    tile = chooseTile(host.now);
    return tile;
  }
  return {
    name: 'wasm',
    compile: (plan, data, options) =>
      options.precision === 'float64'
        ? referenceBackend.compile(plan, data, options)
        : compile(host, plan, data, options, bestTile(plan)),
  };
}

/** The backend with the standard tile and one thread. */
export const wasmBackend: Backend = createWasmBackend();

function compile(
  host: WasmHost,
  plan: TrainingPlan,
  data: SampleSource,
  options: CompileOptions,
  tile: TileShape,
): Program {
  const { maxBatch, threads = 1, scratch = false } = options;
  const bytes = 4 * (data.samples * sizeOf(plan.network.inputShape) + data.targets.length);
  const tiny = isTiny(plan, data);
  const inside = tiny || (!scratch && bytes <= maxSampleBytes && plan.network.parameterCount < manyParameters);
  const others = scratch || tiny || plan.network.parameterCount < fewParameters ? 0 : threads - 1;
  const shared = others > 0 && host.startThread !== undefined && typeof SharedArrayBuffer !== 'undefined';
  const network = compileNetwork(plan, {
    maxBatch,
    tile,
    threads: shared ? others + 1 : 1,
    tiny,
    samples: inside ? data.samples : 0,
    weighted: data.sampleWeights !== undefined,
  });
  // Inputs that stay outside are made first: what they are made from can then be let go.
  const samples = inside ? data : withInputs(data);
  const memory = allocate(network.pages, shared);
  // Each function of a tiny network becomes a module of its own when it is first called.
  const module = tiny ? undefined : new WebAssembly.Module(network.module.build(network.pages, shared));
  const exports = module ? instantiate(module, memory) : exportsOnDemand(network, memory);
  const program = new WasmProgram(plan, samples, network, options, { memory, exports });
  copySamples(program.data, samples);
  program.fill(options.initial);
  if (module && shared && network.divisible) {
    program.useThreads(startThreads(host, module, memory, others), host.now && new ThreadChoice(host.now));
  }
  return program;
}

function startThreads(
  host: WasmHost,
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  others: number,
): ThreadPool {
  const started: StartedThread[] = [];
  for (let thread = 1; thread <= others; thread++) {
    const each = host.startThread?.({ module, memory, thread });
    if (each) {
      started.push(each);
    }
  }
  return new ThreadPool(memory, started);
}
