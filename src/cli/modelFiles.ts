/** Commands that run the network of a weights file over a table. */
import { resolve } from 'node:path';
import { t } from '@vscode/l10n';
import { messageOf } from '../common/messageOf';
import { asDataBytes, type DataBytes } from '../data/bytes';
import type { DataProblem } from '../data/dataset';
import { largestFile } from '../data/delimited';
import type { DataFiles } from '../data/files';
import { unpacked } from '../data/gunzip';
import { fileErrorText } from '../disk/fileErrors';
import { parseSpec } from '../language';
import { type ModelTable, openModelTable } from '../server/modelTable';
import { specFault, specTextOf } from '../server/predictTable';
import type { Spec } from '../spec/spec';
import { UsageError } from './errors';
import { type CliIo, exitStatus } from './io';
import type { Arguments } from './options';
import { type FileProblem, problemJson, problemText } from './problemOutput';

export interface ModelPaths {
  readonly weights: string;
  readonly table: string;
}

export function modelPaths({ positionals }: Arguments): ModelPaths {
  const [weights, table, ...rest] = positionals;
  if (weights === undefined || table === undefined || rest.length > 0) {
    throw new UsageError(t('Give a weights file and a data file, in this order.'));
  }
  return { weights, table };
}

/** One for each weights file; the data file comes last. */
export function severalModelPaths({ positionals }: Arguments): readonly ModelPaths[] {
  const [table, ...weights] = positionals.toReversed();
  if (table === undefined || weights.length === 0) {
    throw new UsageError(t('Give weights files, then a data file.'));
  }
  return weights.reverse().map((each) => ({ weights: each, table }));
}

export interface ModelFiles extends ModelTable {
  readonly weights: Uint8Array;
  readonly spec: Spec | undefined;
}

/** Reads both files; a number is the exit status of a failure. */
export async function readModelFiles(paths: ModelPaths, json: boolean, io: CliIo): Promise<ModelFiles | number> {
  try {
    const weights = await readBytes(paths.weights, io);
    const text = specTextOf(weights);
    if ('problem' in text) {
      return fail(`${paths.weights}: ${text.problem}`, io);
    }
    const { spec, problems: faults } = parseSpec(text.ok, { fileName: 'weights' });
    const fault = specFault(faults);
    if (fault) {
      return fail(`${paths.weights}: ${fault.problem}`, io);
    }
    const isImages = await isFolder(paths.table, io);
    const rows = await openModelTable(paths.table, isImages, text.inputShape, filesBelow(io));
    return 'problems' in rows ? reportDataProblems(rows.problems, paths.table, json, io) : { weights, spec, ...rows };
  } catch (error) {
    return fail(messageOf(error), io);
  }
}

export async function isFolder(path: string, { cwd, files }: CliIo): Promise<boolean> {
  return files.list(resolve(cwd, path)).then(
    () => true,
    () => false,
  );
}

/** Files that are named on the command line, wherever they lie. */
export function filesBelow({ cwd, files, readShipped }: CliIo): DataFiles {
  const orSentence = <Result>(path: string, result: Promise<Result>) =>
    result.catch((error) => {
      throw new Error(fileErrorText(path, error));
    });
  return {
    read: (path) => orSentence(path, files.read(resolve(cwd, path))),
    list: (path) => orSentence(path, files.list(resolve(cwd, path))),
    readShipped,
  };
}

/** The bytes of a table, unpacked. Rejects with a sentence. */
export async function readTable(path: string, io: CliIo): Promise<DataBytes> {
  return unpacked(asDataBytes(await readBytes(path, io)), path, largestFile);
}

async function readBytes(path: string, { cwd, files }: CliIo): Promise<Uint8Array> {
  try {
    return await files.read(resolve(cwd, path));
  } catch (error) {
    throw new Error(fileErrorText(path, error));
  }
}

/** Prints why there is no result, and returns the exit status. */
export function reportNoResult(
  result: { readonly problem: string } | { readonly problems: readonly DataProblem[] },
  { weights, table }: ModelPaths,
  json: boolean,
  io: CliIo,
): number {
  if ('problem' in result) {
    return fail(`${weights}: ${result.problem}`, io);
  }
  return reportDataProblems(result.problems, table, json, io);
}

/** Prints what is wrong with a table, and returns the exit status. */
export function reportDataProblems(problems: readonly DataProblem[], table: string, json: boolean, io: CliIo): number {
  for (const problem of problems) {
    const found = inTable(problem, table);
    (json ? io.stdout : io.stderr).write(json ? problemJson(found) : problemText(found));
  }
  return exitStatus.failed;
}

/** Prints what is doubtful about a table beside a result. */
export function reportWarnings(warnings: readonly DataProblem[], { table }: ModelPaths, { stderr }: CliIo): void {
  for (const warning of warnings) {
    stderr.write(problemText(inTable(warning, table)));
  }
}

function inTable(problem: DataProblem, table: string): FileProblem {
  const { line = 0, character = 0, endCharacter = 0 } = problem.at ?? {};
  const range = { start: { line, character }, end: { line, character: endCharacter } };
  return { ...problem, severity: problem.severity ?? 'error', file: table, range };
}

export function fail(message: string, io: CliIo): number {
  io.stderr.write(`${message}\n`);
  return exitStatus.failed;
}
