import assert from 'node:assert/strict';
import { nnspec, Workspace, xor } from './harness';

describe('nnspec check', () => {
  const workspace = new Workspace();
  const check = (...argv: string[]) => nnspec(['check', ...argv], { cwd: workspace.folder });
  before(async () => {
    await workspace.write('xor.nnspec', xor);
    await workspace.write('bad.nnspec', xor.replace('tanh', 'tahn'));
    await workspace.write('linear.nnspec', xor.replace('activation: tanh', 'activation: linear'));
    await workspace.write('latin.nnspec', new Uint8Array([0x6e, 0x61, 0x6d, 0x65, 0x3a, 0x20, 0xe9]));
    await workspace.write('table.nnspec', xor.replace('source: xor', 'file: table.csv, target: z'));
    await workspace.write('table.csv', 'a,b,y\n0,0,0\n0,1,1\n');
  });
  after(() => workspace.dispose());

  it('is silent in JSON and exits with 0 where there is nothing wrong', async () => {
    assert.deepEqual(await check('xor.nnspec', '--json'), { status: 0, out: '', err: '', lines: [], pieces: [] });
  });

  it('checks several files and exits with 1 where one has an error', async () => {
    const { status, lines } = await check('xor.nnspec', 'bad.nnspec', 'linear.nnspec', '--json');
    assert.equal(status, 1);
    assert.deepEqual([...new Set(lines.map(({ file }) => file))], ['bad.nnspec', 'linear.nnspec']);
  });

  it('marks an unknown column under types at its name', async () => {
    await workspace.write('types.nnspec', xor.replace('source: xor', 'source: xor, types: { quux: number }'));
    const { lines } = await check('types.nnspec', '--json');
    const [{ code, column, endColumn }] = lines;
    assert.equal(code, 'unknown-column');
    assert.equal(Number(endColumn) - Number(column), 'quux'.length);
  });

  it('exits with 0 where there are warnings only', async () => {
    const { status, lines } = await check('linear.nnspec', '--json');
    assert.equal(status, 0);
    assert.ok(lines.some(({ code }) => code === 'linear-stack'));
  });

  it('reports a missing file, a folder and other bytes than UTF-8 as problems', async () => {
    const { status, lines } = await check('gone.nnspec', '.', 'latin.nnspec', '--json');
    assert.equal(status, 1);
    assert.deepEqual(
      lines.map(({ code }) => code),
      ['file-unreadable', 'file-unreadable', 'not-utf8'],
    );
  });

  it('checks the data: an unknown target is marked at its name', async () => {
    const { status, lines } = await check('table.nnspec', '--json');
    assert.equal(status, 1);
    const at = xor.replace('source: xor', 'file: table.csv, target: z').split('\n')[2].indexOf('z ') + 1;
    assert.deepEqual([lines[0].file, lines[0].line, lines[0].column], ['table.nnspec', 3, at]);
  });

  it('prints each problem on one line without control characters, whatever the file holds', async () => {
    await workspace.write('odd.nnspec', xor.replace('tanh', '"\\e[2Jta\\nnh\\u202e"'));
    const { out } = await check('odd.nnspec');
    assert.match(out, /^odd\.nnspec:\d+:\d+: error: “\ufffd\[2Jta\ufffdnh\ufffd” is unknown.*\n$/);
  });

  it('prints the effective spec, which is itself without problems', async () => {
    const { status, out, err } = await check('xor.nnspec', '--effective');
    assert.equal(status, 0);
    assert.match(out, /shuffle: true/);
    assert.match(err, /no problems/);
    await workspace.write('effective.nnspec', out);
    assert.equal((await check('effective.nnspec')).status, 0);
  });
});
