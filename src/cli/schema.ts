/** `nnspec schema`: prints the JSON Schema of the language. */
import { t } from '@vscode/l10n';
import { jsonSchema } from '../language';
import { UsageError } from './errors';
import { type CliIo, exitStatus } from './io';
import type { Arguments, OptionTypes } from './options';

export const schemaOptions: OptionTypes = {};

export async function schema(args: Arguments, io: CliIo): Promise<number> {
  if (args.positionals.length > 0) {
    throw new UsageError(t('schema takes no file.'));
  }
  io.stdout.write(`${JSON.stringify(jsonSchema(io.language), null, 2)}\n`);
  return exitStatus.fine;
}
