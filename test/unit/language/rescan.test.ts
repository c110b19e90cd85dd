import assert from 'node:assert/strict';
import fc from 'fast-check';
import { takeAll } from '../../../src/common/steps';
import { type ParsedSpec, parseSpec } from '../../../src/language/reading/parse';
import { rescanSteps } from '../../../src/language/yaml/rescan';
import { type Scan, scanSteps } from '../../../src/language/yaml/scan';
import { nodeAtPath } from '../../../src/language/yaml/tree';
import { examples } from './edited';

const scan = (text: string) => takeAll(scanSteps(text));

function told({ documents, ...rest }: Scan): unknown {
  const faults = ({ errors }: Scan['documents'][number]) => errors.map(({ code, pos }) => `${pos} ${code}`).sort();
  return { ...rest, documents: documents.map((document) => ({ ...document, errors: faults(document) })) };
}

interface Edit {
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}

/**
 * Scans a text after each of some edits, one after the other, both ways, and compares. `at` is a share of the text. Returns
 * after how many edits it was enough to scan what was edited.
 */
function assertSame(start: string, edits: readonly Edit[]): number {
  let before = start;
  let known = scan(start);
  let short = 0;
  for (const { at, remove, insert } of edits) {
    const from = Math.floor(at * before.length);
    const after = before.slice(0, from) + insert + before.slice(from + remove);
    const found = takeAll(rescanSteps(known, after, 0));
    const whole = scan(after);
    if (found) {
      short++;
      assert.deepEqual(told(found), told(whole), JSON.stringify({ before, after }));
    }
    known = found ?? whole;
    before = after;
  }
  return short;
}

const piece = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...'abz1-:#,{}[]"\'&*!|>? \n\t%@`.'.split('')) },
  fc.constantFrom(
    '\n  epo',
    '\n- ',
    '\n    - dense: 4',
    ' # so',
    ': ',
    '\n  ',
    '\n    ',
    '\n      ',
    ' &a ',
    ' *a ',
    '!x ',
    '<<: *a',
    '|\n  text\n',
    '? ',
    '---\n',
    '...\n',
    '{ ',
    ' }',
    '[',
    ']',
    '"',
    "'",
    '\r\n',
    '\n\n',
    '- - ',
    'end',
    '\n    - end',
    '\ntraining: end\n',
    '\n# c\n',
    '#c\n',
    '\n#c',
    'key: v',
    '\n  key: v',
    '\n k: v',
    '%YAML 1.1\n',
  ),
  { weight: 1, arbitrary: fc.constant('') },
);
const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.noBias(fc.nat(999)).map((share) => share / 1000),
  remove: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(3), fc.nat(40)),
  insert: piece,
});

const lines = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join('');
const files: Readonly<Record<string, string>> = {
  layers: `# top\ndata:\n  source: xor\nmodel: # these\n  layers: # those\n${lines(60, (i) => `    - dense: { units: ${i}, activation: relu } # ${i}\n`)}    - dense: 1\ntraining:\n  epochs: 3\n`,
  'indented layers': `data:\n  source: xor\nmodel:\n  layers:\n${lines(40, (i) => `    - dense:\n        units: ${i}\n        name: l${i}\n`)}training:\n  epochs: 3\n`,
  rows: `data:\n  columns: [a, b]\n  target: b\n  rows:\n${lines(60, (i) => `    - [${i}, "x"]\n`)}\nmodel:\n  layers:\n  - dense: 2\n  - &b dense: 3\n  - *b\n`,
  keys: `x-notes: # n\n${lines(60, (i) => `  key${i}: ${i}\n`)}b: 'q'\nc:\n  d:\n    e: 1\n    f: |\n      text\n    g: "a\n      b"\n`,
  'a list': lines(60, (i) => `- [${i}]\n`),
  windows: `data:\r\n  source: xor\r\nmodel:\r\n  layers:\r\n${lines(40, (i) => `    - dense: ${i}\r\n`)}training:\r\n  epochs: 3\r\n`,
  broken: `data:\n  source: xor\nmodel:\n  layers:\n${lines(50, (i) => (i % 3 === 1 ? '    - dense: a: b\n' : `    - dense: ${i}\n`))}  epo\ntraining:\n  epochs: [3\n  loss: x\n`,
  open: `data:\n  source: "xor\nmodel:\n  layers:\n${lines(40, (i) => `    - dense: '${i}'\n`)}training:\n  epochs: 3\n`,
};

describe('scanning after an edit', () => {
  const all = { ...files, ...Object.fromEntries(examples().map(({ name, text }) => [name, text])) };
  it('finds what scanning from the beginning finds, and seldom needs to', () => {
    let short = 0;
    let count = 0;
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(all)), fc.array(edit, { maxLength: 6 }), (text, edits) => {
        short += assertSame(text, edits);
        count += edits.length;
      }),
      { numRuns: 200 },
    );
    assert.ok(short > count / 3, `${short} of ${count} edits`);
  }).timeout(60_000);

  const places: Readonly<Record<string, (text: string) => number>> = {
    'a chapter': (text) => text.indexOf('\nmodel'),
    'the middle of the layers': (text) => text.indexOf('\n', text.length / 2),
    'the last layer': (text) => text.indexOf('\ntraining'),
    'the end': (text) => text.length - 1,
  };
  const words: Readonly<Record<string, string>> = {
    'a chapter': '\n  split: { }',
    'the middle of the layers': '\n    - dense:\n        units: 8 # more',
    'the last layer': '\n    - dense: { units: 8, activation: relu }',
    'the end': '\n  batch_size: 8',
  };
  for (const [place, find] of Object.entries(places)) {
    it(`reads only what is near while ${words[place].trim()} is typed behind ${place}`, () => {
      const text = files.layers;
      const at = find(text);
      let known = scan(text);
      const long: string[] = [];
      for (let length = 1; length <= words[place].length; length++) {
        const typed = words[place].slice(0, length);
        // The editor closes brackets as they are opened.
        const closed = typed.includes('{') && !typed.includes('}') ? `${typed} }` : typed;
        const now = text.slice(0, at) + closed + text.slice(at);
        const found = takeAll(rescanSteps(known, now, 0));
        if (!found) {
          long.push(typed);
        }
        known = found ?? scan(now);
        assert.deepEqual(told(known), told(scan(now)));
      }
      assert.deepEqual(long, []);
    });
  }

  it('gives the spec and the problems that parsing the file gives', () => {
    const text = `${files.layers}# ${'-'.repeat(20_000)}\n`;
    const before = parseSpec(text, { fileName: 'a.nnspec' });
    for (const after of [text.replace('units: 7,', 'units: 70,'), text.replace('units: 7,', 'unit: 7,')]) {
      const found = parseSpec(after, { fileName: 'a.nnspec', before });
      const whole = parseSpec(after, { fileName: 'a.nnspec' });
      assert.deepEqual([found.spec, found.problems, found.tree], [whole.spec, whole.problems, whole.tree]);
      // What stands before the edit is not made anew.
      const first = (parsed: ParsedSpec) => parsed.tree && nodeAtPath(parsed.tree, ['data']);
      assert.equal(first(found), first(before));
    }
  });
});
