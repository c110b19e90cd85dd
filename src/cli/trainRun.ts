/** A training of the command line: the editor’s engine in a worker thread, with bit-identical results. */
import { resolve } from 'node:path';
import { t } from '@vscode/l10n';
import { assertNever } from '../common/assertNever';
import { messageOf } from '../common/messageOf';
import { timeTag } from '../common/trainingTime';
import { fileErrorText } from '../disk/fileErrors';
import { checkSpec, layerRanges, type ParsedSpec } from '../language';
import type { Ended, EngineEvent, Failure, ProblemMessage, Progress, Reply, Started } from '../protocol/engine';
import type { EngineClient } from '../protocol/engineClient';
import { wholeBuffers } from '../protocol/rpc';
import type { RunState } from '../runs/series';
import { withFolds } from '../spec/spec';
import { engineHostOf } from './dataFiles';
import { UsageError, unexpectedText } from './errors';
import { type CliIo, exitStatus } from './io';
import { type LinearModel, linearWeightsPath, trainLinearModel } from './linearModel';
import {
  type FileProblem,
  fromProblemMessage,
  fromSpecProblem,
  hasErrors,
  problemOfFile,
  problemText,
} from './problemOutput';
import { both, type TrainReport } from './report/report';
import type { KeptTraining } from './runs/keptTraining';
import type { SpecFile } from './specFile';
import type { Training } from './trainArguments';

/** How a run ended; `cancelled` if it was interrupted before training began. */
type Outcome =
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'ended'; readonly ended: Ended }
  | { readonly kind: 'refused'; readonly problems: readonly ProblemMessage[] }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** The exit status of a training. Where it returns none, it has failed, and the report has said why. */
export async function concluded(report: TrainReport, work: () => Promise<number | undefined>): Promise<number> {
  try {
    const status = await work();
    if (status !== undefined) {
      return status;
    }
  } catch (error) {
    if (error instanceof UsageError) {
      throw error;
    }
    report.failure({ code: 'internal', message: unexpectedText(error) });
  }
  report.endWithoutResult('failed');
  return exitStatus.failed;
}

/** Trains a spec that was checked, and keeps the run if that is wanted. Returns the exit status. */
export async function trainSpec(
  training: Training,
  file: SpecFile & { spec: object },
  files: StartFiles,
  report: TrainReport,
  io: CliIo,
  kept?: KeptTraining,
): Promise<number> {
  const told = kept ? both(report, kept) : report;
  const status = await concluded(told, () => new TrainCommand(training, file, files, told, io, kept).run());
  await kept?.letGo();
  return kept?.failed && status === exitStatus.fine ? exitStatus.failed : status;
}

/** Whether a spec has errors, which are then reported. */
export function refused(
  path: string,
  file: SpecFile,
  report: Pick<TrainReport, 'problems'>,
): file is Extract<SpecFile, { spec?: undefined }> {
  const found = file.spec ? checkSpec(file.parsed) : [];
  const known = [...file.problems, ...found.map((each) => fromSpecProblem(path, each))];
  if (file.spec && !hasErrors(known)) {
    return false;
  }
  report.problems(known);
  return true;
}

/** Bytes of the files that a run begins with. */
interface StartFiles {
  readonly init?: Uint8Array;
  readonly resume?: Uint8Array;
}

class TrainCommand {
  readonly #options: Training;
  readonly #file: SpecFile & { readonly spec: object };
  readonly #files: StartFiles;
  readonly #io: CliIo;
  readonly #report: TrainReport;
  readonly #kept: KeptTraining | undefined;
  readonly #outcome: Promise<Outcome>;
  #settle: (outcome: Outcome) => void = () => undefined;
  #started: Started | undefined;
  /** Training has begun. The engine then pauses only for periodic checkpoints. */
  #running = false;
  /** The last periodic checkpoint. The final one must be written after it. */
  #saving: Promise<boolean> | undefined;
  /** Saving after an interrupt: whether it succeeded, or undefined if the run had ended by itself. */
  #savingStopped: Promise<boolean | undefined> | undefined;
  #state: RunState | undefined;
  /** A fold of a cross-validation was scored. */
  #hasFolds = false;
  /** The last warning that was printed. */
  #warned: string | undefined;

