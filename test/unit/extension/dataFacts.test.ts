import assert from 'node:assert/strict';
import type { Uri } from 'vscode';
import { largestInHost } from '../../../src/common/limits';
import { DataFactsCache, type DataKnowledge } from '../../../src/extension/language/dataFacts';
import { parseSpec } from '../../../src/language';
import type { Spec } from '../../../src/spec/spec';

const uri = { toString: () => 'file:///a.nnspec' } as Uri;
const other = { toString: () => 'file:///b.nnspec' } as Uri;

function specOf(data: string): Spec {
  const text = `data: ${data}\nmodel: { layers: [ dense: { units: 1, activation: sigmoid } ] }\n`;
  const { spec, problems } = parseSpec(text, { fileName: 'a.nnspec' });
  assert.ok(spec, JSON.stringify(problems));
  return spec;
}

/** Counts reads in this process and by engines. The engines have not answered yet. */
function counting(stat: { stamp: string; size: number } | undefined, isTrusted = true) {
  const state = { loads: 0, stat, engines: 0, cancelled: 0 };
  return {
    state,
    stat: async () => state.stat,
    load: async () => {
      state.loads += 1;
      return { problems: [] };
    },
    loadInEngine() {
      if (!isTrusted) {
        return undefined;
      }
      state.engines += 1;
      let end = (_: DataKnowledge) => {};
      const result = new Promise<DataKnowledge>((resolve) => {
        end = resolve;
      });
      const cancel = () => {
        state.cancelled += 1;
        end({ unknown: true });
      };
      return { result, cancel };
    },
  };
}

describe('facts about data while typing', () => {
  it('are read once for each version of the file', async () => {
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

  it('are not read of files above 4 MB or more than 20,000 generated samples', async () => {
    const cache = new DataFactsCache();
    const reader = counting({ stamp: '1', size: 4 * 1024 * 1024 + 1 });
    assert.deepEqual(await cache.of(uri, specOf('{ file: a.csv, target: y }'), reader), { unknown: true });
    assert.deepEqual(await cache.of(uri, specOf('{ source: { spiral: { samples: 20001 } } }'), reader), {
      unknown: true,
    });
    assert.equal(reader.state.loads, 0);
  });

  it('are read by an engine above 64 kB and 10,000 samples, once for each version of the file', async () => {
    const cache = new DataFactsCache();
    const reader = counting({ stamp: '1', size: largestInHost + 1 });
    const spec = specOf('{ file: a.csv, target: y }');
    const first = cache.of(uri, spec, reader);
    const second = cache.of(uri, spec, reader);
    await new Promise(setImmediate);
    void cache.of(other, specOf('{ source: { spiral: { samples: 10001 } } }'), reader);
    await new Promise(setImmediate);
    assert.deepEqual(reader.state, { ...reader.state, loads: 0, engines: 2, cancelled: 0 });
    cache.forget(uri);
    assert.deepEqual(await Promise.all([first, second]), [{ unknown: true }, { unknown: true }]);
    assert.equal(reader.state.cancelled, 1);
    void cache.of(uri, spec, reader);
    await new Promise(setImmediate);
    assert.equal(reader.state.engines, 3, 'what was cancelled is read again');
  });

  it('end their engine when an edit needs other data, and are kept once an engine has found them', async () => {
    const cache = new DataFactsCache();
    const reader = counting({ stamp: '1', size: largestInHost + 1 });
    const spec = specOf('{ file: a.csv, target: y }');
    void cache.of(uri, spec, reader);
    await new Promise(setImmediate);
    const found = { problems: [] };
    const answering = { ...reader, loadInEngine: () => ({ result: Promise.resolve(found), cancel: () => {} }) };
    const edited = specOf('{ file: a.csv, target: z }');
    assert.equal(await cache.of(uri, edited, answering), found);
    assert.equal(reader.state.cancelled, 1);
    assert.equal(await cache.of(uri, edited, reader), found);
    assert.equal(reader.state.engines, 1);
  });

  it('are unknown in Restricted Mode above 64 kB, until the workspace is trusted', async () => {
    const cache = new DataFactsCache();
    const file = { stamp: '1', size: largestInHost + 1 };
    const spec = specOf('{ file: a.csv, target: y }');
    assert.deepEqual(await cache.of(uri, spec, counting(file, false)), { unknown: true });
    const trusted = counting(file);
    void cache.of(uri, spec, trusted);
    await new Promise(setImmediate);
    assert.equal(trusted.state.engines, 1);
  });

  it('are dropped if they are the least recently used', async () => {
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
