/**
 * One-key maps as snippets: a thing's name with those of its parameters that people write, a tab stop for
 * each value.
 */
import type { ParameterEntry } from '../../spec/catalogue/types';
import type { ThingKind } from '../../spec/schema';
import type { ThingEntry } from '../schema/things';
import { examplesOf } from './examples';
import { literal, stop } from './item';

export interface Form {
  /**
   * The snippet behind the colon of the thing's name: a map in braces, or a scalar for the primary parameter.
   */
  readonly value: string;
  /** The same as it will stand in the file. */
  readonly preview: string;
}

/** Kinds whose primary parameter is as a rule written without its name: `dropout: 0.1`. */
const short: readonly ThingKind[] = ['layer', 'activation', 'initializer'];

/**
 * Undefined for a thing without parameters, and for a block of layers, which is written over several lines.
 */
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

/** A snippet's text before anything is typed into it. */
export function previewOf(snippet: string): string {
  return snippet.replace(/\$\{\d+:((?:\\.|[^}\\])*)\}|\$\d/g, '$1').replace(/\\([\\$}])/g, '$1');
}

export function isRequired({ default: value, optional, unsupported }: ParameterEntry): boolean {
  return value === undefined && !optional && !unsupported;
}

/** Those that are needed or primary, and an activation; else the first two. */
function shownParameters({ parameters }: ThingEntry): readonly ParameterEntry[] {
  const supported = parameters.filter(({ unsupported }) => !unsupported);
  const needed = supported.filter(
    (parameter) => isRequired(parameter) || parameter.primary || parameter.type === 'activation',
  );
  return needed.length > 0 ? needed : supported.slice(0, 2);
}

/** A value to begin with, selected in a tab stop. */
function exampleStop(parameter: ParameterEntry, index: number): string {
  const { name, type, default: standard, choices } = parameter;
  switch (type) {
    case 'activation':
      return stop(index, 'relu');
    case 'integers':
      return `[${stop(index, '100, 200')}]`;
    case 'shape':
      return `[${stop(index, '1, 8, 8')}]`;
    case 'formula':
      return `"${stop(index, 'x * sigmoid(1.702 * x)')}"`;
    default: {
      // Whoever writes a parameter wants something else than nothing.
      const value = standard || (examplesOf(name)[0] ?? choices?.[0] ?? standard ?? 1);
      return stop(index, typeof value === 'object' ? '' : value);
    }
  }
}