  constructor(
    options: Training,
    file: SpecFile & { spec: object },
    files: StartFiles,
    report: TrainReport,
    io: CliIo,
    kept: KeptTraining | undefined,
  ) {
    this.#kept = kept;
    this.#options = options;
    this.#file = file;
    this.#files = files;
    this.#io = io;
    this.#report = report;
    this.#outcome = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  /** Returns the exit status; undefined where the run has failed, and the report has said why. */
  async run(): Promise<number | undefined> {
    const io = this.#io;
    const { engine: kind } = this.#file.spec.training;
    const kept = (['checkpoint', 'resume'] as const).find((option) => kind && this.#options[option] !== undefined);
    if (kept) {
      const message = t(
        'PyTorch keeps no checkpoints of NNSpec: train without --{0}, or without “engine” in the spec.',
        kept,
      );
      this.#report.failure({ code: 'unknown-request', message });
      return undefined;
    }
    const python = kind && (this.#options.python ?? '');
    const engine = io.startEngine(engineHostOf(this.#options.path, io), python);
    const interrupt = io.onInterrupt(() => this.#interrupt(engine.client));
    try {
      void engine.died?.then((failure) => this.#settle({ kind: 'failed', failure }));
      await this.#train(engine.client);
      return await this.#conclude(await this.#outcome, engine.client);
    } finally {
      interrupt.dispose();
      engine.dispose();
    }
  }

  /** Stops a run after its current phase, so that it can be saved. Before its start, cancels the command. */
  #interrupt(client: EngineClient): void {
    if (this.#started) {
      if (this.#io.stderr.isTTY) {
        this.#report.close();
        this.#io.stderr.write(`${t('Ending after the phase at hand. Interrupt again to end at once.')}\n`);
      }
      void client.ask('stop', null);
      this.#savingStopped ??= this.#saveStopped(client);
    } else {
      this.#settle({ kind: 'cancelled' });
    }
  }

  /**
   * Saves a run that was stopped before its final values are computed, which may take minutes. The engine
   * answers requests that follow `stop` at once before it computes them.
   */
  async #saveStopped(client: EngineClient): Promise<boolean | undefined> {
    const { save, checkpoint } = this.#options;
    const [weights, state, best] = await Promise.all([
      save === undefined && !this.#kept ? undefined : client.ask('saveWeights', null),
      checkpoint === undefined && !this.#kept ? undefined : client.ask('saveCheckpoint', null),
      this.#kept?.newBest(),
    ]);
    if (this.#state !== 'stopped') {
      return undefined;
    }
    // The interrupt may have come while a periodic checkpoint was being written.
    await this.#saving;
    this.#report.close();
    await this.#kept?.finish(state, weights, best);
    const saved = save === undefined || (await this.#writeWeights(weights));
    const kept = checkpoint === undefined || (await this.#writeCheckpoint(state));
    return saved && kept;
  }

  async #train(client: EngineClient): Promise<void> {
    const { seed, epochs, crossValidation, threads, backend, json, checkpointEvery, from, fork, replay } =
      this.#options;
    const { spec, text, fileName, parsed } = this.#file;
    client.onEvent((event) => {
      const found = this.#receive(event);
      if (found) {
        this.#settle(found);
      } else if (event.type === 'started' && !this.#running) {
        void this.#setOut(client);
      } else if (event.type === 'progress' && event.progress.state === 'paused' && this.#running) {
        void this.#checkpointAndGoOn(client);
      }
    });
    const options = {
      spec: crossValidation ? withFolds(spec, crossValidation.folds) : spec,
      specText: text,
      fileName,
      seed,
      epochs,
      threads,
      backend,
      ...this.#files,
      from,
      fork,
      pauseEvery: checkpointEvery,
      replay,
      ...(this.#kept && {
        holdBest: this.#kept.ranking,
        film: this.#options.film ?? {},
        secondsBefore: this.#options.secondsBefore,
        // Only the panel shows them.
        layerLines: layerRanges(parsed).map(({ typeRange }) => typeRange.start.line),
      }),
      everyEpoch: json,
      // The network is checked against the data before the first step.
      paused: true,
    };
    // The bytes are moved, not copied: nobody else needs them.
    const reply = await client.ask('start', options, wholeBuffers(Object.values(this.#files)));
    if ('err' in reply) {
      this.#settle({ kind: 'failed', failure: reply.err });
    }
  }

  /** Begins the training of a run that waits. */
  async #setOut(client: EngineClient): Promise<void> {
    try {
      await this.#kept?.begin(client);
    } catch (error) {
      this.#settle({ kind: 'failed', failure: { code: 'run', message: messageOf(error) } });
      return;
    }
    await this.#resume(client);
  }

  async #resume(client: EngineClient): Promise<void> {
    const reply = await client.ask('resume', null);
    // A run that was stopped in the meantime is over; its end follows.
    if ('err' in reply && reply.err.code !== 'run-over') {
      this.#settle({ kind: 'failed', failure: reply.err });
    }
  }

  /** The outcome, if the event decides it. An event that cannot be reported ends the command. */
  #receive(event: EngineEvent): Outcome | undefined {
    try {
      return this.#take(event);
    } catch (error) {
      return { kind: 'failed', failure: { code: 'internal', message: unexpectedText(error) } };
    }
  }

  #take(event: EngineEvent): Outcome | undefined {
    switch (event.type) {
      case 'stage':
        this.#report.stage(event.text);
        return undefined;
      case 'started':
        return this.#begin(event.started);
      case 'refused':
        return { kind: 'refused', problems: event.problems };
      case 'epochs': {
        // The command that saved the checkpoint has already reported the epochs before it.
        const known = this.#started?.resumed?.epochs ?? 0;
        this.#report.epochs(known === 0 ? event.records : event.records.filter(({ epoch }) => epoch > known));
        return undefined;
      }
      case 'fold':
        this.#hasFolds = true;
        this.#report.fold(event.score);
        return undefined;
      case 'batches':
        this.#kept?.append('batch_loss', { x: event.steps, y: event.losses });
        return undefined;
      case 'time':
        this.#kept?.append(timeTag, { x: Float64Array.of(event.step), y: Float64Array.of(event.seconds) });
        return undefined;
      case 'intervention':
        this.#kept?.intervention(event.intervention);
        return undefined;
      case 'checking':
      case 'film':
        return undefined;
      case 'progress':
        this.#state = event.progress.state;
        this.#running ||= event.progress.state === 'running';
        this.#warn(event.progress);
        this.#report.progress(event.progress);
        return undefined;
      case 'ended':
        this.#warn(event.progress);
        return { kind: 'ended', ended: event.ended };
      case 'failed':
        return { kind: 'failed', failure: event.failure };
      default:
        return assertNever(event);
    }
  }

  #warn({ warning }: Progress): void {
    if (warning === undefined || this.#warned === warning) {
      return;
    }
    this.#warned = warning;
    this.#report.close();
    this.#io.stderr.write(`${t('warning')}: ${warning}\n`);
  }

  #begin(started: Started): Outcome | undefined {
    if (this.#started) {
      this.#started = started;
      this.#report.start(started, this.#kept?.open(started));
      return undefined;
    }
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
    this.#report.start(started, this.#kept?.open(started));
    return undefined;
  }

  async #conclude(outcome: Outcome, client: EngineClient): Promise<number | undefined> {
    const savedStopped = await this.#savingStopped;
    const { parsed, problems } = this.#file;
    switch (outcome.kind) {
      case 'cancelled':
        this.#report.close();
        this.#io.stderr.write(`${t('Interrupted before training began.')}\n`);
        this.#report.endWithoutResult('interrupted');
        return exitStatus.interrupted;
      case 'refused': {
        const found = outcome.problems.map((each) => this.#problemOf(each, parsed));
        this.#report.problems([...problems, ...found]);
        return undefined;
      }
      case 'failed':
        this.#report.failure(outcome.failure);
        return undefined;
      case 'ended':
        return this.#finish(outcome.ended, savedStopped, client);
      default:
        return assertNever(outcome);
    }
  }

  async #finish(ended: Ended, savedStopped: boolean | undefined, client: EngineClient): Promise<number> {
    this.#report.close();
    const saved = savedStopped ?? (await this.#saveEnded(ended, client));
    const linear = await this.#linearModel(ended, client);
    const linearSaved = await this.#saveLinear(linear);
    this.#report.end(ended, linear);
    if (!saved || !linearSaved) {
      return exitStatus.failed;
    }
    if (ended.reason === 'diverged') {
      return exitStatus.diverged;
    }
    // A run that was complete before the interrupt ends normally.
    if (ended.reason === 'stopped') {
      return exitStatus.interrupted;
    }
    return ended.expect.every(({ ok }) => ok) ? exitStatus.fine : exitStatus.failed;
  }

  /** The linear model, if it is wanted and there is one. */
  async #linearModel({ reason }: Ended, client: EngineClient): Promise<LinearModel | undefined> {
    const { baseline, path } = this.#options;
    if (!baseline || !this.#started || reason === 'stopped') {
      return undefined;
    }
    const found = await trainLinearModel(path, this.#started, this.#hasFolds, this.#report, this.#io, client);
    this.#report.close();
    if (found && 'problem' in found) {
      this.#io.stderr.write(`${t('The linear model: {0}', found.problem)}\n`);
      return undefined;
    }
    return found;
  }

  /** False if its weights could not be saved. */
  async #saveLinear(linear: LinearModel | undefined): Promise<boolean> {
    const { save } = this.#options;
    if (save === undefined || linear === undefined) {
      return true;
    }
    const path = linearWeightsPath(save);
    return this.#write(path, linear.weights, t('{0}: weights of the linear model saved.', path));
  }

  async #saveEnded(ended: Ended, client: EngineClient): Promise<boolean> {
    await this.#saving;
    const saved = await this.#save(ended, client);
    const kept = await this.#saveCheckpoint(ended.reason === 'diverged', client);
    if (this.#kept) {
      // A diverged run has neither.
      const ask = (what: 'saveCheckpoint' | 'saveWeights') =>
        ended.reason === 'diverged' ? undefined : client.ask(what, null);
      await this.#kept.finish(await ask('saveCheckpoint'), await ask('saveWeights'), await this.#kept.newBest());
    }
    return saved && kept;
  }

