/** One-key maps as snippets: a name with its usual parameters, and a tab stop for each value. */
import type { ParameterEntry } from '../../spec/catalogue/types';
import type { ThingKind } from '../../spec/schema';
import type { ThingEntry } from '../schema/things';
import { examplesOf } from './examples';
import { literal, stop } from './item';

export interface Form {
  /** The snippet after the name and its colon: a map in braces, or a scalar for the primary parameter. */
  readonly value: string;
  /** The same as plain text. */
  readonly preview: string;
}

/** Kinds whose primary parameter is usually written without its name: `dropout: 0.1`. */
const short: readonly ThingKind[] = ['layer', 'activation', 'initializer'];

/** Undefined for a thing without parameters, and for a block of layers, which takes several lines. */
export function formOf(kind: ThingKind, entry: ThingEntry): Form | undefined {
  const shown = shownParameters(entry);
  if (shown.length === 0 || shown.some(({ type }) => type === 'layers')) {
    return undefined;
  }
  const [only] = shown;
  if (shown.length === 1 && only.primary && short.includes(kind)) {
    return form(exampleStop(only, 1));
  }
  const pairs = shown.map((parameter, index) => `${parameter.name}: ${exampleStop(parameter, index + 1)}`);
  return form(`{ ${pairs.join(', ')} ${literal('}')}`);
}

function form(value: string): Form {
  return { value, preview: previewOf(value) };
}

/** The text of a snippet before any tab stop is filled in. */
export function previewOf(snippet: string): string {
  let inside = false;
  return snippet.replace(/\\([\\$}])|\$\{\d+:|\$\d|\}/g, (mark, escaped: string | undefined) => {
    const plain = mark === '}' && !inside;
    inside = mark.startsWith('${') || (inside && mark !== '}');
    return escaped ?? (plain ? mark : '');
  });
}

export function isRequired({ default: value, optional, unsupported }: ParameterEntry): boolean {
  return value === undefined && !optional && !unsupported;
}

/** The required parameters, the primary one and an activation; if there are none, the first two. */
function shownParameters({ parameters }: ThingEntry): readonly ParameterEntry[] {
  const supported = parameters.filter(({ unsupported }) => !unsupported);
  const needed = supported.filter(
    (parameter) => isRequired(parameter) || parameter.primary || parameter.type === 'activation',
  );
  return needed.length > 0 ? needed : supported.slice(0, 2);
}

/** An example value as a tab stop. */
function exampleStop(parameter: ParameterEntry, index: number): string {
  const { name, type, default: standard, choices } = parameter;
  switch (type) {
    case 'activation':
      return stop(index, 'relu');
    case 'integers':
      return `[${stop(index, '100, 200')}]`;
    case 'shape':
      return `[${stop(index, '1, 8, 8')}]`;
    case 'numbers':
      return `[[${stop(index, '0.1, 0.2')}]]`;
    case 'formula':
      return `"${stop(index, 'x * sigmoid(1.702 * x)')}"`;
    default: {
      // 0 and false are no useful examples: a person writes the parameter to get something else.
      const value = standard || (examplesOf(name)[0] ?? choices?.[0] ?? standard ?? 1);
      return stop(index, typeof value === 'object' ? '' : value);
    }
  }
}
