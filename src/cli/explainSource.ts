/** `nnspec explain` for a built-in data set. */
import { t } from '@vscode/l10n';
import { profileGenerated, profileTable } from '../data/profile';
import { type ExplainedParameter, explainedParameter } from '../spec/catalogue/explain';
import { labels } from '../spec/catalogue/texts/labels';
import type { Language } from '../spec/catalogue/types';
import { sourceTexts } from '../spec/schemaTexts';
import { type BuiltInSource, findSource } from '../spec/sources';
import type { TableFacts } from '../spec/tableFacts';
import type { CliIo } from './io';

/** Fields that do not apply are null, so that every object has the same fields. */
export interface SourceExplanation {
  readonly kind: 'source';
  readonly name: string;
  readonly summary: string;
  readonly use: string;
  /** With default parameters, if the set is generated. */
  readonly rows: number;
  readonly columns: readonly string[];
  readonly target: readonly string[];
  readonly classes: readonly { readonly name: string; readonly rows: number }[] | null;
  readonly missing: number;
  readonly parameters: readonly ExplainedParameter[];
  readonly licence: string | null;
  readonly origin: string | null;
  readonly url: string | null;
}

/** Undefined for an unknown name. Rejects if a shipped set cannot be read. */
export async function explainSource(
  name: string,
  language: Language,
  io: CliIo,
): Promise<SourceExplanation | undefined> {
  const source = findSource(name);
  if (!source) {
    return undefined;
  }
  const { rows, columns } = await tableOf(source, io);
  const isClasses = source.kind === 'shipped' || source.classes;
  const target = columns.find((column) => source.target.includes(column.name));
  const meanings: Readonly<Record<string, string>> = labels[language].sourceParameters;
  const shipped = source.kind === 'shipped' ? source : undefined;
  return {
    kind: 'source',
    name,
    ...sourceTexts[language][name],
    rows,
    columns: source.columns,
    target: source.target,
    classes: isClasses && target ? target.counts.map(({ value, count }) => ({ name: value, rows: count })) : null,
    missing: columns.reduce((sum, column) => sum + column.missing, 0),
    parameters: source.parameters.map((parameter) => explainedParameter(parameter, meanings[parameter.name])),
    licence: shipped?.licence ?? null,
    origin: shipped?.origin ?? null,
    url: shipped?.url ?? null,
  };
}

async function tableOf(source: BuiltInSource, io: CliIo): Promise<TableFacts> {
  if (source.kind === 'generator') {
    return profileGenerated(source);
  }
  const found = profileTable(await io.readShipped(source.file), source.file);
  if ('problems' in found) {
    throw new Error(t('{0} is no table. Install the product anew.', source.file));
  }
  return found.facts;
}
