import assert from 'node:assert/strict';
import { readSources, type Source } from './sources';

/**
 * These particles depend on the last sound of the word before them, which is unknown for an inserted value. A
 * Korean noun in between (“{0} 층은”), or a particle with one form (에, 에는, 의, 만, 까지), suits every value.
 */
const afterValue =
  /\{\d+\}[”"’)\]]*(?:은|는|이|가|을|를|과|와|으로|로|이나|나|이면|면|이라|라|이란|란|이며|며|이고|고)(?![가-힣])/g;
const bothForms = /은\(는\)|이\(가\)|을\(를\)|와\(과\)|과\(와\)|\(으\)로/g;

function particlesIn(sources: readonly Source[]): string[] {
  return sources.flatMap(({ path, text }) =>
    [afterValue, bothForms].flatMap((pattern) => [...text.matchAll(pattern)].map(([found]) => `${path}: ${found}`)),
  );
}

describe('the Korean particles', () => {
  it('never depend on an inserted value', () => {
    const sources = readSources(['{l10n,src}/**/*.ko.json', 'package.nls.ko.json']);
    assert.ok(sources.length > 10, `${sources.length} files`);
    assert.deepEqual(particlesIn(sources), []);
  });

  it('are named if they do', () => {
    const text = '“{0}”은 {1}로 {2}가지 {3} 층은 {4}에는 [{5}]을 {6}을(를) 쓰세요.';
    assert.deepEqual(particlesIn([{ path: 'a.ko.json', text }]), [
      'a.ko.json: {0}”은',
      'a.ko.json: {1}로',
      'a.ko.json: {5}]을',
      'a.ko.json: {6}을',
      'a.ko.json: 을(를)',
    ]);
  });
});
