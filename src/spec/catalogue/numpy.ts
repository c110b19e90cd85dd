/**
 * The same computation as one line of NumPy. For an activation, x holds the values of one sample. For a
 * loss, o (p, where they are probabilities) and t hold a row for each sample. `{name}` stands for a value.
 * A slope that is learned or drawn (prelu, rrelu) has its initial or its mean value.
 */
import lines from './numpy.json';
import type { CatalogueEntry, ParameterValues } from './types';

/**
 * Undefined where one line does not do it, or where a parameter that the line leaves out has another value
 * than its default.
 */
export function numpyLine(entry: CatalogueEntry, values: ParameterValues): string | undefined {
  const ofKind: Readonly<Record<string, string>> =
    entry.kind === 'activation' ? lines.activation : entry.kind === 'loss' ? lines.loss : {};
  const line = Object.hasOwn(ofKind, entry.name) ? ofKind[entry.name] : undefined;
  const isTold = ({ name, default: value }: { name: string; default?: unknown }): boolean =>
    line?.includes(`{${name}}`) ? values[name] !== undefined : values[name] === value;
  return entry.parameters.every(isTold)
    ? line?.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]))
    : undefined;
}
