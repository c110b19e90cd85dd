import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { explanationOf, fileCodes, lessonCodes, networkCodes, predictionCodes } from '../../../src/language/index';

import { lessonFileCodes } from '../../../src/lessons/faults';

const root = process.cwd();
const pages = { en: read('docs/problems.md'), ko: read('docs/problems.ko.md') };
const sources = ['src/language', 'src/spec'].flatMap((folder) => sourcesIn(folder, [join('problems', 'codes.ts')]));

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

function sourcesIn(folder: string, except: readonly string[] = []): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !except.includes(name))
    .map((name) => read(join(folder, name)));
}

/** The codes of a chapter, in its order. */
function codesIn(page: string, chapter: number): string[] {
  return [...page.split(/^## /m)[chapter].matchAll(/^### ([a-z0-9-]+)$/gm)].map((match) => match[1]);
}

/** The codes of problems that the data room reports. */
function dataCodes(): string[] {
  const found = sourcesIn('src/data').flatMap((text) =>
    [...text.matchAll(/(?:problems\.add|this\.#problems\.add|problem)\(\s*'([a-z0-9-]+)'/g)].map((match) => match[1]),
  );
  return [...new Set([...found, 'infinite-cell', 'text-cell'])];
}

describe('The page of problems', () => {
  for (const [language, page] of Object.entries(pages)) {
    it(`explains every code in ${language}, by family and in order, and none that does not exist`, () => {
      assert.deepEqual(codesIn(page, 1), [...fileCodes]);
      assert.deepEqual(codesIn(page, 2), [...networkCodes]);
      assert.deepEqual(codesIn(page, 3), [...lessonCodes]);
      assert.deepEqual(codesIn(page, 4), [...predictionCodes]);
      assert.deepEqual(codesIn(page, 6), [...lessonFileCodes]);
      const explained = new Set([1, 2, 3, 5].flatMap((chapter) => codesIn(page, chapter)));
      assert.deepEqual(
        dataCodes().filter((code) => !explained.has(code)),
        [],
      );
      const real = new Set(dataCodes());
      assert.deepEqual(
        codesIn(page, 5).filter((code) => !real.has(code)),
        [],
      );
    });

    it(`gives each code in ${language} a section of its own that says more than its name`, () => {
      for (const code of [
        ...fileCodes,
        ...networkCodes,
        ...lessonCodes,
        ...predictionCodes,
        ...dataCodes(),
        ...lessonFileCodes,
      ]) {
        const text = explanationOf(page, code);
        assert.ok(text && text.length > code.length + 20, code);
        assert.equal(text.match(/^#/gm)?.length, 1, code);
      }
      assert.equal(explanationOf(page, 'no-such-code'), undefined);
    });
  }

  it('lists only codes that some check reports', () => {
    for (const code of [...fileCodes, ...networkCodes, ...lessonCodes]) {
      assert.ok(
        sources.some((source) => source.includes(`'${code}'`)),
        code,
      );
    }
  });
});
