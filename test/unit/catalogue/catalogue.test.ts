import assert from 'node:assert/strict';
import {
  activation,
  activations,
  catalogue,
  defaultsOf,
  find,
  findAlias,
  findParameterAlias,
} from '../../../src/spec/catalogue';
import { plotsOf } from '../../../src/spec/catalogue/curves';
import { explain } from '../../../src/spec/catalogue/explain';
import { propertiesOf } from '../../../src/spec/catalogue/properties';
import { textOf, texts } from '../../../src/spec/catalogue/texts';
import { type ActivationEntry, kinds, type ParameterValues } from '../../../src/spec/catalogue/types';

const languages = ['en', 'ko'] as const;

describe('the catalogue', () => {
  it('names each thing once within its kind', () => {
    const names = catalogue.map(({ kind, name }) => `${kind}/${name}`);
    assert.deepEqual(
      names.filter((name, i) => names.indexOf(name) !== i),
      [],
    );
  });

  it('lets every alias mean exactly one thing; none equals a name', () => {
    for (const { kind, aliases, name } of catalogue) {
      for (const alias of aliases) {
        assert.equal(findAlias(kind, alias)?.name, name, `${kind}/${alias}`);
        assert.equal(find(kind, alias), undefined, `${kind}/${alias} is a name`);
      }
    }
  });

  it('lets every parameter alias mean exactly one parameter', () => {
    for (const entry of catalogue) {
      for (const parameter of entry.parameters) {
        for (const alias of parameter.aliases ?? []) {
          assert.equal(findParameterAlias(entry, alias)?.name, parameter.name, `${entry.kind}/${entry.name}.${alias}`);
        }
      }
    }
  });

  it('gives each thing at most one primary parameter', () => {
    for (const { kind, name, parameters } of catalogue) {
      assert.ok(parameters.filter(({ primary }) => primary).length <= 1, `${kind}/${name}`);
    }
  });

  it('keeps every default within its own bounds and choices', () => {
    for (const entry of catalogue) {
      for (const p of entry.parameters) {
        const where = `${entry.kind}/${entry.name}.${p.name}`;
        if (typeof p.default === 'number') {
          assert.ok(p.default >= (p.minimum ?? -Infinity) && p.default <= (p.maximum ?? Infinity), where);
          assert.ok(
            p.default > (p.exclusiveMinimum ?? -Infinity) && p.default < (p.exclusiveMaximum ?? Infinity),
            where,
          );
        }
        if (p.type === 'choice') {
          assert.ok(p.choices?.includes(p.default as string), where);
        }
      }
    }
  });

  for (const [spelling, name] of [
    ['swish', 'silu'],
    ['hardswish', 'hard_silu'],
    ['nn.Hardswish', 'hard_silu'],
    ['Linear', 'linear'],
    ['identity', 'linear'],
    ['ReLU', 'relu'],
    ['torch.nn.LeakyReLU', 'leaky_relu'],
    ['leakyrelu', 'leaky_relu'],
    ['relu_6', 'relu6'],
    ['Tanh', 'tanh'],
    ['LogSoftmax', 'log_softmax'],
    ['logistic', 'sigmoid'],
  ]) {
    it(`knows the activation "${spelling}" as ${name}`, () => {
      assert.equal(findAlias('activation', spelling)?.name, name);
    });
  }

  it('knows well-known spellings of the other kinds', () => {
    assert.equal(findAlias('loss', 'bce')?.name, 'binary_crossentropy');
    assert.equal(findAlias('loss', 'nn.BCEWithLogitsLoss')?.name, 'binary_crossentropy');
    assert.equal(findAlias('loss', 'MSELoss')?.name, 'mean_squared_error');
    assert.equal(findAlias('optimizer', 'Adam')?.name, 'adam');
    assert.equal(findAlias('layer', 'Linear')?.name, 'dense');
    assert.equal(findAlias('layer', 'max_pool2d')?.name, 'max_pooling2d');
    assert.equal(findAlias('initializer', 'xavier_uniform')?.name, 'glorot_uniform');
    assert.equal(findAlias('activation', 'constructor'), undefined);
    assert.equal(textOf('activation', 'constructor', 'en'), undefined);
    const sgd = find('optimizer', 'sgd');
    assert.ok(sgd);
    assert.equal(findParameterAlias(sgd, 'lr')?.name, 'learning_rate');
    assert.equal(findParameterAlias(sgd, 'learning_rate'), undefined);
  });
});

