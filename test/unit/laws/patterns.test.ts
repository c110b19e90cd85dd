import assert from 'node:assert/strict';
import { check } from 'recheck';
import { patternsOf } from './patterns';
import { productSources } from './sources';

/** A small search, the same on every machine: no limit is a time. */
const settings = {
  timeout: null,
  attackTimeout: null,
  incubationTimeout: null,
  randomSeed: 1,
  maxIteration: 3,
  incubationLimit: 2500,
  maxGenerationSize: 20,
  maxInitialGenerationSize: 50,
  attackLimit: 1_000_000,
};

/** Patterns whose callers cut the text to the first 4000 characters of a line, or to 64,000 of a file. */
const bounded = new Set(
  [
    /^([\w-]+): *([^\r\n#:]*[^\s#:])(?=\s*(?:#|\r|\n|$))/,
    /(?<=^[ \t]*|[ \t])\/\/(?=[ \t]|$)/,
    /^[ ]*(?:\t[ \t]*|(?:-[ \t]+)+(?<=\t[ \t]*))/,
    /^([A-Za-z_]\w*)([ ]*=[ ]*|[ ]+)([^\s:=#][^\n:#]*?)\s*(?=\n|#)/,
    /(?<=^[ ]*(?:- |\w+:)[^\n]*[}\]"'])[ ]*,(?=[ \t]*(?:#[^\n]*)?\r?$)/,
    /\w+$/,
    /:[ ]+(\(([^()\n]*)\))\s*(?:#.*)?$/,
    /^[ ]*(?:- )?(\w+):[ ]+(([\w.+-]+),[ ]*(\w+:[ ]+[^\n#{}[\]]*[^#{}[\]\s]))[ ]*$/,
  ].map(({ source }) => source),
);

async function slowPatterns(sources: Parameters<typeof patternsOf>[0]): Promise<string[]> {
  const found = await Promise.all(
    patternsOf(sources).map(async ({ place, source, flags }) => {
      if (bounded.has(source)) {
        return [];
      }
      const { status } = await check(source, flags, settings);
      return status === 'safe' ? [] : [`${place}: ${source}`];
    }),
  );
  return found.flat();
}

describe('regular expressions', () => {
  it('take linear time on any text', async () => {
    assert.deepEqual(await slowPatterns(productSources()), []);
  });

  it('are told apart: two repetitions of the same characters are quadratic', async () => {
    const text = ['const number = /^\\d+\\.?\\d*$/;', 'const fine = /^\\d+(?:\\.\\d*)?$/;', 'const ratio = a / b / c;'];
    assert.deepEqual(await slowPatterns([{ path: 'a.ts', text: text.join('\n') }]), ['a.ts:1: ^\\d+\\.?\\d*$']);
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
