/** `nnspec train`: the engine in this process; the same numbers as in the editor, to the bit. */
import { resolve } from 'node:path';
import { t } from '@vscode/l10n';
import { assertNever } from '../common/assertNever';
import { checkSpec } from '../language';
import type { Ended, EngineEvent, Failure, ProblemMessage, Started } from '../protocol/engine';
import { type InProcessEngine, startInProcess } from '../server/inProcess';
import { dataFilesOf } from './dataFiles';
import { fileErrorText } from './fileErrors';
import { type CliIo, exitStatus } from './io';
import type { Arguments, OptionTypes } from './options';
import {
  type FileProblem,
  fromProblemMessage,
  fromSpecProblem,
  hasErrors,
  problemJson,
  problemOfFile,
  problemText,
} from './problemOutput';
import { JsonReport } from './report/jsonReport';
import type { TrainReport } from './report/report';
import { TextReport } from './report/textReport';
import { readSpecFile, type SpecFile } from './specFile';
import { UsageError } from './usageError';

export const trainOptions: OptionTypes = {
  json: 'boolean',
  seed: 'string',
  epochs: 'string',
  threads: 'string',
  backend: 'string',
  init: 'string',
  save: 'string',
};

const largestSeed = 2 ** 32 - 1;

interface TrainArguments {
  readonly path: string;
  readonly json: boolean;
  readonly seed?: number;
  readonly epochs?: number;
  readonly threads?: number;
  readonly init?: string;
  readonly save?: string;
}

/** How the engine came to its end. */
type Outcome =
  | { readonly kind: 'ended'; readonly ended: Ended }
  | { readonly kind: 'refused'; readonly problems: readonly ProblemMessage[] }
  | { readonly kind: 'failed'; readonly failure: Failure };

export async function train(args: Arguments, io: CliIo): Promise<number> {
  const options = readTrainArguments(args);
  const file = await readSpecFile(options.path, io);
  if (!file.spec) {
    printProblems(file.problems, options.json, io);
    return exitStatus.failed;
  }
  const known = [...file.problems, ...checkSpec(file.parsed).map((each) => fromSpecProblem(options.path, each))];
  if (hasErrors(known)) {
    printProblems(known, options.json, io);
    return exitStatus.failed;
  }
  let init: Uint8Array | undefined;
  let at = options.init;
  try {
    init = options.init === undefined ? undefined : await io.files.read(resolve(io.cwd, options.init));
    at = options.save;
    if (options.save !== undefined) {
      await io.files.mustBeWritable(resolve(io.cwd, options.save));
    }
  } catch (error) {
    io.stderr.write(`${fileErrorText(at ?? '', error)}\n`);
    return exitStatus.failed;
  }
  return new TrainCommand(options, file, init, io).run();
}

function readTrainArguments(args: Arguments): TrainArguments {
  const [path, ...rest] = args.positionals;
  if (path === undefined || rest.length > 0) {
    throw new UsageError(t('Name one .nnspec file to train.'));
  }
  if (args.choice('backend', ['wasm', 'reference'] as const) === 'wasm') {
    throw new UsageError(t('The backend “wasm” is not yet supported. Use --backend reference.'));
  }
  return {
    path,
    json: args.has('json'),
    seed: args.integer('seed', 0, largestSeed),
    epochs: args.integer('epochs', 1, Number.MAX_SAFE_INTEGER),
    threads: args.integer('threads', 1, 1024),
    init: args.text('init'),
    save: args.text('save'),
  };
}

class TrainCommand {
  readonly #options: TrainArguments;
  readonly #file: SpecFile & { readonly spec: object };
  readonly #init: Uint8Array | undefined;
  readonly #io: CliIo;
  readonly #report: TrainReport;
  #started: Started | undefined;
  #interrupted = false;

  constructor(options: TrainArguments, file: SpecFile & { spec: object }, init: Uint8Array | undefined, io: CliIo) {
    this.#options = options;
    this.#file = file;
    this.#init = init;
    this.#io = io;
    this.#report = options.json ? new JsonReport(io.stdout) : new TextReport(io);
  }

