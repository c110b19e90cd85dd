import assert from 'node:assert/strict';
import { mergeTranslations } from '../../../scripts/translations.mjs';

describe('merging translations', () => {
  it('keeps one entry for a sentence that two rooms share', () => {
    const { merged, conflicts } = mergeTranslations([
      { file: 'a.ko.json', messages: { Stop: '중지', Train: '학습' } },
      { file: 'b.ko.json', messages: { Stop: '중지' } },
    ]);
    assert.deepEqual(merged, { Stop: '중지', Train: '학습' });
    assert.deepEqual(conflicts, []);
  });

  it('names the files in which a sentence has two translations', () => {
    const { conflicts } = mergeTranslations([
      { file: 'a.ko.json', messages: { Stop: '중지' } },
      { file: 'b.ko.json', messages: { Stop: '정지' } },
    ]);
    assert.deepEqual(conflicts, ['a.ko.json and b.ko.json: "Stop"']);
  });
});
