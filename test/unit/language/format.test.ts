import assert from 'node:assert/strict';
import fc from 'fast-check';
import { takeAll } from '../../../src/common/steps';
import { formatSteps } from '../../../src/language/format';
import { parseSpec } from '../../../src/language/index';
import type { Range } from '../../../src/spec/problem';
import { rounds } from '../../harness/rounds';
import { applied, examples } from './edited';

const parse = (text: string) => parseSpec(text, { fileName: 'test.nnspec' });

function format(text: string, within?: Range): string {
  return applied(text, takeAll(formatSteps(parse(text), within)));
}

/** Asserts the formatted text, and that formatting it again changes nothing. */
function becomes(before: string, after: string): void {
  assert.equal(format(before), after);
  assert.equal(format(after), after);
}

/** All characters but white space, in order; quotes and comments keep theirs. */
const words = (text: string) => text.replace(/\s+/g, '');

describe('the formatter', () => {
  it('indents maps and lists by two, wherever they were', () => {
    becomes(
      'model:\n layers:\n - dense: 4\n -   dense:\n          units: 1\n',
      'model:\n  layers:\n    - dense: 4\n    - dense:\n        units: 1\n',
    );
    becomes('  data:\n      source: xor\n', 'data:\n  source: xor\n');
    becomes('expect:\n- loss < 1\n-\n  loss < 2\n', 'expect:\n  - loss < 1\n  -\n    loss < 2\n');
  });

  it('puts one space between words, inside braces, and none inside brackets', () => {
    becomes('data:   {source:xor,a:   [ 1,2 ,3 ] ,b: { } }\n', 'data: { source:xor, a: [1, 2, 3], b: {} }\n');
    becomes('seed :  1\nx-a:   &a    2\nx-b:    *a   \n', 'seed: 1\nx-a: &a 2\nx-b: *a\n');
    becomes('data: {"a":1, b: , c : [{d: 1}]}\n', 'data: { "a": 1, b: , c: [{ d: 1 }] }\n');
  });

  it('keeps brackets over several lines, and indents what is in them', () => {
    becomes(
      'data: {\n source: xor,\n      split: {\n train: 1\n   }\n}\n',
      'data: {\n  source: xor,\n  split: {\n    train: 1\n  }\n}\n',
    );
    becomes(
      'model:\n  layers:\n    - dense: {\n       units: 4,\n       activation: tanh }\n',
      'model:\n  layers:\n    - dense: {\n        units: 4,\n        activation: tanh }\n',
    );
    becomes(
      'model:\n  layers: [\n     { dense: 1 },\n      flatten\n   ]\n',
      'model:\n  layers: [\n    { dense: 1 },\n    flatten\n  ]\n',
    );
  });

  it('leaves at most one empty line, none at the top, and ends in one line break', () => {
    becomes('\n\nseed: 1\n\n\n\ndata: { source: xor }\n\n\n', 'seed: 1\n\ndata: { source: xor }\n');
    becomes('seed: 1', 'seed: 1\n');
    becomes('', '');
    becomes('# only\n   # comments', '# only\n# comments\n');
  });

  it('keeps comments, moves them with what they belong to, and keeps aligned ones aligned', () => {
    becomes(
      'model:\n layers:\n # first\n  - dense: 1 # one\n  # after the last\n# about training\ntraining:\n    epochs: 1\n',
      'model:\n  layers:\n    # first\n    - dense: 1 # one\n    # after the last\n# about training\ntraining:\n  epochs: 1\n',
    );
    becomes('model:\n# a\n# b\n\nseed: 1\n', 'model:\n# a\n# b\n\nseed: 1\n');
    becomes('model:\n   # a\n   # b\n# c\nseed: 1\n', 'model:\n  # a\n  # b\n# c\nseed: 1\n');
    becomes('model:\n# a\n   layers:\n# b\n   - dense: 1\n', 'model:\n  # a\n  layers:\n    # b\n    - dense: 1\n');
    becomes('seed: 1      # a\nname:  ab    # b\n', 'seed: 1     # a\nname: ab    # b\n');
    becomes('seed: 1   # a\nname:  ab      # b\n', 'seed: 1 # a\nname: ab # b\n');
    becomes('a: [ # one\n  1, # two\n  # three\n  2 ]\n', 'a: [ # one\n  1, # two\n  # three\n  2]\n');
  });

  it('changes no quote, no number and no text over several lines', () => {
    const kept = 'a: "x"\nb: \'y\'\nc: 1e-3\nd: .5\ne: 0x1F\nf: +1\ng: 1.50\n';
    becomes(kept, kept);
    becomes(
      'a: "one\n      two\n\n  three"\nb: one\n    two\nc: |\n      x\n        y\n\n      z\nd: >-\n   x\n',
      'a: "one\n  two\n\n  three"\nb: one\n  two\nc: |\n  x\n    y\n\n  z\nd: >-\n  x\n',
    );
  });

  it('keeps Windows line ends and the mark at the beginning of a file', () => {
    becomes('\ufeffdata:\r\n    source:  xor\r\n\r\n\r\nseed: 1', '\ufeffdata:\r\n  source: xor\r\n\r\nseed: 1\r\n');
  });

  it('leaves a file with syntax errors untouched', () => {
    for (const text of [
      'data:   {source: xor\n',
      'a:   1\n b: 2\n',
      'a:   "x\n',
      'a:  1\n---\nb:  2\n',
      '? [a,b]\n:   1\n',
      'data: \0{ source:   xor }\nmodel:\n  layers: [flatten]\n',
    ]) {
      assert.equal(format(text), text);
    }
  });

  it('formats only the lines that are selected', () => {
    const text = 'seed:   1\ndata:   {source: xor}\nname:   a\n';
    const line = (number: number) => ({ start: { line: number, character: 0 }, end: { line: number, character: 4 } });
    assert.equal(format(text, line(1)), 'seed:   1\ndata: { source: xor }\nname:   a\n');
    const lines = { start: { line: 0, character: 0 }, end: { line: 1, character: 0 } };
    assert.equal(format(text, lines), 'seed: 1\ndata:   {source: xor}\nname:   a\n');
    // A single key of a map cannot be moved alone.
    const map = 'data:\n    source:   xor\n    scale:   none\n';
    assert.equal(format(map, line(1)), 'data:\n    source: xor\n    scale:   none\n');
  });

  it('changes no example', () => {
    for (const { name, text } of examples()) {
      assert.equal(format(text), text, name);
    }
  });
});

