import assert from 'node:assert/strict';
import fc from 'fast-check';
import { checkSpec, effectiveSpecText, maximumProblems, nodeAt, parseSpec } from '../../../src/language/index';
import type { Position } from '../../../src/spec/problem';
import { rounds } from '../../harness/rounds';

const whole = `# Learns XOR.
nnspec: 1
name: "XOR"
seed: 42
x-net: &h { units: 4, activation: { leaky_relu: 0.2 } }
data:
  source: { spiral: { samples: 50, noise: 0.2 } }
  split: { train: 0.8, validation: 0.2 }
  scale: standard
model:
  layers:
    - dense: *h
    - dropout: 0.1
    - dense:
        units: 1
        activation: sigmoid
training:
  loss: binary_crossentropy
  optimizer: { adam: { learning_rate: 1e-2 } }
  early_stopping: { monitor: val_loss, patience: 3 }
  metrics: [accuracy]
expect:
  - accuracy >= 0.95 within 5
  - "val_loss < 0.3"
`;

/** Asserts that every problem is inside the text and has a message, and that a missing spec has an error. */
function holds(text: string): void {
  const parsed = parseSpec(text, { fileName: 'a.nnspec' });
  const all = [...parsed.problems, ...checkSpec(parsed)];
  assert.ok(parsed.problems.length <= maximumProblems);
  assert.equal(
    parsed.spec === undefined,
    parsed.problems.some(({ severity }) => severity === 'error'),
  );
  const lines = text.split(/\r\n|\r|\n/);
  const inside = ({ line, character }: Position) => line < lines.length && character <= lines[line].length + 2;
  for (const { message, range, fixes = [] } of all) {
    assert.ok(message.length > 10, message);
    for (const { start, end } of [range, ...fixes.flatMap((fix) => fix.edits.map((edit) => edit.range))]) {
      assert.ok(inside(start) && inside(end), `${JSON.stringify({ start, end })} in ${JSON.stringify(text)}`);
      assert.ok(start.line < end.line || (start.line === end.line && start.character <= end.character));
    }
  }
  if (parsed.spec) {
    assert.ok(parseSpec(effectiveSpecText(parsed.spec), { fileName: 'a.nnspec' }).spec);
  }
}

describe('The parser never throws, and every range lies in the text', () => {
  it('for any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), holds), { numRuns: rounds(300) });
  }).timeout(30_000);

  it('for any mixture of YAML and words of the language', () => {
    const words = [
      'data',
      ': ',
      '\n',
      '  ',
      '- ',
      '{',
      '}',
      '[',
      ']',
      ',',
      '&a ',
      '*a',
      '!t ',
      '"',
      "'",
      '|',
      '>',
      '? ',
      '---',
      '#',
      '<<',
      '%',
      'x-',
      'source',
      'xor',
      'dense',
      'layers',
      'model',
      '1',
      '.nan',
      'expect',
      '~',
      '\t',
      '\r\n',
      '\uFEFF',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 40 }), (parts) => holds(parts.join(''))),
      { numRuns: rounds(500) },
    );
  }).timeout(30_000);

  it('for a whole file cut off at every second place', () => {
    for (let end = 0; end <= whole.length; end += 2) {
      holds(whole.slice(0, end));
    }
  }).timeout(30_000);

  it('for a whole file with any one character deleted, inserted or replaced', () => {
    const place = fc.integer({ min: 0, max: whole.length });
    const unit = fc.constantFrom('', ' ', '\n', ':', '-', '{', ']', '"', '&', '!', '9', 'z', '\t', '한', '\u0000');
    fc.assert(
      fc.property(place, unit, fc.integer({ min: 0, max: 1 }), (at, text, deleted) =>
        holds(whole.slice(0, at) + text + whole.slice(at + deleted)),
      ),
      { numRuns: rounds(200) },
    );
  }).timeout(30_000);

  it('for things nested in wrong places', () => {
    const value = fc.letrec((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom('null', '3', 'xor', 'tanh', '"a"', 'true', '-1.5', '.inf'),
        tie('list'),
        tie('map'),
      ),
      list: fc.array(tie('node'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
      map: fc
        .array(
          fc.tuple(
            fc.constantFrom('dense', 'units', 'activation', 'adam', 'train', 'name', 'layers', 'a'),
            tie('node'),
          ),
          { maxLength: 3 },
        )
        .map((pairs) => `{${pairs.map(([key, item]) => `${key}: ${item}`).join(', ')}}`),
    })).node;
    const chapter = fc.constantFrom('data', 'model', 'training', 'expect', 'seed', 'name', 'nnspec');
    const key = fc.constantFrom(
      'source',
      'rows',
      'columns',
      'split',
      'layers',
      'loss',
      'optimizer',
      'metrics',
      'early_stopping',
      'target',
    );
    fc.assert(
      fc.property(chapter, key, value, (name, inner, text) => {
        holds(`${name}: ${text}\n`);
        holds(`${name}: { ${inner}: ${text} }\nmodel: { layers: [${text}] }\n`);
      }),
      { numRuns: rounds(150) },
    );
  }).timeout(30_000);

  it('for any cursor', () => {
    fc.assert(
      fc.property(fc.integer({ min: -2, max: 40 }), fc.integer({ min: -2, max: 90 }), (line, character) => {
        nodeAt(whole, { line, character });
      }),
      { numRuns: rounds(100) },
    );
  }).timeout(30_000);
});

describe('The parser takes time in proportion to the text', () => {
  const parse = (text: string) => parseSpec(text, { fileName: 'a' }).problems.length;

  it('for 20 kB of keys, rows, aliases, quotes, braces or comments', () => {
    const fill = (unit: string) => unit.repeat(Math.floor(20_000 / unit.length));
    assert.ok(parse(Array.from({ length: 4_000 }, (_, i) => `k${i}: 1`).join('\n')) > 0);
    assert.ok(parse(`data:\n  columns: [a, y]\n  target: y\n  rows:\n${fill('    - [1, 2]\n')}`) > 0);
    assert.ok(parse(`a: &a 1\nb: [${fill('*a, ')}]`) > 0);
    for (const unit of ['"', '{}', '# x\n', '&a ', '- a\n', '}']) {
      parse(fill(unit));
    }
  }).timeout(30_000);
});
