import { t } from '@vscode/l10n';
import type { CancellationToken } from 'vscode';
import { weightsDifference } from '../../engine/weights';
import { RunComparison, unrepeatable, type Verdict, verdictText, versionText } from '../../runs/runComparison';
import { readIfThere } from '../../runs/runFiles';
import { runFile } from '../../runs/runWriter';
import { repeat } from '../../runs/startAgain';
import { mayTrain } from '../files/trust';
import { describeEpoch } from '../runs/describe';
import { keptSpec } from '../runs/keptSpec';
import type { Run } from '../runs/run';
import type { TrainRequest } from '../runs/runManager';
import { type KnownRun, runOrAsk } from '../runs/view/runCommands';
import { titleOf } from '../runs/view/runSpecs';
import type { Services } from '../services';
import { inBackground } from '../words/background';
import { showError, showInformation, showWarning, withProgress } from '../words/messages';

/**
 * Trains a kept run again from its beginning, and says whether the same bits come out, or what differs.
 * Nothing is kept of it, and the panel goes on showing its run.
 */
export async function repeatRun(services: Services, argument: unknown): Promise<Verdict | undefined> {
  const found = (await mayTrain()) ? await runOrAsk(services, argument, t('Run to train again')) : undefined;
  if (!found) {
    return undefined;
  }
  // A run that has just ended here may still be writing its weights.
  await services.keeper.settled();
  const { repository } = found.home;
  const kept = await repository.read(found.id);
  const request = await requestOf(found, kept);
  if ('problem' in request) {
    inBackground(showError(request.problem));
    return undefined;
  }
  const weights = await readIfThere(repository.folderOf(found.id), runFile.weights);
  const title = titleOf(found);
  const verdict = await withProgress(t('{0}: training again…', title), async (token, report) => {
    const opened = await services.runs.open(request, token);
    if ('failure' in opened) {
      return { kind: 'failed', problem: opened.failure.message } as const;
    }
    const { run } = opened;
    const compareWeights =
      weights && (async () => weightsDifference(weights, await run.ask('saveWeights', null), runFile.weights));
    const comparison = new RunComparison(found.header, kept, compareWeights);
    try {
      return await train(run, comparison, kept.record.epoch, token, report);
    } finally {
      run.dispose();
    }
  });
  if (!verdict) {
    return undefined;
  }
  const text = `${title}: ${verdictText(verdict)}`;
  if (verdict.kind === 'same') {
    inBackground(showInformation(text));
  } else {
    const version = verdict.kind === 'different' ? versionText(found.header) : undefined;
    inBackground(showWarning(version === undefined ? text : `${text} ${version}`));
  }
  return verdict;
}

async function requestOf(
  found: KnownRun,
  kept: Parameters<typeof repeat>[2],
): Promise<TrainRequest | { readonly problem: string }> {
  const { header, home, id } = found;
  if (header.state === 'running') {
    return { problem: t('This run trains now. It can be trained again once it is over.') };
  }
  const problem = unrepeatable(header);
  if (problem !== undefined) {
    return { problem };
  }
  const start = await repeat(home.repository, header, kept);
  if (!start) {
    return { problem: t('The run {0} began from a checkpoint that is not kept: it cannot be repeated.', id) };
  }
  const spec = keptSpec(found, kept);
  return 'problem' in spec ? spec : { ...spec, ...start };
}

/** Trains the paused run until the comparison is settled; undefined where the person has cancelled it. */
async function train(
  run: Run,
  comparison: RunComparison,
  epochs: number,
  token: CancellationToken,
  report: (increment: number, message: string) => void,
): Promise<Verdict | undefined> {
  const begin = () => {
    const { fold, dataHash, resumed } = run.details.started ?? {};
    comparison.begin({ fold, dataHash, epochs: resumed?.epochs });
  };
  run.onEvent((event) => {
    switch (event.event) {
      case 'start':
        begin();
        return;
      case 'epoch':
        comparison.take([event]);
        return;
      case 'error':
        comparison.settle({ kind: 'failed', problem: event.message });
        return;
      case 'end':
        inBackground(comparison.end(event.reason));
        return;
    }
  });
  let done = 0;
  run.onChange(() => {
    const { progress, started } = run.details;
    // Each fold has as many epochs, and there is no telling how many folds are left.
    if (progress && started?.fold === undefined) {
      const share = Math.min(100, (100 * progress.epoch) / Math.max(1, epochs));
      report(Math.max(0, share - done), describeEpoch(progress, started));
      done = Math.max(done, share);
    }
  });
  begin();
  await run.ask('resume', null);
  const verdict = await comparison.verdict;
  return token.isCancellationRequested ? undefined : verdict;
}
