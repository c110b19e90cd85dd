/** The program `nnspec`: hands this process to `run`. As a worker thread of itself it is the engine. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { config, t } from '@vscode/l10n';
import { toDisposable } from '../common/disposable';
import { machineOf } from '../server/machine.node';
import { diskFiles, removeUnfinished } from './diskFiles';
import { serveEngine, startEngineThread } from './engineThread';
import { fileErrorText } from './fileErrors';
import { type CliIo, exitStatus, type Output } from './io';
import { chooseLanguage } from './language';
import { run } from './run';

/** Built into `dist/`, beside the message bundles; what is shipped stands in `media/`. */
const productFolder = join(__dirname, '..');

const interrupts = new Set<() => void>();
let interrupted = false;
/** An output could not be written: the process fails, however its command ends. */
let broken = false;

function interrupt(): void {
  // Whoever asks twice does not want to wait; a command that does not listen has nothing to save.
  if (interrupted || interrupts.size === 0) {
    process.exit(broken ? exitStatus.failed : exitStatus.interrupted);
  }
  interrupted = true;
  for (const listener of [...interrupts]) {
    listener();
  }
}

function outputOf(stream: NodeJS.WriteStream): Output {
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
    // What was reached is still saved, also where neither output can be written: only a person asks twice.
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
  };
}

async function main(): Promise<void> {
  const argv = process.argv.slice(2);
  const language = chooseLanguage(argv, process.env);
  const bundle = join(__dirname, 'l10n', `bundle.l10n.${language}.json`);
  const messages = language !== 'en' && existsSync(bundle) ? bundle : undefined;
  configureMessages(messages);
  process.on('exit', removeUnfinished);
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  const io: CliIo = {
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    cwd: process.cwd(),
    files: diskFiles,
    language,
    now: () => performance.now(),
    schedule: (callback) => setImmediate(callback),
    machine: machineOf(__dirname),
    startEngine: (host) => startEngineThread(__filename, messages, host),
    onInterrupt(listener) {
      interrupts.add(listener);
      return toDisposable(() => interrupts.delete(listener));
    },
    readShipped: (name) => readFile(join(productFolder, 'media', 'data', name)),
  };
  const status = await run(argv, io);
  process.exitCode = broken ? exitStatus.failed : status;
  if (interrupted) {
    process.stdout.write('', () => setTimeout(dieOfInterrupt, patience).unref());
  }
}

/** Milliseconds in which a program that was interrupted and has written everything should be gone. */
const patience = 500;

/** A read that never ends, of a pipe say, keeps the process alive, and even `exit` waits for it. To a shell this is 130, too. */
function dieOfInterrupt(): void {
  process.off('SIGINT', interrupt);
  process.kill(process.pid, 'SIGINT');
}

/** `bundle` is the path of the translations; without one, messages are English. */
function configureMessages(bundle: string | undefined): void {
  if (bundle !== undefined) {
    config({ fsPath: bundle });
  }
}

if (parentPort) {
  configureMessages(workerData);
  serveEngine(parentPort, __dirname);
} else {
  void main();
}
