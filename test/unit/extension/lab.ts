/** Windows of the editor that keep runs in one folder, one after the other. Only VS Code is a stand-in. */
import assert from 'node:assert/strict';
import { placeOf } from '../../../src/engine';
import type { EngineProcess, Exit } from '../../../src/extension/engine/engineProcess';
import { Run } from '../../../src/extension/runs/run';
import type { RunHome } from '../../../src/extension/runs/runHomes';
import { type RunBeginning, RunKeeper } from '../../../src/extension/runs/runKeeper';
import type { HostRequests, StartOptions } from '../../../src/protocol/engine';
import { type Handlers, portPair } from '../../../src/protocol/rpc';
import { seriesUpTo } from '../../../src/runs/readRun';
import type { RunFiles } from '../../../src/runs/runFiles';
import { newRunId } from '../../../src/runs/runId';
import { RunRepository } from '../../../src/runs/runRepository';
import { goOn } from '../../../src/runs/startAgain';
import { EngineServer } from '../../../src/server/engineServer';
import { machineOf } from '../../../src/server/machine.node';
import { MemoryFolder } from '../../harness/memoryFolder';
import { TestClock } from '../../harness/testClock';

/** Lets everything happen that waits for no timer and for no turn of an engine. */
export const settled = () => new Promise((done) => setImmediate(done));

const host = {} as Handlers<HostRequests>;

/** An engine server that works when the test gives it a turn. */
export class Engine implements EngineProcess {
  readonly pid = 1;
  readonly readsDisk = false;
  readonly port;
  readonly exit: Promise<Exit>;
  readonly #server: EngineServer;
  readonly #turns: (() => void)[] = [];
  #time = 0;
  #end: (exit: Exit) => void = () => undefined;

  constructor() {
    const [hostPort, serverPort] = portPair();
    this.port = hostPort;
    this.exit = new Promise((resolve) => {
      this.#end = resolve;
    });
    // Everything else happens at once: the browser's hasher would answer from another thread.
    const schedule = (callback: () => void) => this.#turns.push(callback);
    // Each reading takes its time, so that a turn is a few steps and some turns end with events.
    const now = () => {
      this.#time += 4;
      return this.#time;
    };
    this.#server = new EngineServer(serverPort, {
      now,
      schedule,
      machine: { cores: 1, makeHasher: machineOf('').makeHasher },
    });
  }

  turn(): void {
    this.#turns.shift()?.();
  }

  kill(exit: Exit): void {
    this.#turns.length = 0;
    this.#server.dispose();
    this.port.dispose();
    this.#end(exit);
  }

  dispose(): void {
    this.kill({ output: '' });
  }
}

export interface LiveRun {
  readonly run: Run;
  readonly engine: Engine;
}

interface Window {
  readonly pid: number;
  readonly repository: RunRepository;
  readonly home: RunHome;
  readonly keeper: RunKeeper;
}

export class Lab {
  readonly folder = new MemoryFolder();
  readonly clock = new TestClock();
  /** The runs of the window that is open. */
  readonly runs = new Map<string, LiveRun>();
  readonly #options: StartOptions;
  readonly #living = new Set<number>();
  readonly #opened: Window[] = [];
  #begun = 0;
  /** Writes after which the process of the window is dead. */
  #writesLeft = Number.POSITIVE_INFINITY;
  #window: Window;

  /** The options are those of every new run. */
  constructor(options: StartOptions) {
    this.#options = options;
    this.#window = this.#open();
  }

  /** The runs as another process sees them. */
  readonly observer = this.#repositoryOf(this.folder, 0);

  get repository(): RunRepository {
    return this.#window.repository;
  }

  live(id: string): LiveRun {
    const live = this.runs.get(id);
    assert.ok(live, `${id} does not train in this window.`);
    return live;
  }

  runOf(id: string): Run {
    return this.live(id).run;
  }

  /** Resolves when nothing of the run is left to write. */
  written(run: Run): Promise<void> {
    return this.#window.keeper.written(run);
  }

