import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseSpec } from '../../../src/language/index';
import { symbolToRename } from '../../../src/language/navigation/layerNames';
import { occurrencesOf } from '../../../src/language/navigation/occurrences';
import { refusalOf, refusalOfName, renameEdits, symbolEdits } from '../../../src/language/navigation/rename';
import { symbolAt } from '../../../src/language/navigation/symbols';
import { rounds } from '../../harness/rounds';
import { applied, examples } from './edited';

const parse = (text: string) => parseSpec(text, { fileName: 'test.nnspec' });

function at(marked: string) {
  const text = marked.replace('|', '');
  const parsed = parse(text);
  return { text, parsed, symbol: symbolAt(parsed, parsed.lines.positionAt(marked.indexOf('|'))) };
}

/** The text with every place of the symbol at `|` in angle brackets, a declaration in double ones. */
function places(marked: string): string {
  const { text, symbol } = at(marked);
  return [...(symbol?.places ?? [])]
    .sort((a, b) => b.span[0] - a.span[0])
    .reduce((so, { span: [start, end], declaration }) => {
      const [open, close] = declaration ? ['⟪', '⟫'] : ['⟨', '⟩'];
      return `${so.slice(0, start)}${open}${so.slice(start, end)}${close}${so.slice(end)}`;
    }, text);
}

/** The text after renaming the symbol at `|`, or the reason for a refusal. */
function renamed(marked: string, newName: string, taken?: readonly string[]): string {
  const { text, parsed } = at(marked);
  const symbol = symbolToRename(parsed, parsed.lines.positionAt(marked.indexOf('|')));
  const refusal = refusalOf(symbol, parsed) ?? (symbol && refusalOfName(newName, symbol, taken));
  if (refusal || !symbol) {
    return refusal?.refused ?? '';
  }
  return applied(text, symbolEdits(symbol, newName, parsed));
}

describe('the places of a name', () => {
  it('of an anchor are its aliases, up to the next anchor of that name', () => {
    assert.equal(
      places('x-a: &a| 1\nx-b: [*a, *b]\nx-c: &a 2\nx-d: *a\n'),
      'x-a: &⟪a⟫ 1\nx-b: [*⟨a⟩, *b]\nx-c: &a 2\nx-d: *a\n',
    );
    assert.equal(places('x-a: &a 1\nx-b: *|a\nx-c: &a 2\n'), 'x-a: &⟪a⟫ 1\nx-b: *⟨a⟩\nx-c: &a 2\n');
    assert.equal(places('x-b: |*gone\n'), 'x-b: *⟨gone⟩\n');
  });

  it('of a column are everywhere it is named as a column', () => {
    assert.equal(
      places('data:\n  columns: [a, b, y]\n  inputs: [a|, "b"]\n  target: y\n  types: { a: number }\nname: a\n'),
      'data:\n  columns: [⟪a⟫, b, y]\n  inputs: [⟨a⟩, "b"]\n  target: y\n  types: { ⟨a⟩: number }\nname: a\n',
    );
    assert.equal(places('data: { target: sp|ecies }\n'), 'data: { target: ⟨species⟩ }\n');
  });

  it('of a class are its weight and the cells of the target', () => {
    const text =
      'data:\n  columns: [a, y]\n  rows: [[no, yes], [1, no]]\n  target: [y]\ntraining: { class_weight: { n|o: 2 } }\n';
    assert.equal(
      places(text),
      'data:\n  columns: [a, y]\n  rows: [[no, yes], [1, ⟪no⟫]]\n  target: [y]\ntraining: { class_weight: { ⟨no⟩: 2 } }\n',
    );
    assert.equal(at('data:\n  columns: [a, y]\n  rows: [[n|o, yes]]\n  target: y\n').symbol, undefined);
  });

  it('of a measure are where it is chosen, monitored and expected', () => {
    assert.equal(
      places(
        'training:\n  metrics: [accuracy, f1]\n  early_stopping: { monitor: val_accuracy }\nexpect:\n  - accuracy| > 0.5\n',
      ),
      'training:\n  metrics: [⟪accuracy⟫, f1]\n  early_stopping: { monitor: ⟨val_accuracy⟩ }\nexpect:\n  - ⟨accuracy⟩ > 0.5\n',
    );
    assert.equal(
      places('training:\n  loss: huber\nexpect: ["val_l|oss < 1"]\n'),
      'training:\n  loss: ⟪huber⟫\nexpect: ["⟨val_loss⟩ < 1"]\n',
    );
  });

  it('do not exist for numbers, comments and unknown words', () => {
    for (const text of ['seed: |1', '# a|b\nseed: 1', 'training: { loss: w|hat }', 'se|ed: 1', '', 'a: [ |']) {
      const marked = text.includes('|') ? text : `${text}|`;
      assert.equal(at(marked).symbol, undefined, text);
    }
  });
});

