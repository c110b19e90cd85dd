import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { takeAll } from '../../../src/common/steps';
import { hoverAt } from '../../../src/language/hover';
import {
  checkSpec,
  checkSteps,
  effectiveSpecText,
  formatSteps,
  inlayHintsOf,
  jsonSchema,
  parseSpec,
  runAt,
  runText,
  type Sweep,
  semanticTokensOf,
  sweepOf,
  symbolEdits,
  symbolToRename,
} from '../../../src/language/index';
import { Settings } from '../../../src/language/sweep/paths';
import { writtenOf } from '../../../src/language/sweep/withValue';
import { nodeAtPath } from '../../../src/language/yaml/tree';
import { rounds } from '../../harness/rounds';
import { itemsAt, labelsAt } from './completion/accept';
import { applied } from './edited';
import { fixed, sound, specWith } from './marked';

const layers =
  'model:\n  layers:\n    - dense: { units: 4, activation: tanh, name: hidden } # wide enough\n    - residual: [dense: 4]\n    - dense: 1\n    - activation: { leaky_relu: 0.2, name: bend }\n';
const base = specWith({
  data: 'data:\n  source: plane',
  model: layers,
  training: 'training:\n  loss: mean_squared_error\n  optimizer: adam\n  epochs: 5',
});

function sweptWith(values: string, more = ''): Sweep {
  const sweep = sweepOf(sound(`${base}sweep:\n  values: { ${values} }\n${more}`), 'test.nnspec');
  assert.ok(sweep);
  return sweep;
}

const valuesOf = (sweep: Sweep) =>
  Array.from({ length: sweep.count }, (_, index) => Object.values(runAt(sweep, index).values));

