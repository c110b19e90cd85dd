/** `nnspec runs resume`: goes on with a kept run in its folder, from its last checkpoint, to the bit. */
import { t } from '@vscode/l10n';
import { placeOf } from '../../engine';
import { foldScore } from '../../protocol/runEvents';
import { runFile } from '../../runs/runWriter';
import { goOn } from '../../runs/startAgain';
import { type CliIo, exitStatus } from '../io';
import { fail } from '../modelFiles';
import { JsonReport } from '../report/jsonReport';
import { sayBeside } from '../report/report';
import { TextReport } from '../report/textReport';
import { refused, trainSpec } from '../trainRun';
import type { ReadableRun } from './find';
import { keptSpec, shownPath } from './keptSpec';
import { KeptTraining } from './keptTraining';

export async function resume(
  run: ReadableRun,
  options: { readonly json: boolean; readonly threads?: number },
  io: CliIo,
): Promise<number> {
  const { header, repository, id } = run;
  if (header.state === 'running') {
    return fail(t('The run {0} trains now. Wait for its end, or end its process.', id), io);
  }
  const going = await goOn(repository, header, placeOf);
  if ('problem' in going) {
    return fail(`${shownPath(run, runFile.lastCheckpoint, io)}: ${going.problem}`, io);
  }
  const { start, at, kept } = going;
  const { reason } = kept.record.end ?? {};
  if (reason === 'completed' || reason === 'early_stopping') {
    const further = `nnspec runs fork ${id} --epochs N`;
    return fail(t('The run {0} is complete. To train further, begin a new run from its end: {1}', id, further), io);
  }
  const spec = keptSpec(run, kept, io);
  if ('problem' in spec) {
    return fail(spec.problem, io);
  }
  const { path, file } = spec;
  const folds = at.step < 0 ? [] : kept.record.folds.map(foldScore);
  const report = options.json ? new JsonReport(io, folds) : new TextReport(io, folds);
  if (refused(path, file, report)) {
    report.endWithoutResult('failed');
    return exitStatus.failed;
  }
  const { init, resume: checkpoint, ...others } = start;
  const training = {
    path,
    ...options,
    ...others,
    baseline: false,
    // Where to point if the checkpoint is refused.
    ...(checkpoint && { resume: shownPath(run, runFile.lastCheckpoint, io) }),
  };
  const goesOn = new KeptTraining({ repository, id, at, folds }, io, sayBeside(report, io));
  return trainSpec(training, file, { init, resume: checkpoint }, report, io, goesOn);
}
