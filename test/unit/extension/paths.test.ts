import assert from 'node:assert/strict';
import { resolveInside, segmentsBelow } from '../../../src/extension/files/paths';

describe('paths of a spec', () => {
  it('are relative to the spec’s folder and may climb within the root', () => {
    assert.deepEqual(resolveInside(['a', 'b'], 'iris.csv'), { ok: ['a', 'b', 'iris.csv'] });
    assert.deepEqual(resolveInside(['a', 'b'], '../data/./iris.csv'), { ok: ['a', 'data', 'iris.csv'] });
    assert.deepEqual(resolveInside([], 'data//iris.csv'), { ok: ['data', 'iris.csv'] });
  });

  it('never lead out of the root, however they are written', () => {
    for (const path of ['../x.csv', 'a/../../x.csv', '..', '..\\x.csv', 'a\\..\\..\\x.csv']) {
      assert.deepEqual(resolveInside([], path), { err: 'outside' }, path);
    }
    assert.deepEqual(resolveInside(['a'], '../../x.csv'), { err: 'outside' });
  });

  it('are never absolute: no root, no drive, no scheme', () => {
    for (const path of [
      '/etc/passwd',
      '\\\\host\\share',
      'C:\\x.csv',
      'c:x.csv',
      'file:///etc/passwd',
      'http://x/y.csv',
    ]) {
      assert.deepEqual(resolveInside(['a'], path), { err: 'absolute' }, path);
    }
  });

  it('are not empty', () => {
    for (const path of ['', '  ', '.', 'a/..', 'x\0.csv']) {
      assert.deepEqual(resolveInside([], path), { err: 'empty' }, JSON.stringify(path));
    }
  });

  it('are compared with a folder segment by segment', () => {
    assert.deepEqual(segmentsBelow('/work', '/work/a/b'), ['a', 'b']);
    assert.deepEqual(segmentsBelow('/work', '/work'), []);
    assert.equal(segmentsBelow('/work', '/workshop/a'), undefined);
    assert.deepEqual(segmentsBelow('/', '/a'), ['a']);
  });
});
