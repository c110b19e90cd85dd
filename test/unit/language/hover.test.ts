import assert from 'node:assert/strict';
import { activationHover, galleryBoot, type HoverOptions, hoverAt } from '../../../src/language/hover';
import { onOneLine } from '../../../src/language/hover/formulaLine';
import { plain } from '../../../src/language/hover/markdown';
import { activations } from '../../../src/spec/catalogue';

const english: HoverOptions = { language: 'en', dark: true };
const pictureLimit = 10_000;

const file = `data: { source: xor }
model:
  layers:
    - dense: { units: 4, activation: tanh }
    - activation: { leaky_relu: 0.2 }
    - activation: swish
    - dense: { units: 4, activation: { elu: { alpha: 0.7 } } }
    - dense: { units: 1, activation: sigmoid }
training:
  loss: binary_crossentropy
  optimizer: { sgd: { learning_rate: 0.5, momentum: 0.9 } }
  metrics: [accuracy]
# tanh
`;

/** Hover at the first character of a word, the n-th time it stands in the file. */
function at(word: string, options = english, n = 0): ReturnType<typeof hoverAt> {
  let offset = -1;
  for (let i = 0; i <= n; i++) {
    offset = file.indexOf(word, offset + 1);
  }
  const before = file.slice(0, offset).split('\n');
  return hoverAt(file, { line: before.length - 1, character: before[before.length - 1].length }, options);
}

function decode(markdown: string): string[] {
  return [...markdown.matchAll(/base64,([A-Za-z0-9+/=]+)/g)].map(([, data]) => Buffer.from(data, 'base64').toString());
}

