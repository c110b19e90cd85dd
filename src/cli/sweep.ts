/** `nnspec sweep`: trains and keeps the runs of a sweep, or lists them. */
import { basename, dirname, resolve } from 'node:path';
import { t } from '@vscode/l10n';
import { jsonLine } from '../common/jsonLine';
import { checkSpec, rankingOf, runAt, type Sweep, type SweepRun, showWritten, sweepOf } from '../language';
import type { RunHeader } from '../runs/header';
import { bestFirst, type Rank, rankOf } from '../runs/rank';
import { higherIsBetter } from '../spec/catalogue/metrics';
import { UsageError } from './errors';
import { type CliIo, exitStatus } from './io';
import type { Arguments, OptionTypes } from './options';
import { fromSpecProblem, hasErrors, problemJson, problemText } from './problemOutput';
import { short, table } from './report/format';
import { openRuns } from './runs/keptTraining';
import { readSpecFile, type SpecFile } from './specFile';
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
  if (file.spec && !sweepOf(file.parsed, file.fileName)) {
    throw new UsageError(t('{0} has no sweep.', path));
  }
  if (args.has('list')) {
    return list(path, file, json, io);
  }
  return trainFile({ ...readTrainArguments(args), keep: true }, io, async (runs) => {
    const { tag } = rankingOf(runs);
    const rows = bestFirst(await rowsOf(runs, path, io), ({ header }) => rankBy(tag, header), higherIsBetter);
    print(rows, runs, json, io);
  });
}

async function list(path: string, file: SpecFile, json: boolean, io: CliIo): Promise<number> {
  const found = file.spec ? checkSpec(file.parsed).map((problem) => fromSpecProblem(path, problem)) : [];
  const problems = [...file.problems, ...found];
  const runs = file.spec && sweepOf(file.parsed, file.fileName);
  if (!runs || hasErrors(problems)) {
    (json ? io.stdout : io.stderr).write(problems.map(json ? problemJson : problemText).join(''));
    return exitStatus.failed;
  }
  print(await rowsOf(runs, path, io), runs, json, io);
  return exitStatus.fine;
}

/** A run of the sweep, with the newest kept run that has its values. */
interface Row {
  readonly index: number;
  readonly values: SweepRun['values'];
  readonly header?: RunHeader;
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
    return { index, values, header };
  });
}

/** The rank of a run, if it goes by the tag by which the sweep is ranked now. */
function rankBy(tag: string, header: RunHeader | undefined): Rank | undefined {
  const rank = header && rankOf(header);
  return rank?.tag === tag ? rank : undefined;
}

function print(rows: readonly Row[], sweep: Sweep, json: boolean, io: CliIo): void {
  if (json) {
    const objects = rows.map(({ index, values, header }) => ({ index, values, run: header?.id, best: header?.best }));
    io.stdout.write(objects.map(jsonLine).join(''));
    return;
  }
  const { tag } = rankingOf(sweep);
  const head = ['', ...sweep.settings.map(({ written }) => written), tag, t('run')];
  const lines = rows.map(({ index, values, header }) => {
    const rank = rankBy(tag, header);
    return [
      String(index),
      ...Object.values(values).map((value) => showWritten(value)),
      rank ? short(rank.value) : '',
      header?.id ?? '',
    ];
  });
  io.stdout.write(table([head, ...lines]));
}
