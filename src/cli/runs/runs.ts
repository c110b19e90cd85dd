/** `nnspec runs`: lists, shows, compares, deletes, thins, repeats, resumes, forks and exports kept runs. */
import { t } from '@vscode/l10n';
import { largestSeed } from '../../common/random';
import { fileErrorText } from '../../disk/fileErrors';
import { exportFormats } from '../../runs/export/exportFile';
import { usualLimits } from '../../runs/runRepository';
import { CommandError, UsageError } from '../errors';
import { type CliIo, exitStatus } from '../io';
import { fail } from '../modelFiles';
import type { Arguments, OptionTypes } from '../options';
import { diffRuns } from './diff';
import { exportRuns } from './exportRuns';
import { type FoundRun, findRuns, type ReadableRun, repositoriesAt, runsAt } from './find';
import { fork } from './fork';
import { listRuns, showRun } from './list';
import { repeat } from './repeat';
import { resume } from './resume';

export const runsOptions: OptionTypes = {
  json: 'boolean',
  threads: 'string',
  format: 'string',
  out: 'string',
  step: 'string',
  seed: 'string',
  epochs: 'string',
  keep: 'boolean',
  'max-runs': 'string',
  'max-size': 'string',
};

interface Command {
  readonly options: readonly string[];
  run(words: readonly string[], args: Arguments, io: CliIo): Promise<number>;
}

const commands: Readonly<Record<string, Command>> = {
  list: { options: ['json'], run: list },
  show: { options: ['json'], run: show },
  diff: { options: ['json'], run: diff },
  rm: { options: [], run: remove },
  thin: { options: ['max-runs', 'max-size'], run: thin },
  repeat: {
    options: ['json', 'threads'],
    run: async (ids, args, io) => repeat(await readableRun(ids, io), trainingOptions(args), io),
  },
  resume: {
    options: ['json', 'threads'],
    run: async (ids, args, io) => resume(await readableRun(ids, io), trainingOptions(args), io),
  },
  fork: { options: ['json', 'threads', 'step', 'seed', 'epochs', 'keep'], run: forkRun },
  export: { options: ['format', 'out'], run: exportAll },
};

export async function runs(args: Arguments, io: CliIo): Promise<number> {
  const [first = 'list', ...rest] = args.positionals;
  const isCommand = Object.hasOwn(commands, first);
  const command = isCommand ? commands[first] : commands.list;
  for (const option of Object.keys(runsOptions)) {
    if (args.has(option) && !command.options.includes(option)) {
      throw new UsageError(t('There is no option {0}.', `--${option}`));
    }
  }
  return command.run(isCommand ? rest : args.positionals, args, io);
}

async function list(words: readonly string[], args: Arguments, io: CliIo): Promise<number> {
  const [path = '.', ...others] = words;
  if (others.length > 0) {
    throw new UsageError(t('Name one folder or one .nnspec file.'));
  }
  let found: readonly FoundRun[];
  try {
    found = await runsAt(path, io);
  } catch (error) {
    return fail(fileErrorText(path, error), io);
  }
  listRuns(found, args.has('json'), io);
  return exitStatus.fine;
}

async function show(ids: readonly string[], args: Arguments, io: CliIo): Promise<number> {
  const run = await readableRun(ids, io);
  showRun(run, await run.repository.read(run.id), args.has('json'), io);
  return exitStatus.fine;
}

async function diff(ids: readonly string[], args: Arguments, io: CliIo): Promise<number> {
  const [first, second, ...others] = await readableRuns(ids, io);
  if (!first || !second || others.length > 0) {
    throw new UsageError(t('Name two runs.'));
  }
  await diffRuns([first, second], args.has('json'), io);
  return exitStatus.fine;
}

/** Moves runs to the trash. One that trains stays, and so do those after it. */
async function remove(ids: readonly string[], _args: Arguments, io: CliIo): Promise<number> {
  const found = await namedRuns(ids, io);
  for (const run of found) {
    const { id, repository } = run;
    if ('header' in run && run.header.state === 'running') {
      return fail(t('The run {0} trains now. Wait for its end, or end its process.', id), io);
    }
    try {
      await repository.trash(id);
      await repository.emptyTrash();
    } catch (error) {
      return fail(fileErrorText(id, error), io);
    }
    io.stdout.write(`${t('{0}: moved to .nnspec/trash, where it stays for 7 days.', id)}\n`);
  }
  return exitStatus.fine;
}

/** Deletes the oldest runs of each folder, by the rule of the editor. */
async function thin(words: readonly string[], args: Arguments, io: CliIo): Promise<number> {
  const [path = '.', ...others] = words;
  if (others.length > 0) {
    throw new UsageError(t('Name one folder.'));
  }
  const most = args.integer('max-runs', 0, Number.MAX_SAFE_INTEGER) ?? usualLimits.runs;
  const megabytes = args.integer('max-size', 0, Number.MAX_SAFE_INTEGER) ?? usualLimits.megabytes;
  try {
    for (const repository of await repositoriesAt(path, io)) {
      for (const id of await repository.thin(most, 1e6 * megabytes)) {
        io.stdout.write(`${t('{0}: deleted.', id)}\n`);
      }
      await repository.emptyTrash();
    }
  } catch (error) {
    return fail(fileErrorText(path, error), io);
  }
  return exitStatus.fine;
}

async function exportAll(ids: readonly string[], args: Arguments, io: CliIo): Promise<number> {
  const format = args.choice('format', exportFormats);
  const out = args.text('out');
  if (format === undefined || out === undefined) {
    throw new UsageError(t('Give {0} and {1}.', `--format ${exportFormats.join('|')}`, '--out PATH'));
  }
  return exportRuns(await readableRuns(ids, io), format, out, io);
}

async function forkRun([id, spec, ...others]: readonly string[], args: Arguments, io: CliIo): Promise<number> {
  if (others.length > 0) {
    throw new UsageError(t('Name one run, and one .nnspec file at most.'));
  }
  const run = await readableRun(id === undefined ? [] : [id], io);
  const options = {
    ...trainingOptions(args),
    spec,
    step: args.text('step') ?? 'last',
    seed: args.integer('seed', 0, largestSeed),
    epochs: args.integer('epochs', 0, Number.MAX_SAFE_INTEGER),
    keep: args.has('keep'),
  };
  return fork(run, options, io);
}

function trainingOptions(args: Arguments): { readonly json: boolean; readonly threads?: number } {
  return { json: args.has('json'), threads: args.integer('threads', 1, 1024) };
}

async function readableRun(ids: readonly string[], io: CliIo): Promise<ReadableRun> {
  if (ids.length !== 1) {
    throw new UsageError(t('Name one run: the command “{0}” lists them.', 'nnspec runs'));
  }
  return (await readableRuns(ids, io))[0];
}

async function readableRuns(ids: readonly string[], io: CliIo): Promise<readonly ReadableRun[]> {
  return (await namedRuns(ids, io)).map((run) => {
    if ('problem' in run) {
      throw new CommandError(
        run.problem === 'newer'
          ? t('The run {0} was kept by a newer version of NNSpec.', run.id)
          : t('The run {0} is damaged: its {1} cannot be read.', run.id, 'run.json'),
      );
    }
    return run;
  });
}

function namedRuns(ids: readonly string[], io: CliIo): Promise<readonly FoundRun[]> {
  if (ids.length === 0) {
    throw new UsageError(t('Name a run: the command “{0}” lists them.', 'nnspec runs'));
  }
  return findRuns(ids, io);
}
