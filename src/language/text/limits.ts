/** Caps, so that every text is cheap to check. */
import { t } from '@vscode/l10n';
import type { Problem } from '../../spec/problem';

/** Largest size of a file in UTF-8. */
export const maximumBytes = 256 * 1024;
/** Depth of nested lists and maps. */
export const maximumNesting = 64;
export const maximumProblems = 100;
/** Nodes that all aliases together may stand for. */
export const maximumAliasedNodes = 10_000;

/** UTF-16 units of a text with syntax errors that hovers understand. It is read in one step. */
export const longestSuggested = 65_536;

export function tooLarge(bytes: number): Problem {
  return {
    code: 'file-too-large',
    severity: 'error',
    message: t(
      'A spec may have {0} kB, but this one has {1} kB. Move the rows into a CSV file and name it under data.file.',
      maximumBytes / 1024,
      Math.ceil(bytes / 1024),
    ),
    range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
  };
}

/**
 * Bytes of the text in UTF-8. Where the length alone decides the comparison with the cap, the UTF-16 length
 * is returned instead.
 */
export function utf8Length(text: string): number {
  if (text.length > maximumBytes || text.length * 3 <= maximumBytes) {
    return text.length;
  }
  return new TextEncoder().encode(text).byteLength;
}
