import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  Composer,
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  Parser,
  type YAMLError,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { composeSteps } from '../../../src/language/compose';

const options = { uniqueKeys: false, schema: 'core', merge: false, logLevel: 'silent', prettyErrors: false } as const;

function sliced(text: string): { documents: Document.Parsed[]; steps: number } {
  const steps = composeSteps([...new Parser().parse(text)], text.length);
  for (let count = 0; ; count++) {
    const step = steps.next();
    if (step.done) return { documents: step.value, steps: count };
  }
}

function whole(text: string): Document.Parsed[] {
  return [...new Composer(options).compose(new Parser().parse(text), true, text.length)] as Document.Parsed[];
}

/** All that the tree of a file is made of: kinds, values, places, anchors. An indented collection ends with its last item. */
function shape(node: unknown): unknown {
  if (isAlias(node)) return ['alias', node.source, node.range?.slice(0, 2)];
  if (isScalar(node)) return ['scalar', node.value, node.type, node.anchor, node.range?.slice(0, 2)];
  if (isSeq(node)) return ['list', node.flow, node.anchor, placeOf(node), node.items.map(shape)];
  if (isMap(node)) return ['map', node.flow, node.anchor, placeOf(node), node.items.map(shape)];
  return isPair(node) ? [shape(node.key), shape(node.value)] : node;
}

function placeOf({ flow, range }: YAMLMap | YAMLSeq): unknown {
  return flow ? range?.slice(0, 2) : range?.[0];
}

function told(documents: readonly Document.Parsed[]): unknown {
  const errors = documents.flatMap((document) => document.errors);
  // Behind some faults the composer loses its place, and then takes the next key to have begun long before.
  const isOwn = ({ code }: YAMLError) => code !== 'KEY_OVER_1024_CHARS' || errors.length === 1;
  return {
    contents: documents.map(({ contents }) => shape(contents)),
    errors: errors
      .filter(isOwn)
      .map(({ code, pos }) => `${pos} ${code}`)
      .sort(),
  };
}

/** Composes in steps and at once, and compares all that is told of it. */
function assertSame(text: string): number {
  const { documents, steps } = sliced(text);
  assert.deepEqual(told(documents), told(whole(text)));
  return steps;
}

const lines = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join('');

describe('composing in steps', () => {
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
      const steps = assertSame(text);
      assert.ok(steps >= 6, `${steps} steps`);
    });
  }

  it('leaves in one piece what a tag makes something else', () => {
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
        for (const [at, text] of places) all.splice(at, 0, text);
        return `# top\n${head}${all.map((each) => `${indent}${each}`).join('')}${tail}${after}`;
      });
    });
    fc.assert(
      fc.property(file, (text) => void assertSame(text)),
      { numRuns: 200 },
    );
  }).timeout(120_000);
});