describe('The runs of a sweep', () => {
  it('are all combinations, the last path fastest, under the paths as written', () => {
    const sweep = sweptWith('model.layers.hidden.dense.activation: [relu, { elu: 2 }], seed: [3, 1, 2]');
    assert.deepEqual(valuesOf(sweep), [
      ['relu', 3],
      ['relu', 1],
      ['relu', 2],
      [{ elu: 2 }, 3],
      [{ elu: 2 }, 1],
      [{ elu: 2 }, 2],
    ]);
    assert.deepEqual(Object.keys(runAt(sweep, 4).values), ['model.layers.hidden.dense.activation', 'seed']);
    assert.equal(runAt(sweep, 4).index, 4);
    const { spec } = runAt(sweep, 4).parsed;
    assert.equal(spec?.seed, 1);
    assert.deepEqual(spec?.layers[0].activation, { name: 'elu', parameters: { alpha: 2 } });
    assert.ok(spec && !('sweep' in spec));
  });

  /** A path and a value, and the same value written in the file. */
  const written: readonly (readonly [path: string, value: string, before: string, after: string])[] = [
    ['training.optimizer.adam.learning_rate', '0.5', 'optimizer: adam', 'optimizer: { adam: { learning_rate: 0.5 } }'],
    ['training.optimizer', '{ sgd: 0.5 }', 'optimizer: adam', 'optimizer: { sgd: 0.5 }'],
    ['training.batch_size', '7', 'epochs: 5', 'epochs: 5\n  batch_size: 7'],
    ['training.metrics', '[r2]', 'epochs: 5', 'epochs: 5\n  metrics: [r2]'],
    ['model.layers.2.dense.units', '2', 'dense: 1', 'dense: 2'],
    ['model.layers.2.dense.activation', 'tanh', 'dense: 1', 'dense: { units: 1, activation: tanh }'],
    ['model.layers.1.residual.layers.0.dense.units', '3', '[dense: 4]', '[dense: 3]'],
    [
      'model.layers.residual_1.residual.layers.dense_1.dense.use_bias',
      'false',
      '[dense: 4]',
      '[dense: { units: 4, use_bias: false }]',
    ],
    ['model.layers.2.dense.trainable', 'false', 'dense: 1', 'dense: { units: 1, trainable: false }'],
    [
      'model.layers.2.dense.bias_initializer',
      '{ values: [0.5] }',
      'dense: 1',
      'dense: { units: 1, bias_initializer: { values: [0.5] } }',
    ],
    ['model.layers.bend.activation.activation', 'silu', 'leaky_relu: 0.2', 'silu: {}'],
    ['model.layers.3.activation.activation.leaky_relu.negative_slope', '0.3', 'leaky_relu: 0.2', 'leaky_relu: 0.3'],
    ['data.source.plane.samples', '50', 'source: plane', 'source: { plane: { samples: 50 } }'],
    ['data.split.by', 'time', 'source: plane', 'source: plane\n  split: { train: 0.8, validation: 0.2, by: time }'],
    ['data.split.train', '0.8', 'source: plane', 'source: plane\n  split: { train: 0.8, validation: 0.2 }'],
    ['data.scale', 'standard', 'source: plane', 'source: plane\n  scale: standard'],
    ['name', 'other', 'data:', 'name: other\ndata:'],
  ];
  for (const [path, value, before, after] of written) {
    it(`are as if ${path} were written in the file, also as a text`, () => {
      const sweep = sweptWith(`${path}: [${value}]`);
      const { spec } = runAt(sweep, 0).parsed;
      assert.ok(base.includes(before));
      assert.deepEqual(spec, sound(base.replace(before, after)).spec);
      assert.deepEqual(sound(runText(sweep, 0)).spec.data, spec?.data);
      assert.deepEqual(sound(runText(sweep, 0)).spec.layers, spec?.layers);
      assert.deepEqual({ ...sound(runText(sweep, 0)).spec.training, lossInferred: false }, spec?.training);
    });
  }

  for (const file of ['xor.nnspec', 'iris.nnspec', 'digits-conv.nnspec', 'spiral.nnspec']) {
    it(`are the spec itself where every setting has its own value: ${file}`, () => {
      const text = readFileSync(join('examples', file), 'utf8');
      const { spec } = sound(text);
      const settings = new Settings(spec);
      const indexed = settings.paths.filter((path) => settings.find(path)?.path.join('.') === path);
      const leaves = indexed.filter((path) => !indexed.some((other) => other.startsWith(`${path}.`)));
      const effective = parseSpec(effectiveSpecText(spec), { fileName: 'test.nnspec' });
      const values = leaves.map((path) => {
        const node = effective.tree && nodeAtPath(effective.tree, settings.find(path)?.path ?? []);
        assert.ok(node, path);
        return `    ${path}: [${JSON.stringify(writtenOf(node))}]\n`;
      });
      assert.ok(leaves.length > 15, `${leaves.length}`);
      const sweep = sweepOf(sound(`${text}\nsweep:\n  values:\n${values.join('')}`), 'test.nnspec');
      assert.ok(sweep);
      const run = runAt(sweep, 0).parsed.spec;
      assert.deepEqual(run, { ...spec, training: { ...spec.training, lossInferred: false } });
      assert.deepEqual(sound(runText(sweep, 0)).spec, run);
    });
  }

  it('keep the comments of the file in their texts, and nothing of the sweep', () => {
    const sweep = sweptWith('seed: [7], model.layers.hidden.dense.units: [4], training.optimizer.adam.beta_1: [0.8]');
    const text = runText(sweep, 0);
    assert.ok(text.includes('name: hidden } # wide enough'), text);
    assert.ok(text.includes('seed: 7') && text.includes('adam: { beta_1: 0.8 }') && !text.includes('sweep'), text);
    const two = sweptWith('training.optimizer.adam.learning_rate: [0.5], training.optimizer.adam.beta_1: [0.8]');
    assert.deepEqual(sound(runText(two, 0)).spec, runAt(two, 0).parsed.spec);
  });

  it('are drawn by the seed of the spec, each by itself', () => {
    const paths =
      'training.epochs: { from: 1, to: 4 }, training.optimizer.adam.learning_rate: { from: 1e-4, to: 0.1, scale: log }, seed: [1, 2, 3]';
    const draw = (runs: number, seed: number) =>
      valuesOf(sweptWith(paths, `  method: { random: { runs: ${runs} } }\nseed: ${seed}`));
    const many = draw(400, 5);
    assert.deepEqual(draw(10, 5), many.slice(0, 10));
    assert.notDeepEqual(draw(10, 6), many.slice(0, 10));
    const columns = [0, 1, 2].map((column) => many.map((values) => Number(values[column])));
    assert.deepEqual([...new Set(columns[0])].sort(), [1, 2, 3, 4]);
    assert.deepEqual([...new Set(columns[2])].sort(), [1, 2, 3]);
    const decades = [1e-4, 1e-3, 1e-2].map(
      (from) => columns[1].filter((rate) => rate >= from && rate < 10 * from).length,
    );
    assert.equal(
      decades.reduce((sum, count) => sum + count),
      400,
    );
    for (const count of decades) {
      assert.ok(count > 100 && count < 170, `${decades}`);
    }
  });

  it('stay inside their ranges, to the last bit', () => {
    const range = fc.tuple(
      fc.double({ min: 1e-9, max: 1, noNaN: true }),
      fc.double({ min: 1e-9, max: 1, noNaN: true }),
    );
    fc.assert(
      fc.property(range, fc.constantFrom('log', 'linear'), ([one, other], scale) => {
        fc.pre(one !== other);
        const [from, to] = [Math.min(one, other), Math.max(one, other)];
        const sweep = sweptWith(
          `training.optimizer.adam.learning_rate: { from: ${from}, to: ${to}, scale: ${scale} }`,
          '  method: { random: { runs: 20 } }\n',
        );
        return valuesOf(sweep).every(([rate]) => Number(rate) >= from && Number(rate) <= to);
      }),
      { numRuns: rounds(20) },
    );
  });
});

