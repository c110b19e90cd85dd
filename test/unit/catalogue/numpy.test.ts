import assert from 'node:assert/strict';
import { defaultsOf, find } from '../../../src/spec/catalogue';
import { numpyLine } from '../../../src/spec/catalogue/numpy';
import lines from '../../../src/spec/catalogue/numpy.json';
import type { CatalogueEntry, ParameterValues } from '../../../src/spec/catalogue/types';
import pytorch from '../../fixtures/catalogue/activations.json';
import fixture from '../../fixtures/catalogue/numpy.json';
import losses from '../../fixtures/engine/losses.json';

const bound = 1e-12;

function assertClose(actual: unknown, expected: unknown, where: string): void {
  if (String(actual) === String(expected)) {
    return;
  }
  const [a, b] = [Number(actual), Number(expected)];
  assert.ok(Math.abs(a - b) <= bound * Math.max(1, Math.abs(b)), `${where}: ${actual} instead of ${expected}`);
}

function entryOf(kind: CatalogueEntry['kind'], name: string): CatalogueEntry {
  const entry = find(kind, name);
  assert.ok(entry, name);
  return entry;
}

describe('lines of NumPy', () => {
  it('compute the values of PyTorch, by the line that is shown', () => {
    for (const { name, parameters, line } of fixture.activations) {
      const entry = entryOf('activation', name);
      assert.equal(numpyLine(entry, { ...defaultsOf(entry), ...(parameters as ParameterValues) }), line);
    }
    const cases = [...pytorch.elementwise, ...pytorch.vector].filter((each) => {
      const entry = entryOf('activation', each.name);
      const given = 'parameters' in each ? (each.parameters as ParameterValues) : {};
      return numpyLine(entry, { ...defaultsOf(entry), ...given }) !== undefined;
    });
    assert.equal(fixture.activations.length, cases.length);
    for (const [at, { name, line, y }] of fixture.activations.entries()) {
      assert.equal(name, cases[at].name);
      assert.equal(y.length, cases[at].y.length);
      y.forEach((value, i) => {
        assertClose(value, cases[at].y[i], `${line}, number ${i}`);
      });
    }
  });

  it('compute the losses of PyTorch', () => {
    for (const { case: title, name, parameters, line, value } of fixture.losses) {
      const entry = entryOf('loss', name);
      assert.equal(numpyLine(entry, { ...defaultsOf(entry), ...(parameters as ParameterValues) }), line);
      assertClose(value, losses.find((each) => each.name === title)?.lossValue, title);
    }
  });

  it('were each run; make_numpy.py runs them', () => {
    const run = new Set([...fixture.activations, ...fixture.losses].map(({ name }) => name));
    const shown = [...Object.keys(lines.activation), ...Object.keys(lines.loss)];
    assert.deepEqual(
      shown.filter((name) => !run.has(name)),
      [],
    );
  });

  it('take the values of parameters; without a place for one there is no line', () => {
    assert.equal(
      numpyLine(entryOf('activation', 'leaky_relu'), { negative_slope: 0.2 }),
      'np.where(x > 0, x, 0.2 * x)',
    );
    assert.equal(numpyLine(entryOf('activation', 'threshold'), {}), undefined);
    assert.equal(numpyLine(entryOf('loss', 'binary_crossentropy'), { label_smoothing: 0.1 }), undefined);
    assert.equal(numpyLine(entryOf('layer', 'dense'), {}), undefined);
  });
});
