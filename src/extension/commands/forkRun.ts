import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { assertNever } from '../../common/assertNever';
import { formatCount } from '../../common/formatCount';
import { placeOf, stepOf } from '../../engine/checkpoint/checkpoint';
import type { Reply } from '../../protocol/engine';
import { type ForkPoint, forkPoints } from '../../runs/forkPoints';
import type { KeptRun } from '../../runs/readRun';
import { goOnTo } from '../../runs/startAgain';
import { mayTrain } from '../files/trust';
import { formatLoss } from '../runs/describe';
import { keptSpec } from '../runs/keptSpec';
import type { Run } from '../runs/run';
import type { TrainRequest } from '../runs/runManager';
import { type KnownRun, runOrAsk } from '../runs/view/runCommands';
import { openSpec } from '../runs/view/runSpecs';
import type { Services } from '../services';
import { inBackground } from '../words/background';
import { type Choice, choose, showError, showInformation, withProgress } from '../words/messages';
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
  const name = point.file.split('/').at(-1) ?? '';
  if ('problem' in at) {
    inBackground(showError(`${header.name}, ${name}: ${at.problem}`));
    return undefined;
  }
  return forkFrom(services, found, kept, { name, step: at.step, checkpoint: async () => resume });
}

/**
 * Trains a new run from a moment of the film of a run. The run is trained once more up to there, from the
 * nearest checkpoint before, in an engine of its own: a film holds the weights alone.
 */
export async function forkMoment(services: Services, shown: Run, step: number): Promise<Run | undefined> {
  await services.keeper.settled();
  const known = (await mayTrain()) && (await services.homes.find(vscode.Uri.parse(shown.specUri), shown.id));
  if (!known) {
    return undefined;
  }
  if ('problem' in known) {
    inBackground(showInformation(t('The files of this run are damaged.')));
    return undefined;
  }
  const kept = await known.home.repository.read(known.id);
  return forkFrom(services, known, kept, {
    name: t('step {0}', formatCount(step)),
    step,
    checkpoint: () => trainedTo(services, known, kept, step),
  });
}

/** The checkpoint of a copy of the run after so many steps; undefined where there is none, which was said. */
async function trainedTo(
  { runs }: Services,
  found: KnownRun,
  kept: KeptRun,
  step: number,
): Promise<Uint8Array | undefined> {
  const { home, header } = found;
  const checkpoint = await withProgress(
    t('{0}: training once more up to step {1}…', header.name, formatCount(step)),
    async (token): Promise<Reply<Uint8Array> | undefined> => {
      const spec = keptSpec(found, kept);
      const start = await goOnTo(step, home.repository, header, kept, { placeOf, stepOf });
      const problem = 'problem' in spec ? spec.problem : start && 'problem' in start ? start.problem : undefined;
      if ('problem' in spec || !start || 'problem' in start) {
        return { err: { code: 'checkpoint', message: problem ?? t('This run has no checkpoint.') } };
      }
      const opened = await runs.open({ ...spec, ...start, film: undefined, inspect: true }, token);
      if ('failure' in opened) {
        return token.isCancellationRequested ? undefined : { err: opened.failure };
      }
      try {
        const reached = await opened.run.ask('trainTo', { step });
        if ('ok' in reached && reached.ok.step !== step) {
          return { err: { code: 'other', message: t('Trained once more, the run does not come to this step.') } };
        }
        const state = await opened.run.ask('saveCheckpoint', null);
        return token.isCancellationRequested ? undefined : state;
      } finally {
        opened.run.dispose();
      }
    },
  );
  if (checkpoint && 'err' in checkpoint) {
    inBackground(showError(`${header.name}: ${checkpoint.err.message}`));
  }
  return checkpoint && 'ok' in checkpoint ? checkpoint.ok : undefined;
}

/** The place in a run from which another one begins. */
interface Origin {
  /** As it is told. */
  readonly name: string;
  readonly step: number;
  /** Undefined where there is none after all, which was said. */
  checkpoint(): Promise<Uint8Array | undefined>;
}

async function forkFrom(
  services: Services,
  found: KnownRun,
  kept: KeptRun,
  { name, step, checkpoint }: Origin,
): Promise<Run | undefined> {
  const { header, id } = found;
  const request = await requestOf(services, found, kept);
  if (!request || 'problem' in request) {
    inBackground(request ? showError(request.problem) : Promise.resolve());
    return undefined;
  }
  const question = (run: Run) => t('{0} is training. Put the new run in its place?', run.title);
  if (!(await mayReplace(services, request.specUri, question, t('Replace')))) {
    return undefined;
  }
  const resume = await checkpoint();
  if (!resume) {
    return undefined;
  }
  const parent = { id, step };
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
