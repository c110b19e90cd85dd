import assert from 'node:assert/strict';
import { Plateau } from '../../../src/engine/plateau';
import { hoverAt } from '../../../src/language/hover';
import { entryHover } from '../../../src/language/hover/activationHover';
import { catalogue, defaultsOf } from '../../../src/spec/catalogue';
import { densityOf } from '../../../src/spec/catalogue/densities';
import { lossCurve } from '../../../src/spec/catalogue/lossCurves';
import type { CatalogueEntry, ParameterValues } from '../../../src/spec/catalogue/types';
import { shareOnPlateau } from '../../../src/spec/schedules';

const examples: Readonly<Record<string, ParameterValues>> = {
  step: { every: 200 },
  multi_step: { at: [300, 700] },
  exponential: { gamma: 0.995 },
  cosine_restarts: { first: 200, factor: 2 },
  linear: { start: 0.1, end: 1 },
  one_cycle: { maximum: 0.1 },
  cyclic: { base: 0.001, maximum: 0.01 },
  constant: { value: 0.1 },
  values: {
    values: [
      [0.15, 0.2],
      [0.25, 0.2],
    ],
  },
};
const drawnKinds = ['loss', 'optimizer', 'schedule', 'initializer'];

describe('hovers of the other chapters', () => {
  it('draw every loss, optimizer, schedule and density in each theme and language, under 10 kB a picture', () => {
    for (const { kind, name } of catalogue.filter((entry) => drawnKinds.includes(entry.kind))) {
      for (const language of ['en', 'ko'] as const) {
        for (const theme of [{ dark: false }, { dark: true }, { dark: true, highContrast: true }]) {
          const markdown = entryHover(kind, name, examples[name] ?? {}, { language, ...theme });
          const pictures = [...markdown.matchAll(/data:image[^|)]*/g)].map(([uri]) => uri);
          assert.equal(pictures.length, 1, `${kind} ${name}`);
          for (const uri of pictures) {
            assert.ok(uri.length < 10_000, `${name}: ${uri.length}`);
            assert.doesNotMatch(Buffer.from(uri.slice(26), 'base64').toString(), /NaN|Infinity|undefined/, name);
          }
          assert.ok(markdown.length < 100_000, name);
        }
      }
    }
  });

  it('draw slopes of losses within 1e-5 of central differences, away from kinks', () => {
    for (const entry of catalogue.filter(({ kind }) => kind === 'loss')) {
      const curve = lossCurve(entry.name, defaultsOf(entry));
      assert.ok(curve, entry.name);
      for (let x = curve.low + 0.11; x < curve.high - 0.1; x += 0.23) {
        if (curve.kinks.some((kink) => Math.abs(kink - x) < 0.01)) {
          continue;
        }
        const numeric = (curve.f(x + 1e-5) - curve.f(x - 1e-5)) / 2e-5;
        assert.ok(Math.abs(numeric - curve.df(x)) < 1e-5 * Math.max(1, Math.abs(numeric)), `${entry.name} at ${x}`);
      }
    }
  });

  it('draw densities with the variance of the formula, within 2 %', () => {
    const variances = {
      torch_default: 1 / 192,
      glorot_uniform: 2 / 128,
      he_uniform: 2 / 64,
      he_normal: 2 / 64,
      orthogonal: 1 / 64,
    };
    for (const [name, expected] of Object.entries(variances)) {
      const density = densityOf(name, { gain: 1 }, 64, 64);
      assert.ok(density);
      let [mass, square] = [0, 0];
      for (let i = 0; i < 2000; i++) {
        const x = density.low + ((density.high - density.low) * (i + 0.5)) / 2000;
        mass += density.f(x);
        square += density.f(x) * x * x;
      }
      assert.ok(Math.abs(square / mass / expected - 1) < 0.02, `${name}: ${square / mass}`);
    }
  });

  it('draw reduce_on_plateau with the engine’s learning rates for a value that never improves', () => {
    const hover = entryHover(
      'schedule',
      'reduce_on_plateau',
      { factor: 0.5, patience: 2 },
      { language: 'en', dark: true },
    );
    assert.match(hover, /Learning rate over 14 epochs in which the monitored value never improves/);
    const parameters = { monitor: 'loss', factor: 0.5, patience: 2, threshold: 1e-4 };
    const plateau = new Plateau({ name: 'reduce_on_plateau', parameters }, 1);
    for (let epoch = 0; epoch < 14; epoch++) {
      assert.equal(shareOnPlateau(0.5, 2, epoch), plateau.factor, `epoch ${epoch}`);
      plateau.observe(1);
    }
    assert.equal(plateau.factor, 0.0625);
  });

  it('draw a schedule from the learning rate and the parameters of the file', () => {
    const text = `data: { source: xor }
model:
  layers:
    - dense: { units: 1, activation: sigmoid }
training:
  loss: binary_crossentropy
  optimizer: { sgd: 0.3 }
  schedule: { multi_step: { at: [300, 2000] } }
`;
    const line = text.split('\n').findIndex((row) => row.includes('multi_step'));
    const hover = hoverAt(text, { line, character: 16 }, { language: 'en', dark: true });
    assert.match(hover?.markdown ?? '', /Learning rate over 2500 steps, as a share of its highest value, 0\\\.3/);
  });

  it('explain the letters of a formula: parameters by their names, the rest in a word', () => {
    const told = (...[kind, name, language]: [CatalogueEntry['kind'], string, 'en' | 'ko']) =>
      /\*\*(?:Symbols|기호)\*\* (.*)/.exec(entryHover(kind, name, {}, { language, dark: true }))?.[1];
    assert.equal(
      told('optimizer', 'sgd', 'en'),
      '`μ` `momentum` · `g` gradient of the weight · `w` weight · `η` `learning_rate`',
    );
    assert.equal(
      told('schedule', 'cosine', 'ko'),
      '`η_k` 스텝 k의 학습률 · `η_min` `minimum` · `η` 옵티마이저의 학습률 · `k` 스텝 번호\\(0부터\\)',
    );
    assert.equal(
      told('metric', 'auc', 'en'),
      '`P` probability · `o⁺` output of a positive sample · `o⁻` output of a negative one',
    );
    assert.match(
      told('optimizer', 'rprop', 'en') ?? '',
      /^`s` step of this weight, at first learning\\_rate · `η₊` `eta_plus` · /,
    );
    assert.equal(told('initializer', 'zeros', 'en'), undefined);
  });

  it('describe the path of an optimizer, with the learning rate of the file where it has one', () => {
    const told = (parameters: ParameterValues, language: 'en' | 'ko'): string =>
      entryHover('optimizer', 'sgd', parameters, { language, dark: true }).replaceAll('\\', '');
    const own = 'learning rate 0.4: after 60 steps at (3.97, 1), 0.034 away';
    assert.ok(told({}, 'en').includes(`![sgd: From ○ to the minimum + down a long valley, ${own}]`));
    assert.match(told({ learning_rate: 0.05 }, 'en'), /learning rate 0\.05: after 500 steps/);
    assert.match(told({ learning_rate: 0.6 }, 'en'), /learning rate 0\.6: the path has diverged by step 19/);
    assert.match(told({}, 'ko'), /학습률 0\.4\): 60스텝 뒤 위치 \(3\.97, 1\), 남은 거리 0\.034/);
    assert.match(told({ learning_rate: 0.6 }, 'ko'), /학습률 0\.6\): 19번째 스텝에서 발산합니다/);
  });

  it('draw a loss that is 0 everywhere', () => {
    const hover = entryHover('loss', 'focal', { gamma: 1_000_000 }, { language: 'en', dark: true });
    const [uri] = /data:image[^|)]*/.exec(hover) ?? [];
    assert.doesNotMatch(Buffer.from((uri ?? '').slice(26), 'base64').toString(), /NaN|Infinity/);
    assert.match(hover, /Loss L and its derivative/);
  });

  it('omit the picture where a required parameter is missing or a value is out of range', () => {
    for (const parameters of [
      { first: 0, factor: 2 },
      { first: 10, factor: 0 },
      { first: 2.5, factor: 2 },
      { first: 1e300, factor: 2 },
    ]) {
      const markdown = entryHover('schedule', 'cosine_restarts', parameters, { language: 'en', dark: true });
      assert.doesNotMatch(markdown, /data:image/);
    }
    assert.doesNotMatch(entryHover('schedule', 'step', {}, { language: 'en', dark: true }), /data:image/);
  });
});
