import assert from 'node:assert/strict';
import { codeOnly, withoutComments } from './sources';

describe('reading sources', () => {
  it('tells code from comments, strings, templates and regular expressions', () => {
    const text = [
      "const a = 'it\\'s'; // one",
      'const b = /[/\'"]/g.test(a) ? 4 / 2 : 1 / 3;',
      'const c = `**${a + `${b}`}** {`;',
      '/* two',
      'lines */ done();',
    ].join('\n');
    const code = codeOnly(text)
      .split('\n')
      .map((line) => line.replace(/ +/g, ' ').trim());
    assert.deepEqual(code, ['const a = ;', 'const b = .test(a) ? 4 / 2 : 1 / 3;', 'const c = a + b ;', '', 'done();']);
    assert.ok(withoutComments(text).includes('`**${a + `${b}`}** {`'));
    assert.equal(withoutComments(text).split('\n').length, 5);
  });
});
