/** From a file's bytes to its text. */
import { t } from '@vscode/l10n';
import type { Problem } from '../../spec/problem';
import { maximumBytes, tooLarge } from './limits';
import { Lines } from './lines';

/**
 * Decodes a spec strictly as UTF-8, without its byte order mark. Other encodings give a problem at the first
 * wrong byte. A file over the cap is refused before it is decoded.
 */
export function decodeSpec(bytes: Uint8Array): { readonly text: string } | { readonly problem: Problem } {
  if (bytes.byteLength > maximumBytes) {
    return { problem: tooLarge(bytes.byteLength) };
  }
  return decodeUtf8(bytes);
}

/** As `decodeSpec`, of any size. `ignoreBOM` keeps the byte order mark in the text. */
export function decodeUtf8(
  bytes: Uint8Array,
  { ignoreBOM = false } = {},
): { readonly text: string } | { readonly problem: Problem } {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM }).decode(bytes) };
  } catch {
    const lenient = new TextDecoder('utf-8').decode(bytes);
    const at = Math.max(0, lenient.indexOf('\uFFFD'));
    return {
      problem: {
        code: 'not-utf8',
        severity: 'error',
        message: t('This file is not UTF-8. Save it with the encoding UTF-8.'),
        range: new Lines(lenient).range([at, at]),
      },
    };
  }
}
