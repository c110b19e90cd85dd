/**
 * An engine server whose networks are trained by PyTorch: it reads the data, starts Python and passes on what
 * happens there. What else a host asks is answered by a mirror of the network.
 *
 * ```
 *   host ◀── requests, events ──▶ this server ◀── JSON lines ──▶ runner.py, which runs the exported train.py
 * ```
 */
import { t } from '@vscode/l10n';
import type { Disposable } from '../../common/disposable';
import type { EngineEvent, EngineRequests, HostRequests, ProblemMessage, StartOptions } from '../../protocol/engine';
import { capabilitiesOf, protocolVersion } from '../../protocol/hello';
import { measurements } from '../../protocol/measurements';
import {
  type Connection,
  connect,
  FailureError,
  type Handlers,
  handOver,
  type Port,
  toFailure,
} from '../../protocol/rpc';
import type { ServerEnvironment } from '../environment';
import { hostFiles } from '../hostFiles';
import { rowLosses, weightsFile } from '../measure';
import { prepare } from '../prepare';
import { PyTorchRun } from './pytorchRun';
import type { PythonLauncher } from './wire';

/** All that this engine can be asked. */
type Served = Pick<
  EngineRequests,
  | 'hello'
  | 'setLanguage'
  | 'start'
  | 'pause'
  | 'resume'
  | 'step'
  | 'stop'
  | 'setLearningRate'
  | 'measure'
  | 'saveWeights'
  | 'rowLosses'
>;

/** It has no film, from which that one is made. */
const measured = measurements.filter((name) => name !== 'gradientHistory');

export class PyTorchServer implements Disposable {
  readonly #environment: ServerEnvironment;
  readonly #launcher: PythonLauncher;
  readonly #connection: Connection<HostRequests, EngineEvent>;
  #options: StartOptions | undefined;
  #run: PyTorchRun | undefined;
  #disposed = false;

  constructor(port: Port, environment: ServerEnvironment, launcher: PythonLauncher) {
    this.#environment = environment;
    this.#launcher = launcher;
    this.#connection = connect<Served, HostRequests, never, EngineEvent>(port, { serve: this.#handlers() });
  }

  dispose(): void {
    this.#disposed = true;
    this.#connection.close();
    this.#run?.dispose();
  }

  #handlers(): Handlers<Served> {
    const handlers: Handlers<Served> = {
      hello: () => ({
        protocol: protocolVersion,
        engine: 'pytorch',
        capabilities: capabilitiesOf(handlers, ['batch', 'epoch'], measured),
      }),
      setLanguage: ({ l10n }) => {
        this.#environment.configureLanguage?.(l10n);
        return null;
      },
      start: (options) => this.#start(options),
      pause: () => this.#mustRun().pause(),
      resume: () => this.#mustRun().resume(),
      step: ({ unit }) => this.#mustRun().step(unit),
      stop: () => this.#run?.stop() ?? null,
      setLearningRate: ({ learningRate }) => this.#mustRun().setLearningRate(learningRate),
      measure: async (params) => (await this.#mustRun().synced()).measurer.answer(params),
      saveWeights: async () => handOver(weightsFile((await this.#mustRun().synced(true)).prepared)),
      rowLosses: async ({ part }) => rowLosses((await this.#mustRun().synced(true)).prepared, part),
    };
    return handlers;
  }

  #start(options: StartOptions): null {
    if (this.#options) {
      throw new FailureError(
        'already-started',
        t('This engine has a run already. Start another engine for another run.'),
      );
    }
    this.#options = options;
    if (options.l10n) {
      this.#environment.configureLanguage?.(options.l10n);
    }
    const run = new PyTorchRun(options, this.#environment, (event) => this.#connection.tell(event));
    this.#run = run;
    void this.#begin(options, run).catch((error) => run.fail(toFailure(error)));
    return null;
  }

  async #begin(options: StartOptions, run: PyTorchRun): Promise<void> {
    const problems = unsupported(options);
    const preparation =
      problems.length > 0
        ? { problems }
        : await prepare(
            { ...options, film: undefined },
            {
              files: hostFiles(this.#connection, this.#environment.machine),
              enterStage: (text) => this.#enterStage(text),
              onBatch: () => undefined,
              machine: this.#environment.machine ?? { cores: 1, now: this.#environment.now },
            },
          );
    const prepared = 'problems' in preparation ? preparation : preparation.training();
    if ('problems' in prepared) {
      run.refuse(prepared.problems);
      return;
    }
    await this.#enterStage(t('Starting PyTorch…'));
    if (!this.#disposed) {
      await run.launch(prepared, this.#launcher);
    }
  }

  /** Resolves in a later turn of the event loop: the message is sent before the long work that follows. */
  #enterStage(text: string): Promise<void> {
    this.#connection.tell({ type: 'stage', text });
    return new Promise((resolve) => this.#environment.schedule(resolve));
  }

  #mustRun(): PyTorchRun {
    if (!this.#run) {
      throw new FailureError('not-started', t('No run has been started. Start one first.'));
    }
    return this.#run;
  }
}

/** Whatever of a run PyTorch does not do. */
function unsupported({ spec, resume, inspect }: StartOptions): readonly ProblemMessage[] {
  const problems: ProblemMessage[] = [];
  const add = (code: string, message: string, path?: readonly string[]) =>
    problems.push({ code, severity: 'error', message, path });
  if (resume) {
    add('checkpoint', t('PyTorch cannot go on from a checkpoint of NNSpec. Begin with weights instead.'));
  }
  if (spec.training.crossValidation !== undefined && !inspect) {
    add('engine', t('PyTorch trains no cross-validation. Take “engine” or “cross_validation” out of the spec.'), [
      'training',
      'cross_validation',
    ]);
  }
  return problems;
}
