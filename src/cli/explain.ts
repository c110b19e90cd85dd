/** `nnspec explain`: an entry of the catalogue in words. */
import { t } from '@vscode/l10n';
import { nearest } from '../common/nearest';
import { catalogue, findAlias } from '../spec/catalogue';
import { type Explanation, explain as explanations } from '../spec/catalogue/explain';
import { type Kind, kinds } from '../spec/catalogue/types';
import { type CliIo, exitStatus } from './io';
import { jsonLine } from './json';
import type { Arguments, OptionTypes } from './options';
import { UsageError } from './usageError';

export const explainOptions: OptionTypes = { json: 'boolean', lang: 'string' };

export async function explain(args: Arguments, io: CliIo): Promise<number> {
  const language = args.choice('lang', ['en', 'ko'] as const) ?? io.language;
  const [query, ...rest] = args.positionals;
  if (query === undefined || rest.length > 0) {
    throw new UsageError(t('Give one name to explain, such as relu or loss/binary_crossentropy.'));
  }
  const slash = query.indexOf('/');
  const kind = slash < 0 ? undefined : query.slice(0, slash);
  const name = query.slice(slash + 1);
  if (kind !== undefined && !isKind(kind)) {
    throw new UsageError(t('There is no kind “{0}”. Kinds: {1}.', kind, kinds.join(', ')));
  }
  const pages = explanations(query, language);
  if (pages.length === 0) {
    io.stderr.write(`${unknownName(name, kind)}\n`);
    return exitStatus.failed;
  }
  io.stdout.write(args.has('json') ? pages.map(jsonLine).join('') : pages.map(pageText).join('\n'));
  return exitStatus.fine;
}

function pageText(page: Explanation): string {
  const lines = [`${page.kind}/${page.name}`];
  const add = (text: string | null) => {
    if (text) {
      lines.push(`  ${text}`);
    }
  };
  const field = (label: string, text: string | null) => add(text && `${label}: ${text}`);
  add(page.summary);
  field(t('Formula'), page.formula);
  field(t('Derivative'), page.derivative);
  field(t('Range'), page.range);
  field(t('Use'), page.use);
  field(t('Effect on gradients'), page.gradient);
  for (const { name, default: value, optional, meaning } of page.parameters) {
    const missing = optional ? t('optional') : t('required');
    const given = value === null ? missing : t('default {0}', JSON.stringify(value));
    add(`${t('Parameter')} ${name} (${given})${meaning ? `: ${meaning}` : ''}`);
  }
  field('PyTorch', page.pytorch);
  field('Keras', page.keras);
  return `${lines.join('\n')}\n`;
}

function isKind(word: string): word is Kind {
  return (kinds as readonly string[]).includes(word);
}

function unknownName(name: string, kind: Kind | undefined): string {
  const searched = kind ? [kind] : kinds;
  const meant = searched.map((each) => findAlias(each, name)).find((entry) => entry !== undefined);
  const names = catalogue.filter((entry) => searched.includes(entry.kind)).map((entry) => entry.name);
  const near = meant?.name ?? nearest(name, names);
  return near
    ? t('There is no entry “{0}”. Did you mean “{1}”?', name, near)
    : t('There is no entry “{0}”. The names are those of the .nnspec language, such as relu, adam or dense.', name);
}
