/** What `nnspec explain` prints: language.md's fields, in its order. */
import type { ParameterValue } from '../spec';
import { catalogue } from '.';
import { textOf } from './texts';
import { labels } from './texts/labels';
import type { Language } from './types';

export interface Explanation {
  readonly kind: string;
  readonly name: string;
  readonly summary: string;
  readonly formula: string;
  /** Null where the thing has none; so for every field below. */
  readonly derivative: string | null;
  readonly range: string | null;
  readonly use: string | null;
  readonly gradient: string | null;
  /** `default` is null where the parameter is required. */
  readonly parameters: readonly { readonly name: string; readonly default: ParameterValue; readonly meaning: string }[];
  readonly pytorch: string | null;
  readonly keras: string | null;
}

/** Everything of this name: `tanh`, `loss/huber`; a name of two chapters gives both, an unknown one nothing. */
export function explain(query: string, language: Language): readonly Explanation[] {
  const slash = query.indexOf('/');
  const kind = query.slice(0, Math.max(slash, 0));
  const name = query.slice(slash + 1);
  return catalogue
    .filter((entry) => entry.name === name && (slash < 0 || entry.kind === kind))
    .map((entry) => {
      const text = textOf(entry.kind, entry.name, language);
      return {
        kind: entry.kind,
        name: entry.name,
        summary: text?.summary ?? '',
        formula: entry.formula,
        derivative: entry.derivative ?? null,
        range: entry.range ?? null,
        use: text?.use || (entry.unsupported ? labels[language].unsupported : null),
        gradient: text?.gradient ?? null,
        parameters: entry.parameters.map((parameter) => ({
          name: parameter.name,
          default: parameter.standard ?? parameter.default ?? null,
          meaning: text?.parameters?.[parameter.name] ?? '',
        })),
        pytorch: entry.pytorch ?? null,
        keras: entry.keras ?? null,
      };
    });
}
