import assert from 'node:assert/strict';
import { decodeSpec, maximumProblems, parseSpec } from '../../../src/language/index';
import { expectProblems, fixed, problemsOf, sound, specWith } from './marked';

const codes = (text: string) => problemsOf(text).map(({ code }) => code);

describe('The file', () => {
  it('reads a whole spec without a problem', () => {
    expectProblems(specWith({}));
  });

  it('reports unknown keys on the key, with the nearest key as fix', () => {
    expectProblems(`data: { source: xor }
modle:
^^^^^ unknown-key
  layers: [{ dense: 1 }]`);
    const text = specWith({ training: 'training: { epcohs: 5 }' });
    assert.equal(fixed(text, 'unknown-key'), text.replace('epcohs', 'epochs'));
  });

  it('says where a key of another chapter belongs', () => {
    expectProblems(`epochs: 3
^^^^^^ misplaced-key
${specWith({ training: '' })}`);
    expectProblems(specWith({ training: `training:\n  lr: 0.1\n  ^^ misplaced-key` }));
    const [problem] = problemsOf(specWith({ training: 'training: { learning_rate: 0.1 }' }));
    assert.match(problem.message, /optimizer: \{ sgd: \{ learning_rate: … \} \}/);
  });

  it('points at the parent key for a missing required key', () => {
    expectProblems(specWith({ model: 'model: {}\n^^^^^ missing-key' }));
    expectProblems(`seed: 1
^^^^ missing-key
^^^^ missing-key`);
  });

  it('reports a key without a value on the key', () => {
    expectProblems(specWith({ training: `training:\n  epochs:\n  ^^^^^^ missing-value` }));
  });

  it('reports the second of two equal keys', () => {
    expectProblems(specWith({ training: `training:\n  epochs: 1\n  epochs: 2\n  ^^^^^^ duplicate-key` }));
  });

  it('checks wrong types, with fixes for quoted numbers and yes', () => {
    expectProblems(
      specWith({
        training: `training:
  epochs: "5"
          ^^^ wrong-type
  batch_size: 2.5
              ^^^ wrong-type
  shuffle: yes
           ^^^ wrong-type
  optimizer: [adam]
             ^^^^^^ wrong-type
  early_stopping: true
                  ^^^^ wrong-type`,
      }),
    );
    assert.match(fixed(specWith({ training: 'training: { epochs: "5" }' }), 'wrong-type'), /epochs: 5 /);
    assert.match(fixed(specWith({ training: 'training: { shuffle: no }' }), 'wrong-type'), /shuffle: false /);
    assert.match(
      fixed(specWith({ training: 'training: { metrics: accuracy }' }), 'wrong-type'),
      /metrics: \[accuracy\]/,
    );
  });

  it('checks ranges and refuses numbers that are not finite', () => {
    expectProblems(
      specWith({
        training: `training:
  epochs: 0
          ^ out-of-range
  batch_size: -3
              ^^ out-of-range
  optimizer: { adam: { learning_rate: .nan, beta_1: 1 } }
                                      ^^^^ not-finite
                                                    ^ out-of-range`,
        more: 'seed: 4294967296\n      ^^^^^^^^^^ out-of-range',
      }),
    );
    expectProblems(specWith({ more: 'seed: .inf\n      ^^^^ not-finite' }));
    expectProblems(specWith({ more: 'seed: 1.5\n      ^^^ wrong-type' }));
    assert.equal(sound(specWith({ more: 'seed: 4294967295' })).spec.seed, 4294967295);
  });

  it('reads numbers of the YAML core schema', () => {
    const { spec } = sound(
      specWith({ training: 'training: { optimizer: { adam: 1e-3 }, epochs: 0x10, batch_size: 1e1 }' }),
    );
    assert.equal(spec.training.optimizer.parameters.learning_rate, 0.001);
    assert.equal(spec.training.epochs, 16);
    assert.equal(spec.training.batchSize, 10);
  });

  it('knows language version 1 and no other', () => {
    expectProblems(specWith({ more: 'nnspec: 1' }));
    expectProblems(specWith({ more: 'nnspec: 2\n        ^ unsupported-version' }));
  });

  it('reports things that this version lacks as not yet supported, never as unknown', () => {
    expectProblems(
      specWith({
        model: `model:
  layers:
    - lstm: 4
      ^^^^ not-yet-supported
    - embedding
      ^^^^^^^^^ not-yet-supported`,
      }),
    );
  });

  it('ignores top-level keys that begin with x-, and follows their anchors', () => {
    const { spec } = sound(`x-common: &net
  layers: [{ dense: { units: 1, activation: sigmoid } }]
data: { source: and }
model: *net`);
    assert.equal(spec.layers.length, 1);
  });

  it('refuses merge keys, tags, unknown aliases and aliases in their own anchor', () => {
    expectProblems(`<<: { seed: 1 }
^^ yaml-merge-key
${specWith({})}`);
    expectProblems(
      specWith({
        more: `seed: !!int "3"
      ^^^^^ yaml-tag`,
      }),
    );
    expectProblems(
      specWith({
        more: `x-pairs: !!omap
         ^^^^^^ yaml-tag
  - k: 1`,
      }),
    );
    assert.equal(fixed(specWith({ more: 'name: !x y' }), 'yaml-tag'), specWith({ more: 'name: y' }));
    expectProblems(`model: *net
       ^^^^ unknown-alias`);
    expectProblems(`model: &net [*net]
             ^^^^ unknown-alias`);
  });

  it('reads on through a merge key, so that nothing seems to be missing, and writes its keys out', () => {
    const text = specWith({
      model: `x-h: &h { units: 4, activation: tanh }
model:
  layers:
    - dense: { <<: *h }
    - dense: { units: 1, activation: sigmoid }`,
    });
    expectProblems(text.replace('<<: *h }', '<<: *h }\n               ^^ yaml-merge-key'));
    assert.equal(fixed(text, 'yaml-merge-key'), text.replace('<<: *h', 'units: 4, activation: tanh'));
    const block = text.replace('{ <<: *h }', '\n        <<: *h\n        units: 2');
    assert.equal(fixed(block, 'yaml-merge-key'), block.replace('<<: *h', 'activation: tanh'));
    const nested = specWith({
      model: `x-h: &h { units: 4 }\nx-k: &k { <<: *h, activation: tanh }\nmodel:\n  layers:\n    - dense: { <<: *k }`,
    });
    const [, outer] = problemsOf(nested).filter(({ code }) => code === 'yaml-merge-key');
    assert.deepEqual(
      outer.fixes?.flatMap(({ edits }) => edits.map(({ newText }) => newText)),
      ['activation: tanh, units: 4'],
    );
  });

  it('refuses control characters and halves of surrogate pairs, and offers to remove them', () => {
    expectProblems(`seed: 1\0\n       ^ yaml-character\n${specWith({})}`);
    expectProblems(`name: \x1f\n      ^ yaml-character\n${specWith({})}`);
    expectProblems(`name: \ud83d\n      ^ yaml-character\n${specWith({})}`);
    const [problem] = problemsOf('name: \x02');
    assert.match(problem.message, /U\+0002/);
    assert.equal(fixed(`seed: 1\x00\n${specWith({})}`, 'yaml-character'), `seed: 1\n${specWith({})}`);
    expectProblems(`name: 🙂\t# a tab, a smile and a next line \x85\n${specWith({})}`);
  });

  it('offers to remove the second of two equal keys, with its line or its comma', () => {
    const block = specWith({ training: 'training:\n  epochs: 1\n  epochs: 2 # twice\n  batch_size: 2' });
    assert.equal(fixed(block, 'duplicate-key'), block.replace('  epochs: 2 # twice\n', ''));
    const flow = specWith({ training: 'training: { epochs: 1, epochs: 2 }' });
    assert.equal(fixed(flow, 'duplicate-key'), flow.replace(', epochs: 2', ''));
  });

  it('refuses a second document and an empty file', () => {
    expectProblems(`seed: 1
---
^^^ multiple-documents
seed: 2`);
    for (const empty of ['', '\n', '# only a comment\n', '---\n', '~', 'null # nothing yet\n']) {
      assert.deepEqual(codes(empty), ['empty-file'], JSON.stringify(empty));
      assert.deepEqual(codes(fixed(empty, 'empty-file')), []);
    }
  });

  it('explains a file that is no map', () => {
    assert.deepEqual(codes('- a'), ['wrong-type']);
    assert.deepEqual(codes('hello'), ['wrong-type']);
  });

  it('reports only YAML syntax errors, without errors that follow from them', () => {
    assert.deepEqual(new Set(codes('data: { source: xor\nmodel: 1')), new Set(['yaml-syntax']));
    assert.deepEqual(new Set(codes('data:\n\tsource: xor')), new Set(['yaml-syntax']));
    assert.deepEqual(new Set(codes('name: "open')), new Set(['yaml-syntax']));
  });

  it('reads a file with a byte order mark and with Windows line ends', () => {
    expectProblems(`\uFEFF${specWith({})}`);
    const [problem] = problemsOf(specWith({ training: 'training: { epochs: 0 }' }).replace(/\n/g, '\r\n'));
    assert.deepEqual(problem.range.start, { line: 5, character: 20 });
  });
});