describe('renaming', () => {
  it('changes every place and nothing else', () => {
    assert.equal(
      renamed('data:   {columns: [a, b], inputs: a|}   # a\n\n\nname: a', 'c'),
      'data:   {columns: [c, b], inputs: c}   # a\n\n\nname: a',
    );
    assert.equal(renamed('x-a: &a  1\nx-b:  *a|', 'net'), 'x-a: &net  1\nx-b:  *net');
    assert.equal(
      renamed('model: { layers: [dense: { units: 1, name: hi|dden }] }', 'first'),
      'model: { layers: [dense: { units: 1, name: first }] }',
    );
  });

  it('writes a layer’s name at its type where it has none, whatever form the layer has', () => {
    const layers = (item: string) =>
      `x-a: &a { units: 8 }\nmodel:\n  layers:\n    - ${item}\n    - dense: { units: 1, name: last }\n`;
    const forms = [
      ['fla|tten', 'flatten: { name: first }'],
      ['fla|tten:', 'flatten: { name: first }'],
      ['den|se: 8 # eight', 'dense: { units: 8, name: first } # eight'],
      ['den|se: { units: 8 }', 'dense: { units: 8, name: first }'],
      ['den|se:\n        units: 8', 'dense:\n        units: 8\n        name: first'],
      ['activat|ion: relu', 'activation: { activation: relu, name: first }'],
      ['activat|ion: { leaky_relu: 0.2 }', 'activation: { leaky_relu: 0.2, name: first }'],
      ['residual: [den|se: 8]', 'residual: [dense: { units: 8, name: first }]'],
      ['den|se: { units: 8, name: old }', 'dense: { units: 8, name: first }'],
    ];
    for (const [before, after] of forms) {
      const text = renamed(layers(before), 'first');
      assert.equal(text, layers(after));
      assert.deepEqual(
        parse(text).problems.filter(({ code }) => code !== 'missing-key'),
        [],
        text,
      );
    }
    assert.match(renamed(layers('den|se: 8'), 'last'), /There is a layer “last” already/);
    assert.match(renamed(layers('den|se: 8'), '1st'), /no digit first/);
    for (const item of ['resid|ual: [dense: 8]', 'de|nse: *a']) {
      assert.match(renamed(layers(item), 'first'), /no key “name”.*Write its parameters out/, item);
    }
  });

  it('puts a name into quotes where YAML would read it as something else', () => {
    const text = 'data:\n  inputs: [a|, b]\n  target: y\n  types:\n    a: number\n';
    const using = (list: string, key = list) =>
      `data:\n  inputs: [${list}, b]\n  target: y\n  types:\n    ${key}: number\n`;
    assert.equal(renamed(text, 'true'), using('"true"'));
    assert.equal(renamed(text, '2024'), using('"2024"'));
    assert.equal(renamed(text, 'a: b'), using('"a: b"'));
    assert.equal(renamed(text, '# a'), using('"# a"'));
    assert.equal(renamed(text, 'say "a"'), using('say "a"'));
    assert.equal(renamed(text, "it's"), using("it's"));
    // A comma separates items only in brackets.
    assert.equal(renamed(text, 'a, b'), using('"a, b"', 'a, b'));
    assert.equal(renamed(text, '키 (cm)'), using('키 (cm)'));
  });

  it('keeps quotes that were a choice, and drops those that the old name needed', () => {
    assert.equal(renamed("data: { target: 'a|' }", 'b'), "data: { target: 'b' }");
    assert.equal(renamed('data: { target: "a|" }', 'b'), 'data: { target: "b" }');
    assert.equal(renamed('data: { target: "a: b|" }', 'b'), 'data: { target: b }');
  });

  it('says why a name cannot be taken', () => {
    const layers =
      'model:\n  layers:\n    - dense: { units: 1, name: one| }\n    - dense: { units: 1, name: two }\n    - flatten\n';
    assert.match(renamed(layers, 'two'), /There is a layer “two” already/);
    assert.match(renamed(layers, 'flatten_1'), /There is a layer “flatten_1” already/);
    assert.match(renamed(layers, '1st'), /no digit first/);
    assert.match(renamed('data: { columns: [a|, b] }', 'b'), /There is a column “b” already/);
    assert.match(renamed('data: { file: a.csv, target: a| }', 'b', ['a', 'b']), /There is a column “b” already/);
    assert.match(renamed('data: { target: a| }', ' '), /at least one character/);
    assert.match(renamed('data: { target: a| }', ' b'), /neither begins nor ends with a space/);
    assert.match(renamed('data: { target: a| }', 'b\nc'), /on one line/);
    assert.match(renamed('data: { target: a| }', 'b'.repeat(201)), /at most 200/);
    assert.match(renamed('x-a: &a| 1\nx-b: &b 2\n', 'b'), /There is an anchor &b already/);
    assert.match(renamed('x-a: &a| 1\n', 'b c'), /no spaces/);
    assert.match(
      renamed(
        'data: { columns: [a, y], rows: [[1, u], [1, v]], target: y }\ntraining: { class_weight: { u|: 1 } }',
        'v',
      ),
      /There is a class “v” already/,
    );
  });

  it('says what cannot be renamed', () => {
    assert.match(renamed('seed: 1|', 'x'), /Only the names of layers, columns, classes and anchors/);
    assert.match(renamed('training: { metrics: [f1|] }', 'x'), /not a name that this file gives/);
    assert.match(renamed('data: { file: a.csv| }', 'x'), /not a name that this file gives/);
    assert.match(renamed('data: { source: iris, target: species| }', 'x'), /built-in data set/);
    assert.match(
      renamed('data: { file: a.csv, target: y }\ntraining: { class_weight: { u|: 1 } }', 'x'),
      /come from the data/,
    );
    assert.match(renamed('x-b: *gone|', 'x'), /no anchor &gone/);
    assert.match(
      renamed(
        'data: { columns: [a, y], rows: [[1, 0], [1, 1]], target: y }\ntraining: { class_weight: { 0|: 1 } }',
        'x',
      ),
      /are numbers/,
    );
  });
});

