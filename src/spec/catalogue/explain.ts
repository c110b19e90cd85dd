/** The output of `nnspec explain`: the fields of language.md, in its order. */
import type { ParameterValue } from '../spec';
import { catalogue, defaultsOf } from '.';
import { numpyLine } from './numpy';
import { textOf } from './texts';
import type { CatalogueEntry, Kind, Language, ParameterEntry } from './types';

/** `default` is null where a parameter has none; it is required then, unless it is `optional`. */
export interface Explanation {
  readonly kind: Kind;
  readonly name: string;
  readonly summary: string | null;
  readonly formula: string;
  readonly derivative: string | null;
  readonly range: string | null;
  readonly use: string | null;
  readonly gradient: string | null;
  readonly parameters: readonly ExplainedParameter[];
  /** With the default values. */
  readonly numpy: string | null;
  readonly pytorch: string | null;
  readonly keras: string | null;
}

export interface ExplainedParameter {
  readonly name: string;
  readonly default: unknown;
  readonly optional?: true;
  readonly meaning: string | null;
}

/**
 * All entries of this name: `tanh`, `loss/huber`. A name in two chapters gives both, an unknown one none.
 */
export function explain(query: string, language: Language): readonly Explanation[] {
  const slash = query.indexOf('/');
  const kind = query.slice(0, Math.max(slash, 0));
  const name = query.slice(slash + 1);
  return catalogue
    .filter((entry) => entry.name === name && (slash < 0 || entry.kind === kind))
    .map((entry) => explanationOf(entry, language));
}

/** Unknown fields are null, so that every object has the same fields. */
function explanationOf(entry: CatalogueEntry, language: Language): Explanation {
  const text = textOf(entry.kind, entry.name, language);
  return {
    kind: entry.kind,
    name: entry.name,
    summary: text?.summary ?? null,
    formula: entry.formula,
    derivative: entry.derivative ?? null,
    range: entry.range ?? null,
    use: text?.use ?? null,
    gradient: text?.gradient ?? null,
    parameters: entry.parameters.map((parameter) => explainedParameter(parameter, text?.parameters?.[parameter.name])),
    numpy: numpyLine(entry, defaultsOf(entry)) ?? null,
    pytorch: entry.pytorch ?? null,
    keras: entry.keras ?? null,
  };
}

export function explainedParameter(
  { name, default: value, standard, optional }: ParameterEntry,
  meaning: string | undefined,
): ExplainedParameter {
  return {
    name,
    default: value === undefined ? null : (standard ?? plain(value)),
    ...(optional && { optional }),
    meaning: meaning ?? null,
  };
}

/** A thing as a spec writes it: its bare name, or a one-key map. */
function plain(value: ParameterValue): unknown {
  if (typeof value !== 'object' || value === null || !('parameters' in value)) {
    return value;
  }
  const parameters = Object.entries(value.parameters);
  return parameters.length === 0
    ? value.name
    : { [value.name]: Object.fromEntries(parameters.map(([name, item]) => [name, plain(item)])) };
}
