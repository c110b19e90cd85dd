import assert from 'node:assert/strict';
import { profileTable } from '../../../src/data/profile';
import { applyFixes, dataFixes, parseSpec, withTableFixes } from '../../../src/language';

const specOf = (layer: string, training = 'training:\n  epochs: 5\n') =>
  `data:\n  file: a.csv\n  target: kind\nmodel:\n  layers:\n    - dense: 4\n    - ${layer}\n${training}`;

/** The title of the first fix of the missing loss, and the spec after it. */
function firstFix(text: string, csv: string) {
  const parsed = parseSpec(text, { fileName: 'a.nnspec' });
  const table = profileTable(new TextEncoder().encode(csv), 'a.csv');
  assert.ok('facts' in table);
  const [fix] = withTableFixes(parsed, table.facts).find(({ code }) => code === 'missing-loss')?.fixes ?? [];
  assert.ok(fix?.choice);
  return { title: fix.title, text: applyFixes(text, [fix]) };
}

const words = 'a,kind\n1,rose\n2,lily\n3,flax\n4,rose\n';
const yesNo = 'a,kind\n1,yes\n2,no\n3,no\n';
const numbers = 'a,kind\n1,1.5\n2,2.5\n3,9\n';

describe('the first fix of a missing loss', () => {
  it('makes a classifier for a target of words', () => {
    for (const layer of ['dense: { units: 3, activation: relu }', '{ dense: { units: 16, activation: relu } }']) {
      const { title, text } = firstFix(specOf(layer), words);
      assert.equal(
        title,
        'End in dense: { units: 3, activation: softmax } with categorical_crossentropy, for 3 classes',
      );
      const { spec, problems } = parseSpec(text, { fileName: 'a.nnspec' });
      assert.deepEqual(problems, [], text);
      assert.equal(spec?.training.loss.name, 'categorical_crossentropy');
      assert.deepEqual(spec?.layers.at(-1)?.parameters.units, 3);
    }
    const relu = specOf('dense: { units: 1, activation: relu }', '');
    assert.match(
      firstFix(relu, yesNo).text,
      /units: 1, activation: sigmoid \}\ntraining: \{ loss: binary_crossentropy/,
    );
  });

  it('stays the squared error for numbers, and leaves a layer with other parameters alone', () => {
    assert.match(firstFix(specOf('dense: { units: 1, activation: relu }'), numbers).text, /loss: mean_squared_error/);
    const named = 'dense: { units: 3, activation: relu, name: out }';
    assert.ok(firstFix(specOf(named), words).text.includes(named));
  });
});

describe('the fixes of a missing target', () => {
  it('name the likely columns of the table, the most likely first', () => {
    const text = 'data:\n  file: a.csv\nmodel:\n  layers:\n    - dense: { units: 1, activation: sigmoid }\n';
    const csv = `age,height,"sick, yes"\n${Array.from({ length: 30 }, (_, i) => `${i % 7},${i * 1.5},${i % 2}`).join('\n')}\n`;
    const table = profileTable(new TextEncoder().encode(csv), 'a.csv');
    assert.ok('facts' in table);
    const [problem] = withTableFixes(parseSpec(text, { fileName: 'a.nnspec' }), table.facts);
    assert.equal(problem.code, 'missing-target');
    const titles = problem.fixes?.map(({ title }) => title);
    assert.equal(titles?.[0], 'Add “target: sick, yes”');
    assert.ok(problem.fixes?.every(({ choice }) => choice));
    const { spec, problems } = parseSpec(applyFixes(text, problem.fixes?.slice(0, 1) ?? []), { fileName: 'a.nnspec' });
    assert.deepEqual(problems, []);
    assert.deepEqual(spec?.data.target, ['sick, yes']);
  });
});

describe('the fix of words where a loss needs numbers', () => {
  const fixesOf = (text: string) =>
    dataFixes(
      { code: 'target-not-numeric', path: ['data', 'target'], classes: 3 },
      parseSpec(text, { fileName: 'a.nnspec' }),
    );

  it('changes the loss, and a plain last layer', () => {
    const wrong = 'training:\n  loss: mean_squared_error\n';
    const text = specOf('dense: 1', wrong);
    const fixed = applyFixes(text, fixesOf(text));
    assert.match(
      fixed,
      /- dense: \{ units: 3, activation: softmax \}\ntraining:\n {2}loss: categorical_crossentropy\n/,
    );
    const named = specOf('dense: { units: 3, name: out }', wrong);
    assert.equal(applyFixes(named, fixesOf(named)), named.replace('mean_squared_error', 'categorical_crossentropy'));
  });
});
