import assert from 'node:assert/strict';
import { readSources, type Source } from './sources';

/** Words that the texts avoid, each with the term that they use instead. */
const terms: readonly (readonly [other: string | RegExp, term: string])[] = [
  ['표준 편차', '표준편차'],
  ['에폭', '에포크'],
  ['표본', '샘플'],
  ['특징', '특성'],
  ['라벨', '레이블'],
  ['걸음', '스텝'],
  ['타겟', '타깃'],
  ['파라미터', '매개변수'],
  ['노이즈', '잡음'],
  ['컨볼루션', '합성곱'],
  ['과대 적합', '과적합'],
  ['기울기 폭발', '기울기 폭주'],
  ['가중치 갱신', '가중치 업데이트'],
  [/(훈련|검증|테스트) 부분/, '데이터'],
  [/배[우울운웁웠]/, '학습하다'],
  ['그림', '이미지'],
  ['화소', '픽셀'],
  [/(출력|샘플의|입력의|행의|로|적힌|\}) 모양|모양은/, '형태'],
  ['묶음', '블록 or 그룹'],
  [/빈칸|빈 칸/, '공백 or 결측값'],
  [/(번째|같은|첫|축마다) 칸|칸[을이]/, '셀 or 열'],
  ['기본 제공', '내장'],
  ['벌점', '규제'],
  [/무게|비중/, '가중치'],
  ['시작값', '초깃값'],
  ['초깃값 설정', '초기화'],
  ['이동량', '업데이트 크기'],
  [/기준값|임계값/, '임곗값'],
  [/넘침|넘치/, '오버플로'],
  ['체스판', '체커판'],
  [/예\/아니요|예·아니요|예 또는 아니요|둘 중 하나/, '이진 분류'],
  [/차분 몫|(?<!수치 미분\()중앙 차분/, '수치 미분(중앙 차분)'],
  [/음수 쪽 기울기|뽑[은힌] 기울기|학습되는 기울기|평균 기울기/, '음수 쪽 계수'],
  ['네트워크', '신경망'],
  [/(신경망의|같은) 답/, '예측'],
  [/입력[을이] 멈/, '편집을 멈추다'],
  ['일시 정지', '일시 중지'],
  ['나눈 데이터', '훈련·검증·테스트 데이터'],
  ['리스트', '목록, 배열 of JSON'],
  [/Python(?=[은는이가을를]| [가-힣])/, '파이썬'],
  ['찍기', '무작위 추측'],
  ['무늬', '패턴'],
  [/(?<!포도 )품종/, '종'],
  ['십시오', '-세요'],
  [/매컬러|브리들이|셰이지어/, '매컬록, 브라이들, 샤지어'],
];

function otherTermsIn(sources: readonly Source[]): string[] {
  return sources.flatMap(({ path, text }) =>
    terms.flatMap(([other, term]) => {
      const found = typeof other === 'string' ? (text.includes(other) ? other : undefined) : other.exec(text)?.[0];
      return found === undefined ? [] : [`${path}: ${found}, elsewhere ${term}`];
    }),
  );
}

describe('the Korean texts', () => {
  it('have one word for each term', () => {
    const sources = readSources([
      '{docs,examples,l10n,media,src}/**/*.ko.*',
      'examples/index.json',
      'package.nls.ko.json',
      'README.ko.md',
      'lessons/ko/*',
    ]);
    assert.ok(sources.length > 20, `${sources.length} files`);
    assert.deepEqual(otherTermsIn(sources), []);
  });

  it('are named if they use another word for a term', () => {
    assert.deepEqual(otherTermsIn([{ path: 'a.ko.json', text: '{ "a": "표준 편차" }' }]), [
      'a.ko.json: 표준 편차, elsewhere 표준편차',
    ]);
  });
});