describe('renaming there and back', () => {
  const rich = `x-net: &net { units: 4, activation: tanh }
data:
  columns: [a, "b c", y]
  rows: [[1, 2, 'yes'], [2, 3, no]]
  inputs: [a, 'b c']
  target: y
  types: { a: number }
model:
  layers:
    - dense: *net
    - dense: { units: 1, activation: sigmoid, name: out }
training: { class_weight: { yes: 2, no: 1 } }
`;
  const names = fc.oneof(
    fc.constantFrom(
      'z',
      'true',
      'null',
      '1e3',
      'a: b',
      '- x',
      '#c',
      "o'o",
      'q"q',
      '[x',
      '{',
      '*a',
      '&a',
      '!t',
      '%d',
      '~',
      '무게',
      'x, y',
      '?',
      '-',
    ),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
  );

  it('restores every example for each unquoted name, and reads as the new name in between', () => {
    let count = 0;
    const texts = [rich, ...examples().map(({ text }) => text)];
    fc.assert(
      fc.property(fc.oneof(fc.constant(rich), fc.constantFrom(...texts)), fc.nat(), names, (text, pick, newName) => {
        const parsed = parse(text);
        const targets = [
          ...occurrencesOf(parsed)
            .filter(({ role }) => role === 'column' || role === 'class' || role === 'layerName' || role === 'cell')
            .map(({ span }) => span[0]),
          ...parsed.marks.aliases.map(({ span }) => span[0]),
        ];
        if (targets.length === 0) {
          return;
        }
        const symbol = symbolAt(parsed, parsed.lines.positionAt(targets[pick % targets.length]));
        if (!symbol || refusalOf(symbol, parsed) || refusalOfName(newName, symbol)) {
          return;
        }
        if (symbol.places.some(({ span }) => /["']/.test(text[span[0]]))) {
          return;
        }
        count++;
        const there = applied(text, renameEdits(symbol.places, newName, parsed));
        const after = parse(there);
        const moved = symbolAt(after, after.lines.positionAt(symbol.places[0].span[0]));
        assert.equal(moved?.name, newName, there);
        assert.equal(moved.places.length, symbol.places.length, there);
        assert.equal(applied(there, renameEdits(moved.places, symbol.name, after)), text);
      }),
      { numRuns: rounds(1200) },
    );
    assert.ok(count > rounds(100), `${count} names were renamed`);
  }).timeout(60_000);
});
