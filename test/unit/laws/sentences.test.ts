import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { breachesOfTranslation, manifestKeys, sentencesOf } from './sentences';
import { productSources, readSources } from './sources';

function readJson(path: string): Record<string, string> {
  return JSON.parse(readFileSync(path, 'utf8'));
}

describe('the sentences of the product', () => {
  it('are literals with a Korean translation each; no translation is unused', () => {
    const { sentences, errors } = sentencesOf(productSources());
    const translations = readSources(['l10n/*.ko.json']).map(({ path }) => ({ file: path, messages: readJson(path) }));
    assert.deepEqual([...errors, ...breachesOfTranslation(sentences, translations)], []);
  });

  it('of the manifest are in package.nls.json and package.nls.ko.json', () => {
    const keys = manifestKeys(readFileSync('package.json', 'utf8'));
    assert.deepEqual(Object.keys(readJson('package.nls.json')).sort(), keys);
    assert.deepEqual(Object.keys(readJson('package.nls.ko.json')).sort(), keys);
  });

  it('are found with any quotes; a variable instead of a literal is an error', () => {
    const text = [
      "import { t } from '@vscode/l10n';",
      "t('It\\'s {0}.', name);",
      't(',
      '  "two",',
      ');',
      't(sentence);',
      'at(`no`);',
      't(`a $' + '{b}`);',
    ].join('\n');
    const { sentences, errors } = sentencesOf([{ path: 'a.ts', text }]);
    assert.deepEqual(sentences, [
      { text: "It's {0}.", at: 'a.ts:2' },
      { text: 'two', at: 'a.ts:3' },
    ]);
    assert.deepEqual(errors, [
      'a.ts:6: the first argument of t must be one literal',
      'a.ts:8: the first argument of t must be one literal',
    ]);
  });

  it('are named if the translation is missing, unused or has other placeholders', () => {
    const breaches = breachesOfTranslation(
      [
        { text: 'Stop', at: 'a.ts:1' },
        { text: 'Epoch {0}', at: 'a.ts:2' },
      ],
      [{ file: 'l10n/a.ko.json', messages: { 'Epoch {0}': '에포크', Gone: '없음' } }],
    );
    assert.deepEqual(breaches, [
      'a.ts:1: no translation of "Stop"',
      'l10n/a.ko.json: the placeholders of "Epoch {0}" differ',
      'l10n/a.ko.json: no code uses "Gone"',
    ]);
  });
});
