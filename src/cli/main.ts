/** The program `nnspec`: connects `run` to this process. Its worker threads run this file as the engine. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { config, t } from '@vscode/l10n';
import { toDisposable } from '../common/disposable';
import { fileErrorText } from '../disk/fileErrors';
import { removeUnfinished } from '../disk/replaceFile.node';
import { diskFiles } from './diskFiles';
import { diskKeeping } from './diskKeeping';
import { serveEngine, startEngineThread } from './engineThread';
import { type CliIo, exitStatus, type Stream } from './io';
import { chooseLanguage } from './language';
import { outputTo } from './output';
import { run } from './run';

/** The program is built into `dist/`; shipped data are in `media/`, pages in `docs/`. */
const productFolder = join(__dirname, '..');

const interrupts = new Set<() => void>();
/** Files that are being written. */
let writes = 0;
let interrupted = false;
/** An output could not be written: the exit status is 1, whatever the command returns. */
let broken = false;

const signals = ['SIGINT', 'SIGTERM'] as const;

/**
 * Handles signals only while a command listens or a file is being written. Otherwise they keep their default
 * action, which ends the process at once, even during a computation.
 */
function updateSignalHandlers(): void {
  for (const signal of signals) {
    process.off(signal, receive);
    if (interrupts.size > 0 || writes > 0) {
      process.on(signal, receive);
    }
  }
}

/** A second signal ends the process; a command that does not listen has nothing to save. */
function receive(signal: NodeJS.Signals): void {
  if (interrupted || interrupts.size === 0) {
    removeUnfinished();
    dieOf(signal);
  } else {
    interrupt();
  }
}

function interrupt(): void {
  if (interrupts.size === 0) {
    process.exit(broken ? exitStatus.failed : exitStatus.interrupted);
  }
  interrupted = true;
  for (const listener of [...interrupts]) {
    listener();
  }
}

function streamOf(stream: NodeJS.WriteStream): Stream {
  let open = true;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (!open) {
      return;
    }
    open = false;
    if (error.code !== 'EPIPE') {
      broken = true;
      if (stream !== process.stderr) {
        process.stderr.write(`${fileErrorText(t('Standard output'), error)}\n`);
      }
    }
    // A second broken output does not count as a second interrupt: results are still saved.
    if (!interrupted) {
      interrupt();
    }
  });
  return {
    isTTY: stream.isTTY ?? false,
    get columns() {
      return stream.columns;
    },
    write(text) {
      if (open) {
        stream.write(text);
      }
    },
    drained() {
      if (!open || !stream.writableNeedDrain) {
        return Promise.resolve();
      }
      return new Promise((resolve) => {
        const ends = ['drain', 'close', 'error'];
        const done = () => {
          for (const end of ends) {
            stream.off(end, done);
          }
          resolve();
        };
        for (const end of ends) {
          stream.on(end, done);
        }
      });
    },
  };
}

async function main(): Promise<void> {
  const argv = process.argv.slice(2);
  const language = chooseLanguage(argv, process.env);
  const bundle = join(__dirname, 'l10n', `bundle.l10n.${language}.json`);
  const messages = language !== 'en' && existsSync(bundle) ? bundle : undefined;
  configureMessages(messages);
  process.on('exit', removeUnfinished);
  const io: CliIo = {
    stdout: outputTo(streamOf(process.stdout), process.stdout.isTTY),
    stderr: outputTo(streamOf(process.stderr), true),
    cwd: process.cwd(),
    files: {
      ...diskFiles,
      async writeAtomically(path, content) {
        writes++;
        updateSignalHandlers();
        try {
          await diskFiles.writeAtomically(path, content);
        } finally {
          writes--;
          updateSignalHandlers();
        }
      },
    },
    language,
    startEngine: (host, python) => startEngineThread(__filename, { messages, python } satisfies ThreadData, host),
    onInterrupt(listener) {
      interrupts.add(listener);
      updateSignalHandlers();
      return toDisposable(() => {
        interrupts.delete(listener);
        updateSignalHandlers();
      });
    },
    keeping: diskKeeping,
    readShipped: (name) => readFile(join(productFolder, 'media', 'data', name)),
    readPage: (name) => readFile(join(productFolder, 'docs', name), 'utf8'),
  };
  const status = await run(argv, io);
  process.exitCode = broken ? exitStatus.failed : status;
  if (interrupted) {
    process.stdout.write('', () => setTimeout(() => dieOf('SIGINT'), patience).unref());
  }
}

/** Milliseconds that an interrupted process has to end by itself after all output is written. */
const patience = 500;

/**
 * Ends the process by the default action of a signal. `exit` would wait for an unfinished read or write, such
 * as that of a pipe, for ever.
 */
function dieOf(signal: NodeJS.Signals): void {
  process.off(signal, receive);
  process.kill(process.pid, signal);
}

/** How the engine's thread begins. */
interface ThreadData {
  /** The path of the translations. */
  readonly messages?: string;
  /** The Python that trains; default: the built-in engine trains. */
  readonly python?: string;
}

/** `bundle` is the path of the translations; without one, messages are English. */
function configureMessages(bundle: string | undefined): void {
  if (bundle !== undefined) {
    config({ fsPath: bundle });
  }
}

if (parentPort) {
  const { messages, python } = workerData as ThreadData;
  configureMessages(messages);
  serveEngine(parentPort, __dirname, python);
} else {
  void main();
}
