import type { TrainingPlan } from '../spec/plan';
import type { Backend, CompileOptions, Program, ProgramData } from './backend';
import { complete, type Pieces } from './pieces';
import { referenceBackend } from './referenceBackend';
import { allocate } from './wasm/allocate';
import { type Crew, type StartedThread, ThreadCrew, type ThreadRequest } from './wasm/crew';
import { exportsOnDemand, instantiate } from './wasm/exports';
import type { TileShape } from './wasm/gemm/tile';
import { type CompiledNetwork, networkPieces } from './wasm/network';
import { WasmProgram } from './wasm/program';
import { copySamples } from './wasm/samples';
import { ThreadChoice } from './wasm/threadChoice';
import { chooseTile, standardTile } from './wasm/tileChoice';
import { isTiny } from './wasm/tiny/plan';

/** What the backend needs of the world; nothing of it changes a bit of the results. */
export interface WasmHost {
  /** The tile to use; left out, the backend finds it. */
  readonly tile?: TileShape;
  /** Milliseconds of a clock that only rises: with it the backend finds the machine's best tile, and whether threads help. */
  now?(): number;
  /** Switches on wider vectors, where the machine has them; done once, before a network is compiled that gains by it. */
  widen?(): boolean;
  /** Starts a thread; left out where there are none (a browser without shared memory). */
  startThread?(request: ThreadRequest): StartedThread;
}

/** Samples up to this size are copied into the program's memory, where batches are gathered from; beyond, each batch is copied in. */
const mostSampleBytes = 512 * 2 ** 20;
/** A network with more weights works so long on a sample that copying its row costs nothing beside it, and need not hold the data twice. */
const manyParameters = 500_000;
/** Weights below which a network is too small for threads or for a choice of tiles to matter. */
const fewParameters = 8000;

/**
 * The default backend: compiles the network to WebAssembly with SIMD. Float32; a float64 program, which only checks ask for, is the
 * reference's.
 */
export function createWasmBackend(host: WasmHost = {}): Backend {
  let tile: TileShape | undefined;
  function* bestTile(plan: TrainingPlan): Pieces<TileShape> {
    if (host.tile) {
      return host.tile;
    }
    if (!host.now || plan.network.parameterCount < fewParameters) {
      return standardTile;
    }
    if (!tile) {
      if (host.widen) {
        host.widen();
      }
      tile = yield* chooseTile(host.now);
    }
    return tile;
  }
  function* compileParts(plan: TrainingPlan, data: ProgramData, options: CompileOptions): Pieces<Program> {
    if (options.precision === 'float64') {
      return referenceBackend.compile(plan, data, options);
    }
    const written = yield* write(host, plan, data, options, yield* bestTile(plan));
    const module = written.bytes && new WebAssembly.Module(written.bytes);
    yield;
    return yield* link(host, plan, data, options, written, module);
  }
  return {
    name: 'wasm',
    compile: (plan, data, options) => complete(compileParts(plan, data, options)),
  };
}

/** With the standard tile and one thread. */
export const wasmBackend: Backend = createWasmBackend();

/** A network as it is written before it is a module. */
interface WrittenNetwork {
  readonly network: CompiledNetwork;
  readonly memory: WebAssembly.Memory;
  /** Left out of a tiny network, each function of which becomes a module when it is called. */
  readonly bytes?: Uint8Array<ArrayBuffer>;
  /** Threads beside the first that are to share the memory. */
  readonly others: number;
}

function* write(
  host: WasmHost,
  plan: TrainingPlan,
  data: ProgramData,
  options: CompileOptions,
  tile: TileShape,
): Pieces<WrittenNetwork> {
  const { maxBatch, threads = 1, scratch = false } = options;
  const bytes = 4 * (data.inputs.length + data.targets.length);
  const tiny = isTiny(plan, data);
  const inside = tiny || (!scratch && bytes <= mostSampleBytes && plan.network.parameterCount < manyParameters);
  const others = scratch || tiny || plan.network.parameterCount < fewParameters ? 0 : threads - 1;
  const shared = others > 0 && host.startThread !== undefined && typeof SharedArrayBuffer !== 'undefined';
  const network = yield* networkPieces(plan, {
    maxBatch,
    tile,
    threads: shared ? others + 1 : 1,
    tiny,
    samples: inside ? data.samples : 0,
    weighted: data.sampleWeights !== undefined,
  });
  const memory = allocate(network.pages, shared);
  if (tiny) {
    return { network, memory, others: 0 };
  }
  const module = yield* network.module.buildParts(network.pages, shared);
  return { network, memory, bytes: module, others: shared && network.divisible ? others : 0 };
}

function* link(
  host: WasmHost,
  plan: TrainingPlan,
  data: ProgramData,
  options: CompileOptions,
  { network, memory, others }: WrittenNetwork,
  module: WebAssembly.Module | undefined,
): Pieces<Program> {
  const exports = module ? instantiate(module, memory) : exportsOnDemand(network, memory);
  yield;
  const program = new WasmProgram(plan, data, network, options, { memory, exports });
  yield;
  yield* copySamples(program.data, data);
  yield* program.fill(options.initial);
  // Last, since whoever gives the work up before would leave them behind.
  if (module && others > 0) {
    program.employ(startCrew(host, module, memory, others), host.now && new ThreadChoice(host.now));
  }
  return program;
}

function startCrew(host: WasmHost, module: WebAssembly.Module, memory: WebAssembly.Memory, others: number): Crew {
  const started: StartedThread[] = [];
  for (let thread = 1; thread <= others; thread++) {
    const each = host.startThread?.({ module, memory, thread });
    if (each) {
      started.push(each);
    }
  }
  return new ThreadCrew(memory, started);
}
