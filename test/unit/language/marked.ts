/** Texts with their expected problems: a line of `^` under a token names the problem there. */
import assert from 'node:assert/strict';
import { checkSpec, type ParsedSpec, parseSpec } from '../../../src/language/index';
import type { DataFacts } from '../../../src/spec/dataFacts';
import type { Problem } from '../../../src/spec/problem';

const mark = /^( *)(\^+) ([a-z0-9-]+)$/;

/** Splits a marked text into the text and `line:from-to code` of each mark, in order. */
export function unmark(marked: string): { text: string; expected: string[] } {
  const lines: string[] = [];
  const expected: string[] = [];
  for (const line of marked.split('\n')) {
    const found = mark.exec(line);
    if (!found) {
      lines.push(line);
    } else {
      expected.push(`${lines.length - 1}:${found[1].length}-${found[1].length + found[2].length} ${found[3]}`);
    }
  }
  return { text: lines.join('\n'), expected };
}

export function problemsOf(text: string, facts?: DataFacts): Problem[] {
  const parsed = parseSpec(text, { fileName: 'test.nnspec' });
  return [...parsed.problems, ...checkSpec(parsed, facts)];
}

/** Asserts that the text has the marked problems and no other. */
export function expectProblems(marked: string, facts?: DataFacts): void {
  const { text, expected } = unmark(marked);
  const actual = problemsOf(text, facts).map(({ code, range: { start, end } }) => {
    const to = start.line === end.line ? String(end.character) : `${end.line}:${end.character}`;
    return `${start.line}:${start.character}-${to} ${code}`;
  });
  assert.deepEqual(actual.sort(), expected.sort());
}

/** The text after the first quick fix of the first problem that has this code. */
export function fixed(text: string, code: string, facts?: DataFacts): string {
  const problem = problemsOf(text, facts).find((each) => each.code === code);
  assert.ok(problem, `no problem ${code}`);
  const [fix] = problem.fixes ?? [];
  assert.ok(fix, `no fix for ${code}: ${problem.message}`);
  const { lines } = parseSpec(text, { fileName: 'test.nnspec' });
  const edits = fix.edits.map(({ range, newText }) => ({
    from: lines.offsetAt(range.start),
    to: lines.offsetAt(range.end),
    newText,
  }));
  edits.sort((a, b) => b.from - a.from);
  return edits.reduce((so, { from, to, newText }) => so.slice(0, from) + newText + so.slice(to), text);
}

/** The spec of a text; fails on any error. */
export function sound(text: string): ParsedSpec & { spec: NonNullable<ParsedSpec['spec']> } {
  const parsed = parseSpec(text, { fileName: 'test.nnspec' });
  assert.deepEqual(
    parsed.problems.filter(({ severity }) => severity === 'error'),
    [],
  );
  assert.ok(parsed.spec);
  return { ...parsed, spec: parsed.spec };
}

/** A valid file with one chapter replaced. */
export function specWith(chapters: { data?: string; model?: string; training?: string; more?: string }): string {
  const {
    data = 'data: { source: xor }',
    model = 'model:\n  layers:\n    - dense: { units: 4, activation: tanh }\n    - dense: { units: 1, activation: sigmoid }',
    training = 'training: { epochs: 5 }',
    more = '',
  } = chapters;
  return `${data}\n${model}\n${training}\n${more}`;
}
