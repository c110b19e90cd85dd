/** `nnspec new`: a first spec for a table, as New Spec from CSV writes it, without questions. */
import { relative, resolve, sep } from 'node:path';
import { t } from '@vscode/l10n';
import { jsonLine } from '../common/jsonLine';
import { messageOf } from '../common/messageOf';
import { nearest } from '../common/nearest';
import type { DataBytes } from '../data/bytes';
import { profileForNewSpec } from '../data/profile';
import { fileErrorText } from '../disk/fileErrors';
import { type NewSpec, newSpecFor, predictedColumn, proposableTargets, type TargetGuess, type Task } from '../language';
import type { TableFacts } from '../spec/tableFacts';
import { UsageError } from './errors';
import { type CliIo, exitStatus } from './io';
import { fail, readTable, reportDataProblems } from './modelFiles';
import type { Arguments, OptionTypes } from './options';

export const newOptions: OptionTypes = { json: 'boolean', target: 'string', out: 'string' };

/** The kinds of task as JSON names them. */
const taskNames: Readonly<Record<Task, string>> = { yesNo: 'yes_no', classes: 'classes', number: 'number' };

export async function newSpec(args: Arguments, io: CliIo): Promise<number> {
  const [path, ...rest] = args.positionals;
  if (path === undefined || rest.length > 0) {
    throw new UsageError(t('Give one data file.'));
  }
  const out = args.text('out');
  let bytes: DataBytes;
  try {
    if (out !== undefined) {
      await mustBeFree(out, io);
    }
    bytes = await readTable(path, io);
  } catch (error) {
    return fail(messageOf(error), io);
  }
  const profile = profileForNewSpec(bytes, path);
  if ('problems' in profile) {
    return reportDataProblems(profile.problems, path, args.has('json'), io);
  }
  const { facts, givesAway, warnings } = profile;
  const wanted = args.text('target');
  const guess = chooseTarget(facts, path, wanted);
  if ('problem' in guess) {
    return fail(guess.problem, io);
  }
  const leaks = givesAway(predictedColumn(guess));
  const { text, task, choices, leftOut, notes } = newSpecFor(facts, dataPath(path, out, io), guess, leaks);
  if (out !== undefined) {
    try {
      await io.files.writeAtomically(resolve(io.cwd, out), new TextEncoder().encode(text));
    } catch (error) {
      return fail(fileErrorText(out, error), io);
    }
  }
  report([...warnings, ...notes, ...leftOut.map(leftOutWords)], path, io);
  if (args.has('json')) {
    const reason = wanted === undefined ? t('Probably this one: by its name, its place and its values.') : '--target';
    io.stdout.write(
      jsonLine({
        event: 'new',
        rows: facts.rows,
        target: { column: guess.column.name, reason },
        task: { kind: taskNames[guess.task], reason: task },
        choices,
        left_out: leftOut,
        notes: [...warnings, ...notes],
        ...(out === undefined ? {} : { out }),
        spec: text,
      }),
    );
  } else if (out === undefined) {
    io.stdout.write(text);
  } else {
    io.stderr.write(`${t('{0}: spec written. {1}', out, task)}\n`);
  }
  return exitStatus.fine;
}

function leftOutWords({ column, code, reason }: NewSpec['leftOut'][number]): string {
  return code === 'gives-away' ? t('{0} is no input. {1}', column, reason) : t('{0} is no input: {1}.', column, reason);
}

/** Sentences that are printed. */
const mostNotes = 10;

/** Says what a person may want otherwise. The spec's comments say it, too. */
function report(notes: readonly string[], path: string, { stderr }: CliIo): void {
  for (const note of notes.slice(0, mostNotes)) {
    stderr.write(`${path}: ${note}\n`);
  }
  if (notes.length > mostNotes) {
    stderr.write(`${path}: ${t('{0} more; --json lists all columns that are no inputs.', notes.length - mostNotes)}\n`);
  }
}

async function mustBeFree(out: string, { cwd, files }: CliIo): Promise<void> {
  const full = resolve(cwd, out);
  if (await files.exists(full)) {
    throw new Error(t('{0} is there already. Name another file, or remove it first.', out));
  }
  try {
    await files.mustBeWritable(full);
  } catch (error) {
    throw new Error(fileErrorText(out, error));
  }
}

function chooseTarget(
  facts: TableFacts,
  path: string,
  wanted: string | undefined,
): TargetGuess | { readonly problem: string } {
  const found = proposableTargets(facts, path);
  if ('problem' in found) {
    return found;
  }
  const { guesses } = found;
  const guess = wanted === undefined ? guesses[0] : guesses.find(({ column }) => column.name === wanted);
  if (guess) {
    return guess;
  }
  const name = wanted ?? '';
  const columns = facts.columns.map((column) => column.name);
  if (columns.includes(name)) {
    const possible = guesses.map(({ column }) => column.name).join(', ');
    return { problem: t('{0}: the column “{1}” cannot be predicted. These can: {2}.', path, name, possible) };
  }
  const near = nearest(name, columns);
  const problem = near
    ? t('{0} has no column “{1}”. Did you mean “{2}”?', path, name, near)
    : t('{0} has no column “{1}”. Its columns: {2}.', path, name, columns.join(', '));
  return { problem };
}

/** The path of the data from the folder of the spec, which lies in the working directory if it is printed. */
function dataPath(path: string, out: string | undefined, { cwd }: CliIo): string {
  const folder = out === undefined ? cwd : resolve(cwd, out, '..');
  return relative(folder, resolve(cwd, path)).split(sep).join('/');
}
