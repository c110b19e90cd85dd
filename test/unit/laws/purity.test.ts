import assert from 'node:assert/strict';
import { breachesOfPurity, longFiles, usesOfMathRandom } from './purity';
import { productSources, readSources } from './sources';

describe('law 3: the code between the file and the weights', () => {
  it('calls no function of Math that engines compute differently, no clock and no timer', () => {
    assert.deepEqual(breachesOfPurity(productSources()), []);
  });

  it('does not call Math.random, nor does any other code', () => {
    assert.deepEqual(usesOfMathRandom(productSources()), []);
  });

  it('is named with file and line where it breaks this law; comments and strings are ignored', () => {
    const text = "// Math.exp(x)\nconst a = Math.exp(1);\nconst b = 'Math.log';\nconst c = 2 ** a + Date.now();\n";
    assert.deepEqual(breachesOfPurity([{ path: 'src/engine/a.ts', text }]), [
      'src/engine/a.ts:2: Math.exp: differs between engines: use common/math or common/random',
      'src/engine/a.ts:4: **: differs between engines: multiply, or use pow of common/math',
      'src/engine/a.ts:4: Date.now: time comes in as an argument',
    ]);
    assert.deepEqual(breachesOfPurity([{ path: 'src/server/a.ts', text }]), []);
  });
});

describe('source files', () => {
  it('have at most 600 lines', () => {
    const written = [
      'src/**/*.{ts,css}',
      'webview/**/*.{ts,css}',
      'test/**/*.{ts,mjs,py}',
      'scripts/**/*.{mjs,cjs,py}',
    ];
    assert.deepEqual(longFiles(readSources(written), 600), []);
  });

  it('are named if they have 601 lines', () => {
    assert.deepEqual(longFiles([{ path: 'a.ts', text: 'x\n'.repeat(601) }], 600), ['a.ts: 601 lines']);
    assert.deepEqual(longFiles([{ path: 'a.ts', text: 'x\n'.repeat(600) }], 600), []);
  });
});