describe('the texts', () => {
  it('exist for every entry in both languages, and for nothing else', () => {
    for (const language of languages) {
      for (const kind of kinds) {
        const names = catalogue.filter((entry) => entry.kind === kind).map(({ name }) => name);
        assert.deepEqual(Object.keys(texts[language][kind]).sort(), names.sort(), `${language} ${kind}`);
      }
    }
  });

  it('have the same parts in both languages, and a meaning for every parameter', () => {
    for (const { kind, name, parameters, unsupported } of catalogue) {
      const [en, ko] = languages.map((language) => textOf(kind, name, language));
      assert.ok(en && ko, `${kind}/${name}`);
      assert.deepEqual(Object.keys(en), Object.keys(ko), `${kind}/${name}`);
      for (const text of [en, ko]) {
        assert.ok(text.summary.length > 0, `${kind}/${name}: no summary`);
        assert.ok(unsupported || text.use.length > 0, `${kind}/${name}: no use`);
        assert.deepEqual(
          Object.keys(text.parameters ?? {}).sort(),
          parameters.map((parameter) => parameter.name).sort(),
          `${kind}/${name}`,
        );
      }
    }
  });

  it('describe the effect of every activation on gradients', () => {
    for (const { name } of activations) {
      for (const language of languages) {
        assert.ok(textOf('activation', name, language)?.gradient, name);
      }
    }
  });

  it('contain Hangul in Korean', () => {
    for (const { kind, name } of catalogue) {
      assert.match(textOf(kind, name, 'ko')?.summary ?? '', /[가-힣]/, name);
    }
  });
});

describe('curves', () => {
  it('cover -5 to 5 and stay finite for every activation', () => {
    for (const entry of activations) {
      const values = entry.name === 'threshold' ? { threshold: 1, value: 0 } : defaultsOf(entry);
      for (const { plot } of plotsOf(entry, values)) {
        const points = plot.lines.flatMap(({ polylines }) => polylines.flat());
        assert.ok(points.every(Number.isFinite), entry.name);
        assert.ok(plot.yHigh > plot.yLow, entry.name);
        assert.equal(points[0], -5, entry.name);
      }
    }
  });

  it('show every value of a vector function, but cut off large values of e^x', () => {
    for (const entry of activations.filter(({ shape }) => shape === 'vector')) {
      for (const { view, plot } of plotsOf(entry, defaultsOf(entry))) {
        const ys = plot.lines.flatMap(({ polylines }) => polylines.flat().filter((_, i) => i % 2 === 1));
        assert.ok(
          ys.every((y) => y > plot.yLow && y < plot.yHigh),
          `${entry.name}, ${view}: ${plot.yLow} to ${plot.yHigh}`,
        );
      }
    }
    assert.ok(plotsOf(activation('exponential') as ActivationEntry, {})[0].plot.yHigh < 6);
  });

  it('break where a function jumps, so that no slope is drawn there', () => {
    const [{ plot }] = plotsOf(activation('step') as ActivationEntry, {});
    assert.deepEqual(
      plot.lines.map(({ polylines }) => polylines.length),
      [2, 1],
    );
  });

  it('draw a vector function both over the whole vector and by one component', () => {
    const views = plotsOf(activation('softmax') as ActivationEntry, {}).map(({ view }) => view);
    assert.deepEqual(views, ['component', 'vector']);
    const [, pairs] = plotsOf(activation('glu') as ActivationEntry, {});
    assert.deepEqual([pairs.view, pairs.plot.xLow, pairs.plot.xHigh], ['pairs', -5, 0]);
    const [{ plot }] = plotsOf(activation('softmax') as ActivationEntry, {});
    const f = plot.lines[0].polylines[0];
    // Three equal inputs have equal outputs.
    assert.ok(Math.abs(f[101] - 1 / 3) < 1e-4);
  });
});

