/** The command line as a function of its arguments and environment. It returns the exit status. */
import { t } from '@vscode/l10n';
import { nearest } from '../common/nearest';
import { engineVersion } from '../common/version';
import { check, checkOptions } from './check';
import { CommandError, UsageError, unexpectedText } from './errors';
import { evaluate, evaluateOptions } from './evaluate';
import { explain, explainOptions } from './explain';
import { exportCommand, exportOptions } from './export';
import { helpText } from './help';
import { importCommand, importOptions } from './import';
import { type CliIo, exitStatus } from './io';
import { lesson, lessonOptions } from './lesson';
import { newOptions, newSpec } from './new';
import { type Arguments, type OptionTypes, readArguments } from './options';
import { predict, predictOptions } from './predict';
import { runs, runsOptions } from './runs/runs';
import { schema, schemaOptions } from './schema';
import { sweep, sweepOptions } from './sweep';
import { train } from './train';
import { trainOptions } from './trainArguments';

interface Command {
  readonly options: OptionTypes;
  readonly run: (args: Arguments, io: CliIo) => Promise<number>;
}

const commands: Readonly<Record<string, Command>> = {
  check: { options: checkOptions, run: check },
  new: { options: newOptions, run: newSpec },
  train: { options: trainOptions, run: train },
  sweep: { options: sweepOptions, run: sweep },
  runs: { options: runsOptions, run: runs },
  predict: { options: predictOptions, run: predict },
  evaluate: { options: evaluateOptions, run: evaluate },
  export: { options: exportOptions, run: exportCommand },
  import: { options: importOptions, run: importCommand },
  lesson: { options: lessonOptions, run: lesson },
  explain: { options: explainOptions, run: explain },
  schema: { options: schemaOptions, run: schema },
};

const common: OptionTypes = { help: 'boolean', version: 'boolean', lang: 'string' };

/** Never rejects. */
export async function run(argv: readonly string[], io: CliIo): Promise<number> {
  try {
    return await dispatch(argv, io);
  } catch (error) {
    if (error instanceof UsageError) {
      io.stderr.write(`${error.message}\n${t('All commands and options: {0}', 'nnspec --help')}\n`);
      return exitStatus.usage;
    }
    io.stderr.write(`${error instanceof CommandError ? error.message : unexpectedText(error)}\n`);
    return exitStatus.failed;
  }
}

async function dispatch(argv: readonly string[], io: CliIo): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    (name === undefined ? io.stderr : io.stdout).write(helpText());
    return name === undefined ? exitStatus.usage : exitStatus.fine;
  }
  if (name === '--version') {
    io.stdout.write(`${engineVersion}\n`);
    return exitStatus.fine;
  }
  if (!Object.hasOwn(commands, name)) {
    const near = nearest(name, Object.keys(commands));
    throw new UsageError(
      near ? t('There is no command “{0}”. Did you mean “{1}”?', name, near) : t('There is no command “{0}”.', name),
    );
  }
  const command = commands[name];
  const args = readArguments(rest, { ...command.options, ...common });
  if (args.has('help')) {
    io.stdout.write(helpText());
    return exitStatus.fine;
  }
  if (args.has('version')) {
    io.stdout.write(`${engineVersion}\n`);
    return exitStatus.fine;
  }
  const language = args.choice('lang', ['en', 'ko'] as const) ?? io.language;
  return command.run(args, { ...io, language });
}
