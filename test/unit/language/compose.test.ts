import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Composer, type Document, Lexer, Parser } from 'yaml';
import { Composition, composing } from '../../../src/language/yaml/compose';
import { Drafting, type SyntaxFault } from '../../../src/language/yaml/draft';

/** All that the tree of a file is made of. */
interface Told {
  readonly drafts: readonly unknown[];
  readonly errors: readonly SyntaxFault[];
}

function inParts(text: string): Told & { parts: number } {
  const composition = new Composition();
  let parts = 0;
  for (const lexeme of new Lexer().lex(text)) {
    composition.next(lexeme);
    for (const _ of composition.advance()) {
      parts++;
    }
  }
  const steps = composition.documents(text.length);
  for (;;) {
    const step = steps.next();
    if (!step.done) {
      continue;
    }
    const documents = step.value;
    return { drafts: documents.map(({ draft }) => draft), errors: documents.flatMap(({ errors }) => errors), parts };
  }
}

function atOnce(text: string): Told {
  const composer = new Composer(composing);
  const documents = [...composer.compose(new Parser().parse(text), true, text.length)] as Document.Parsed[];
  return {
    drafts: documents.map(({ contents }) => (contents ? new Drafting().draft(contents, []) : undefined)),
    errors: documents.flatMap(({ errors, warnings }) => [...errors, ...warnings]),
  };
}

function told({ drafts, errors }: Told): unknown {
  // Behind some faults the composer loses its place, and takes the next key to have begun long before.
  const isOwn = ({ code, pos }: SyntaxFault) => code !== 'KEY_OVER_1024_CHARS' || pos[1] - pos[0] > 1000;
  return {
    drafts: drafts,
    errors: errors
      .filter(isOwn)
      .map(({ code, pos }) => `${pos} ${code}`)
      .sort(),
  };
}

/** Composes in parts and at once, and compares all that is told of it. */
function assertSame(text: string): number {
  const found = inParts(text);
  assert.deepEqual(told(found), told(atOnce(text)));
  return found.parts;
}

const lines = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join('');

describe('composing in parts', () => {
  const long: Readonly<Record<string, string>> = {
    'a list of rows': `data:\n  rows:\n${lines(3000, (i) => `    - [${i}, ${i % 3}, "x"]\n`)}  target: y\n`,
    'the keys of the file': lines(6000, (i) => `key${i}: ${i}\n`),
    'the keys of a map': `x-a: &all # these\n${lines(6000, (i) => `  key${i}: ${i}\n`)}b: *all\n`,
    'a list in brackets': `rows: &r [ # these\n${lines(6000, (i) => `  [${i}, 2], # ${i}\n`)}  [1] ] # so many\nb: *r\n`,
    'a map in braces': `rows: { ${lines(6000, (i) => `k${i}: ${i}, `)} last: 1 }\nb: 2\n`,
    'pairs in brackets': `rows: [ ${lines(6000, (i) => `k${i}: ${i},\n`)} last: 1 ]\n`,
    'lists within lists': lines(
      40,
      (i) => `- # ${i}\n${lines(40, (j) => `  - [${lines(20, (k) => `${j},${k}, `)}]\n`)}`,
    ),
    'a key': `? [${lines(6000, (i) => `${i}, `)}]\n: 1\n`,
    'several documents': `${lines(3000, (i) => `- ${i}\n`)}---\n${lines(3000, (i) => `k${i}: 1\n`)}`,
  };
  for (const [what, text] of Object.entries(long)) {
    it(`takes ${what} a part at a time, and makes what composing at once makes`, () => {
      const parts = assertSame(text);
      assert.ok(parts >= text.length / 6000, `${parts} parts`);
    });
  }

  it('makes nothing else of what a tag marks', () => {
    assertSame(`a: !!omap\n${lines(3000, (i) => `  - k${i}: 1\n`)}b: !!set\n${lines(3000, (i) => `  k${i}:\n`)}`);
  });

  it('makes the same of any file, broken ones included', () => {
    const inList = [
      '- [1, 2]\n',
      '- { a: 1 }\n',
      '- &x 4\n',
      '- *x\n',
      '-\n',
      '- a: 1\n      b: [2\n',
      '- "open\n',
      '# note\n',
      '- !tag 3\n',
      '- - 1\n      - 2\n',
      '- a: b: c\n',
    ];
    const inMap = [
      'a: [1, 2]\n',
      'b: &x 4\n',
      'c: *x\n',
      'd:\n',
      'e\n',
      ': 4\n',
      '? f\n',
      '? [g]\n    : 1\n',
      '# note\n',
      '- 4\n',
      '  h: 1\n',
      ' i: 1\n',
      '!tag j: 3\n',
      'k: "open\n',
      'l: m: n\n',
      'o: |\n      text\n',
      '\tp: 1\n',
    ];
    const inBrackets = [
      '1,\n',
      ',\n',
      '# note\n',
      'a: 1,\n',
      '? b : 2,\n',
      '&x 3,\n',
      '*x,\n',
      '[4,\n',
      '],\n',
      '"open\n',
      '5\n',
    ];
    const plain: readonly [string, string, string, (index: number) => string, readonly string[]][] = [
      ['rows: # these\n', '    ', '', (i) => `- [${i}]\n`, inList],
      ['rows: # these\n', '    ', '', (i) => `k${i}: ${i}\n`, inMap],
      ['', '', '', (i) => `k${i}: ${i}\n`, inMap],
      ['rows: [\n', '    ', ']\n', (i) => `${i},\n`, inBrackets],
      ['rows: {\n', '    ', '}\n', (i) => `k${i}: ${i},\n`, inBrackets],
    ];
    const file = fc.constantFrom(...plain).chain(([head, indent, tail, line, odd]) => {
      const some = fc.array(fc.tuple(fc.nat(1200), fc.constantFrom(...odd)), { maxLength: 6 });
      return fc.tuple(some, fc.constantFrom('', '  z: 1\n', 'x: *x\n', '  - 9\n')).map(([places, after]) => {
        const all = Array.from({ length: 1200 }, (_, i) => line(i));
        for (const [at, text] of places) {
          all.splice(at, 0, text);
        }
        return `# top\n${head}${all.map((each) => `${indent}${each}`).join('')}${tail}${after}`;
      });
    });
    fc.assert(
      fc.property(file, (text) => void assertSame(text)),
      { numRuns: 200 },
    );
  }).timeout(120_000);
});
