import { t } from '@vscode/l10n';
import { placeOf } from '../../engine/checkpoint/checkpoint';
import { foldScore } from '../../protocol/runEvents';
import { seriesUpTo } from '../../runs/readRun';
import { goOn } from '../../runs/startAgain';
import { mayTrain } from '../files/trust';
import { keptSpec } from '../runs/keptSpec';
import type { Run } from '../runs/run';
import type { FoundRun } from '../runs/runHomes';
import type { TrainRequest } from '../runs/runManager';
import { runNamed } from '../runs/view/runListing';
import type { Services } from '../services';
import { inBackground } from '../words/background';
import { showError, showInformation } from '../words/messages';
import { specOrAsk } from './targets';
import { mayReplace } from './train';

/**
 * Goes on with a kept run from its last checkpoint, or from its beginning where it has none: to the bit as if
 * it had never been interrupted. The spec is the one that it was started with.
 */
export async function resumeRun(services: Services, argument: unknown): Promise<Run | undefined> {
  const found = (await mayTrain()) ? await foundRun(services, argument) : undefined;
  if (!found) {
    return undefined;
  }
  const request = 'header' in found && found.header.state !== 'running' ? await requestOf(found) : undefined;
  if (!request || 'problem' in request) {
    inBackground(showError(request?.problem ?? t('This run cannot be resumed: it trains, or its files are damaged.')));
    return undefined;
  }
  const question = (run: Run) => t('{0} is training. Put the kept run in its place?', run.title);
  if (!(await mayReplace(services, request.specUri, question, t('Replace')))) {
    return undefined;
  }
  const resumed = await services.runs.trainFrom(request);
  if ('failure' in resumed) {
    inBackground(showError(resumed.failure.message));
    return undefined;
  }
  await services.panels.reveal(request.specUri);
  return resumed.run;
}

/** The kept run that a command names: a row of the view; of a spec the one that is shown, else the newest. */
async function foundRun(services: Services, argument: unknown): Promise<FoundRun | undefined> {
  const named = runNamed(argument);
  if (named) {
    return named;
  }
  const spec = await specOrAsk(argument, services);
  const shown = spec && services.runs.of(spec);
  const found = spec && (await (shown?.stored ? services.homes.find(spec, shown.id) : services.homes.newestOf(spec)));
  if (spec && !found) {
    inBackground(showInformation(t('No run of this spec is kept. Train a network first.')));
  }
  return found;
}

type Request = TrainRequest & { readonly again: NonNullable<TrainRequest['again']> };

async function requestOf(
  found: Extract<FoundRun, { header: object }>,
): Promise<Request | { readonly problem: string }> {
  const { home, header } = found;
  const going = await goOn(home.repository, header, placeOf);
  if ('problem' in going) {
    return going;
  }
  const { start, at, kept } = going;
  // Begun anew, it trains its folds again.
  const folds = at.step < 0 ? [] : kept.record.folds.map(foldScore);
  const spec = keptSpec(found, kept);
  if ('problem' in spec) {
    return spec;
  }
  return {
    ...spec,
    ...start,
    again: { found, ...at, series: seriesUpTo(kept.series, at), ...(folds.length > 0 && { folds }) },
  };
}
