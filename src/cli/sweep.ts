/** `nnspec sweep`: lists the runs of a sweep. */
import { t } from '@vscode/l10n';
import { jsonLine } from '../common/jsonLine';
import { checkSpec, runAt, showWritten, sweepOf } from '../language';
import { UsageError } from './errors';
import { type CliIo, exitStatus } from './io';
import type { Arguments, OptionTypes } from './options';
import { fromSpecProblem, hasErrors, problemJson, problemText } from './problemOutput';
import { table } from './report/format';
import { readSpecFile } from './specFile';

export const sweepOptions: OptionTypes = { json: 'boolean', list: 'boolean' };

export async function sweep(args: Arguments, io: CliIo): Promise<number> {
  const [path, ...rest] = args.positionals;
  if (path === undefined || rest.length > 0) {
    throw new UsageError(t('Name one .nnspec file with a sweep.'));
  }
  if (!args.has('list')) {
    throw new UsageError(t('The command {0} needs the option {1}.', 'sweep', '--list'));
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
  const listed = Array.from({ length: runs.count }, (_, index) => runAt(runs, index).values);
  if (json) {
    io.stdout.write(listed.map((values, index) => jsonLine({ index, values })).join(''));
  } else {
    const rows = listed.map((values, index) => [String(index), ...Object.values(values).map(showWritten)]);
    io.stdout.write(table([['', ...runs.settings.map(({ written }) => written)], ...rows]));
  }
  return exitStatus.fine;
}
