/** Programs in JavaScript give the bits of `nnspec predict`; `npm run test:python` compares those in C. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cos, cosh, erf, exp, expm1, log, log1p, pow, sin, sinh, tanh } from '../../../src/common/math';
import { functionsSource } from '../../../src/export/program/javascript';
import { functionsOf } from '../../../src/export/program/program';
import { activations } from '../../../src/spec/catalogue';
import tables from '../../../src/spec/catalogue/c.json';
import { nnspec, Workspace } from '../cli/harness';
import { mixedSpec, mixedTable, predictionsOf, type Trained, trainedOn } from './programs';

const sweeps = ['xor-seeds'];

describe('A network as a program', () => {
  const workspace = new Workspace();
  const cwd = workspace.folder;
  after(() => workspace.dispose());

  let count = 0;
  async function load(weights: string) {
    const out = join(cwd, `predict${count++}.mjs`);
    const { status, err } = await nnspec(['export', weights, '--to', 'javascript', '--out', out], { cwd });
    assert.equal(status, 0, err);
    return import(pathToFileURL(out).href);
  }

  async function compare({ weights, rows, outputs, classes }: Trained): Promise<void> {
    const { predict, predictedClass } = await load(weights);
    const found = rows.map((row) => predict(row) as number[]);
    assert.ok(rows.length > 0);
    assert.deepEqual(new Float64Array(found.flat()), Float64Array.from(outputs));
    if (classes) {
      assert.deepEqual(found.map(predictedClass), classes);
    }
  }

  for (const example of readdirSync('examples').filter((name) => /^[^.]+\.nnspec$/.test(name))) {
    if (!sweeps.includes(example.replace('.nnspec', ''))) {
      it(`predicts as we do in JavaScript: ${example}`, async () =>
        compare(await trainedOn(example, { cwd: resolve('examples') }, workspace)));
    }
  }

  it('takes dates, categories and missing cells, and gives outputs in the units of the target', async () => {
    await workspace.write('mixed.csv', mixedTable);
    await workspace.write('mixed.nnspec', mixedSpec);
    const trained = await nnspec(['train', 'mixed.nnspec', '--epochs', '1', '--save', 'm.safetensors'], { cwd });
    assert.equal(trained.status, 0, trained.err);
    const weights = join(cwd, 'm.safetensors');
    await compare({ weights, ...predictionsOf(weights, mixedTable) });
    const { predict } = await load(weights);
    assert.throws(() => predict([0, 7, 1, 1]), /inputs\[1\]/);
    assert.throws(() => predict([0, 1, 1]), /3 !== 4/);
  });

  it('has every activation of the catalogue', () => {
    const known = [...Object.keys(tables.elementwise), ...Object.keys(tables.gates), ...tables.vectors];
    assert.deepEqual(
      activations.filter(({ name }) => !known.includes(name)),
      [],
    );
  });

  it('has the functions of the engine, to the last bit', async () => {
    const exact = { exp, expm1, log, log1p, tanh, sinh, cosh, sin, cos, erf, pow };
    const names = Object.keys(exact);
    const sources = functionsSource(functionsOf(names.map((name) => `exact_${name}`)));
    const path = join(cwd, 'functions.mjs');
    writeFileSync(path, [...sources, `export { ${names.map((name) => `exact_${name}`).join(', ')} };`].join('\n'));
    const module = await import(pathToFileURL(path).href);
    const numbers = [
      0, 5e-324, 1e-310, 1e-9, 0.3, 0.75, 1, 1.5, 6.5, 19, 40, 709.5, 746, 1e6, 123456789.5, 1e22, 1e300,
    ];
    const values = [...numbers, ...Array.from({ length: 300 }, (_, i) => Math.fround(1.37 ** (i - 150)))];
    const inputs = [...values, ...values.map((value) => -value), Infinity, -Infinity, Number.NaN];
    for (const [name, own] of Object.entries(exact)) {
      for (const x of inputs) {
        for (const y of name === 'pow' ? [2, -3, 0.5, 1.7, 1e3, Infinity] : [0]) {
          const wanted = own(x, y);
          assert.ok(Object.is(module[`exact_${name}`](x, y), wanted), `${name}(${x}, ${y})`);
        }
      }
    }
  });

  it('needs weights', async () => {
    await workspace.write('plain.nnspec', readFileSync('examples/xor.nnspec', 'utf8'));
    const { status, err } = await nnspec(['export', 'plain.nnspec', '--to', 'c'], { cwd });
    assert.equal(status, 1);
    assert.match(err, /--weights FILE\.safetensors/);
  });
});
