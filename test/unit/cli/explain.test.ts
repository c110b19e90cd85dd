import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { catalogue } from '../../../src/spec/catalogue';
import { sources } from '../../../src/spec/sources';
import { nnspec } from './harness';

const fields = [
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
];

describe('nnspec explain', () => {
  const explain = (...argv: string[]) => nnspec(['explain', ...argv], { cwd: '.' });

  it('prints exactly the fields of the language page for every entry of the catalogue', async () => {
    for (const { kind, name } of catalogue) {
      const { status, lines } = await explain(`${kind}/${name}`, '--json');
      assert.equal(status, 0, name);
      assert.deepEqual(Object.keys(lines[0]), fields);
      assert.equal(lines.length, 1);
    }
  });

  it('prints the line of NumPy beside the calls of PyTorch and Keras', async () => {
    const { out } = await explain('hinge');
    assert.match(out, /NumPy: np\.mean\(np\.maximum\(0, 1 - \(2 \* t - 1\) \* o\)\)\n.* Keras: keras/);
    assert.doesNotMatch((await explain('focal')).out, /NumPy/);
  });

  it('prints the rows, columns, classes, licence and origin of every built-in data set', async () => {
    const sets = await Promise.all(sources.map(async ({ name }) => (await explain(`source/${name}`, '--json')).lines));
    for (const lines of sets) {
      assert.equal(lines.length, 1);
      assert.deepEqual(Object.keys(lines[0]), [
        ...['kind', 'name', 'summary', 'use', 'rows', 'columns', 'target', 'classes', 'missing', 'parameters'],
        ...['licence', 'origin', 'url'],
      ]);
    }
    const [iris] = (await explain('iris', '--json')).lines;
    assert.equal(iris.rows, 150);
    assert.deepEqual(iris.target, ['species']);
    assert.deepEqual(
      iris.classes,
      ['setosa', 'versicolor', 'virginica'].map((name) => ({ name, rows: 50 })),
    );
    const [xor] = (await explain('xor', '--json')).lines;
    assert.deepEqual([xor.rows, xor.licence], [4, null]);
    const [sine] = (await explain('source/sine', '--json')).lines;
    assert.equal(sine.classes, null);
    const { out } = await explain('penguins', '--lang', 'en');
    assert.match(out, /Rows: 344\n {2}Inputs \(6\): island, .*\n {2}Target: species\n {2}Classes: Adelie \(152\)/);
    assert.match(out, /Missing cells: 19\n {2}Licence: CC0\n {2}Origin: K\. Gorman/);
    assert.match((await explain('moons', '--lang', 'ko')).out, /반달.*\n {2}Use: .*\n {2}Rows: 500\n/);
  });

  it('prints the section of every code that the editor links, in both languages', async () => {
    for (const [language, file] of [
      ['en', 'docs/problems.md'],
      ['ko', 'docs/problems.ko.md'],
    ]) {
      const page = readFileSync(file, 'utf8');
      const codes = [...page.matchAll(/^### (.+)$/gm)].map(([, code]) => code);
      assert.ok(codes.length > 100, `${codes.length}`);
      const texts = await Promise.all(
        codes.map(async (code) => {
          const { lines } = await explain(`problem/${code}`, '--json', '--lang', language);
          assert.deepEqual([lines.length, lines[0]?.kind, lines[0]?.name], [1, 'problem', code]);
          return `### ${code}\n\n${lines[0].text}\n`;
        }),
      );
      // Together they are the page.
      assert.ok(texts.every((text) => page.includes(text)));
    }
    const { out, status } = await explain('text-cell');
    assert.equal(status, 0);
    assert.match(out, /^problem\/text-cell\n {2}\S.*\n/);
    assert.match((await explain('text-cel')).err, /Did you mean “text-cell”/);
    assert.match((await explain('problem/reluu')).err, /^There is no entry “reluu”\. The names/);
  });

  it('lists the data sets if the name is unknown', async () => {
    const { status, err } = await explain('source/flowers');
    assert.equal(status, 1);
    assert.match(err, /no data set “flowers”\. Data sets: and, or, xor, .*, iris, penguins/);
    assert.match((await explain('iriss')).err, /Did you mean “iris”/);
  });

  it('prints both entries if a name exists in two chapters', async () => {
    const { lines } = await explain('linear', '--json');
    assert.deepEqual(lines.map(({ kind }) => kind).sort(), ['activation', 'schedule']);
  });

  it('prints parameters with default and meaning, in English and Korean', async () => {
    const english = await explain('activation/elu', '--json', '--lang', 'en');
    const [alpha] = english.lines[0].parameters as { name: string; default: unknown; meaning: string }[];
    assert.deepEqual(Object.keys(alpha), ['name', 'default', 'meaning']);
    assert.equal(alpha.default, 1);
    const korean = await explain('activation/elu', '--json', '--lang', 'ko');
    assert.match(String(korean.lines[0].summary), /[가-힣]/);
  });

  it('calls a parameter without a default required, unless it is optional', async () => {
    const { out } = await explain('schedule/linear', '--lang', 'en');
    assert.match(out, /start \(required\)/);
    assert.match(out, /steps \(optional\)/);
    const { lines } = await explain('schedule/linear', '--json');
    const steps = (lines[0].parameters as { name: string }[]).find(({ name }) => name === 'steps');
    assert.deepEqual(Object.entries(steps ?? {}).slice(0, 3), [
      ['name', 'steps'],
      ['default', null],
      ['optional', true],
    ]);
  });

  it('exits with 1 for an unknown name and says which was meant', async () => {
    const { status, err, out } = await explain('bce', '--json');
    assert.equal(status, 1);
    assert.equal(out, '');
    assert.match(err, /binary_crossentropy/);
    assert.match((await explain('sigmoyd')).err, /sigmoid/);
  });

  it('reads well without JSON', async () => {
    const { out } = await explain('tanh');
    assert.match(out, /^activation\/tanh\n {2}\S/);
    assert.match(out, /PyTorch: torch\.nn\.Tanh\(\)/);
  });
});
