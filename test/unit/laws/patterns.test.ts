import assert from 'node:assert/strict';
import { patternsOf } from './patterns';
import { slowText } from './patternTime';
import { productSources } from './sources';

function slowPatterns(sources: Parameters<typeof patternsOf>[0]): string[] {
  return patternsOf(sources).flatMap(({ place, source, flags }) => {
    const text = slowText(source, flags);
    return text === undefined ? [] : [`${place}: ${source} is slow on ${JSON.stringify(text)} again and again`];
  });
}

/** Patterns that take more than linear time, and what the law says of them. */
const slow: readonly (readonly [RegExp, string])[] = [
  // Found in the product once, each on a cell or a line of a few kilobytes.
  [/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/, '0'],
  [/\s+#.*$/, '\t'],
  [/\s*[/:]\s*/, '\t'],
  [/\s*[x×*,]\s*/i, '\t'],
  [/^([\w-]+): *([^\r\n#:]*[^\s#:])(?=\s*(?:#|\r|\n|$))/, ' '],
  [/^ *(?:- )?(\w+): +(([\w.+-]+), *(\w+: +[^\n#{}[\]]*[^#{}[\]\s])) *$/gm, '\ra: a,a: a'],
  // A word that ends in another place of the text.
  [/\w+$/, 'a'],
  [/a.*b/g, 'aa'],
  [/^(?:x(?=\w*;))*$/, 'x'],
  [/^.*\b \b.*,$/, ' a'],
  [/^(?=.*b).*.*$/, 'a'],
  // Ways that double with each character.
  [/^(?:a+)+$/, 'a'],
  [/^(?:a*)*$/, 'a'],
  [/^(?:a|[ab])*$/, 'a'],
  [/^(?:x(?:a?|b?)c)*$/, 'c'],
];

const fast: readonly RegExp[] = [
  /a+/,
  /^\d+(?:\.\d*)?$/,
  /^\s*a\s*$/,
  /(?<!\s)\s+#/,
  /(?<=^|[ \t])\/\/(?=[ \t]|$)/gm,
  /^[ \t]*-/gm,
  /^(?:- +)*$/,
  /\\(?:text|begin)\{[a-z ]*\}/g,
  /\w+$/y,
  /(["'])\w{0,3}\1/,
  /^a{2,}b{0,3}$/,
];

describe('regular expressions', () => {
  it('take linear time on any text', () => {
    assert.deepEqual(slowPatterns(productSources()), []);
  });

  it('are told apart: those that take more time are named, with a text that shows it', () => {
    for (const [pattern, text] of slow) {
      assert.equal(slowText(pattern.source, pattern.flags), text, String(pattern));
    }
    for (const pattern of fast) {
      assert.equal(slowText(pattern.source, pattern.flags), undefined, String(pattern));
    }
  });

  it('are found in a source, each with its line', () => {
    const text = ['const number = /^\\d+\\.?\\d*$/;', 'const fine = /^\\d+(?:\\.\\d*)?$/;', 'const ratio = a / b / c;'];
    const found = ['a.ts:1: ^\\d+\\.?\\d*$ is slow on "0" again and again'];
    assert.deepEqual(slowPatterns([{ path: 'a.ts', text: text.join('\n') }]), found);
  });

  it('are simple enough to be judged: a look behind without a limit is refused', () => {
    assert.throws(() => slowText('(?<=^a*)b', ''), /not understood/);
  });

  it('are literals: a pattern built at run time is made of such literals or of escaped words', () => {
    const built = productSources().flatMap(({ path, text }) => (/\bRegExp\(/.test(text) ? [path] : []));
    assert.deepEqual(built, [
      'src/language/fixes/mistypedKeys.ts',
      'src/language/hover/libraryCall.ts',
      'src/language/yaml/syntaxMistakes.ts',
    ]);
  });
});