  async run(): Promise<number> {
    const io = this.#io;
    const files = dataFilesOf(this.#options.path, io);
    const host = {
      readFile: ({ path }: { readonly path: string }) => files.read(path),
      readShipped: ({ name }: { readonly name: string }) => files.readShipped(name),
    };
    const engine = startInProcess(host, io);
    const interrupt = io.onInterrupt(() => {
      this.#interrupted = true;
      void engine.client.ask('stop', null);
    });
    try {
      return await this.#conclude(await this.#train(engine), engine);
    } finally {
      interrupt.dispose();
      engine.dispose();
    }
  }

  async #train({ client }: InProcessEngine): Promise<Outcome> {
    const { seed, epochs, threads, path, json } = this.#options;
    const { spec, text } = this.#file;
    let settle: (outcome: Outcome) => void = () => undefined;
    const outcome = new Promise<Outcome>((resolve) => {
      settle = resolve;
    });
    client.onEvent((event) => {
      const found = this.#receive(event);
      if (found) {
        settle(found);
      } else if (event.type === 'started') {
        void client.ask('resume', null);
      }
    });
    const reply = await client.ask('start', {
      spec,
      specText: text,
      fileName: path,
      seed,
      epochs,
      threads,
      init: this.#init,
      everyEpoch: json,
      // The network is checked against the data before the first step.
      paused: true,
    });
    if ('err' in reply) {
      settle({ kind: 'failed', failure: reply.err });
    }
    return outcome;
  }

  /** The outcome, where the event settles it. */
  #receive(event: EngineEvent): Outcome | undefined {
    switch (event.type) {
      case 'stage':
        this.#report.stage(event.text);
        return undefined;
      case 'started':
        return this.#begin(event.started);
      case 'refused':
        return { kind: 'refused', problems: event.problems };
      case 'epochs':
        this.#report.epochs(event.records);
        return undefined;
      case 'batches':
        return undefined;
      case 'progress':
        this.#report.progress(event.progress);
        return undefined;
      case 'ended':
        return { kind: 'ended', ended: event.ended };
      case 'failed':
        return { kind: 'failed', failure: event.failure };
      default:
        return assertNever(event);
    }
  }

  #begin(started: Started): Outcome | undefined {
    const { parsed, problems } = this.#file;
    const remarks = checkSpec(parsed, started.facts);
    if (hasErrors(remarks)) {
      return { kind: 'refused', problems: remarks };
    }
    this.#started = started;
    const found = [...problems, ...remarks.map((each) => fromSpecProblem(this.#options.path, each))];
    for (const problem of found) {
      this.#io.stderr.write(problemText(problem));
    }
    this.#report.start(started);
    return undefined;
  }

  async #conclude(outcome: Outcome, engine: InProcessEngine): Promise<number> {
    const { path, json } = this.#options;
    const { parsed, problems } = this.#file;
    switch (outcome.kind) {
      case 'refused': {
        const found = outcome.problems.map((each) =>
          each.code === 'initial-weights'
            ? problemOfFile(this.#options.init ?? path, each.code, each.message)
            : fromProblemMessage(path, each, parsed),
        );
        printProblems([...problems, ...found], json, this.#io);
        return exitStatus.failed;
      }
      case 'failed':
        this.#report.close();
        this.#io.stderr.write(`${outcome.failure.message}\n`);
        return exitStatus.failed;
      case 'ended':
        return this.#finish(outcome.ended, engine);
      default:
        return assertNever(outcome);
    }
  }

  async #finish(ended: Ended, engine: InProcessEngine): Promise<number> {
    if (!this.#started) {
      this.#report.close();
      this.#io.stderr.write(`${t('Interrupted before training began.')}\n`);
      return exitStatus.interrupted;
    }
    this.#report.end(ended);
    const saved = await this.#save(ended, engine);
    if (!saved) {
      return exitStatus.failed;
    }
    if (this.#interrupted) {
      return exitStatus.interrupted;
    }
    if (ended.reason === 'diverged') {
      return exitStatus.diverged;
    }
    return ended.expect.every(({ ok }) => ok) ? exitStatus.fine : exitStatus.failed;
  }

  /** False where the weights should have been saved and could not be. */
  async #save({ reason, divergence }: Ended, { client }: InProcessEngine): Promise<boolean> {
    const { save } = this.#options;
    const { stderr, files, cwd } = this.#io;
    if (divergence) {
      stderr.write(`${divergence.message}\n`);
    }
    if (save === undefined) {
      return true;
    }
    if (reason === 'diverged') {
      stderr.write(`${t('{0}: not saved, since the weights are not finite.', save)}\n`);
      return true;
    }
    const reply = await client.ask('saveWeights', null);
    if ('err' in reply) {
      stderr.write(`${reply.err.message}\n`);
      return false;
    }
    try {
      await files.writeAtomically(resolve(cwd, save), reply.ok);
    } catch (error) {
      stderr.write(`${fileErrorText(save, error)}\n`);
      return false;
    }
    stderr.write(`${t('{0}: weights saved.', save)}\n`);
    return true;
  }
}

function printProblems(problems: readonly FileProblem[], json: boolean, io: CliIo): void {
  for (const problem of problems) {
    if (json) {
      io.stdout.write(problemJson(problem));
    } else {
      io.stderr.write(problemText(problem));
    }
  }
}
