import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkReplaceable, replaceFile } from '../../../src/disk/replaceFile.node';

const bytes = (text: string) => new TextEncoder().encode(text);
const modeOf = (path: string) => statSync(path).mode & 0o777;

describe('a file that is replaced', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nnspec-disk-'));
  const at = (name: string) => join(folder, name);
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('keeps its permissions; a new one gets those of any new file', async () => {
    for (const mode of [0o600, 0o640, 0o666, 0o755]) {
      writeFileSync(at('kept'), 'old');
      chmodSync(at('kept'), mode);
      await replaceFile(at('kept'), bytes('new'));
      assert.deepEqual([readFileSync(at('kept'), 'utf8'), modeOf(at('kept'))], ['new', mode]);
    }
    await replaceFile(at('fresh'), bytes('new'));
    writeFileSync(at('usual'), '');
    assert.equal(modeOf(at('fresh')), modeOf(at('usual')));
  });

  it('keeps its owner', async function () {
    if (process.getuid?.() !== 0) {
      this.skip();
    }
    writeFileSync(at('owned'), 'old');
    chmodSync(at('owned'), 0o640);
    chownSync(at('owned'), 1234, 2345);
    await replaceFile(at('owned'), bytes('new'));
    const { uid, gid } = statSync(at('owned'));
    assert.deepEqual([uid, gid, modeOf(at('owned'))], [1234, 2345, 0o640]);
  });

  it('is readable by nobody else if it is private, nor is its folder', async () => {
    mkdirSync(at('runs'), { mode: 0o755 });
    writeFileSync(at('runs/a.run'), 'old', { mode: 0o644 });
    await replaceFile(at('runs/a.run'), bytes('new'), { isPrivate: true });
    await replaceFile(at('deep/er/b.run'), bytes('new'), { isPrivate: true });
    assert.deepEqual([modeOf(at('runs')), modeOf(at('runs/a.run'))], [0o700, 0o600]);
    assert.deepEqual([modeOf(at('deep')), modeOf(at('deep/er')), modeOf(at('deep/er/b.run'))], [0o700, 0o700, 0o600]);
  });

  it('is private while it is written, if the old one was', async () => {
    writeFileSync(at('secret'), 'old', { mode: 0o600 });
    const modes: number[] = [];
    async function* pieces(): AsyncGenerator<Uint8Array> {
      yield bytes('ne');
      const neighbours = readdirSync(folder).filter((name) => name.endsWith('.tmp'));
      modes.push(...neighbours.map((name) => modeOf(at(name))));
      assert.equal(readFileSync(at('secret'), 'utf8'), 'old');
      yield bytes('w');
    }
    await replaceFile(at('secret'), pieces());
    assert.deepEqual(modes, [0o600]);
    assert.equal(readFileSync(at('secret'), 'utf8'), 'new');
  });

  it('stays if a piece cannot be made, and nothing is left beside it', async () => {
    writeFileSync(at('stays'), 'old');
    function* pieces(): Generator<Uint8Array> {
      yield bytes('half');
      throw new Error('no more');
    }
    await assert.rejects(replaceFile(at('stays'), pieces()), /no more/);
    assert.equal(readFileSync(at('stays'), 'utf8'), 'old');
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.endsWith('.tmp')),
      [],
    );
  });

  it('is the target of a link, also of one whose target does not exist yet', async () => {
    for (const name of ['stays', 'nothing-yet']) {
      symlinkSync(name, at(`to-${name}`));
      await replaceFile(at(`to-${name}`), bytes('through'));
      assert.ok(lstatSync(at(`to-${name}`)).isSymbolicLink());
      assert.equal(readFileSync(at(name), 'utf8'), 'through');
    }
  });

  it('may have the longest name that the file system allows, and no longer one', async () => {
    const longest = 'n'.repeat(255);
    await checkReplaceable(at(longest));
    await replaceFile(at(longest), bytes('new'));
    assert.equal(readFileSync(at(longest), 'utf8'), 'new');
    for (const write of [checkReplaceable, (path: string) => replaceFile(path, bytes(''))]) {
      await assert.rejects(write(at(`${longest}n`)), { code: 'ENAMETOOLONG' });
    }
  });

  it('is no folder, and lies in one', async () => {
    for (const write of [checkReplaceable, (path: string) => replaceFile(path, bytes(''))]) {
      await assert.rejects(write(folder), { code: 'EISDIR' });
      await assert.rejects(write(at('kept/x')), { code: 'ENOTDIR' });
      await assert.rejects(write(at('nowhere/x')), { code: 'ENOENT' });
    }
  });

  it('is refused if it is protected against writing', async function () {
    if (process.getuid?.() === 0) {
      this.skip();
    }
    writeFileSync(at('protected'), 'old', { mode: 0o444 });
    await assert.rejects(replaceFile(at('protected'), bytes('new')), { code: 'EACCES' });
    await assert.rejects(checkReplaceable(at('protected')), { code: 'EACCES' });
  });

  it('is written directly if it is a device or a pipe', async function () {
    if (process.platform === 'win32') {
      this.skip();
    }
    await replaceFile('/dev/null', bytes('new'));
    assert.ok(statSync('/dev/null').isCharacterDevice());
    execFileSync('mkfifo', [at('pipe')]);
    const read = readFile(at('pipe'), 'utf8');
    await replaceFile(at('pipe'), [bytes('thr'), bytes('ough')]);
    assert.equal(await read, 'through');
    assert.ok(statSync(at('pipe')).isFIFO());
  });

  it('says of a full device that it is full', async function () {
    if (process.platform !== 'linux') {
      this.skip();
    }
    await assert.rejects(replaceFile('/dev/full', bytes('new')), { code: 'ENOSPC' });
  });

  it('loses what killed processes have left beside it, once that is a day old', async () => {
    const home = at('home');
    mkdirSync(home);
    const [left, young, other] = ['.nnspec-0123456789abcdef.tmp', '.nnspec-fedcba9876543210.tmp', '.other.tmp'];
    for (const name of [left, young, other]) {
      writeFileSync(join(home, name), 'half');
    }
    const old = Date.now() / 1000 - 25 * 3600;
    utimesSync(join(home, left), old, old);
    utimesSync(join(home, other), old, old);
    await replaceFile(join(home, 'x'), bytes('new'));
    assert.deepEqual(readdirSync(home).sort(), [young, other, 'x'].sort());
  });
});
