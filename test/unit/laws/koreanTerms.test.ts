import assert from 'node:assert/strict';
import { readSources, type Source } from './sources';

/** Words that the texts avoid, each with the term that they use instead. */
const terms: Readonly<Record<string, string>> = {
  '표준 편차': '표준편차',
  에폭: '에포크',
  표본: '샘플',
  특징: '특성',
  라벨: '레이블',
  걸음: '스텝',
  타겟: '타깃',
  파라미터: '매개변수',
  노이즈: '잡음',
  컨볼루션: '합성곱',
  '과대 적합': '과적합',
  '기울기 폭발': '기울기 폭주',
  '가중치 갱신': '가중치 업데이트',
};

function otherTermsIn(sources: readonly Source[]): string[] {
  return sources.flatMap(({ path, text }) =>
    Object.entries(terms)
      .filter(([other]) => text.includes(other))
      .map(([other, term]) => `${path}: ${other}, elsewhere ${term}`),
  );
}

describe('the Korean texts', () => {
  it('have one word for each term', () => {
    const sources = readSources(['{docs,examples,l10n,media,src}/**/*.ko.*', 'package.nls.ko.json']);
    assert.ok(sources.length > 20, `${sources.length} files`);
    assert.deepEqual(otherTermsIn(sources), []);
  });

  it('are named if they use another word for a term', () => {
    assert.deepEqual(otherTermsIn([{ path: 'a.ko.json', text: '{ "a": "표준 편차" }' }]), [
      'a.ko.json: 표준 편차, elsewhere 표준편차',
    ]);
  });
});
