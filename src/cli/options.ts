/** Reads a command line. Options may precede and follow files. Of a repeated option the last one counts. */
import { parseArgs } from 'node:util';
import { t } from '@vscode/l10n';
import { nearest } from '../common/nearest';
import { UsageError } from './errors';

export interface Arguments {
  readonly positionals: readonly string[];
  has(flag: string): boolean;
  text(option: string): string | undefined;
  /** An integer from `minimum` to `maximum`, written in decimal digits. */
  integer(option: string, minimum: number, maximum: number): number | undefined;
  choice<T extends string>(option: string, choices: readonly T[]): T | undefined;
}

/** `count`: the value may be omitted, as in `--importance`, `--importance 10` and `--importance=10`. */
export type OptionTypes = Readonly<Record<string, 'boolean' | 'string' | 'count'>>;

export function readArguments(argv: readonly string[], types: OptionTypes): Arguments {
  const options = Object.fromEntries(
    Object.entries(types).map(([name, type]) => [name, { type: type === 'string' ? type : ('boolean' as const) }]),
  );
  const { tokens } = parseArgs({
    args: [...argv],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = new Map<string, string | true>();
  const positionals: string[] = [];
  /** The option before, if it takes a count and has none yet. */
  let counting: string | undefined;
  for (const token of tokens) {
    if (token.kind === 'positional') {
      if (counting !== undefined && /^\d+$/.test(token.value)) {
        values.set(counting, token.value);
      } else {
        positionals.push(token.value);
      }
    }
    counting = undefined;
    if (token.kind !== 'option') {
      continue;
    }
    const { name, rawName, value, inlineValue } = token;
    const type = Object.hasOwn(types, name) ? types[name] : undefined;
    if (!type || rawName === `-${name}`) {
      throw new UsageError(unknownOption(rawName, Object.keys(types)));
    }
    if (type !== 'string' && value === undefined) {
      values.set(name, true);
      counting = type === 'count' ? name : undefined;
      continue;
    }
    if (type === 'boolean') {
      throw new UsageError(t('The option {0} takes no value.', rawName));
    }
    if (value === undefined || value === '' || (!inlineValue && value.startsWith('--'))) {
      throw new UsageError(t('The option {0} needs a value.', rawName));
    }
    values.set(name, value);
  }
  if (positionals.includes('')) {
    throw new UsageError(t('An argument is empty. Check the variable or the quotes that it comes from.'));
  }
  const text = (option: string) => {
    const value = values.get(option);
    return typeof value === 'string' ? value : undefined;
  };
  return {
    positionals,
    has: (flag) => values.has(flag),
    text,
    integer(option, minimum, maximum) {
      const value = text(option);
      if (value === undefined) {
        return undefined;
      }
      const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
      if (!(number >= minimum && number <= maximum)) {
        throw new UsageError(
          t('The option {0} needs an integer from {1} to {2}, not “{3}”.', `--${option}`, minimum, maximum, value),
        );
      }
      return number;
    },
    choice(option, choices) {
      const value = text(option);
      const found = choices.find((choice) => choice === value);
      if (value !== undefined && found === undefined) {
        throw new UsageError(
          t('The option {0} needs one of {1}, not “{2}”.', `--${option}`, choices.join(', '), value),
        );
      }
      return found;
    },
  };
}

function unknownOption(rawName: string, known: readonly string[]): string {
  const near = nearest(rawName.replace(/^-+/, ''), known);
  return near ? t('There is no option {0}. Did you mean --{1}?', rawName, near) : t('There is no option {0}.', rawName);
}
