import { t } from '@vscode/l10n';
import { effectiveSpecText } from '../../language';
import type { Ended, Failure } from '../../protocol/engine';
import { lossDifference } from '../../protocol/lossDifference';
import { linearModelOf } from '../../spec/layers/linearModel';
import { mayTrain } from '../files/trust';
import type { LinearModel, Run } from '../runs/run';
import type { Services } from '../services';
import { inBackground } from '../words/background';
import { showError, showInformation, withProgress } from '../words/messages';
import { specOrAsk } from './targets';

/** Trains the linear model beside a spec's run, in a second engine, and keeps it with the run. */
export async function compareLinear(services: Services, argument: unknown): Promise<Ended['final'] | undefined> {
  const spec = (await mayTrain()) ? await specOrAsk(argument, services) : undefined;
  const run = spec && services.runs.of(spec);
  if (!spec || !run?.source || !run.details.started) {
    if (spec) {
      inBackground(showInformation(t('Train the network first, then compare it with the linear model.')));
    }
    return undefined;
  }
  const { source } = run;
  const { started, folds = [] } = run.details;
  // The language lets every network end in a list of numbers.
  const linear = linearModelOf(started.spec, started.layers[started.layers.length - 1].shape[0], folds.length > 0);
  const title = t('Training the linear model beside {0}…', run.title);
  const trained = await withProgress(title, async (token) => {
    const request = {
      ...source,
      seed: undefined,
      epochs: undefined,
      pauseEvery: undefined,
      specUri: spec,
      spec: linear,
      specText: effectiveSpecText(linear),
    };
    const opened = await services.runs.open(request, token);
    const result = 'failure' in opened ? opened.failure : await modelOf(opened.run, run);
    return token.isCancellationRequested ? undefined : result;
  });
  if (!trained || 'message' in trained) {
    if (trained) {
      inBackground(showError(trained.message));
    }
    return undefined;
  }
  run.keepLinear(trained);
  return trained.final;
}

/** Trains a paused run to its end, and compares it with the network's run. */
async function modelOf(run: Run, network: Run): Promise<LinearModel | Pick<Failure, 'message'> | undefined> {
  try {
    await run.ask('resume', null);
    await run.over;
    const { ended, failure, folds } = run.details;
    if (failure || !ended || ended.divergence) {
      return failure ?? ended?.divergence;
    }
    const weights = await run.ask('saveWeights', null);
    // A network that still learns has another loss in a moment.
    const error = network.isActive ? undefined : await lossDifference(ended.final, network, run);
    return 'err' in weights ? weights.err : { final: ended.final, folds, error, weights: weights.ok };
  } finally {
    run.dispose();
  }
}
