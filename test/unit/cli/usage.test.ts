import assert from 'node:assert/strict';
import { chooseLanguage } from '../../../src/cli/language';
import { nnspec, Workspace, xor } from './harness';

describe('the command line', () => {
  const workspace = new Workspace();
  before(() => workspace.write('xor.nnspec', xor));
  after(() => workspace.dispose());
  const status = async (...argv: string[]) => (await nnspec(argv, { cwd: workspace.folder })).status;

  it('exits with 2 and the help on standard error if it is wrong', async () => {
    const wrong = [
      [],
      ['trian', 'xor.nnspec'],
      ['train'],
      ['train', 'xor.nnspec', 'xor.nnspec'],
      ['train', 'xor.nnspec', '--sed', '1'],
      ['train', 'xor.nnspec', '-x'],
      ['train', 'xor.nnspec', '--json=1'],
      ['train', 'xor.nnspec', '--seed'],
      ['train', 'xor.nnspec', '--seed', '--json'],
      ['train', 'xor.nnspec', '--seed', '-1'],
      ['train', 'xor.nnspec', '--seed', '1.5'],
      ['train', 'xor.nnspec', '--seed', '4294967296'],
      ['train', 'xor.nnspec', '--seed', '1e3'],
      ['train', 'xor.nnspec', '--seed', ''],
      ['train', ''],
      ['check', 'xor.nnspec', ''],
      ['predict', '', 'a.csv'],
      ['train', 'xor.nnspec', '--epochs', '2.5'],
      ['train', 'xor.nnspec', '--threads', '0'],
      ['train', 'xor.nnspec', '--backend', 'gpu'],
      ['check'],
      ['predict', 'w.safetensors'],
      ['explain'],
      ['explain', 'relu', '--lang', 'fr'],
      ['explain', 'shape/relu'],
      ['toString'],
    ];
    for (const argv of wrong) {
      const { status: got, out, err } = await nnspec(argv, { cwd: workspace.folder });
      assert.equal(got, 2, argv.join(' '));
      assert.equal(out, '');
      assert.ok(argv.length === 0 ? /nnspec train/.test(err) : /^[^\n]+\n[^\n]+nnspec --help\n$/.test(err), err);
    }
  });

  it('suggests the command and the option that were meant', async () => {
    const errorOf = async (...argv: string[]) => (await nnspec(argv, { cwd: workspace.folder })).err;
    assert.match(await errorOf('trian', 'x'), /Did you mean “train”/);
    assert.match(await errorOf('train', 'x', '--sead', '1'), /Did you mean --seed/);
  });

  it('takes options before and after the file, with and without =; the last one counts', async () => {
    const { lines } = await nnspec(['train', '--json', '--seed=7', 'xor.nnspec', '--epochs', '9', '--epochs', '1'], {
      cwd: workspace.folder,
    });
    assert.equal(lines[0].seed, 7);
    assert.equal(lines.length, 3);
  });

  it('accepts threads, either backend and the largest seed', async () => {
    for (const backend of ['reference', 'wasm']) {
      const options = ['--threads', '2', '--backend', backend, '--seed', '4294967295'];
      assert.equal(await status('train', 'xor.nnspec', ...options), 0);
    }
  });

  it('prints help and version on standard output', async () => {
    for (const argv of [['--help'], ['train', '--help'], ['--version']]) {
      const { status: got, out, err } = await nnspec(argv, { cwd: workspace.folder });
      assert.equal(got, 0);
      assert.notEqual(out, '');
      assert.equal(err, '');
    }
  });

  it('is Korean if --lang or the environment says so, LC_ALL before LANG', () => {
    assert.equal(chooseLanguage([], { LANG: 'ko_KR.UTF-8' }), 'ko');
    assert.equal(chooseLanguage([], { LC_ALL: 'C', LANG: 'ko_KR.UTF-8' }), 'en');
    assert.equal(chooseLanguage([], { LANG: 'kok_IN' }), 'en');
    assert.equal(chooseLanguage(['explain', 'relu', '--lang', 'ko'], {}), 'ko');
    assert.equal(chooseLanguage(['explain', 'relu', '--lang=en'], { LANG: 'ko' }), 'en');
  });
});