describe('hovers', () => {
  it('show name, picture, libraries and a link to the gallery on an activation', () => {
    const hover = at('tanh');
    assert.ok(hover);
    assert.match(hover.markdown, /^\*\*tanh\*\* · activation function/);
    assert.match(hover.markdown, /!\[Plot of tanh and its derivative[^\]]*\]\(data:image\/svg\+xml;base64,/);
    assert.match(hover.markdown, /torch\.nn\.Tanh\(\)/);
    assert.match(hover.markdown, /command:nnspec\.showActivationGallery\?%5B%22tanh%22%5D/);
    assert.deepEqual(hover.range, { start: { line: 3, character: 37 }, end: { line: 3, character: 41 } });
  });

  it('show the given value beside the default, for a primary and a named parameter', () => {
    assert.match(at('leaky_relu')?.markdown ?? '', /`negative_slope` = `0\.2` \(default `0\.01`\)/);
    assert.match(at('leaky_relu')?.markdown ?? '', /`torch\.nn\.LeakyReLU\(negative_slope=0\.2\)`/);
    assert.match(activationHover('gelu', { approximate: 'tanh' }, english), /`torch\.nn\.GELU\(approximate='tanh'\)`/);
    assert.match(at('elu', english, 1)?.markdown ?? '', /`alpha` = `0\.7` \(default `1`\)/);
  });

  it('show the names and sizes that a layer is given, not its defaults', () => {
    const layers = `model:
  layers:
    - conv2d: { filters: 4, kernel_size: [3, 5], activation: relu, kernel_initializer: he_normal }
    - max_pooling2d: 2
`;
    const conv = hoverAt(layers, { line: 2, character: 7 }, english)?.markdown ?? '';
    assert.match(conv, /`kernel_size` = `\[3,5\]` \(required\)/);
    assert.match(conv, /`activation` = `relu` \(default `linear`\)/);
    assert.match(conv, /`kernel_initializer` = `he_normal` \(default/);
    assert.match(hoverAt(layers, { line: 3, character: 7 }, english)?.markdown ?? '', /`pool_size` = `2` /);
  });

  it('draw no activation whose parameter is still missing or is out of range', () => {
    const plots = (activation: string) => {
      const text = `model:\n  layers:\n    - activation: { ${activation} }\n`;
      return hoverAt(text, { line: 2, character: 22 }, english)?.markdown.match(/Plot of/g)?.length ?? 0;
    };
    assert.equal(plots('threshold: { threshold: 1, value: 0 }'), 1);
    assert.equal(plots('threshold: { threshold: 1 }'), 0);
    assert.equal(plots('softplus: { beta: 0 }'), 0);
    assert.equal(plots('squareplus: -3'), 0);
    assert.equal(plots('leaky_relu: -3'), 1);
  });

  it('write the given value into the library calls, and omit a call that is not equivalent', () => {
    const calls = (name: string, parameters: Record<string, string | number>) =>
      /\*\*PyTorch\*\* (.*) {2}\n\*\*Keras\*\* (.*)/.exec(activationHover(name, parameters, english))?.slice(1);
    const absent = 'has no such function';
    assert.equal(calls('gelu', { approximate: 'tanh' })?.[1], '`keras.activations.gelu(x, approximate=True)`');
    assert.equal(calls('celu', { alpha: 2 })?.[1], '`keras.activations.celu(x, alpha=2)`');
    assert.deepEqual(calls('threshold', { threshold: 1, value: 0 }), [
      '`torch.nn.Threshold(threshold=1, value=0)`',
      '`keras.activations.threshold(x, threshold=1, default_value=0)`',
    ]);
    assert.equal(
      calls('prelu', { init: 0.1 })?.[1],
      '`keras.layers.PReLU(alpha_initializer=keras.initializers.Constant(0.1), shared_axes=[1])`',
    );
    assert.deepEqual(calls('softplus', { beta: 2 }), ['`torch.nn.Softplus(beta=2, threshold=20)`', absent]);
    assert.deepEqual(calls('squareplus', { b: 1 }), [
      '`(x + torch.sqrt(x * x + 1)) / 2`',
      '`keras.activations.squareplus(x, b=1)`',
    ]);
    const dropout = hoverAt('model:\n  layers:\n    - dropout: 0.3\n', { line: 2, character: 6 }, english);
    assert.match(dropout?.markdown ?? '', /`torch\.nn\.Dropout\(p=0\.3\)`[^`]*`keras\.layers\.Dropout\(rate=0\.3\)`/);
    const adam = 'training:\n  optimizer: { adam: { beta_1: 0.8 } }\n';
    const optimizer = hoverAt(adam, { line: 1, character: 15 }, english);
    assert.match(optimizer?.markdown ?? '', /betas=\(0\.8, 0\.999\), eps=1e-08\)/);
  });

  it('align the baselines of formulas, whatever their heights', () => {
    const drawn = (width: number, height: number, viewBox: string) => ({
      svg: `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${viewBox}"><path/></svg>`,
      width,
      height,
    });
    const line = onOneLine([drawn(207, 15, '0 -748 13800 996'), drawn(161, 32, '0 -1392 10760 2100')]);
    assert.deepEqual(
      line.map(({ svg, width, height }) => [/ width.*?>/.exec(svg)?.[0], width, height]),
      [
        [' width="207" height="32" viewBox="0 -1392 13800 2100">', 207, 32],
        [' width="161" height="32" viewBox="0 -1392 10760 2100">', 161, 32],
      ],
    );
    const alone = [drawn(104, 32, '0 -1342 6921 2111')];
    assert.deepEqual(onOneLine(alone), alone);
    const foreign = [{ svg: '<svg/>', width: 1, height: 1 }];
    assert.deepEqual(onOneLine(foreign), foreign);
  });

  it('show an alias under its canonical name', () => {
    assert.match(at('swish')?.markdown ?? '', /^\*\*silu\*\*/);
  });

  it('exist for layers, losses, optimizers, metrics and their parameters', () => {
    assert.match(at('dense')?.markdown ?? '', /^\*\*dense\*\* · layer/);
    assert.match(at('binary_crossentropy')?.markdown ?? '', /loss function/);
    assert.match(at('sgd')?.markdown ?? '', /`momentum` = `0\.9`/);
    assert.match(at('accuracy')?.markdown ?? '', /metric/);
    assert.match(at('momentum')?.markdown ?? '', /^\*\*momentum\*\*/);
  });

  it('are absent where nothing is named, and in a comment', () => {
    assert.equal(at('# tanh'), undefined);
    assert.equal(hoverAt('what: 1', { line: 0, character: 1 }, english), undefined);
    assert.equal(hoverAt('', { line: 0, character: 0 }, english), undefined);
    assert.equal(hoverAt(': [', { line: 5, character: 9 }, english), undefined);
  });

  it('speak Korean', () => {
    const markdown = at('tanh', { language: 'ko', dark: false })?.markdown ?? '';
    assert.match(markdown, /활성화 함수/);
    assert.match(markdown, /하이퍼볼릭 탄젠트/);
  });

  it('draw in another palette for each kind of theme', () => {
    const drawings = [
      { dark: false },
      { dark: true },
      { dark: false, highContrast: true },
      { dark: true, highContrast: true },
    ].map((theme) => decode(activationHover('sigmoid', {}, { language: 'en', ...theme }))[0]);
    assert.equal(new Set(drawings).size, 4);
    for (const svg of drawings) {
      assert.doesNotMatch(svg, /var\(|currentColor/);
    }
  });

  it(`keep every picture under ${pictureLimit} characters and every hover under 100,000, in both languages`, () => {
    for (const { name } of activations) {
      for (const language of ['en', 'ko'] as const) {
        const markdown = activationHover(name, { threshold: 1, value: 0 }, { language, dark: true });
        assert.ok(markdown.length < 100_000, name);
        for (const [uri] of markdown.matchAll(/data:[^|]+/g)) {
          assert.ok(uri.length < pictureLimit, `${name}: ${uri.length}`);
        }
      }
    }
  });

  it('paint the formula in the theme’s text colour', () => {
    const formulas = { 'activation/relu': { formula: { svg: '<svg fill="currentColor"/>', width: 10, height: 5 } } };
    const [formula] = decode(activationHover('relu', {}, { ...english, formulas }));
    assert.equal(formula, '<svg fill="#cccccc"/>');
  });

  it('escape all text from the file', () => {
    const evil = 'model:\n  layers:\n    - activation: { gelu: { approximate: "](command:evil) <img src=x> `" } }\n';
    const markdown = hoverAt(evil, { line: 2, character: 21 }, english)?.markdown ?? '';
    assert.match(markdown, /^\*\*gelu\*\*/);
    assert.doesNotMatch(markdown, /evil|<img/);
    assert.equal(plain('a](b) <i> `c`'), 'a\\]\\(b\\) &lt;i&gt; \\`c\\`');
  });
});

describe('the gallery’s content', () => {
  it('holds every activation, with a plot and a story, in both languages', () => {
    for (const language of ['en', 'ko'] as const) {
      const boot = galleryBoot(language, {}, 'tanh');
      assert.equal(boot.entries.length, activations.length);
      assert.equal(boot.focus, 'tanh');
      for (const entry of boot.entries) {
        assert.ok(entry.plots.length > 0 && entry.facts.length > 2 && entry.summary, entry.name);
        assert.ok(boot.families.some(({ key }) => key === entry.family));
      }
    }
  });
});
