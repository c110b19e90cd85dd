import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { largestSeed } from '../../common/random';
import { layerRanges } from '../../language';
import { withFolds } from '../../spec/spec';
import { fileNameOf } from '../files/names';
import { mayTrain } from '../files/trust';
import { showProblems } from '../language/showProblems';
import type { Run } from '../runs/run';
import type { TrainRequest } from '../runs/runManager';
import type { Services } from '../services';
import { inBackground } from '../words/background';
import { confirm, showError } from '../words/messages';
import { compareLinear } from './compareLinear';
import { sweep } from './sweep';
import { specOrAsk } from './targets';

export type StepUnit = 'phase' | 'batch' | 'epoch';

export interface TrainOptions {
  /** Executes one step of this kind, then pauses. */
  readonly firstStep?: StepUnit;
  /** Does not ask before it replaces a run in progress. */
  readonly restart?: boolean;
  /** Takes the seed after that of the run before, in place of the spec's. */
  readonly newSeed?: boolean;
  /** Trains in folds first: those of the spec, or the usual number. */
  readonly inFolds?: boolean;
  /** Marks errors in the editor without revealing the first one. */
  readonly quiet?: boolean;
}

/** The latest call of `train` for each spec. */
const newest = new Map<string, object>();

/** Trains a spec as its editor shows it. Undefined if no run was started. */
export async function train(
  services: Services,
  argument: unknown,
  options: TrainOptions = {},
): Promise<Run | undefined> {
  const question = (run: Run) => t('{0} is training. Restart it from the beginning?', run.title);
  const spec = (await mayTrain()) ? await specOrAsk(argument, services) : undefined;
  if (!spec) {
    return undefined;
  }
  const own = {};
  newest.set(spec.toString(), own);
  const request = await requestFor(services, spec, options);
  // A later call starts a run with a newer text, which this one must not replace.
  if (!request || newest.get(spec.toString()) !== own) {
    return undefined;
  }
  if (!(options.restart || (await mayReplace(services, request.specUri, question, t('Restart'))))) {
    return undefined;
  }
  if (request.spec.sweep && !options.firstStep) {
    inBackground(sweep(services, request));
    return undefined;
  }
  const { firstStep } = options;
  const before = services.runs.of(request.specUri)?.details.started?.seed ?? request.spec.seed;
  const seed = options.newSeed ? (before + 1) % (largestSeed + 1) : undefined;
  const hadLinear = services.runs.of(request.specUri)?.details.linear !== undefined;
  const run = services.runs.train({ ...request, seed, paused: firstStep !== undefined });
  if (hadLinear && options.inFolds) {
    inBackground(compareAgain(services, run, request.specUri));
  }
  await services.panels.reveal(request.specUri);
  if (firstStep) {
    await run.ready;
    if (run.hasEngine) {
      await run.ask('step', { unit: firstStep });
    }
  }
  return run;
}

/** Trains the linear model again where the run before was compared with it, now in the folds as well. */
async function compareAgain(services: Services, run: Run, specUri: vscode.Uri): Promise<void> {
  await run.concluded;
  if (
    run.details.ended &&
    !run.details.ended.divergence &&
    run.state !== 'stopped' &&
    services.runs.of(specUri) === run
  ) {
    await compareLinear(services, specUri);
  }
}

/** The request to start a run of the spec; undefined if it has errors or none was chosen. */
export async function requestFor(
  services: Services,
  argument: unknown,
  { quiet = false, inFolds = false }: Pick<TrainOptions, 'quiet' | 'inFolds'> = {},
): Promise<TrainRequest | undefined> {
  const document = (await mayTrain()) ? await documentToTrain(services, argument) : undefined;
  if (!document) {
    return undefined;
  }
  const { parsed, problems } = await services.diagnostics.check(document);
  const { spec } = parsed;
  if (!spec || problems.some(({ severity }) => severity === 'error')) {
    if (!quiet) {
      services.diagnostics.publish(document.uri, problems);
      await showProblems(document.uri, problems);
    }
    return undefined;
  }
  const trained = inFolds ? withFolds(spec) : spec;
  return {
    specUri: document.uri,
    // The document may have been edited while the data were read.
    specText: parsed.text,
    fileName: fileNameOf(document.uri),
    spec: trained,
    // The text need not ask for them.
    ...(inFolds && { folds: trained.training.crossValidation }),
    layerLines: layerRanges(parsed).map(({ typeRange }) => typeRange.start.line),
    warnings: problems.map(({ code, severity, message, range, file }) => ({ code, severity, message, range, file })),
  };
}

async function documentToTrain(services: Services, argument: unknown): Promise<vscode.TextDocument | undefined> {
  const uri = await specOrAsk(argument, services);
  try {
    return uri && (await vscode.workspace.openTextDocument(uri));
  } catch (error) {
    services.log.warn(String(error));
    inBackground(showError(t('The spec cannot be opened: {0}', uri?.path ?? '')));
    return undefined;
  }
}

/** A run in progress is valuable: asks before it is replaced. */
export async function mayReplace(
  { runs }: Services,
  spec: vscode.Uri,
  question: (run: Run) => string,
  yes: string,
): Promise<boolean> {
  const run = runs.of(spec);
  if (!run?.isActive) {
    return true;
  }
  return confirm(question(run), yes);
}