describe('formatting keeps the meaning, changes only white space, and is idempotent', () => {
  const holds = (text: string) => {
    const once = format(text);
    assert.equal(words(once), words(text));
    assert.equal(format(once), once);
    const [before, after] = [parse(text), parse(once)];
    assert.deepEqual(after.spec, before.spec);
    assert.deepEqual(
      after.problems.map(({ code }) => code),
      before.problems.map(({ code }) => code),
    );
  };

  it('for each example with any space widened, any line indented further and any line break doubled', () => {
    fc.assert(
      fc.property(fc.constantFrom(...examples()), fc.array(fc.nat(), { maxLength: 5 }), ({ text }, places) => {
        const spaces = [...text.matchAll(/(?<=[:,[{\]} -]) | (?=[}\]])|\n/g)].map(({ index }) => index);
        const wider = places
          .map((place) => spaces[place % spaces.length])
          .sort((a, b) => b - a)
          .reduce((so, at) => so.slice(0, at) + so[at] + so.slice(at), text);
        holds(wider);
      }),
      { numRuns: rounds(200) },
    );
  }).timeout(60_000);

  it('for each example indented by any width, which gives the example back', () => {
    for (const { text } of examples()) {
      // Indented by one, the keys of a layer on lines of their own would stand beside its type.
      for (const width of /- \w+:$/m.test(text) ? [3, 4, 8] : [1, 3, 4, 8]) {
        const indented = text.replace(/^(?: {2})+/gm, (spaces) => ' '.repeat((spaces.length / 2) * width));
        assert.equal(format(indented), text);
      }
    }
  }).timeout(60_000);

  it('for each example with any one character deleted, inserted or replaced', () => {
    const characters = fc.constantFrom(
      ' ',
      '\n',
      ':',
      '-',
      '#',
      '"',
      "'",
      '{',
      '}',
      '[',
      ']',
      ',',
      '&',
      '*',
      '|',
      '>',
      'a',
      '1',
    );
    fc.assert(
      fc.property(fc.constantFrom(...examples()), fc.nat(), fc.nat(1), characters, ({ text }, place, cut, put) => {
        const at = place % text.length;
        holds(text.slice(0, at) + put + text.slice(at + cut));
      }),
      { numRuns: rounds(200) },
    );
  }).timeout(60_000);

  it('for any mixture of YAML and words of the language', () => {
    const parts = fc.constantFrom(
      'data',
      ': ',
      ':',
      '\n',
      ' ',
      '  ',
      '- ',
      '-',
      '{',
      '}',
      '[',
      ']',
      ', ',
      ',',
      '&a ',
      '*a ',
      '"b"',
      "'c'",
      '# d\n',
      '|\n',
      '>-\n',
      '\r\n',
      '? ',
      '1',
      '\t',
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 25 }), (list) => holds(list.join(''))),
      { numRuns: rounds(1500) },
    );
  }).timeout(60_000);
});