describe('The check of a sweep', () => {
  const network = 'model:\n  layers:\n    - dense: { units: 3, activation: softmax }\n';
  const iris = `data: { source: iris }\n${network}training: { batch_size: 7 }\n`;

  it('looks at every combination, and names the values that do not go together', () => {
    const text = `${iris}sweep:\n  values:\n    training.loss: [categorical_crossentropy, hinge]\n    model.layers.0.dense.units: [3, 4]\n    seed: [1, 2]\n`;
    const messages = checkSpec(sound(text))
      .filter(({ severity }) => severity === 'error')
      .map(({ message }) => message);
    assert.equal(messages.length, 2);
    assert.match(messages[0], /^With training\.loss = hinge: /);
    assert.match(messages[1], /^With model\.layers\.0\.dense\.units = 4: /);
  });

  it('takes the drawn values as well, and shows them at their path', () => {
    const text = `${iris}sweep:\n  values:\n    model.layers.0.dense.units: { from: 4, to: 9 }\n  method: { random: { runs: 30 } }\n`;
    const parsed = sound(text);
    const errors = checkSpec(parsed).filter(({ severity }) => severity === 'error');
    assert.equal(errors.length, 1);
    assert.match(errors[0].message, /^With model\.layers\.0\.dense\.units = [4-9]: /);
    const { start, end } = errors[0].range;
    assert.equal(text.slice(parsed.lines.offsetAt(start), parsed.lines.offsetAt(end)), 'model.layers.0.dense.units');
  });

  it('yields between the runs of a large sweep, and does no work for seeds', () => {
    const thirty = Array.from({ length: 30 }, (_, index) => index + 1);
    const steps = (values: string) => {
      let count = 0;
      const work = checkSteps(sound(`${iris}sweep:\n  values: { ${values} }\n`));
      while (!work.next().done) {
        count++;
      }
      return count;
    };
    assert.ok(steps(`training.batch_size: [${thirty}], training.epochs: [${thirty}]`) >= 900);
    assert.ok(steps(`seed: [${thirty}], training.epochs: [1, 2]`) < 50);
  });

  it('mends a misspelt path', () => {
    const text = `${iris}sweep: { values: { training.optimizer.sgd.momentun: [0, 0.9] } }\n`;
    assert.ok(fixed(text, 'sweep-path').includes('training.optimizer.sgd.momentum: ['));
  });
});

