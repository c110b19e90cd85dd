import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Steps, takeAll } from '../../../src/common/steps';
import { applyFixes, checkSteps, fixAllSteps, mechanicalFix, parseSpec } from '../../../src/language/index';
import type { Fix, Problem } from '../../../src/spec/problem';
import { rounds } from '../../harness/rounds';
import { brokenSpecs } from './broken';
import { examples, liesIn } from './edited';

const specs = examples();
const texts = specs.map(({ text }) => text);

function* problemSteps(text: string): Steps<Problem[]> {
  const parsed = parseSpec(text, { fileName: 'a.nnspec' });
  return [...parsed.problems, ...(yield* checkSteps(parsed))];
}

const check = (text: string) => takeAll(problemSteps(text));

/** The stage that a text reaches: a fix may reveal problems of a later stage. */
function stageOf(text: string): number {
  const parsed = parseSpec(text, { fileName: 'a.nnspec' });
  if (parsed.problems.some(({ code }) => code === 'yaml-character')) {
    return -1;
  }
  if (parsed.problems.some(({ code }) => code.startsWith('yaml-') || code === 'unknown-alias')) {
    return 0;
  }
  return parsed.spec ? 2 : 1;
}

const tokenOf = (text: string, { code, range }: Problem) => {
  const { lines } = parseSpec(text, { fileName: '' });
  return `${code} ${text.slice(lines.offsetAt(range.start), lines.offsetAt(range.end))}`;
};

const errorsOf = (problems: readonly Problem[]) => problems.filter(({ severity }) => severity === 'error');

/**
 * The value of an unknown name, key or form is not read. After a fix it is read, and may have its own faults.
 */
const hides = new Set([
  'unknown-name',
  'unknown-key',
  'alias-name',
  'misplaced-key',
  'indentation',
  'one-key',
  'wrong-type',
]);

/** Checked only when data, layers and training could be read. */
const late = new Set(['missing-loss', 'missing-part', 'unknown-tag']);

/** On the line of the problem, or on deeper lines after it. */
function isUnder(text: string, { range: { start } }: Problem, other: Problem): boolean {
  const lines = text.split('\n');
  const indent = (line: number) => lines[line]?.search(/\S|$/) ?? 0;
  const { line } = other.range.start;
  if (line < start.line) {
    return false;
  }
  return lines.slice(start.line + 1, line + 1).every((_, i) => indent(start.line + 1 + i) > indent(start.line));
}

/** Asserts that the fix removes its problem and causes no new error. */
function mends(text: string, problem: Problem, fix: Fix): void {
  const after = applyFixes(text, [fix]);
  const said = `${problem.code} “${fix.title}”\n--- before\n${text}\n--- after\n${after}\n`;
  const problems = check(after);
  const count = (list: readonly Problem[], of: string) =>
    list.filter((each) => tokenOf(list === problems ? after : text, each) === of).length;
  const before = check(text);
  const own = tokenOf(text, problem);
  assert.ok(count(problems, own) < count(before, own), `the problem stays: ${said}`);
  if (stageOf(after) > stageOf(text)) {
    return;
  }
  const known = errorsOf(before).map((each) => tokenOf(text, each));
  const added = errorsOf(problems).filter(
    (each) =>
      !known.includes(tokenOf(after, each)) &&
      !(hides.has(problem.code) && isUnder(after, problem, each)) &&
      !(late.has(each.code) && !late.has(problem.code)),
  );
  assert.deepEqual(
    added.map(({ code, message }) => `${code}: ${message}`),
    [],
    said,
  );
}

function holds(text: string): void {
  const problems = check(text);
  for (const problem of problems) {
    liesIn(text, problem.range);
    for (const fix of problem.fixes ?? []) {
      for (const { range } of fix.edits) {
        liesIn(text, range);
      }
      mends(text, problem, fix);
    }
  }
  const fixed = takeAll(fixAllSteps(text, problemSteps));
  assert.equal(takeAll(fixAllSteps(fixed, problemSteps)), fixed);
  assert.deepEqual(
    check(fixed)
      .filter((problem) => mechanicalFix(problem))
      .map(({ code }) => code),
    [],
  );
}

const anExample = fc.constantFrom(...texts);
const character = fc.constantFrom(...' \t\n:-,{}[]"\'#&*!|>%@`~abcdexyz0123.5_=<>'.split(''), '\0', '한');

describe('Every broken spec of the corpus', () => {
  for (const { name, text } of brokenSpecs()) {
    it(`${name} is mended by each fix that is offered`, () => holds(text));
  }
});

describe('Every example, however it is broken', () => {
  it('has valid ranges and fixes after any single character is changed', () => {
    const edited = fc.record({
      text: anExample,
      at: fc.nat(),
      remove: fc.nat(1),
      insert: fc.option(character, { nil: '' }),
    });
    fc.assert(
      fc.property(edited, ({ text, at, remove, insert }) => {
        const from = at % (text.length + 1);
        holds(text.slice(0, from) + insert + text.slice(from + remove));
      }),
      { numRuns: Number(process.env.NNSPEC_PROPERTY_RUNS ?? rounds(150)) },
    );
  }).timeout(120_000);

  it('has valid ranges and fixes wherever it is cut off', () => {
    fc.assert(
      fc.property(anExample, fc.nat(), (text, at) => holds(text.slice(0, at % (text.length + 1)))),
      { numRuns: Number(process.env.NNSPEC_PROPERTY_RUNS ?? rounds(150)) },
    );
  }).timeout(120_000);
});
