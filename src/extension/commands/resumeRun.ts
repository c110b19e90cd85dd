import { t } from '@vscode/l10n';
import { decodeCheckpoint } from '../../engine/checkpoint/checkpoint';
import { layerRanges, parseSpec } from '../../language';
import type { StartOptions } from '../../protocol/engine';
import type { SetEvent } from '../../runs/events';
import { seriesUpTo } from '../../runs/readRun';
import type { RunFiles } from '../../runs/runFiles';
import { runFile } from '../../runs/runWriter';
import { fileNameOf } from '../files/names';
import { mayTrain } from '../files/trust';
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
  const { home, id, header } = found;
  const { repository } = home;
  const files = repository.folderOf(id);
  const resume = await readIfThere(files, runFile.lastCheckpoint);
  const checkpoint = resume && decodeCheckpoint(resume);
  if (checkpoint && 'problem' in checkpoint) {
    return checkpoint;
  }
  const { specText = '', series } = await repository.read(id);
  const specUri = home.specUri(header.spec);
  const fileName = fileNameOf(specUri);
  const parsed = parseSpec(specText, { fileName });
  if (!parsed.spec) {
    return { problem: t('The spec of this run cannot be read. Train anew.') };
  }
  const { state } = checkpoint?.ok ?? {};
  // Without a checkpoint it begins anew, with whatever was done before the first step.
  const at = state ? { step: state.program.step, epochs: state.history.length } : { step: -1, epochs: 0 };
  const { seed, epochs } = header.overrides ?? {};
  return {
    specUri,
    spec: parsed.spec,
    specText,
    fileName,
    layerLines: layerRanges(parsed).map(({ typeRange }) => typeRange.start.line),
    ...(resume ? { resume } : { init: await readIfThere(files, runFile.init), ...(isCount(seed) && { seed }) }),
    ...(isCount(epochs) && { epochs }),
    replay: await replayOf(files, await repository.interventionsAfter(id, at)),
    again: { found, ...at, series: seriesUpTo(series, at) },
  };
}

/** Interventions as the engine does them again, with the files that they need. */
export async function replayOf(
  files: RunFiles,
  interventions: readonly SetEvent[],
): Promise<NonNullable<StartOptions['replay']>> {
  return Promise.all(
    interventions.map(async ({ step, epochs, name, value }) => {
      if (typeof value === 'number') {
        return { step, epochs, kind: name, value };
      }
      // A log may have been changed by somebody else: no other file is read.
      const bytes = /^loaded-\d+\.safetensors$/.test(value) ? await readIfThere(files, value) : undefined;
      return { step, epochs, kind: name, file: value, bytes };
    }),
  );
}

async function readIfThere(files: RunFiles, name: string): Promise<Uint8Array | undefined> {
  return (await files.stat(name)) ? files.read(name) : undefined;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
