import assert from 'node:assert/strict';
import { profileTable } from '../../../src/data/profile';
import { type DocumentOptions, hoverAt } from '../../../src/language/hover';
import { keyHover, parameterHover } from '../../../src/language/hover/reference';
import { findThing, thingNames } from '../../../src/language/schema/things';
import { catalogue } from '../../../src/spec/catalogue';
import type { Language } from '../../../src/spec/catalogue/types';
import { type KeyEntry, type MapSchema, rangeSchema, regularizerSchema, specSchema } from '../../../src/spec/schema';
import { keyTexts, sourceTexts } from '../../../src/spec/schemaTexts';
import { sources } from '../../../src/spec/sources';

const languages: readonly Language[] = ['en', 'ko'];

const csv = 'size,kind\n1.5,a\n,b\n2.5,a\n3,a\n';
const profiled = profileTable(new TextEncoder().encode(csv), 'things.csv');
assert.ok('facts' in profiled);
const english: DocumentOptions = { language: 'en', dark: true, table: profiled.facts, target: ['kind'] };

/** The text of the hover at `|`. */
function hover(marked: string, options: DocumentOptions = english): string | undefined {
  const before = marked.slice(0, marked.indexOf('|')).split('\n');
  const position = { line: before.length - 1, character: before[before.length - 1].length };
  return hoverAt(marked.replace('|', ''), position, options)?.markdown.replaceAll('\\', '');
}

function docsOf({ keys }: MapSchema): string[] {
  return keys
    .map((key): KeyEntry => key)
    .flatMap(({ doc, value }) => [doc, ...(value.type === 'map' ? docsOf(value) : [])]);
}

