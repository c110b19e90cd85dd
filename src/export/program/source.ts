/** Literals, comments and loops of C, in the part that `javascript.ts` turns into JavaScript. */
import { printable } from '../../common/printable';
import { shortFloat } from '../../common/shortFloat';

/** A float64; with a point, so that no quotient is one of whole numbers. */
export function real(value: number): string {
  if (!Number.isFinite(value)) {
    return Number.isNaN(value) ? 'NAN' : value > 0 ? 'INFINITY' : '-INFINITY';
  }
  const text = Object.is(value, -0) ? '-0' : String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** The shortest text that is read as this float32. */
export function single(value: number): string {
  const short = shortFloat(value);
  return real(Math.fround(short) === value ? short : value);
}

/** A foreign text in quotes; no `??` may begin a trigraph. */
export function text(value: string): string {
  const shown = printable(value).replace(/["\\]/g, (sign) => `\\${sign}`);
  return `"${shown.replaceAll('??', '?\\?')}"`;
}

/** A foreign text inside a comment. */
export function inComment(value: string): string {
  return printable(value).replaceAll('*/', '* /').replaceAll('/*', '/ *').replaceAll('??', '? ?');
}

export function comment(value: string): string {
  return `/* ${inComment(value)} */`;
}

export function indented(lines: readonly string[], spaces = 4): string[] {
  return lines.map((line) => (line === '' ? line : ' '.repeat(spaces) + line));
}

/** `for (int i = 0; i < 8; i++) { … }`, the loops of `counts` inside each other. */
export function loops(
  counts: readonly (readonly [letter: string, count: number])[],
  body: readonly string[],
): string[] {
  return counts.reduceRight<readonly string[]>(
    (inner, [letter, count]) => [
      `for (int ${letter} = 0; ${letter} < ${count}; ${letter}++) {`,
      ...indented(inner),
      '}',
    ],
    body,
  ) as string[];
}

const longestLine = 100;

/** Literals in lines, with commas between them. */
export function* inLines(literals: Iterable<string>): Generator<string, void> {
  let line = '';
  for (const literal of literals) {
    if (line !== '' && line.length + literal.length + 2 > longestLine) {
      yield `${line},\n`;
      line = '';
    }
    line += line === '' ? `    ${literal}` : `, ${literal}`;
  }
  yield `${line}\n`;
}

export interface Table {
  readonly name: string;
  /** `text`: may be read from outside. */
  readonly type: 'float' | 'double' | 'text';
  readonly literals: Iterable<string>;
  readonly length: number;
}

export function floatTable(name: string, values: ArrayLike<number>): Table {
  return { name, type: 'float', literals: Array.from(values, single), length: values.length };
}

export function doubleTable(name: string, values: readonly number[]): Table {
  return { name, type: 'double', literals: values.map(real), length: values.length };
}

export function textTable(name: string, values: readonly string[]): Table {
  return { name, type: 'text', literals: values.map(text), length: values.length };
}
