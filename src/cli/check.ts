/** `nnspec check`: lists the problems of specs, their networks and their data. */
import { t } from '@vscode/l10n';
import { jsonLine } from '../common/jsonLine';
import { loadFacts, requestOf } from '../data';
import { checkSpec, effectiveSpecText, maximumProblems, runAt, sweepOf } from '../language';
import { fromDataProblem } from '../server/dataProblemMessage';
import { dataFilesOf } from './dataFiles';
import { UsageError } from './errors';
import { checkGradientsOf } from './gradients';
import { type CliIo, exitStatus } from './io';
import type { Arguments, OptionTypes } from './options';
import {
  type FileProblem,
  fromProblemMessage,
  fromSpecProblem,
  hasErrors,
  problemJson,
  problemText,
} from './problemOutput';
import { readSpecFile, type SpecFile } from './specFile';

export const checkOptions: OptionTypes = { json: 'boolean', effective: 'boolean', gradients: 'boolean' };

export async function check(args: Arguments, io: CliIo): Promise<number> {
  if (args.positionals.length === 0) {
    throw new UsageError(t('Name at least one .nnspec file to check.'));
  }
  let worst: number = exitStatus.fine;
  for (const path of args.positionals) {
    const file = await readSpecFile(path, io);
    const problems = await problemsOf(path, file, io);
    const failed = hasErrors(problems);
    worst = failed ? exitStatus.failed : worst;
    print(path, problems, args, io);
    if (args.has('effective') && file.spec) {
      const text = effectiveSpecText(file.spec);
      io.stdout.write(args.has('json') ? jsonLine({ file: path, effective: text }) : text);
    }
    if (args.has('gradients') && file.spec && !failed) {
      const printFound = (found: readonly FileProblem[]) => print(path, found, args, io);
      const status = await checkGradientsOf(path, file, args.has('json'), io, printFound);
      if (status === exitStatus.interrupted) {
        return status;
      }
      worst = Math.max(worst, status);
    }
  }
  return worst;
}

/** All problems: of the spec, of the network (given the facts of the data) and of the data. */
export async function problemsOf(path: string, file: SpecFile, io: CliIo): Promise<readonly FileProblem[]> {
  if (!file.spec) {
    return file.problems;
  }
  const { parsed, spec, problems } = file;
  const loaded = await loadFacts(requestOf(spec), dataFilesOf(path, io));
  const facts = 'facts' in loaded ? loaded.facts : undefined;
  const network = checkSpec(parsed, facts).map((problem) => fromSpecProblem(path, problem));
  const data = 'problems' in loaded ? loaded.problems : [];
  const inData = data.map((problem) => fromProblemMessage(path, fromDataProblem(problem), parsed));
  const inSpec = [...problems, ...network, ...inData.filter(({ file }) => file === path)];
  inSpec.sort((a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character);
  const all = [...inSpec, ...inData.filter(({ file }) => file !== path)];
  return hasErrors(all) ? all : [...all, ...(await problemsOfRuns(path, file, io))];
}

/** Errors of the runs of a sweep that read other data than the spec with its own values does. */
async function problemsOfRuns(path: string, file: SpecFile & { readonly spec: object }, io: CliIo) {
  const sweep = sweepOf(file.parsed, file.fileName);
  const found = new Map<string, FileProblem>();
  const known = new Set([JSON.stringify(file.spec.data)]);
  const count = sweep?.settings.some((setting) => setting.path[0] === 'data') ? sweep.count : 0;
  for (let index = 0; sweep && index < count && found.size < maximumProblems; index++) {
    const { parsed } = runAt(sweep, index);
    const { spec } = parsed;
    const data = JSON.stringify(spec?.data);
    if (!spec || known.has(data)) {
      continue;
    }
    known.add(data);
    const loaded = await loadFacts(requestOf(spec), dataFilesOf(path, io));
    const problems =
      'facts' in loaded
        ? checkSpec(parsed, loaded.facts).map((problem) => fromSpecProblem(path, problem))
        : loaded.problems.map((problem) => fromProblemMessage(path, fromDataProblem(problem), parsed));
    for (const problem of problems.filter(({ severity }) => severity === 'error')) {
      const { message, code, range } = problem;
      const place = JSON.stringify([code, problem.file, range]);
      found.set(place, found.get(place) ?? { ...problem, message: t('Run {0}: {1}', index, message) });
    }
  }
  return found.values();
}

function print(path: string, problems: readonly FileProblem[], args: Arguments, io: CliIo): void {
  if (args.has('json')) {
    for (const problem of problems) {
      io.stdout.write(problemJson(problem));
    }
    return;
  }
  // With --effective, standard output holds only the effective spec, for another program to read.
  const output = args.has('effective') ? io.stderr : io.stdout;
  for (const problem of problems) {
    output.write(problemText(problem));
  }
  if (problems.length === 0) {
    output.write(`${t('{0}: no problems.', path)}\n`);
  }
}
