/** Starts a Python that trains, in a folder of its own, and reads its messages line by line. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRecord } from '../../common/isRecord';
import { DiskFolder } from '../../disk/diskFolder.node';
import type { Port } from '../../protocol/rpc';
import { usualPatience } from './failures';
import type { PythonExit, PythonLauncher } from './wire';

/** Characters kept of what the process prints, which explains why it ended. */
const keptOutput = 4000;
/** Milliseconds in which Python ends by itself. */
const grace = 5000;
/** Characters of a run that are logged. */
const mostLogged = 1 << 18;
/** A program that writes so many characters of no message, before the first one, is no Python of ours. */
const mostBabble = 1 << 20;
/** Nothing that a network says in one line is longer. */
const longestLine = 1 << 29;

/** The Python of a machine where none is named. */
export const usualPython = process.platform === 'win32' ? 'python' : 'python3';

export interface LauncherOptions {
  /** The path of `runner.py`. */
  readonly runner: string;
  /** How a person names another Python, for messages. */
  readonly other: string;
  /** Receives what Python prints. */
  readonly log?: (text: string) => void;
  /** Seconds in which Python must have answered. */
  readonly patience?: number;
}

/** Without a name it is the usual Python. */
export function pythonLauncher(name: string, options: LauncherOptions): PythonLauncher {
  const python = name || usualPython;
  return {
    python,
    other: options.other,
    async launch(files, { device, processes }) {
      const root = join(tmpdir(), `nnspec-pytorch-${randomUUID()}`);
      const folder = new DiskFolder(root, { isPrivate: true });
      for (const { path, bytes } of files) {
        folder.create(path, bytes);
      }
      const child = spawn(python, ['-B', '-u', options.runner, ...(device === 'cuda' ? ['--cuda'] : [])], {
        cwd: root,
        stdio: ['pipe', 'pipe', 'pipe'],
        windowsHide: true,
        env: {
          ...process.env,
          PYTHONIOENCODING: 'utf-8',
          NNSPEC_PROCESSES: String(processes),
          ...(device === 'cpu' && { CUDA_VISIBLE_DEVICES: '' }),
        },
      });
      const lines = new Lines(child, options);
      const exit = lines.exit.then(async (found) => {
        await folder.remove('').catch(() => undefined);
        return found;
      });
      return { port: lines, exit, dispose: () => lines.dispose() };
    },
  };
}

/** Messages over the process's standard streams. Lines that are none count as its output. */
class Lines implements Port {
  readonly #child: ChildProcess;
  readonly #log: (text: string) => void;
  readonly #listeners = new Set<(message: unknown) => void>();
  /** Messages that came before anybody listened. */
  #waiting: unknown[] = [];
  #line = '';
  #output = '';
  #logged = 0;
  #babble = 0;
  #hasSpoken = false;
  #fault: 'babbles' | 'silent' | undefined;
  readonly #deadline: ReturnType<typeof setTimeout>;
  readonly exit: Promise<PythonExit>;

  constructor(child: ChildProcess, { log = () => undefined, patience = usualPatience }: LauncherOptions) {
    this.#child = child;
    this.#log = log;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => this.#read(text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => this.#note(text));
    this.#deadline = setTimeout(() => this.#end('silent'), patience * 1000);
    // The end of the process tells what a broken pipe would.
    child.stdin?.on('error', () => undefined);
    this.exit = new Promise((resolve) => {
      child.once('error', (error) => {
        clearTimeout(this.#deadline);
        resolve({ missing: true, output: error.message });
      });
      child.once('close', (code, signal) => {
        clearTimeout(this.#deadline);
        resolve({
          ...(code !== null && { code }),
          ...(signal !== null && { signal }),
          ...(this.#fault && { [this.#fault]: true }),
          output: this.#output,
        });
      });
    });
  }

  /** Python ends when nobody speaks to it any more, and then tidies up. */
  dispose(): void {
    this.#child.stdin?.end();
    const kill = () => void this.#child.kill('SIGKILL');
    if (this.#hasSpoken) {
      setTimeout(kill, grace).unref();
    } else {
      kill();
    }
  }

  post(message: unknown): void {
    this.#child.stdin?.write(`${JSON.stringify(message)}\n`);
  }

  onMessage(listener: (message: unknown) => void) {
    this.#listeners.add(listener);
    for (const message of this.#waiting.splice(0)) {
      listener(message);
    }
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  #read(text: string): void {
    const [first, ...rest] = text.split('\n');
    this.#line += first;
    for (const next of rest) {
      this.#take(this.#line);
      this.#line = next;
    }
    if (this.#line.length > (this.#hasSpoken ? longestLine : mostBabble)) {
      this.#end('babbles');
    }
  }

  #take(line: string): void {
    const message = parsed(line);
    if (!message) {
      this.#note(`${line}\n`);
      this.#babble += line.length + 1;
      if (!this.#hasSpoken && this.#babble > mostBabble) {
        this.#end('babbles');
      }
      return;
    }
    this.#hasSpoken = true;
    clearTimeout(this.#deadline);
    if (this.#listeners.size === 0) {
      this.#waiting.push(message);
    }
    for (const listener of this.#listeners) {
      listener(message);
    }
  }

  #note(text: string): void {
    this.#logSome(text);
    this.#output = (this.#output + text).slice(-keptOutput);
  }

  /** A program that floods the log fills no disk. */
  #logSome(text: string): void {
    const room = mostLogged - this.#logged;
    this.#logged += text.length;
    if (room > 0) {
      this.#log(text.length < room ? text : `${text.slice(0, room)}\n…\n`);
    }
  }

  #end(fault: 'babbles' | 'silent'): void {
    this.#fault = fault;
    this.#line = '';
    this.#child.kill('SIGKILL');
  }
}

/** The message in a line; undefined for any other text. */
function parsed(line: string): object | undefined {
  if (!line.startsWith('{')) {
    return undefined;
  }
  try {
    const message: unknown = JSON.parse(line);
    return isRecord(message) && typeof message.kind === 'string' ? message : undefined;
  } catch {
    return undefined;
  }
}