describe('properties', () => {
  it('are found from the kernels', () => {
    const of = (name: string): readonly string[] => propertiesOf(activation(name) as ActivationEntry, {});
    assert.deepEqual(of('tanh'), ['bounded', 'zero_centred', 'monotonic', 'smooth', 'saturates']);
    assert.deepEqual(of('sigmoid'), ['bounded', 'monotonic', 'smooth', 'saturates']);
    assert.deepEqual(of('relu'), ['monotonic', 'dies']);
    assert.deepEqual(of('softmax'), ['vector']);
  });

  it('call a function smooth if its slope never jumps', () => {
    const isSmooth = (name: string, p: ParameterValues = {}): boolean => {
      const entry = activation(name) as ActivationEntry;
      return propertiesOf(entry, { ...defaultsOf(entry), ...p }).includes('smooth');
    };
    for (const name of ['softsign', 'celu', 'elu', 'softplus', 'squareplus', 'gelu']) {
      assert.ok(isSmooth(name), name);
    }
    for (const name of ['selu', 'hard_silu', 'leaky_relu', 'soft_shrink']) {
      assert.ok(!isSmooth(name), name);
    }
    assert.ok(!isSmooth('elu', { alpha: 2 }));
    assert.ok(isSmooth('leaky_relu', { negative_slope: 1 }));
    assert.ok(!isSmooth('softplus', { threshold: 1 }));
  });
});

describe('ranges', () => {
  it('are right to the last digit of their bounds, for all parameters', () => {
    for (const entry of activations) {
      if (entry.shape === 'vector') {
        continue;
      }
      const [low, high] = (entry.range ?? '').slice(1, -1).split(', ').map(Number);
      const choices = entry.parameters.flatMap(({ name, choices: words = [] }) =>
        words.map((word) => ({ [name]: word })),
      );
      const settings: readonly ParameterValues[] = choices.length > 0 ? choices : [{}];
      for (const p of settings) {
        const values: readonly number[] = Array.from({ length: 80_001 }, (_, i) =>
          entry.f(i / 1000 - 40, { ...defaultsOf(entry), ...p }),
        );
        const lowest = values.reduce((a, b) => Math.min(a, b));
        const highest = values.reduce((a, b) => Math.max(a, b));
        const digits = (end: number): number => (String(end).split('.')[1] ?? '').length;
        if (Number.isFinite(low)) {
          assert.equal(Number(lowest.toFixed(digits(low))) + 0, low, `${entry.name}: ${lowest}`);
        }
        if (Number.isFinite(high)) {
          assert.equal(Number(highest.toFixed(digits(high))) + 0, high, `${entry.name}: ${highest}`);
        }
      }
    }
  });
});

describe('explain', () => {
  it('gives the fields of the language reference, in order', () => {
    const [entry] = explain('leaky_relu', 'en');
    assert.deepEqual(Object.keys(entry), [
      'kind',
      'name',
      'summary',
      'formula',
      'derivative',
      'range',
      'use',
      'gradient',
      'parameters',
      'numpy',
      'pytorch',
      'keras',
    ]);
    assert.deepEqual(Object.keys(entry.parameters[0]), ['name', 'default', 'meaning']);
    assert.equal(entry.parameters[0].default, 0.01);
  });

  it('gives the entries of both chapters that have a name, or of one chapter if the kind is given', () => {
    assert.deepEqual(
      explain('linear', 'en').map(({ kind }) => kind),
      ['activation', 'schedule'],
    );
    assert.deepEqual(
      explain('schedule/exponential', 'ko').map(({ kind }) => kind),
      ['schedule'],
    );
  });

  it('knows no unknown name, kind or alias', () => {
    for (const query of ['nothing', 'loss/tanh', 'swish', '/tanh', '']) {
      assert.deepEqual(explain(query, 'en'), [], query);
    }
  });
});
