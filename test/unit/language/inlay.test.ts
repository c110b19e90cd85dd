import assert from 'node:assert/strict';
import { inlayHintsOf } from '../../../src/language/annotations/inlayHints';
import { parseSpec } from '../../../src/language/index';
import { compactCount } from '../../../src/language/text/compactCount';
import { flopsOf } from '../../../src/spec/layers';
import { type PlanData, planNetwork } from '../../../src/spec/planNetwork';
import { applied } from './edited';
import { sound } from './marked';

/** The text with each hint where the editor shows it. */
function hinted(text: string, data?: PlanData): string {
  const hints = inlayHintsOf(parseSpec(text, { fileName: 'test.nnspec' }), data);
  return applied(
    text,
    hints.map(({ position, label }) => ({ range: { start: position, end: position }, newText: `⟨${label}⟩` })),
  );
}

const pictures: PlanData = { inputShape: [1, 8, 8], targetSize: 10, targetKind: 'classes' };

describe('inlay hints', () => {
  it('follow each layer, the type of a layer over several lines, an alias, and the key layers', () => {
    const text = `x-h: &h { units: 4, activation: tanh }
data: { source: xor }
model:
  layers:
    - dense: *h # hidden
    - residual:
        - dense: 4
    - dense:
        units: 1
        activation: sigmoid
training: { loss: binary_crossentropy }
`;
    assert.equal(
      hinted(text),
      `x-h: &h { units: 4, activation: tanh }
data: { source: xor }
model:
  layers:⟨[2] → [1] · 37 params⟩
    - dense: *h⟨→ [4] · 12 params · 16 FLOPs⟩ # hidden
    - residual:⟨→ [4] · 4 FLOPs⟩
        - dense: 4⟨→ [4] · 20 params · 32 FLOPs⟩
    - dense:⟨→ [1] · 5 params · 8 FLOPs⟩
        units: 1
        activation: sigmoid
training: { loss: binary_crossentropy }
`,
    );
  });

  it('name the inferred loss, and write it into the file', () => {
    const accept = (text: string) => {
      const edits = inlayHintsOf(parseSpec(text, { fileName: '' })).flatMap(({ edit }) => edit ?? []);
      assert.equal(edits.length, 1);
      const after = applied(text, edits);
      assert.equal(sound(after).spec.training.lossInferred, false);
      return after.slice(after.indexOf('sigmoid'));
    };
    const start = 'data: { source: xor }\nmodel: { layers: [dense: { units: 1, activation: sigmoid }] }\n';
    assert.match(hinted(`${start}training:\n  epochs: 5\n`), /training:⟨loss: binary_crossentropy⟩\n/);
    assert.equal(
      accept(`${start}training:\n  epochs: 5\n`),
      'sigmoid }] }\ntraining:\n  loss: binary_crossentropy\n  epochs: 5\n',
    );
    assert.equal(
      accept(`${start}training: { epochs: 5 }\n`),
      'sigmoid }] }\ntraining: { loss: binary_crossentropy, epochs: 5 }\n',
    );
    assert.equal(accept(start), 'sigmoid }] }\n\ntraining:\n  loss: binary_crossentropy\n');
    assert.doesNotMatch(hinted(`${start}training: { loss: binary_crossentropy }`), /⟨loss/);
  });

  it('end at the first layer that does not fit, and are absent in a file with errors', () => {
    const text =
      'data: { source: xor }\nmodel:\n  layers:\n    - dense: 4\n    - conv2d: { filters: 2, kernel_size: 3 }\ntraining: { loss: huber }\n';
    assert.match(hinted(text), /dense: 4⟨→ \[4\] · 12 params · 16 FLOPs⟩\n {4}- conv2d[^⟨]*$/);
    assert.equal(hinted('model: { layers: [dense: x] }'), 'model: { layers: [dense: x] }');
    const unknown = 'data: { file: a.csv, target: y }\nmodel: { layers: [dense: 1] }\ntraining: { loss: huber }\n';
    assert.equal(hinted(unknown), unknown);
  });

  it('use the singular for one parameter and one operation', () => {
    const data: PlanData = { inputShape: [1], targetSize: 1, targetKind: 'numbers' };
    const text = `data: { file: a.csv, target: y }
model:
  layers:
    - residual: [{ activation: prelu }]
training: { loss: huber }
`;
    assert.match(hinted(text, data), /layers:⟨\[1\] → \[1\] · 1 param⟩\n.*⟨→ \[1\] · 1 param⟩\]⟨→ \[1\] · 1 FLOP⟩\n/);
    const hints = inlayHintsOf(parseSpec(text, { fileName: '' }), data);
    assert.match(hints.map(({ tooltip }) => tooltip).join(), /FLOPs: 1 operation in the forward pass/);
  });

  it('explain in the tooltip how the parameters are counted', () => {
    const [hint] = inlayHintsOf(
      parseSpec('data: { source: xor }\nmodel: { layers: [dense: 1] }\ntraining: { loss: huber }', { fileName: '' }),
    );
    assert.match(hint.tooltip, /\[2\] → \[1\].*Parameters: 3.*`weight` 1 × 2 = 2.*`bias` 1\n.*4 operations/s);
  });
});

describe('the operations of a layer', () => {
  const flops = (layers: string, data: PlanData = pictures) => {
    const { spec } = sound(
      `data: { file: a.csv, target: y }\nmodel: { layers: [${layers}] }\ntraining: { loss: huber }`,
    );
    return planNetwork(spec, data).layers.map(flopsOf);
  };

  it('equal a count by loops over every output, weight and place', () => {
    const count = (outputs: number, products: number, bias: boolean) => {
      let total = 0;
      for (let output = 0; output < outputs; output++) {
        total += products + (products - 1) + (bias ? 1 : 0);
      }
      return total;
    };
    assert.deepEqual(flops('flatten, dense: 3'), [0, count(3, 64, true)]);
    assert.deepEqual(flops('flatten, dense: { units: 3, use_bias: false }'), [0, count(3, 64, false)]);
    assert.deepEqual(flops('conv2d: { filters: 2, kernel_size: [3, 5] }'), [count(2 * 6 * 4, 15, true)]);
    const grouped =
      'conv2d: { filters: 4, kernel_size: 1 }, conv2d: { filters: 4, kernel_size: 3, groups: 2, use_bias: false }';
    assert.deepEqual(flops(grouped), [count(4 * 64, 1, true), count(4 * 36, 2 * 9, false)]);
    // The halves of a gated unit are both computed.
    assert.deepEqual(flops('flatten, dense: { units: 4, activation: glu }'), [0, count(4, 64, true)]);
  });

  it('of pooling are comparisons, additions and divisions; layers that compute nothing have none', () => {
    assert.deepEqual(flops('max_pooling2d: 2, dropout: 0.5, flatten'), [16 * 3, 0, 0]);
    assert.deepEqual(flops('average_pooling2d: 2, global_average_pooling2d'), [16 * 4, 16]);
    assert.deepEqual(flops('batch_normalization, layer_normalization, activation: relu'), [128, 448, 0]);
  });
});

describe('a count in few characters', () => {
  it('is exact below 10,000 and has three digits above', () => {
    const shown = [0, 7, 999, 1000, 9999, 10_000, 18_432, 147_456, 999_499, 999_500, 1_337_000, 2.5e9, 3e12, 4e15];
    assert.deepEqual(shown.map(compactCount), [
      '0',
      '7',
      '999',
      '1000',
      '9999',
      '10k',
      '18.4k',
      '147k',
      '999k',
      '1M',
      '1.34M',
      '2.5G',
      '3T',
      '4000T',
    ]);
  });
});
