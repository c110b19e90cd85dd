/** A text that came from a file, for a line of a sentence or of a terminal: it breaks no line, turns no direction and moves no cursor. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, '\ufffd');
}
