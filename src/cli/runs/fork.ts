/** `nnspec runs fork`: a new run from a checkpoint of a kept one, with a spec that may have changed since. */
import { relative, resolve } from 'node:path';
import { t } from '@vscode/l10n';
import { placeOf, stepOf } from '../../engine';
import { type ForkPoint, forkPoints } from '../../runs/forkPoints';
import { isInside } from '../dataFiles';
import { UsageError } from '../errors';
import { type CliIo, exitStatus } from '../io';
import { fail } from '../modelFiles';
import { JsonReport } from '../report/jsonReport';
import { TextReport } from '../report/textReport';
import { readSpecFile, type SpecFile } from '../specFile';
import type { TrainArguments } from '../trainArguments';
import { refused, trainSpec } from '../trainRun';
import type { ReadableRun } from './find';
import { keptAnew } from './keptAnew';
import { keptSpec, shownPath } from './keptSpec';

export interface ForkArguments extends Pick<TrainArguments, 'json' | 'threads' | 'seed' | 'epochs' | 'keep'> {
  /** `last`, `best` or the number of steps. */
  readonly step: string;
  /** The spec to train. Default: that of the run, as its file is now. */
  readonly spec: string | undefined;
}

export async function fork(run: ReadableRun, { step, spec, ...options }: ForkArguments, io: CliIo): Promise<number> {
  const { repository, id } = run;
  const files = repository.folderOf(id);
  const kept = await repository.read(id);
  const point = chosen(await forkPoints(files, kept.events, stepOf), step, id);
  const checkpoint = await files.read(point.file);
  const at = placeOf(checkpoint);
  const shown = shownPath(run, point.file, io);
  if ('problem' in at) {
    return fail(`${shown}: ${at.problem}`, io);
  }
  const own = () => keptSpec(run, kept, io);
  const found =
    spec === undefined ? ((await currentSpec(run, io)) ?? own()) : { path: spec, ...(await read(spec, io)) };
  if ('problem' in found) {
    return fail(found.problem, io);
  }
  const { path, file } = found;
  const report = options.json ? new JsonReport(io) : new TextReport(io);
  if (refused(path, file, report)) {
    report.endWithoutResult('failed');
    return exitStatus.failed;
  }
  const from = `${id}/${point.file.split('/').at(-1)}`;
  const training = { ...options, path, baseline: false, resume: shown, from, fork: true };
  const parent = { id, step: at.step };
  const ownFolder = options.keep ? keptAnew(training, file, { resume: checkpoint }, report, io, { parent }) : undefined;
  return trainSpec(training, file, { resume: checkpoint }, report, io, ownFolder);
}

function chosen(points: readonly ForkPoint[], step: string, id: string): ForkPoint {
  const point = points.find(({ kind, step: own }) => kind === step || (kind === 'milestone' && String(own) === step));
  if (point) {
    return point;
  }
  const names = points.map((each) => (each.kind === 'milestone' ? String(each.step) : each.kind));
  throw new UsageError(
    names.length > 0
      ? t('The run {0} has no checkpoint “{1}”. There are: {2}.', id, step, names.join(', '))
      : t('The run {0} has no checkpoint.', id),
  );
}

async function read(path: string, io: CliIo): Promise<{ readonly file: SpecFile }> {
  return { file: await readSpecFile(path, io) };
}

/** The file of the run's spec as it is now. A run of a sweep has a spec of its own. */
async function currentSpec(
  { folder, header }: ReadableRun,
  io: CliIo,
): Promise<{ readonly path: string; readonly file: SpecFile } | undefined> {
  const place = resolve(folder, header.spec);
  if (header.sweep || !isInside(folder, place) || !(await io.files.exists(place))) {
    return undefined;
  }
  const path = relative(io.cwd, place);
  return { path, ...(await read(path, io)) };
}
