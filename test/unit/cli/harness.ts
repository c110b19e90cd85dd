import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { diskFiles } from '../../../src/cli/diskFiles';
import { diskKeeping } from '../../../src/cli/diskKeeping';
import type { CliFiles, CliIo, Keeping, Stream } from '../../../src/cli/io';
import { outputTo } from '../../../src/cli/output';
import { run } from '../../../src/cli/run';
import type { Content } from '../../../src/disk/replaceFile.node';
import { pythonLauncher } from '../../../src/server/pytorch/pythonProcess.node';
import { PyTorchServer } from '../../../src/server/pytorch/pytorchServer';
import { type ServeEngine, startInProcess } from '../../harness/inProcess';

export const xor = `name: XOR
seed: 42
data: { source: xor }
model:
  layers:
    - dense: { units: 4, activation: tanh }
    - dense: { units: 1, activation: sigmoid }
training: { optimizer: { sgd: 0.5 }, batch_size: 4, epochs: 3 }
`;

const onPython =
  (python: string): ServeEngine =>
  (port, environment) =>
    new PyTorchServer(
      port,
      environment,
      pythonLauncher(python, { runner: resolve('media/python/runner.py'), other: '--python PATH' }),
    );

/** All bytes of a file's content. */
export async function wholeOf(content: Content): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of content instanceof Uint8Array ? [content] : content) {
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** A temporary folder. */
export class Workspace {
  readonly folder = mkdtempSync(join(tmpdir(), 'nnspec-cli-'));

  async write(path: string, content: string | Uint8Array): Promise<string> {
    const full = join(this.folder, path);
    await mkdir(dirname(full), { recursive: true });
    writeFileSync(full, content);
    return full;
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export interface RunOptions {
  readonly cwd: string;
  readonly files?: Partial<CliFiles>;
  readonly keeping?: Partial<Keeping>;
  /** Standard error is a terminal. */
  readonly isTTY?: boolean;
  /** Standard output is a terminal. */
  readonly isTerminal?: boolean;
  readonly columns?: number;
  /** Replaces the clock. */
  readonly now?: () => number;
  /** Receives what is written to standard output. */
  readonly onOutput?: (text: string) => void;
  /** Interrupts when this has been written to standard output. */
  readonly interruptAfter?: string;
  /** Called when the engine schedules its next turn; `interrupt` takes effect before that turn. */
  readonly onTurn?: (interrupt: () => void) => void;
}

export interface RunResult {
  readonly status: number;
  readonly out: string;
  readonly err: string;
  readonly lines: readonly Record<string, unknown>[];
  /** Characters written to standard output each time before it was waited for. */
  readonly pieces: readonly number[];
}

/** Runs the command line in this process; `lines` are parsed where standard output is JSON. */
export async function nnspec(argv: readonly string[], options: RunOptions): Promise<RunResult> {
  let out = '';
  let err = '';
  const pieces: number[] = [];
  let taken = 0;
  const listeners = new Set<() => void>();
  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
    for (const listener of listeners) {
      listener();
    }
  };
  const now = options.now ?? (() => performance.now());
  const schedule = (callback: () => void) => {
    options.onTurn?.(() => setImmediate(interrupt));
    setImmediate(callback);
  };
  const stdout: Stream = {
    isTTY: options.isTerminal ?? false,
    write(text) {
      out += text;
      options.onOutput?.(text);
      if (options.interruptAfter !== undefined && !interrupted && out.includes(options.interruptAfter)) {
        interrupt();
      }
    },
    async drained() {
      pieces.push(out.length - taken);
      taken = out.length;
    },
  };
  const stderr: Stream = {
    isTTY: options.isTTY ?? false,
    columns: options.columns ?? 60,
    write(text) {
      err += text;
    },
  };
  const io: CliIo = {
    stdout: outputTo(stdout, stdout.isTTY),
    stderr: outputTo(stderr, true),
    cwd: options.cwd,
    files: { ...diskFiles, ...options.files },
    language: 'en',
    startEngine: (host, python) =>
      startInProcess(host, { now, schedule }, python === undefined ? undefined : onPython(python)),
    onInterrupt(listener) {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
    keeping: { ...diskKeeping, ...options.keeping },
    readShipped: (name) => readFile(join('media', 'data', name)),
    readPage: (name) => readFile(join('docs', name), 'utf8'),
  };
  const status = await run(argv, io);
  const lines = argv.includes('--json')
    ? out
        .trimEnd()
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>)
    : [];
  return { status, out, err, lines, pieces };
}

/** A clock that advances 20 ms per reading, so that an interrupt comes in the middle of a run. */
export function slowly(): () => number {
  let time = 0;
  return () => {
    time += 20;
    return time;
  };
}
