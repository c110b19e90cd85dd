import { regexLiterals, type Source } from './sources';

/** A regular expression of the product. */
export interface Pattern {
  readonly place: string;
  readonly source: string;
  readonly flags: string;
}

/** Something that repeats without a limit. Without it a pattern looks at a fixed number of characters. */
const unlimited = /[*+]|\{\d+,\}/;

/** Every regular expression that may take longer than linear time, each once. */
export function patternsOf(sources: readonly Source[]): Pattern[] {
  const found = new Map<string, Pattern>();
  for (const { path, text } of sources) {
    for (const { literal, line } of regexLiterals(text)) {
      const end = literal.lastIndexOf('/');
      const [source, flags] = [literal.slice(1, end), literal.slice(end + 1)];
      if (unlimited.test(source) && !found.has(literal)) {
        found.set(literal, { place: `${path}:${line}`, source, flags });
      }
    }
  }
  return [...found.values()];
}
