import assert from 'node:assert/strict';
import { layerAt, layerRanges, nodeAt, parseSpec, treeOf } from '../../../src/language/index';
import { longestSuggested } from '../../../src/language/text/limits';
import { sound, specWith } from './marked';

/** The node at the `|` in the text. */
function at(marked: string) {
  const before = marked.slice(0, marked.indexOf('|'));
  const lines = before.split('\n');
  return nodeAt(marked.replace('|', ''), { line: lines.length - 1, character: lines[lines.length - 1].length });
}

const thing = (marked: string) => {
  const found = at(marked)?.thing;
  return found && `${found.kind}/${found.name}`;
};

describe('nodeAt', () => {
  it('finds the thing under the cursor, wherever it may be named', () => {
    assert.equal(thing('model:\n  layers:\n    - den|se: 4'), 'layer/dense');
    assert.equal(thing('model:\n  layers:\n    - flat|ten'), 'layer/flatten');
    assert.equal(thing('model:\n  layers:\n    - dense: { units: 4, activation: |tanh }'), 'activation/tanh');
    assert.equal(thing('model:\n  layers:\n    - dense: { units: 4, activation: tanh| }'), 'activation/tanh');
    assert.equal(
      thing('model:\n  layers:\n    - dense: { units: 4, activation: { e|lu: { alpha: 2 } } }'),
      'activation/elu',
    );
    assert.equal(thing('model:\n  layers:\n    - activation: si|lu'), 'activation/silu');
    assert.equal(thing('model:\n  layers:\n    - activation: { leaky|_relu: 0.2 }'), 'activation/leaky_relu');
    assert.equal(thing('model:\n  layers:\n    - activation: { activation: re|lu }'), 'activation/relu');
    assert.equal(thing('training:\n  loss: mean_|squared_error'), 'loss/mean_squared_error');
    assert.equal(thing('training:\n  optimizer: { ad|am: 0.1 }'), 'optimizer/adam');
    assert.equal(thing('training:\n  metrics: [accu|racy]'), 'metric/accuracy');
    assert.equal(thing('training:\n  schedule: co|sine'), 'schedule/cosine');
  });

  it('gives an alias its canonical name', () => {
    assert.equal(thing('model: { layers: [{ activation: sw|ish }] }'), 'activation/silu');
    assert.equal(thing('model: { layers: [{ Lin|ear: 3 }] }'), 'layer/dense');
  });

  it('tells keys from values, with their path and range', () => {
    const key = at('training:\n  ep|ochs: 5');
    assert.deepEqual(key, {
      path: ['training', 'epochs'],
      kind: 'key',
      range: { start: { line: 1, character: 2 }, end: { line: 1, character: 8 } },
      doc: 'training.epochs',
    });
    const value = at('training:\n  epochs: |5');
    assert.deepEqual([value?.kind, value?.doc], ['value', 'training.epochs']);
    const parameter = at('model: { layers: [{ dense: { un|its: 4 } }] }');
    assert.deepEqual(parameter?.parameter, { of: { kind: 'layer', name: 'dense' }, name: 'units' });
    assert.deepEqual(parameter?.path, ['model', 'layers', 0, 'dense', 'units']);
  });

  it('finds nothing on white space, in comments, for unknown names and outside the text', () => {
    assert.equal(at('# ta|nh\nseed: 1'), undefined);
    assert.equal(at('seed:  | 1'), undefined);
    assert.equal(thing('training: { loss: wh|at }'), undefined);
    assert.equal(at('x-a: { activation: ta|nh }')?.thing, undefined);
    assert.equal(nodeAt('seed: 1', { line: 9, character: 0 }), undefined);
    assert.equal(nodeAt('', { line: 0, character: 0 }), undefined);
  });

  it('works in a file with errors, also syntax errors', () => {
    assert.equal(thing('data: [\nmodel:\n  layers:\n    - activation: ta|nh'), 'activation/tanh');
    assert.equal(thing('model:\n  layers:\n    - activation: ta|nh\n    - dense: { units: 3'), 'activation/tanh');
  });
});

describe('layerRanges', () => {
  it('gives the place of each layer and of its type', () => {
    const parsed = sound(
      specWith({
        model:
          'model:\n  layers:\n    - dense:\n        units: 4\n        activation: tanh\n    - dropout\n    - dense: { units: 1, activation: sigmoid }',
      }),
    );
    assert.deepEqual(
      layerRanges(parsed).map(({ name, range, typeRange }) => [
        name,
        range.start.line,
        range.end.line,
        typeRange.start.character,
        typeRange.end.character,
      ]),
      [
        ['dense_1', 3, 5, 6, 11],
        ['dropout_1', 6, 6, 6, 13],
        ['dense_2', 7, 7, 6, 11],
      ],
    );
  });
});

describe('the tree of a file with syntax errors', () => {
  it('is read once for each parse, and not where the file is long', () => {
    const parsed = parseSpec('data: { source: xor\nmodel:\n  layers: [\n', { fileName: 'a.nnspec' });
    assert.ok(treeOf(parsed));
    assert.equal(treeOf(parsed), treeOf(parsed));
    const long = parseSpec('a: { b: 1 },\n'.repeat(longestSuggested / 12), { fileName: 'a.nnspec' });
    assert.equal(treeOf(long), undefined);
  });
});

describe('layerAt', () => {
  it('is the innermost layer whose lines hold a line, and none outside the layers', () => {
    const text = `data: { source: xor }
model:
  layers:
    - dense:
        units: 4
        activation: tanh
    - residual:
        - dense: 4
        - activation: tanh

    - dense: 1
training:
  epochs: 1
`;
    const parsed = parseSpec(text, { fileName: 'test.nnspec' });
    const names = layerRanges(parsed).map(({ name }) => name);
    const found = text.split('\n').map((_, line) => names[layerAt(parsed, line) ?? -1]);
    assert.deepEqual(found.slice(0, 3), [undefined, undefined, undefined]);
    assert.deepEqual(found.slice(3, 9), [
      'dense_1',
      'dense_1',
      'dense_1',
      'residual_1',
      'residual_1.dense_1',
      'residual_1.activation_1',
    ]);
    assert.deepEqual(found.slice(10), ['dense_2', undefined, undefined, undefined]);
  });
});
