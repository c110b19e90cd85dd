import { roomOf } from './imports';
import { codeOnly, lineAt, type Source } from './sources';

/** Rooms whose numbers must be the same on every JavaScript engine. */
const exactRooms = new Set(['common', 'spec', 'language', 'lessons', 'engine', 'data']);
const forbidden: readonly { pattern: RegExp; reason: string }[] = [
  {
    pattern:
      /\bMath\s*\.\s*(exp|expm1|log|log1p|log2|log10|pow|sinh?|cosh?|tanh?|asinh?|acosh?|atanh?|atan2|hypot|cbrt|random)\b/g,
    reason: 'differs between engines: use common/math or common/random',
  },
  // 2 ** N with literals is exact on every engine.
  { pattern: /(?<!\b2 )\*\*|\*\*(?! \d+\b)/g, reason: 'differs between engines: multiply, or use pow of common/math' },
  { pattern: /\b(Date\s*\.\s*now|new\s+Date|performance\s*\.\s*now)\b/g, reason: 'time comes in as an argument' },
  { pattern: /\b(setTimeout|setInterval|setImmediate)\b/g, reason: 'timers belong to the server and its hosts' },
  { pattern: /\bcrypto\s*\.\s*(getRandomValues|randomUUID)\b/g, reason: 'randomness comes in as an argument' },
];

/** Law 3: nothing between the file and the weights depends on the machine. */
export function breachesOfPurity(sources: readonly Source[]): string[] {
  const breaches: string[] = [];
  for (const { path, text } of sources) {
    if (!exactRooms.has(roomOf(path))) {
      continue;
    }
    const code = codeOnly(text);
    for (const { pattern, reason } of forbidden) {
      for (const match of code.matchAll(pattern)) {
        const line = lineAt(code, match.index);
        breaches.push(`${path}:${line}: ${match[0]}: ${reason}`);
      }
    }
  }
  return breaches.sort();
}

/** Files that call Math.random: all randomness has to come from the seed. */
export function usesOfMathRandom(sources: readonly Source[]): string[] {
  return sources.filter(({ text }) => /\bMath\s*\.\s*random\b/.test(codeOnly(text))).map(({ path }) => path);
}

/** The files with more than `limit` lines, each with its number of lines. */
export function longFiles(sources: readonly Source[], limit: number): string[] {
  return sources.flatMap(({ path, text }) => {
    const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
    return lines > limit ? [`${path}: ${lines} lines`] : [];
  });
}