describe('The caps of a file', () => {
  it('refuse 300 kB at once', () => {
    const [{ code, message }] = problemsOf(`# ${'x'.repeat(300_000)}`);
    assert.equal(code, 'file-too-large');
    assert.match(message, /^A spec may have 256 kB, but this one has 293 kB\./);
    assert.deepEqual(codes(`# ${'한'.repeat(100_000)}`), ['file-too-large'], 'counts bytes, not characters');
  });

  it('refuse nesting of more than 64 in braces, by indentation and by dashes', () => {
    assert.deepEqual(codes('['.repeat(200_000)), ['nesting-too-deep']);
    assert.deepEqual(codes(`a: ${'['.repeat(1000)}${']'.repeat(1000)}`), ['nesting-too-deep']);
    assert.deepEqual(codes(Array.from({ length: 700 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')), [
      'nesting-too-deep',
    ]);
    assert.deepEqual(codes('- '.repeat(1000)), ['nesting-too-deep']);
    assert.ok(!codes(`x-deep: ${'['.repeat(63)}${']'.repeat(63)}`).includes('nesting-too-deep'));
    assert.ok(codes(`x-deep: ${'['.repeat(64)}${']'.repeat(64)}`).includes('nesting-too-deep'));
  });

  it('refuse an alias bomb with one problem', () => {
    const levels = Array.from(
      { length: 30 },
      (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(', ')}]`,
    );
    const found = problemsOf(`l0: &l0 [x, x]\n${levels.join('\n')}`);
    assert.deepEqual(
      found.map(({ code }) => code),
      ['too-many-aliases'],
    );
    assert.match(found[0].message, /^The aliases of this file stand for more than 10,?000 values\./);
  });

  it('allow a few hundred uses of an anchor', () => {
    const layers = Array.from({ length: 300 }, () => '*l').join(', ');
    const text = `x-layer: &l { dense: { units: 4, activation: tanh } }\n${specWith({ model: `model: { layers: [${layers}, { dense: { units: 1, activation: sigmoid } }] }` })}`;
    assert.equal(sound(text).spec.layers.length, 301);
  });

  it('give at most 100 problems, and still no spec', () => {
    const keys = Array.from({ length: 5_000 }, (_, i) => `k${i}: 1`).join('\n');
    const parsed = parseSpec(`${specWith({})}\n${keys}`, { fileName: 'a' });
    assert.equal(parsed.problems.length, maximumProblems);
    assert.equal(parsed.spec, undefined);
  });
});

describe('decodeSpec', () => {
  it('drops a byte order mark and refuses other encodings at the first bad byte', () => {
    const bytes = new TextEncoder().encode('\uFEFFseed: 1');
    assert.deepEqual(decodeSpec(bytes), { text: 'seed: 1' });
    const bad = decodeSpec(Uint8Array.of(97, 10, 98, 0xff));
    assert.ok('problem' in bad);
    assert.equal(bad.problem.code, 'not-utf8');
    assert.deepEqual(bad.problem.range.start, { line: 1, character: 1 });
    const large = decodeSpec(new Uint8Array(300_000));
    assert.ok('problem' in large && large.problem.code === 'file-too-large');
  });
});
