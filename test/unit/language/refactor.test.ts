import assert from 'node:assert/strict';
import { applyFixes, parseSpec, refactoringsAt } from '../../../src/language/index';
import type { Spec } from '../../../src/spec/spec';
import { examples } from './edited';
import { sound, specWith } from './marked';

/** The text after the refactoring whose title matches, at the place of `|`. */
function refactored(marked: string, title: RegExp): string {
  const at = marked.indexOf('|');
  const text = marked.slice(0, at) + marked.slice(at + 1);
  const parsed = sound(text);
  const found = refactoringsAt(parsed, parsed.lines.positionAt(at));
  const one = found.find((each) => title.test(each.title));
  assert.ok(one, `${title} is not among ${found.map((each) => each.title)}`);
  return applyFixes(text, [one]);
}

const titlesAt = (marked: string) => {
  const parsed = sound(marked.replace('|', ''));
  return refactoringsAt(parsed, parsed.lines.positionAt(marked.indexOf('|'))).map(({ title }) => title);
};

const layers = (...items: string[]) =>
  specWith({ model: `model:\n  layers:\n${items.map((i) => `    - ${i}`).join('\n')}` });
const out = 'dense: { units: 1, activation: sigmoid }';

/** The trained network: layers without names, every activation as a layer of its own. */
function essence({ layers, ...rest }: Spec): unknown {
  const plain = layers.flatMap(({ name: _, activation, ...layer }) => [
    ...(layer.type === 'activation' ? [] : [layer]),
    ...(activation && activation.name !== 'linear' ? [activation] : []),
  ]);
  return { ...rest, layers: plain };
}

describe('A refactoring', () => {
  it('lets equal layers share their parameters through an anchor, in braces and indented', () => {
    const flow = layers('de|nse: { units: 8, activation: tanh }', 'dense: { units: 8,  activation: tanh }', out);
    assert.equal(
      refactored(flow, /share/),
      layers('dense: &hidden { units: 8, activation: tanh }', 'dense: *hidden', out),
    );
    const block = 'dense:\n        units: 8\n        activation: tanh';
    assert.equal(
      refactored(layers(block, block.replace('un', 'u|n'), out), /share/),
      layers(block.replace('dense:', 'dense: &hidden'), 'dense: *hidden', out),
    );
    assert.ok(!titlesAt(layers('den|se: { units: 8, activation: tanh }', out)).some((title) => /share/.test(title)));
  });

  it('makes an activation a layer of its own, and back', () => {
    const inside = layers('dense: { units: 8, activation: tanh }', out);
    const apart = layers('dense: { units: 8 }', 'activation: tanh', out);
    assert.equal(refactored(inside.replace('units', 'u|nits'), /layer of its own/), apart);
    assert.equal(refactored(apart.replace('n: tanh', 'n: ta|nh'), /parameter of the layer/), inside);
    assert.equal(
      refactored(layers('dense: 8', 'activation: { leaky_relu: 0|.2 }', out), /parameter of the layer/),
      layers('dense: { units: 8, activation: { leaky_relu: 0.2 } }', out),
    );
  });

  it('makes an activation a layer in indented layers and in lists in brackets', () => {
    const block = layers('dense:\n        un|its: 8\n        activation: tanh # bends', out);
    assert.equal(
      refactored(block, /layer of its own/),
      layers('dense:\n        units: 8', 'activation: tanh # bends', out),
    );
    const flow = specWith({
      model:
        'model: { layers: [{ dense: { un|its: 8, activation: tanh } }, { dense: { units: 1, activation: sigmoid } }] }',
    });
    assert.match(
      refactored(flow, /layer of its own/),
      /\[\{ dense: \{ units: 8 \} \}, \{ activation: tanh \}, \{ dense/,
    );
  });

  it('does not move an activation that other layers share through an anchor', () => {
    for (const layer of [
      'dense: &h { units: 1, act|ivation: sigmoid }',
      '&h { dense: { units: 1, act|ivation: sigmoid } }',
    ]) {
      const alias = layer.startsWith('&') ? '*h' : 'dense: *h';
      assert.ok(!titlesAt(layers(layer, alias)).some((title) => /layer of its own/.test(title)));
    }
    assert.ok(!titlesAt(layers('dense: &h 4', 'activation: ta|nh', 'dense: *h', out)).some((t) => /parameter/.test(t)));
  });

  it('writes a primary parameter as a scalar or as a key', () => {
    const scalar = layers('dense: 8', 'activation: tanh', out);
    const map = scalar.replace('dense: 8', 'dense: { units: 8 }');
    assert.equal(refactored(scalar.replace('dense', 'd|ense'), /^Write/), map);
    assert.equal(refactored(map.replace('dense', 'd|ense'), /^Write/), scalar);
    const training = 'training: { optimizer: { ad|am: 0.1 } }';
    assert.match(refactored(specWith({ training }), /^Write/), /adam: \{ learning_rate: 0\.1 \}/);
    assert.deepEqual(titlesAt(layers('d|ense: { units: 8, use_bias: false }', 'activation: tanh', out)), []);
  });

  it('never changes what is trained, wherever it is offered in the examples', () => {
    for (const { name, text } of examples()) {
      const parsed = sound(text);
      const seen = new Set<string>();
      for (let at = 0; at <= text.length; at += 3) {
        for (const each of refactoringsAt(parsed, parsed.lines.positionAt(at))) {
          const after = applyFixes(text, [each]);
          if (seen.has(after)) {
            continue;
          }
          seen.add(after);
          const { spec, problems } = parseSpec(after, { fileName: 'test.nnspec' });
          assert.ok(spec, `${name}: ${each.title}\n${after}\n${JSON.stringify(problems)}`);
          assert.deepEqual(essence(spec), essence(parsed.spec), `${name}: ${each.title}\n${after}`);
        }
      }
      assert.ok(seen.size > 0, name);
    }
  });
});
