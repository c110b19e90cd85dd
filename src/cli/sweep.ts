/** `nnspec sweep`: trains and keeps the runs of a sweep, or lists them. */
import { basename, dirname, resolve } from 'node:path';
import { t } from '@vscode/l10n';
import { jsonLine } from '../common/jsonLine';
import { checkSpec, rankingOf, runAt, type Sweep, type SweepRun, showWritten, sweepOf } from '../language';
import type { RunHeader } from '../runs/header';
import { UsageError } from './errors';
import { type CliIo, exitStatus } from './io';
import type { Arguments, OptionTypes } from './options';
import { fromSpecProblem, hasErrors, problemJson, problemText } from './problemOutput';
import { short, table } from './report/format';
import { openRuns } from './runs/keptTraining';
import { readSpecFile } from './specFile';
import { trainFile } from './train';
import { readTrainArguments, trainOptions } from './trainArguments';

export const sweepOptions: OptionTypes = { ...trainOptions, list: 'boolean' };

export async function sweep(args: Arguments, io: CliIo): Promise<number> {
  const [path, ...rest] = args.positionals;
  if (path === undefined || rest.length > 0) {
    throw new UsageError(t('Name one .nnspec file with a sweep.'));
  }
  const json = args.has('json');
  const file = await readSpecFile(path, io);
  const found = file.spec ? checkSpec(file.parsed).map((problem) => fromSpecProblem(path, problem)) : [];
  const problems = [...file.problems, ...found];
  if (!file.spec || hasErrors(problems)) {
    (json ? io.stdout : io.stderr).write(problems.map(json ? problemJson : problemText).join(''));
    return exitStatus.failed;
  }
  const runs = sweepOf(file.parsed, file.fileName);
  if (!runs) {
    throw new UsageError(t('{0} has no sweep.', path));
  }
  if (args.has('list')) {
    print(await rowsOf(runs, path, io), runs, json, io);
    return exitStatus.fine;
  }
  const status = await trainFile({ ...readTrainArguments(args), keep: true }, io);
  print(bestFirst(await rowsOf(runs, path, io), runs), runs, json, io);
  return status;
}

/** A run of the sweep, with the newest kept run that has its values. */
interface Row {
  readonly index: number;
  readonly values: SweepRun['values'];
  readonly run?: string;
  readonly best?: RunHeader['best'];
}

async function rowsOf(sweep: Sweep, path: string, io: CliIo): Promise<Row[]> {
  const kept = new Map<string, RunHeader>();
  for (const listed of await openRuns(dirname(resolve(io.cwd, path)), io).list()) {
    // They come newest first.
    if ('header' in listed && listed.header.spec === basename(path) && listed.header.sweep) {
      const key = JSON.stringify(listed.header.sweep.values);
      kept.set(key, kept.get(key) ?? listed.header);
    }
  }
  return Array.from({ length: sweep.count }, (_, index) => {
    const { values } = runAt(sweep, index);
    const header = kept.get(JSON.stringify(values));
    return { index, values, ...(header && { run: header.id, best: header.best }) };
  });
}

/** Runs without a value come last, in their order. */
function bestFirst(rows: readonly Row[], sweep: Sweep): Row[] {
  const { tag, higher } = rankingOf(sweep);
  const rank = ({ best }: Row) => (best?.tag === tag ? (higher ? -best.value : best.value) : Number.POSITIVE_INFINITY);
  return [...rows].sort((a, b) => (rank(a) === rank(b) ? a.index - b.index : rank(a) - rank(b)));
}

function print(rows: readonly Row[], sweep: Sweep, json: boolean, io: CliIo): void {
  if (json) {
    io.stdout.write(rows.map(jsonLine).join(''));
    return;
  }
  const head = ['', ...sweep.settings.map(({ written }) => written), rankingOf(sweep).tag, t('run')];
  const lines = rows.map(({ index, values, run = '', best }) => [
    String(index),
    ...Object.values(values).map((value) => showWritten(value)),
    best ? short(best.value) : '',
    run,
  ]);
  io.stdout.write(table([head, ...lines]));
}
