import assert from 'node:assert/strict';
import { breachesOfComments } from './comments';
import { readSources } from './sources';

describe('comments', () => {
  it('have at most 110 columns, and none opens with “Of” or “What” or says “left out”', () => {
    const sources = readSources(['{src,webview,scripts,test}/**/*.{ts,mjs,cjs,css}']);
    assert.ok(sources.length > 0, 'there is no file');
    assert.deepEqual(breachesOfComments(sources), []);
  });

  it('that break this are named with their line; code and strings are not checked', () => {
    const wide = 'x'.repeat(110);
    const text = [
      '/** Of all things. */',
      '// What a day',
      '// Of course this line goes on.',
      'const a = 1; // Left out',
      '/*',
      ` * ${wide}`,
      ` * https://${wide}`,
      ' */',
      `const b = '${wide}';`,
      "const c = '// What is left out';",
      '/** Whatever, often. */',
    ].join('\n');
    assert.deepEqual(breachesOfComments([{ path: 'a.ts', text }]), [
      'a.ts:1: opens with “Of” or “What”: say what it is',
      'a.ts:2: opens with “Of” or “What”: say what it is',
      'a.ts:4: says “left out”: write omitted, or name the default',
      'a.ts:6: 113 columns',
    ]);
  });
});