describe('hovers on the language itself', () => {
  it('have a text for every key and every built-in set, in both languages, and no other text', () => {
    for (const language of languages) {
      const docs = [...docsOf(specSchema), ...docsOf(regularizerSchema), ...docsOf(rangeSchema), 'layer.name'];
      assert.deepEqual(Object.keys(keyTexts[language]).sort(), docs.sort());
      assert.deepEqual(Object.keys(sourceTexts[language]).sort(), sources.map(({ name }) => name).sort());
      for (const doc of docs) {
        assert.ok(keyHover(doc, language).length > 40, doc);
      }
    }
  });

  it('have a meaning for every parameter of every thing, in both languages', () => {
    for (const language of languages) {
      for (const { kind, name, parameters } of catalogue.filter(({ unsupported }) => !unsupported)) {
        for (const parameter of parameters) {
          const [, meaning] = parameterHover({ of: { kind, name }, name: parameter.name }, language).split('\n\n');
          assert.ok(meaning && !meaning.startsWith('**'), `${language} ${kind}/${name}.${parameter.name}`);
        }
      }
      for (const name of thingNames('source')) {
        for (const parameter of findThing('source', name)?.parameters ?? []) {
          const text = parameterHover({ of: { kind: 'source', name }, name: parameter.name }, language);
          assert.ok(text.split('\n\n')[1].length > 5, `${name}.${parameter.name}`);
        }
      }
    }
  });

  it('of a key give its meaning, values, default and names in other libraries', () => {
    const text = hover('training:\n  batch|_size: 16') ?? '';
    assert.match(text, /^\*\*batch_size\*\* · key of `training`/);
    assert.match(text, /\*\*Values\*\* whole number ≥ 1 · \*\*Default\*\* `32` · \*\*Unit\*\* samples/);
    assert.match(text, /\*\*PyTorch\*\* `DataLoader\(batch_size=…\)` · \*\*Keras\*\* `model\.fit\(batch_size=…\)`/);
    assert.match(hover('da|ta: { source: xor }') ?? '', /chapter or key of the file/);
  });

  it('of a key show briefly, with its picture, the thing that its value names', () => {
    const optimizer = hover('training:\n  opti|mizer: { adam: { learning_rate: 0.02 } }') ?? '';
    const [key, chosen] = optimizer.split('\n\n---\n\n');
    assert.match(key, /^\*\*optimizer\*\* · key of `training`/);
    assert.doesNotMatch(key, /```yaml/);
    assert.match(chosen, /^\*\*adam\*\* · optimizer/);
    assert.match(chosen, /data:image\/svg\+xml/);
    assert.doesNotMatch(chosen, /\*\*PyTorch\*\*|`beta_1`/);
    const keys = [
      ['training:\n  lo|ss: huber', 'huber'],
      ['training:\n  sche|dule: { cosine: {} }', 'cosine'],
      ['model:\n  layers:\n    - dense: { units: 4, activa|tion: tanh }', 'tanh'],
      ['model:\n  layers:\n    - dense:\n        units: 4\n        kernel_ini|tializer: he_normal', 'he_normal'],
      ['data:\n  sou|rce: iris', 'iris'],
    ];
    for (const [text, name] of keys) {
      assert.match(hover(text) ?? '', new RegExp(`---\n\n\\*\\*${name}\\*\\* · `), text);
    }
    for (const text of [
      'training:\n  opti|mizer:',
      'training:\n  opti|mizer: none_such',
      'mo|del: { layers: [dense: 4] }',
    ]) {
      assert.doesNotMatch(hover(text) ?? '', /---/, text);
    }
  });

  it('of a number name the parameter that it sets', () => {
    const text = hover('model:\n  layers:\n    - dense: { units: 1|6 }') ?? '';
    assert.match(text, /^\*\*units\*\* = `16` · parameter of `dense`/);
    assert.match(text, /\*\*Values\*\* whole number ≥ 1 · \*\*required\*\* · \*\*Unit\*\* units \(neurons\)/);
    assert.match(text, /\*\*PyTorch\*\* `out_features` · \*\*Keras\*\* `units`/);
    assert.match(hover('training:\n  optimizer: { adam: { learning_rate: 0|.01 } }') ?? '', /\*\*PyTorch\*\* `lr`/);
    assert.match(hover('training:\n  epochs: 5|0') ?? '', /^\*\*epochs\*\* = `50`/);
  });

  it('of a number after a layer’s name show the primary parameter that it sets', () => {
    assert.match(
      hover('model:\n  layers:\n    - dropout: 0|.3') ?? '',
      /^\*\*rate\*\* = `0\.3` · parameter of `dropout`/,
    );
  });

  it('of a folder of images give how many each class has', () => {
    const counts = [
      { value: 'cat', count: 3 },
      { value: 'dog', count: 1 },
    ];
    const label = { name: 'label', type: 'category', missing: 0, distinct: 2, counts } as const;
    const text = hover('data:\n  folder: pho|tos', { ...english, table: { rows: 4, columns: [label] } }) ?? '';
    for (const part of ['**photos** · folder of images', '4 images', '| `cat` | 3 | 75.0 % |']) {
      assert.ok(text.includes(part), part);
    }
  });

  it('of a built-in set give its size, target, columns, licence and origin', () => {
    const text = hover('data:\n  source: ir|is', { language: 'en', dark: true }) ?? '';
    for (const part of ['150 rows, 5 columns', '`species`', '`petal_width`', 'CC BY 4.0', 'R. A. Fisher, 1936']) {
      assert.ok(text.includes(part), part);
    }
    assert.match(
      hover('data: { source: { sp|iral: { noise: 0.2 } } }') ?? '',
      /`noise` \(default `0\.1`\): Standard deviation/,
    );
    assert.match(hover('data: { source: { spiral: { no|ise: 0.2 } } }') ?? '', /parameter of `spiral`/);
  });

  it('of a data file give its rows, missing cells, columns and the balance of its classes', () => {
    const text = hover('data:\n  file: thi|ngs.csv\n  target: kind') ?? '';
    assert.match(text, /4 rows, 2 columns · 1 missing/);
    assert.match(text, /\| `a` \| 3 \| 75\.0 % \|/);
    assert.match(text, /\| `size` \| number 1\.5 … 3 \| 1 missing \|/);
  });

  it('of a column describe its values', () => {
    assert.match(
      hover('data:\n  file: things.csv\n  target: ki|nd') ?? '',
      /category, 2 different values · no missing cells/,
    );
    assert.match(
      hover('data:\n  file: things.csv\n  inputs: [si|ze]') ?? '',
      /number 1\.5 … 3 · mean 2\.333 · 1 missing/,
    );
    assert.match(hover('data:\n  file: things.csv\n  types: { si|ze: category }') ?? '', /^\*\*size\*\* · column/);
    assert.match(hover('data:\n  file: things.csv\n  target: no|ne') ?? '', /key of `data`/);
  });

  it('of a tag describe its metric, and of the rest of a line the form of an expectation', () => {
    assert.match(hover('expect:\n  - val_accu|racy >= 0.9') ?? '', /^\*\*accuracy\*\* · metric/);
    assert.match(hover('expect:\n  - val_accuracy >= 0|.9') ?? '', /^\*\*expect\*\*/);
    assert.match(hover('training:\n  early_stopping: { monitor: val_f|1 }') ?? '', /^\*\*f1\*\* · metric/);
  });

  it('work where the syntax of the file is broken', () => {
    const broken = 'data: { source: xor\nmodel:\n  layers:\n    - dense: { units: 4, activation: ta|nh\ntraining: {{';
    assert.match(hover(broken) ?? '', /^\*\*tanh\*\*/);
  });

  it('speak Korean', () => {
    assert.match(hover('training:\n  epo|chs: 5', { language: 'ko', dark: false }) ?? '', /\*\*단위\*\* 에포크 수/);
  });

  it('escape every cell of a file', () => {
    const evil = profileTable(new TextEncoder().encode('"a|b","<img src=x>"\n[x](command:y),`z\n'), 'evil.csv');
    assert.ok('facts' in evil);
    const text = hoverAt(
      'data: { file: evil.csv, target: t }',
      { line: 0, character: 16 },
      {
        ...english,
        table: evil.facts,
        target: ['a|b'],
      },
    )?.markdown;
    assert.ok(text && !text.includes('a|b'), text);
    assert.ok(!/(^|[^`])<img/.test(text), text);
    assert.ok(!/(^|[^`])\[x\]\(command/.test(text), text);
  });
});
