import assert from 'node:assert/strict';
import { breachesOfPurity, longFiles, usesOfMathRandom } from './purity';
import { productSources, readSources } from './sources';

describe('law 3: what comes between the file and the weights', () => {
  it('calls no function of Math that engines compute differently, no clock and no timer', () => {
    assert.deepEqual(breachesOfPurity(productSources()), []);
  });

  it('draws nothing from Math.random, in any room', () => {
    assert.deepEqual(usesOfMathRandom(productSources()), []);
  });

  it('would be caught, but not in comments and strings', () => {
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

  it('of 601 lines would be caught', () => {
    assert.deepEqual(longFiles([{ path: 'a.ts', text: 'x\n'.repeat(601) }], 600), ['a.ts: 601 lines']);
    assert.deepEqual(longFiles([{ path: 'a.ts', text: 'x\n'.repeat(600) }], 600), []);
  });
});
