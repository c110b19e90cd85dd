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

/** A word, what stands in parentheses behind it, and a particle whose form the word decides. */
const afterParentheses = /([가-힣])\**\([^()]*\)(은|는|이|가|을|를|과|와|으로|로)(?![가-힣])/g;
const withoutFinal = new Set(['는', '가', '를', '와', '로']);

/** The consonant that ends the syllable: 0 for none, 8 for ㄹ. */
const finalOf = (syllable: string) => (syllable.charCodeAt(0) - '가'.charCodeAt(0)) % 28;

function disagreeingIn(sources: readonly Source[]): string[] {
  return sources.flatMap(({ path, text }) =>
    [...text.matchAll(afterParentheses)]
      .filter(([, syllable, particle]) => {
        const final = finalOf(syllable);
        const isOpen = final === 0 || (final === 8 && particle.endsWith('로'));
        return withoutFinal.has(particle) !== isOpen;
      })
      .map(([found]) => `${path}: ${found}`),
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

  it('agree with the word before the parentheses', () => {
    const sources = readSources([
      '{docs,examples,l10n,media,src}/**/*.ko.*',
      'examples/index.json',
      'package.nls.ko.json',
      'README.ko.md',
    ]);
    assert.ok(sources.length > 20, `${sources.length} files`);
    assert.deepEqual(disagreeingIn(sources), []);
  });

  it('are named if they disagree with the word before the parentheses', () => {
    const text = '하이픈(-)를 하이픈(-)을 렐루(ReLU)은 **이동**(F12)과 절댓값(|x|)로 배율(γ)로 배율(γ)으로';
    assert.deepEqual(disagreeingIn([{ path: 'a.ko.md', text }]), [
      'a.ko.md: 픈(-)를',
      'a.ko.md: 루(ReLU)은',
      'a.ko.md: 값(|x|)로',
      'a.ko.md: 율(γ)으로',
    ]);
  });
});
