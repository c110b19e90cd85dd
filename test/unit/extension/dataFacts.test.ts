import assert from 'node:assert/strict';
import type { Uri } from 'vscode';
import { DataFactsCache } from '../../../src/extension/language/dataFacts';
import { parseSpec } from '../../../src/language';
import type { Spec } from '../../../src/spec/spec';

const uri = { toString: () => 'file:///a.nnspec' } as Uri;

function specOf(data: string): Spec {
  const text = `data: ${data}\nmodel: { layers: [ dense: { units: 1, activation: sigmoid } ] }\n`;
  const { spec, problems } = parseSpec(text, { fileName: 'a.nnspec' });
  assert.ok(spec, JSON.stringify(problems));
  return spec;
}

function counting(stat: { stamp: string; size: number } | undefined) {
  const state = { loads: 0, stat };
  return {
    state,
    stat: async () => state.stat,
    load: async () => {
      state.loads += 1;
      return { problems: [] };
    },
  };
}

describe('what is known of data while typing', () => {
  it('is read once for each version of the file', async () => {
    const cache = new DataFactsCache();
    const reader = counting({ stamp: '1', size: 10 });
    const spec = specOf('{ file: a.csv, target: y }');
    await cache.of(uri, spec, reader);
    await cache.of(uri, { ...spec, name: 'another name' }, reader);
    assert.equal(reader.state.loads, 1);
    reader.state.stat = { stamp: '2', size: 10 };
    await cache.of(uri, spec, reader);
    assert.equal(reader.state.loads, 2);
  });

  it('leaves files above 4 MB and generators above 20,000 samples to the run', async () => {
    const cache = new DataFactsCache();
    const reader = counting({ stamp: '1', size: 4 * 1024 * 1024 + 1 });
    assert.deepEqual(await cache.of(uri, specOf('{ file: a.csv, target: y }'), reader), { unknown: true });
    assert.deepEqual(await cache.of(uri, specOf('{ source: { spiral: { samples: 20001 } } }'), reader), {
      unknown: true,
    });
    assert.equal(reader.state.loads, 0);
  });

  it('forgets the results that were not used for the longest time', async () => {
    const cache = new DataFactsCache();
    const reader = counting(undefined);
    const specs = Array.from({ length: 17 }, (_, seed) => ({ ...specOf('{ source: xor }'), seed }));
    for (const spec of specs) {
      await cache.of(uri, spec, reader);
    }
    await cache.of(uri, specs[16], reader);
    assert.equal(reader.state.loads, 17);
    await cache.of(uri, specs[0], reader);
    assert.equal(reader.state.loads, 18);
  });
});
