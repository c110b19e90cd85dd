/** The paths in a file that the editor can open. */
import type { Range } from '../../spec/problem';
import type { ParsedSpec } from '../reading/parse';
import { occurrencesOf } from './occurrences';

export interface Link {
  readonly range: Range;
  /** As the file writes it: relative to the spec. */
  readonly path: string;
}

export function linksOf(parsed: ParsedSpec): Link[] {
  return occurrencesOf(parsed)
    .filter(({ role, kind, text }) => role === 'path' && kind === 'value' && text.trim() !== '')
    .map(({ span, text }) => ({ range: parsed.lines.range(span), path: text }));
}