  /** Trains a new run. */
  start(more: Partial<StartOptions> = {}): Promise<Run> {
    this.#begun += 1;
    const id = newRunId('XOR', new Date(this.clock.now()), this.#begun / 0x10000);
    return this.#train(Run.create(headOf(id, this.#options)), { ...this.#options, ...more });
  }

  /** Goes on with a run that is kept. */
  async goOn(id: string): Promise<Run> {
    const found = await this.repository.find(id);
    assert.ok(found && 'header' in found);
    const going = await goOn(this.repository, found.header, placeOf);
    assert.ok('start' in going, JSON.stringify(going));
    const { start, at, kept } = going;
    const again = { ...at, found: { ...found, home: this.#window.home }, series: seriesUpTo(kept.series, at) };
    return this.#train(Run.create(headOf(id, this.#options), again), { ...this.#options, ...start }, { again });
  }

  async #train(run: Run, options: StartOptions, beginning: RunBeginning = {}): Promise<Run> {
    const engine = new Engine();
    this.runs.get(run.id)?.run.dispose();
    this.runs.set(run.id, { run, engine });
    this.#window.keeper.follow(run, beginning);
    await this.answer(run.start(engine, host, options));
    await this.answer(run.ready);
    return run;
  }

  /** The result of a request. Fails where none comes, however often the engines have their turn. */
  async answer<T>(request: Promise<T>): Promise<T> {
    let replied = false;
    const reply = request.finally(() => {
      replied = true;
    });
    for (let turn = 0; turn < 1000 && !replied; turn += 1) {
      await this.work();
    }
    assert.ok(replied, 'A request was not answered.');
    return reply;
  }

  /** Gives each engine a turn. */
  async work(): Promise<void> {
    for (const { engine } of this.runs.values()) {
      engine.turn();
    }
    await settled();
  }

  /** Opens another window after the last one was closed in order. */
  async reload(): Promise<void> {
    await this.#window.keeper.close();
    this.#next();
  }

  /** Opens another window after the process of the last one was killed, a few writes from now. */
  async crash(writes: number): Promise<void> {
    this.#writesLeft = writes;
    // In this time there are writes of all kinds.
    for (let second = 0; second < 6; second += 1) {
      await this.work();
      await this.clock.pass(1000);
    }
    this.#writesLeft = 0;
    this.#next();
  }

  /** Ends the timers of all windows. */
  async dispose(): Promise<void> {
    this.#writesLeft = 0;
    this.#next();
    await Promise.all(this.#opened.map(({ keeper }) => keeper.close()));
  }

  #next(): void {
    this.#living.delete(this.#window.pid);
    for (const { run } of this.runs.values()) {
      run.dispose();
    }
    this.runs.clear();
    this.#window = this.#open();
  }

  #open(): Window {
    const pid = this.#opened.length + 1;
    this.#living.add(pid);
    this.#writesLeft = Number.POSITIVE_INFINITY;
    const mayWrite = () => {
      if (!this.#living.has(pid) || this.#writesLeft <= 0) {
        throw new Error('The process of this window is dead.');
      }
      this.#writesLeft -= 1;
    };
    const repository = this.#repositoryOf(mortal(this.folder, mayWrite), pid);
    const home = { repository } as unknown as RunHome;
    const keeper = new RunKeeper(
      { placeOf: async () => ({ home, spec: 'xor.nnspec' }), newestOf: async () => undefined },
      { keep: () => 200, maxSize: () => 1e9 },
      { info: () => undefined, warn: () => undefined },
      () => undefined,
    );
    const window = { pid, repository, home, keeper };
    this.#opened.push(window);
    return window;
  }

  #repositoryOf(files: RunFiles, pid: number): RunRepository {
    const isAlive = (holder: { readonly pid: number }) => this.#living.has(holder.pid);
    return new RunRepository(files, { clock: this.clock, here: { host: 'here', pid, started: '', isAlive } });
  }
}

function headOf(id: string, { specText }: StartOptions) {
  return { id, title: 'XOR', specUri: 'file:///xor.nnspec', specText };
}

/** The files as a process has them that may die: `mayWrite` throws where it is dead. */
function mortal(files: MemoryFolder, mayWrite: () => void): RunFiles {
  const writing =
    <A extends unknown[], R>(call: (...args: A) => R) =>
    (...args: A): R => {
      mayWrite();
      return call(...args);
    };
  return {
    read: (path) => files.read(path),
    list: (path) => files.list(path),
    stat: (path) => files.stat(path),
    create: writing((path: string, bytes: Uint8Array) => files.create(path, bytes)),
    append: writing(async (path: string, bytes: Uint8Array) => files.append?.(path, bytes)),
    replace: writing((path: string, bytes: Uint8Array) => files.replace(path, bytes)),
    move: writing((from: string, to: string) => files.move(from, to)),
    remove: writing((path: string) => files.remove(path)),
  };
}
