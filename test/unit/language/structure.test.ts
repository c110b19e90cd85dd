import assert from 'node:assert/strict';
import { parseSpec } from '../../../src/language/index';
import { linksOf } from '../../../src/language/navigation/links';
import { foldsOf } from '../../../src/language/structure/folding';
import { type OutlineItem, outlineOf } from '../../../src/language/structure/outline';
import { selectionAt } from '../../../src/language/structure/selection';

const parse = (text: string) => parseSpec(text, { fileName: 'test.nnspec' });

/** One line per item: indented name, detail, kind, first and last line. */
function outline(text: string): string[] {
  const show = (item: OutlineItem, depth: number): string[] => {
    const { start, end } = item.range;
    const line = `${'  '.repeat(depth)}${item.name} (${item.detail}) ${item.kind} ${start.line}-${end.line}`;
    return [line, ...item.children.flatMap((child) => show(child, depth + 1))];
  };
  return outlineOf(parse(text)).flatMap((item) => show(item, 0));
}

function folds(text: string): string {
  const found = foldsOf(parse(text)) ?? [];
  return found.map(({ start, end, kind }) => `${start}-${end}${kind ? ` ${kind}` : ''}`).join(', ');
}

/** The text of each step, from the `|` outwards. */
function selections(marked: string): string[] {
  const text = marked.replace('|', '');
  const parsed = parse(text);
  const { offsetAt } = parsed.lines;
  return selectionAt(parsed, parsed.lines.positionAt(marked.indexOf('|'))).map(({ start, end }) =>
    text.slice(offsetAt.call(parsed.lines, start), offsetAt.call(parsed.lines, end)),
  );
}

describe('the outline', () => {
  it('lists chapters, their keys, and layers under the names that a run gives them', () => {
    const text = `data: { source: "xor" }
model:
  layers:
    - dense: { units: 4, name: hidden }
    - residual:
        - dense: 4
        - activation: tanh
    - dense: 1
training:
  optimizer: { adam: 0.1 }
expect:
  - loss < 0.1
`;
    assert.deepEqual(outline(text), [
      'data () chapter 0-0',
      '  source (xor) text 0-0',
      'model () chapter 1-7',
      '  hidden (dense · units: 4, name: hidden) layer 3-3',
      '  residual_1 () layer 4-6',
      '    dense_1 (4) layer 5-5',
      '    activation_1 (tanh) layer 6-6',
      '  dense_2 (1) layer 7-7',
      'training () chapter 8-9',
      '  optimizer (adam: 0.1) thing 9-9',
      '    adam (0.1) number 9-9',
      'expect () chapter 10-11',
      '  loss < 0.1 () expectation 11-11',
    ]);
  });

  it('shows an aliased layer at its alias', () => {
    const text = 'x-l: &l { dense: 4 }\nmodel:\n  layers:\n    - *l\n    - *l\n';
    assert.deepEqual(outline(text).slice(2), [
      'model () chapter 1-4',
      '  dense_1 (4) layer 3-3',
      '  dense_2 (4) layer 4-4',
    ]);
  });

  it('exists for an unfinished file, and counts rows instead of listing them', () => {
    assert.deepEqual(outline('model:\n  layers:\n    - dense: { un'), [
      'model () chapter 0-2',
      '  dense_1 (un) layer 2-2',
    ]);
    assert.deepEqual(outline('data:\n  rows:\n    - [1, 2]\n    - [3, 4]\n'), [
      'data () chapter 0-3',
      '  rows ([2]) list 1-3',
    ]);
    assert.deepEqual(outline(''), []);
  });
});

describe('folding', () => {
  it('folds each map and list over several lines, and leaves the closing bracket visible', () => {
    assert.equal(
      folds('data:\n  source: xor\n\nmodel:\n  layers:\n    - dense:\n        units: 1\n'),
      '0-1, 3-6, 4-6, 5-6',
    );
    assert.equal(folds('data: {\n  source: xor\n}\nseed: 1\n'), '0-1');
    assert.equal(folds('data: {\n  source: xor }\n'), '0-1');
  });

  it('folds runs of comment lines and regions, however they are nested', () => {
    assert.equal(folds('# one\n# two\n\n# three\nseed: 1 # here\n# alone\n'), '0-1 comment');
    assert.equal(
      folds(
        'model:\n  layers:\n    # region a\n    - dense: 1\n    # region b\n    - dense: 1\n    # endregion\n    # endregion\n',
      ),
      '0-5, 1-5, 2-7 region, 4-6 region',
    );
  });

  it('leaves a file that is no YAML to the editor', () => {
    assert.equal(foldsOf(parse('--- \na: 1\n--- \nb: 2\n')), undefined);
  });
});

describe('expanding a selection', () => {
  it('goes from a word through entry, brackets, item and list to the file', () => {
    assert.deepEqual(selections('model:\n  layers:\n    - dense: { units: 4, activation: ta|nh }\n'), [
      'tanh',
      'activation: tanh',
      'units: 4, activation: tanh',
      '{ units: 4, activation: tanh }',
      'dense: { units: 4, activation: tanh }',
      '- dense: { units: 4, activation: tanh }',
      'layers:\n    - dense: { units: 4, activation: tanh }',
      'model:\n  layers:\n    - dense: { units: 4, activation: tanh }',
      'model:\n  layers:\n    - dense: { units: 4, activation: tanh }\n',
    ]);
  });

  it('takes the words in quotes before the quotes, a comment whole, an alias whole', () => {
    assert.deepEqual(selections('name: "a |b"').slice(0, 3), ['a b', '"a b"', 'name: "a b"']);
    assert.deepEqual(selections('seed: 1 # wh|y\n').slice(0, 1), ['# why']);
    assert.deepEqual(selections('x-a: &a 1\nseed: *|a').slice(0, 2), ['*a', 'seed: *a']);
  });
});

describe('links', () => {
  it('are the paths of data files', () => {
    const links = linksOf(parse('data:\n  file: "my data/a.csv"\n  target: file\n'));
    assert.deepEqual(links, [
      { range: { start: { line: 1, character: 8 }, end: { line: 1, character: 23 } }, path: 'my data/a.csv' },
    ]);
    assert.deepEqual(linksOf(parse('data:\n  file:\n')), []);
  });
});