  #problemOf(problem: ProblemMessage, parsed: ParsedSpec): FileProblem {
    const { path, init, resume } = this.#options;
    switch (problem.code) {
      case 'initial-weights':
        return problemOfFile(init ?? path, problem.code, problem.message);
      case 'checkpoint':
        return problemOfFile(resume ?? path, problem.code, problem.message);
      default:
        return fromProblemMessage(path, problem, parsed);
    }
  }

  async #checkpointAndGoOn(client: EngineClient): Promise<void> {
    this.#saving = this.#saveCheckpoint(false, client, { quiet: true });
    if (await this.#saving) {
      await this.#resume(client);
    } else {
      this.#settle({ kind: 'failed', failure: { code: 'checkpoint', message: t('Training was ended.') } });
    }
  }

  /** False if a checkpoint should have been saved and could not be. */
  async #saveCheckpoint(diverged: boolean, client: EngineClient, { quiet = false } = {}): Promise<boolean> {
    const { checkpoint } = this.#options;
    const { stderr } = this.#io;
    if (checkpoint === undefined) {
      return true;
    }
    if (diverged) {
      stderr.write(`${t('{0}: not saved, since the run has diverged.', checkpoint)}\n`);
      return true;
    }
    return this.#writeCheckpoint(await client.ask('saveCheckpoint', null), { quiet });
  }

  async #writeCheckpoint(reply: Reply<Uint8Array> | undefined, { quiet = false } = {}): Promise<boolean> {
    const { checkpoint = '' } = this.#options;
    return this.#write(checkpoint, reply, quiet ? undefined : t('{0}: checkpoint saved.', checkpoint));
  }

  async #writeWeights(reply: Reply<Uint8Array> | undefined): Promise<boolean> {
    const { save = '' } = this.#options;
    return this.#write(save, reply, t('{0}: weights saved.', save));
  }

  /** False if there is a reply whose bytes could not be made or written. */
  async #write(path: string, reply: Reply<Uint8Array> | undefined, message: string | undefined): Promise<boolean> {
    const { stderr, files, cwd } = this.#io;
    if (reply === undefined) {
      return true;
    }
    if ('err' in reply) {
      this.#report.failure(reply.err);
      return false;
    }
    try {
      await files.writeAtomically(resolve(cwd, path), reply.ok);
    } catch (error) {
      this.#report.failure({ code: 'file', message: fileErrorText(path, error) });
      return false;
    }
    if (message !== undefined) {
      stderr.write(`${message}\n`);
    }
    return true;
  }

  /** False if the weights should have been saved and could not be. */
  async #save({ reason, divergence }: Ended, client: EngineClient): Promise<boolean> {
    const { save } = this.#options;
    const { stderr } = this.#io;
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
    return this.#writeWeights(await client.ask('saveWeights', null));
  }
}
