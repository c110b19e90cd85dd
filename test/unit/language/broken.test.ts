import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { config } from '@vscode/l10n';
import { fileCodes, lessonCodes, networkCodes } from '../../../src/language/index';
import { brokenSpecs, koreanMessages, reportOf } from './broken';

const specs = brokenSpecs();

describe('Two hundred and more broken specs', () => {
  for (const { name, text, expected, expectedKorean } of specs) {
    it(`${name} gets the expected report`, async () => {
      assert.ok(expected !== undefined, 'the file has no report after a line of “=====”');
      assert.equal(await reportOf(text), expected);
      if (expectedKorean === undefined) {
        return;
      }
      config({ contents: koreanMessages() });
      try {
        assert.equal(await reportOf(text), expectedKorean);
      } finally {
        config({ contents: {} });
      }
    });
  }

  it('are at least 200, a fifth of them in Korean too', () => {
    assert.ok(specs.length >= 200, `${specs.length}`);
    assert.ok(specs.filter(({ expectedKorean }) => expectedKorean).length * 5 >= specs.length);
  });

  it('show nearly every code: the others need bytes or sizes that no short text has', () => {
    const shown = new Set(
      specs.flatMap(({ expected = '' }) =>
        [...expected.matchAll(/ (?:error|warning|hint) ([a-z0-9-]+)/g)].map(([, code]) => code),
      ),
    );
    const rest = [...fileCodes, ...networkCodes, ...lessonCodes].filter((code) => !shown.has(code));
    assert.deepEqual(rest, ['file-too-large', 'not-utf8', 'too-many-aliases', 'too-many-numbers']);
  });

  it('are reported in the shipped Korean sentences', () => {
    const language = JSON.parse(readFileSync('l10n/language.ko.json', 'utf8'));
    assert.equal(koreanMessages()['Remove the tag'], language['Remove the tag']);
  });
});
