/** `nnspec lesson`: runs all that lessons hold, and checks the answer that each question gives itself. */
import { basename, resolve } from 'node:path';
import { t } from '@vscode/l10n';
import { counted } from '../common/counted';
import { jsonLine } from '../common/jsonLine';
import { printable } from '../common/printable';
import { fileErrorText } from '../disk/fileErrors';
import { decodeUtf8, lessonCodes } from '../language';
import { type Lesson, parseLesson } from '../lessons/lesson';
import { UsageError } from './errors';
import { type CliIo, exitStatus } from './io';
import { type Checked, LessonRun } from './lessonRun';
import type { Arguments, OptionTypes } from './options';
import { fromSpecProblem, hasErrors, problemJson, problemOfFile, problemText } from './problemOutput';

export const lessonOptions: OptionTypes = { json: 'boolean' };

export async function lesson(args: Arguments, io: CliIo): Promise<number> {
  if (args.positionals.length === 0) {
    throw new UsageError(t('Name at least one .nnlesson file.'));
  }
  let worst: number = exitStatus.fine;
  for (const path of args.positionals) {
    const status = await checkLesson(path, args.has('json'), io);
    if (status === exitStatus.interrupted) {
      return status;
    }
    worst = Math.max(worst, status);
  }
  return worst;
}

async function checkLesson(path: string, json: boolean, io: CliIo): Promise<number> {
  const text = await textOf(path, json, io);
  if (text === undefined) {
    return exitStatus.usage;
  }
  const read = parseLesson(text, basename(path));
  // A lesson may show on purpose what a teacher advises against.
  for (const problem of read.problems.filter(({ code }) => !lessonCodes.some((each) => each === code))) {
    const found = fromSpecProblem(path, problem);
    (json ? io.stdout : io.stderr).write(json ? problemJson(found) : problemText(found));
  }
  if (hasErrors(read.problems)) {
    return exitStatus.failed;
  }
  const results: Checked[] = [];
  for await (const checked of new LessonRun(path, read, io).results()) {
    if (checked === 'interrupted') {
      return exitStatus.interrupted;
    }
    results.push(checked);
    io.stdout.write(json ? resultJson(path, checked) : faultsText(path, checked));
  }
  const holds = results.every(({ ok }) => ok);
  io.stdout.write(json ? summaryJson(path, read, results, holds) : summaryText(path, results, holds));
  return holds ? exitStatus.fine : exitStatus.failed;
}

/** Undefined where the file cannot be read, which is then reported. */
async function textOf(path: string, json: boolean, io: CliIo): Promise<string | undefined> {
  const report = (problem: ReturnType<typeof problemOfFile>) =>
    json ? io.stdout.write(problemJson(problem)) : io.stderr.write(problemText(problem));
  try {
    const decoded = decodeUtf8(await io.files.read(resolve(io.cwd, path)), { ignoreBOM: true });
    if ('text' in decoded) {
      return decoded.text;
    }
    report(fromSpecProblem(path, decoded.problem));
  } catch (error) {
    report(problemOfFile(path, 'file-unreadable', fileErrorText(path, error)));
  }
  return undefined;
}

function resultJson(file: string, { kind, line, ok, faults, details }: Checked): string {
  return jsonLine({ event: kind, file, line: line + 1, ok, ...details, faults: faults.map(({ message }) => message) });
}

function summaryJson(file: string, { front }: Lesson, results: readonly Checked[], ok: boolean): string {
  return jsonLine({ event: 'lesson', file, title: front.title ?? null, ok, blocks: results.length });
}

function faultsText(path: string, { faults }: Checked): string {
  return faults
    .map(
      ({ line, column = 0, message, file = path }) => `${printable(`${file}:${line + 1}:${column + 1}: ${message}`)}\n`,
    )
    .join('');
}

function summaryText(path: string, results: readonly Checked[], ok: boolean): string {
  const runs = results.reduce((sum, { runs }) => sum + runs, 0);
  const questions = results.filter(({ kind }) => kind === 'question').length;
  const amounts = [
    counted(runs, t('{0} run', runs), t('{0} runs', runs)),
    counted(questions, t('{0} question', questions), t('{0} questions', questions)),
  ].join(', ');
  return `${path}: ${ok ? t('all holds ({0}).', amounts) : t('not all holds ({0}).', amounts)}\n`;
}
