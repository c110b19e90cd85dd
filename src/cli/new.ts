/** `nnspec new`: a first spec for a table, as New Spec from CSV writes it, without questions. */
import { relative, resolve, sep } from 'node:path';
import { t } from '@vscode/l10n';
import { jsonLine } from '../common/jsonLine';
import { messageOf } from '../common/messageOf';
import { nearest } from '../common/nearest';
import { profileImageFolder } from '../data/images/profileFolder';
import { profileForNewSpec } from '../data/profile';
import { fileErrorText } from '../disk/fileErrors';
import {
  type NewSpec,
  newSpecFor,
  newSpecForImages,
  predictedColumn,
  proposableTargets,
  type TargetGuess,
  type Task,
} from '../language';
import { doubtedMarks } from '../spec/markWords';
import type { TableFacts } from '../spec/tableFacts';
import { UsageError } from './errors';
import { type CliIo, exitStatus } from './io';
import { fail, filesBelow, isFolder, readTable, reportDataProblems } from './modelFiles';
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
  try {
    if (out !== undefined) {
      await mustBeFree(out, io);
    }
    const proposal = (await isFolder(path, io)) ? await forImages(path, args, io) : await forTable(path, args, io);
    return typeof proposal === 'number' ? proposal : await write(proposal, path, args, io);
  } catch (error) {
    return fail(messageOf(error), io);
  }
}

interface Proposal {
  readonly spec: NewSpec;
  readonly rows: number;
  readonly target: string;
  readonly task: Task;
  /** Doubts about how the data are read. */
  readonly warnings: readonly string[];
}

/** The exit status where there is none, which was then said. */
async function forTable(path: string, args: Arguments, io: CliIo): Promise<Proposal | number> {
  const profile = profileForNewSpec(await readTable(path, io), path);
  if ('problems' in profile) {
    return reportDataProblems(profile.problems, path, args.has('json'), io);
  }
  const { facts, givesAway, warnings } = profile;
  const guess = chooseTarget(facts, path, args.text('target'));
  if ('problem' in guess) {
    return fail(guess.problem, io);
  }
  const leaks = givesAway(predictedColumn(guess));
  const spec = newSpecFor(facts, dataPath(path, args.text('out'), io), guess, leaks);
  return { spec, rows: facts.rows, target: guess.column.name, task: guess.task, warnings };
}

async function forImages(path: string, args: Arguments, io: CliIo): Promise<Proposal | number> {
  const profile = await profileImageFolder(path, filesBelow(io));
  if ('problems' in profile) {
    return reportDataProblems(profile.problems, path, args.has('json'), io);
  }
  const { label, rows, shape, warnings } = profile;
  if (args.has('target')) {
    return fail(t('{0} is a folder of images, whose classes are predicted. Leave out --target.', path), io);
  }
  if (label.distinct < 2) {
    return fail(t('{0} has images of one class alone. Put those of another into a folder of their own.', path), io);
  }
  const spec = newSpecForImages(label, dataPath(path, args.text('out'), io), rows, shape);
  return { spec, rows, target: label.name, task: label.distinct === 2 ? 'yesNo' : 'classes', warnings };
}

async function write(
  { spec, rows, target, task: kind, warnings }: Proposal,
  path: string,
  args: Arguments,
  io: CliIo,
): Promise<number> {
  const { text, task, choices, leftOut, notes } = spec;
  const out = args.text('out');
  if (out !== undefined) {
    try {
      await io.files.writeAtomically(resolve(io.cwd, out), new TextEncoder().encode(text));
    } catch (error) {
      return fail(fileErrorText(out, error), io);
    }
  }
  report([...warnings, ...notes, ...leftOut.map(leftOutWords)], path, io);
  if (args.has('json')) {
    const reason = !args.has('target') ? t('Probably this one: by its name, its place and its values.') : '--target';
    io.stdout.write(
      jsonLine({
        event: 'new',
        rows,
        target: { column: target, reason },
        task: { kind: taskNames[kind], reason: task },
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
    const doubted = facts.doubted?.find(({ column }) => column === name);
    const refusal = t('{0}: the column “{1}” cannot be predicted. These can: {2}.', path, name, possible);
    return { problem: doubted ? `${refusal} ${doubtedMarks(doubted)}` : refusal };
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
