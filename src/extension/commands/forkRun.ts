import { t } from '@vscode/l10n';
import { assertNever } from '../../common/assertNever';
import { formatCount } from '../../common/formatCount';
import { placeOf, stepOf } from '../../engine/checkpoint/checkpoint';
import { type ForkPoint, forkPoints } from '../../runs/forkPoints';
import type { KeptRun } from '../../runs/readRun';
import { mayTrain } from '../files/trust';
import { formatLoss } from '../runs/describe';
import { keptSpec } from '../runs/keptSpec';
import type { Run } from '../runs/run';
import type { TrainRequest } from '../runs/runManager';
import { type KnownRun, runOrAsk } from '../runs/view/runCommands';
import { openSpec } from '../runs/view/runSpecs';
import type { Services } from '../services';
import { inBackground } from '../words/background';
import { type Choice, choose, showError, showInformation } from '../words/messages';
import { mayReplace, requestFor } from './train';

/**
 * Trains a new run from a checkpoint of a kept one: with the spec's file as it is now, or as the run has
 * trained it. It takes over what fits.
 */
export async function forkRun(services: Services, argument: unknown): Promise<Run | undefined> {
  const found = (await mayTrain()) ? await runOrAsk(services, argument, t('Run to fork')) : undefined;
  if (!found) {
    return undefined;
  }
  const { home, header, id } = found;
  const files = home.repository.folderOf(id);
  const kept = await home.repository.read(id);
  const points = await forkPoints(files, kept.events, stepOf);
  if (points.length === 0) {
    inBackground(showInformation(t('This run has no checkpoint.')));
    return undefined;
  }
  const point = await choose(points.map(choiceOf), t('The checkpoint from which the new run begins'));
  if (!point) {
    return undefined;
  }
  const resume = await files.read(point.file);
  const at = placeOf(resume);
  const name = point.file.split('/').at(-1);
  if ('problem' in at) {
    inBackground(showError(`${header.name}, ${name}: ${at.problem}`));
    return undefined;
  }
  const request = await requestOf(services, found, kept);
  if (!request || 'problem' in request) {
    inBackground(request ? showError(request.problem) : Promise.resolve());
    return undefined;
  }
  const question = (run: Run) => t('{0} is training. Put the new run in its place?', run.title);
  if (!(await mayReplace(services, request.specUri, question, t('Replace')))) {
    return undefined;
  }
  const parent = { id, step: at.step };
  const forked = await services.runs.trainFrom({ ...request, resume, fork: true, from: `${id}/${name}`, parent });
  if ('failure' in forked) {
    inBackground(showError(`${header.name}, ${name}: ${forked.failure.message}`));
    return undefined;
  }
  await services.panels.reveal(request.specUri);
  return forked.run;
}

/** `Best checkpoint   step 1,200 · epoch 300 · val_loss 0.0312` */
function choiceOf(point: ForkPoint): Choice<ForkPoint> {
  const { kind, step, epoch } = point;
  const [tag, loss] = epoch?.values.find(([each]) => each === 'val_loss') ?? epoch?.values[0] ?? [];
  const words = [
    kind === 'milestone' ? undefined : t('step {0}', formatCount(step)),
    epoch && t('epoch {0}', formatCount(epoch.epoch)),
    loss === undefined ? undefined : `${tag} ${formatLoss(loss)}`,
  ];
  return { label: labelOf(kind, step), description: words.filter(Boolean).join(' · '), value: point };
}

function labelOf(kind: ForkPoint['kind'], step: number): string {
  switch (kind) {
    case 'last':
      return t('Last checkpoint');
    case 'best':
      return t('Best checkpoint');
    case 'milestone':
      return t('Checkpoint at step {0}', formatCount(step));
    default:
      return assertNever(kind);
  }
}

/** The spec to train. Asks if its file is not what the run has trained. A run of a sweep has its own. */
async function requestOf(
  services: Services,
  found: KnownRun,
  kept: KeptRun,
): Promise<TrainRequest | { readonly problem: string } | undefined> {
  const { home, header } = found;
  const document = header.sweep ? undefined : await openSpec(home.specUri(header.spec));
  if (!document) {
    return keptSpec(found, kept);
  }
  const isSame = document.getText() === kept.specText;
  const chosen = isSame
    ? 'file'
    : await choose(
        [
          { label: t('The spec as its file is now'), value: 'file' },
          { label: t('The spec as the run has trained it'), value: 'run' },
        ] as const,
        t('The spec has changed since the run. Which one is trained?'),
      );
  switch (chosen) {
    case 'file':
      return requestFor(services, document.uri);
    case 'run':
      return keptSpec(found, kept);
    default:
      return undefined;
  }
}
