/** Python's literals and names. */
import { printable } from '../../common/printable';

/** A text as a literal: JSON's escapes are Python's. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

export function numberLiteral(value: number): string {
  if (Number.isFinite(value)) {
    return Object.is(value, -0) ? '-0.0' : String(value);
  }
  return `float('${Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf'}')`;
}

export function tupleOf(values: readonly (number | string)[]): string {
  return values.length === 1 ? `(${values[0]},)` : `(${values.join(', ')})`;
}

/** One number where all are equal, else a tuple. */
export function sizeLiteral(values: readonly number[]): string {
  return values.every((value) => value === values[0]) ? String(values[0]) : tupleOf(values);
}

const longestLine = 100;

/** A list of literals, over several lines where it is long. */
export function listOf(literals: readonly string[], indent = 0): string {
  const whole = `[${literals.join(', ')}]`;
  if (whole.length + indent <= longestLine) {
    return whole;
  }
  const pad = ' '.repeat(indent + 4);
  const lines: string[] = [];
  let line = '';
  for (const literal of literals) {
    const next = line === '' ? literal : `${line}, ${literal}`;
    if (next.length + pad.length > longestLine && line !== '') {
      lines.push(line);
      line = literal;
    } else {
      line = next;
    }
  }
  return `[\n${[...lines, line].map((each) => `${pad}${each},\n`).join('')}${' '.repeat(indent)}]`;
}

/** A foreign text for a comment or a docstring. */
export function inert(text: string): string {
  return printable(text).replaceAll('\\', '/').replaceAll('"""', "'''").replace(/"$/, "'");
}

export function indented(text: string, spaces = 4): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(spaces));
}

/** Words of the language, and names that the scripts use themselves. */
const reserved = new Set(
  `False None True and as assert async await break class continue def del elif else except finally for from global
  if import in is lambda nonlocal not or pass raise return try while with match case x self step skip np torch nn F`.split(
    /\s+/,
  ),
);

/** A Python name for each layer, in their order: as near to its own as may be. */
export function identifiersOf(names: readonly string[], taken: (name: string) => boolean): readonly string[] {
  const used = new Set<string>();
  return names.map((name) => {
    // A layer in a block has the name of the block before its own.
    let found = name.replaceAll('.', '_');
    while (reserved.has(found) || used.has(found) || taken(found)) {
      found += '_';
    }
    used.add(found);
    return found;
  });
}