describe('A sweep in the editor', () => {
  const text = `${base}sweep:\n  values:\n    seed: [1, 2, 3]\n    model.layers.hidden.dense.units: [4, 4.5e1]\n  best: loss\n`;

  it('has its number of runs beside it, and the first in its hover', () => {
    const hints = inlayHintsOf(parseSpec(text, { fileName: 'test.nnspec' })).map(({ label }) => label);
    assert.ok(hints.includes('6 runs'), hints.join());
    const oneLine = `${base}sweep: { values: { seed: [1, 2] } }`;
    const { position } = inlayHintsOf(sound(oneLine)).find(({ label }) => label === '2 runs') ?? {};
    assert.equal(position?.character, 'sweep: { values: { seed: [1, 2] } }'.length);
    const line = text.slice(0, text.indexOf('sweep:')).split('\n').length - 1;
    const options = { language: 'en', dark: true } as const;
    const hover = hoverAt(text, { line, character: 2 }, options)?.markdown ?? '';
    assert.match(hover, /\*\*6 runs\*\*\n\n0\. `seed = 1`, `model\.layers\.hidden\.dense\.units = 4`\n1\. `seed = 1`/);
    const path = hoverAt(text, { line: line + 3, character: 10 }, options)?.markdown ?? '';
    assert.match(path, /\*\*units\*\*/);
  });

  it('is coloured by the schema of what it sets', () => {
    const lines = text.split('\n');
    const tokens = semanticTokensOf(parseSpec(text, { fileName: 'test.nnspec' })).map(
      ({ line, character, length, type }) => `${lines[line].slice(character, character + length)}:${type}`,
    );
    const own = tokens.slice(tokens.indexOf('sweep:chapter'));
    assert.deepEqual(own, [
      'sweep:chapter',
      'values:key',
      'seed:key',
      '1:number',
      '2:number',
      '3:number',
      'model.layers.hidden.dense.units:property',
      '4:number',
      '4.5e1:number',
      'best:key',
      'loss:variable',
    ]);
  });

  it('completes paths, their values, ranges and the tag', async () => {
    const at = (more: string) => labelsAt(`${base}sweep:\n  values:\n    ${more}`);
    const paths = await at('tr|');
    for (const path of [
      'seed',
      'training.optimizer.adam.learning_rate',
      'model.layers.hidden.dense.units',
      'model.layers.0.dense.units',
      'model.layers.1.residual.layers.0.dense.units',
    ]) {
      assert.ok(paths.includes(path), path);
    }
    assert.ok(
      !paths.some((path) => /clip_norm|^nnspec|name$|layers$|adam$/.test(path.replace(/^name$/, ''))),
      paths.join(),
    );
    assert.ok(!(await at('seed: [1]\n    |')).includes('seed'));
    const [first] = await itemsAt(`${base}sweep:\n  values:\n    se|`);
    assert.deepEqual([first.label, first.insertText], ['seed', 'seed: [$1]']);
    assert.ok((await at('model.layers.hidden.dense.activation: [|')).includes('tanh'));
    assert.deepEqual(await at('training.epochs: |'), ['[ ]', '{ from, to }']);
    assert.deepEqual(await at('training.epochs: { |'), ['from', 'to', 'scale']);
    assert.deepEqual(await labelsAt(`${base}sweep:\n  best: |`), ['val_loss', 'loss']);
  });

  it('is formatted, and written out in the effective spec, which has the same runs', () => {
    const loose = `${base}sweep:\n    values: {seed: [1,2]}\n    best:   loss\n`;
    const parsed = parseSpec(loose, { fileName: 'test.nnspec' });
    assert.ok(
      applied(loose, takeAll(formatSteps(parsed))).endsWith('sweep:\n  values: { seed: [1, 2] }\n  best: loss\n'),
    );
    const { spec } = sound(text);
    const effective = effectiveSpecText(spec);
    assert.ok(
      effective.endsWith(
        'sweep:\n  values:\n    seed: [ 1, 2, 3 ]\n    model.layers.hidden.dense.units: [ 4, 45 ]\n  method: grid\n  best: loss\n',
      ),
      effective,
    );
    assert.deepEqual(sound(effective).spec.sweep, spec.sweep);
    const drawn = sweptWith('training.epochs: { from: 1, to: 9 }', '  method: { random: { runs: 3 } }\n').parsed.spec;
    assert.deepEqual(sound(effectiveSpecText(drawn)).spec.sweep, drawn.sweep);
    assert.deepEqual(drawn.sweep, {
      values: { 'training.epochs': { from: 1, to: 9, scale: 'linear' } },
      method: { random: { runs: 3 } },
      best: 'val_loss',
    });
  });

  it('follows the new name of a layer', () => {
    const paths =
      'model.layers.hidden.dense.units: [4], model.layers.residual_1.residual.layers.dense_1.dense.units: [4]';
    const parsed = sound(`${base}sweep: { values: { ${paths} } }\n`);
    const renamed = (word: string, newName: string) => {
      const symbol = symbolToRename(parsed, parsed.lines.positionAt(base.indexOf(word)));
      assert.ok(symbol);
      return applied(parsed.text, symbolEdits(symbol, newName, parsed));
    };
    assert.ok(renamed('hidden', 'first').includes('model.layers.first.dense.units: [4], model.layers.residual_1.'));
    assert.ok(sound(renamed('hidden', 'first')).spec.sweep);
    // The block is a bare list, which has no place for a name.
    assert.equal(renamed('residual', 'block'), parsed.text);
    assert.ok(sound(renamed('dense: 4]', 'inner')).text.includes('.residual.layers.inner.dense.units'));
  });

  it('is in the JSON Schema', () => {
    const { properties } = jsonSchema('en') as { properties: Record<string, { required?: string[] }> };
    assert.deepEqual(properties.sweep.required, ['values']);
  });
});
