/** `nnspec explain`: explains an entry of the catalogue, a built-in data set or the code of a problem. */
import { t } from '@vscode/l10n';
import { jsonLine } from '../common/jsonLine';
import { nearest } from '../common/nearest';
import { explainedCodes, sectionOf } from '../language';
import { catalogue, findAlias } from '../spec/catalogue';
import { type ExplainedParameter, type Explanation, explain as explanations } from '../spec/catalogue/explain';
import { type Kind, kinds } from '../spec/catalogue/types';
import { problemsPage } from '../spec/problem';
import { sources } from '../spec/sources';
import { UsageError } from './errors';
import { explainSource, type SourceExplanation } from './explainSource';
import { type CliIo, exitStatus } from './io';
import type { Arguments, OptionTypes } from './options';

export const explainOptions: OptionTypes = { json: 'boolean' };

export async function explain(args: Arguments, io: CliIo): Promise<number> {
  const { language } = io;
  const [query, ...rest] = args.positionals;
  if (query === undefined || rest.length > 0) {
    throw new UsageError(t('Give one name or code to explain, such as relu, loss/binary_crossentropy or text-cell.'));
  }
  const slash = query.indexOf('/');
  const kind = slash < 0 ? undefined : query.slice(0, slash);
  const name = query.slice(slash + 1);
  if (kind !== undefined && !isKind(kind)) {
    throw new UsageError(t('There is no kind “{0}”. Kinds: {1}.', kind, explainedKinds.join(', ')));
  }
  const mayBe = (other: typeof kind) => kind === undefined || kind === other;
  const source = mayBe('source') ? await explainSource(name, language, io) : undefined;
  const problems = mayBe('problem') ? await io.readPage(problemsPage(language)) : '';
  const text = sectionOf(problems, name);
  const pages = [
    ...explanations(query, language),
    ...(source ? [source] : []),
    ...(text === undefined ? [] : [{ kind: 'problem', name, text } as const]),
  ];
  if (pages.length === 0) {
    io.stderr.write(`${kind === 'source' ? unknownSource(name) : unknownName(name, kind, explainedCodes(problems))}\n`);
    return exitStatus.failed;
  }
  io.stdout.write(args.has('json') ? pages.map(jsonLine).join('') : pages.map(pageText).join('\n'));
  return exitStatus.fine;
}

/** The section of a code, as `docs/problems.md` has it. */
interface ProblemExplanation {
  readonly kind: 'problem';
  readonly name: string;
  /** Markdown. */
  readonly text: string;
}

function pageText(page: Explanation | SourceExplanation | ProblemExplanation): string {
  const written = linesOf(page)
    .filter((line) => line !== null && line !== '')
    .map((line) => `  ${line}\n`);
  return `${page.kind}/${page.name}\n${written.join('')}`;
}

function linesOf(page: Parameters<typeof pageText>[0]): readonly (string | null)[] {
  switch (page.kind) {
    case 'source':
      return sourceLines(page);
    case 'problem':
      return page.text.split('\n');
    default:
      return entryLines(page);
  }
}

function entryLines(page: Explanation): (string | null)[] {
  return [
    page.summary,
    field(t('Formula'), page.formula),
    field(t('Derivative'), page.derivative),
    field(t('Range'), page.range),
    field(t('Use'), page.use),
    field(t('Effect on gradients'), page.gradient),
    ...page.parameters.map(parameterLine),
    field('NumPy', page.numpy),
    field('PyTorch', page.pytorch),
    field('Keras', page.keras),
  ];
}

function sourceLines({ columns, target, classes, parameters, ...page }: SourceExplanation): (string | null)[] {
  const inputs = columns.filter((name) => !target.includes(name));
  return [
    page.summary,
    field(t('Use'), page.use),
    field(t('Rows'), String(page.rows)),
    field(t('Inputs ({0})', inputs.length), inputs.join(', ')),
    field(t('Target'), target.join(', ')),
    field(t('Classes'), classes?.map(({ name, rows }) => `${name} (${rows})`).join(', ') ?? null),
    page.missing > 0 ? field(t('Missing cells'), String(page.missing)) : null,
    ...parameters.map(parameterLine),
    field(t('Licence'), page.licence),
    field(t('Origin'), page.origin && `${page.origin}, ${page.url}`),
  ];
}

function field(label: string, text: string | null): string | null {
  return text && `${label}: ${text}`;
}

function parameterLine({ name, default: value, optional, meaning }: ExplainedParameter): string {
  const missing = optional ? t('optional') : t('required');
  const given = value === null ? missing : t('default {0}', JSON.stringify(value));
  return `${t('Parameter')} ${name} (${given})${meaning ? `: ${meaning}` : ''}`;
}

const explainedKinds = [...kinds, 'source', 'problem'] as const;

function isKind(word: string): word is (typeof explainedKinds)[number] {
  return (explainedKinds as readonly string[]).includes(word);
}

function unknownSource(name: string): string {
  const names = sources.map((source) => source.name);
  const near = nearest(name, names);
  const all = t('Data sets: {0}.', names.join(', '));
  return near
    ? `${t('There is no entry “{0}”. Did you mean “{1}”?', name, near)} ${all}`
    : `${t('There is no data set “{0}”.', name)} ${all}`;
}

function unknownName(name: string, kind: Kind | 'problem' | undefined, codes: readonly string[]): string {
  const searched = kind === undefined ? kinds : kinds.filter((each) => each === kind);
  const meant = searched.map((each) => findAlias(each, name)).find((entry) => entry !== undefined);
  const names = catalogue.filter((entry) => searched.includes(entry.kind)).map((entry) => entry.name);
  const others = kind === undefined ? sources.map((source) => source.name) : [];
  const near = meant?.name ?? nearest(name, [...names, ...others, ...codes]);
  return near
    ? t('There is no entry “{0}”. Did you mean “{1}”?', name, near)
    : t(
        'There is no entry “{0}”. The names are those of the .nnspec language, such as relu, adam, dense or iris, and the codes of problems.',
        name,
      );
}
