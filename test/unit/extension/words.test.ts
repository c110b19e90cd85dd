import assert from 'node:assert/strict';
import { inBackground, reportFailuresTo } from '../../../src/extension/words/background';
import { inert } from '../../../src/extension/words/inert';

/** How VS Code finds links in notifications and dialogues, and icons in labels. */
const link = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;
const icon = /\$\([A-Za-z0-9-]+(?:~[A-Za-z]+)?\)/;

const hostile = [
  '[Open the repaired table](command:workbench.action.files.newUntitledFile)',
  '[a](https://example.org "title")',
  '[[a]](command:b)',
  '[a]\u202e(command:b)',
  '[a]\n(command:b)',
  '[a]\t(file:///etc/passwd)',
  '$(error) failed',
  '\\$(sync~spin)',
  '$$(zap)',
  'a\u0000b\u001b[31mc\u2028d\r\ne',
  '\u202egpj.exe',
  '](command:b)',
];

describe('a text for the editor', () => {
  it('holds no link, no icon, no control character and one line', () => {
    for (const name of hostile) {
      for (const text of [
        inert(name),
        inert(`[${name}`),
        inert(`“${name}”: the column stands twice.`),
        inert(`$${name}`),
      ]) {
        assert.doesNotMatch(text, link);
        assert.doesNotMatch(text, icon);
        assert.doesNotMatch(text, /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u);
      }
    }
  });

  it('stays readable, and as it is where it is harmless', () => {
    assert.equal(inert('[Open](command:x) $(zap)'), '[Open] (command:x) $ (zap)');
    for (const text of ['', 'petal (cm)', '가격 ($)', 'a[0] = f(x)', 'C:\\data\\iris.csv', '50 % *net*', 'é 漢字 🙂']) {
      assert.equal(inert(text), text);
    }
  });

  it('is never empty where the name is not', () => {
    assert.equal(inert('\u200e'), '\ufffd');
  });
});

describe('work in the background', () => {
  it('reports its failure and throws nothing', async () => {
    const reported: unknown[] = [];
    reportFailuresTo((error) => reported.push(error));
    const error = new Error('no');
    inBackground(Promise.reject(error));
    inBackground(undefined);
    await new Promise((done) => setTimeout(done, 0));
    assert.deepEqual(reported, [error]);
  });
});
