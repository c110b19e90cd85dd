/** Escapes text for Markdown. */
import { base64 } from '../../common/base64';
import { printable } from '../../common/printable';

/** Text from outside, escaped so that no character has a meaning in Markdown or HTML. */
export function plain(text: string): string {
  return printable(text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' '))
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_{}[\]()#+\-.!|~$:@]/g, '\\$&');
}

/** Inline code, with a fence longer than any run of backticks inside. */
export function code(text: string): string {
  const flat = printable(text.replace(/[\r\n\u2028\u2029]+/g, ' '));
  const longest = Math.max(0, ...(flat.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const room = flat.startsWith('`') || flat.endsWith('`') ? ' ' : '';
  return `${fence}${room}${flat}${room}${fence}`;
}

/** A generated picture as a data URI, with its size in px. */
export function picture(svg: string, alt: string, width: number, height: number): string {
  return `![${plain(alt)}](data:image/svg+xml;base64,${base64(svg)}|width=${width},height=${height})`;
}

export function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
