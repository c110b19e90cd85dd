import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileErrorText } from '../../../src/disk/fileErrors';
import { replaceFile } from '../../../src/disk/replaceFile.node';
import { Run } from '../../../src/extension/runs/run';
import { RunStorage } from '../../../src/extension/runs/runStorage';
import { FaultyDisk } from '../../harness/faultyDisk';

const disk = new FaultyDisk();

/** The stored files of a folder on disk, as `StoredFiles` keeps them in the editor. */
class DiskFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'nnspec-runs-'));
  calls = disk.calls;

  at = (name: string) => join(this.path, name);
  read = async (name: string) => readFileSync(this.at(name));
  write = (name: string, bytes: Uint8Array) =>
    replaceFile(this.at(name), bytes, { isPrivate: true, calls: this.calls }).catch((error) => {
      throw new Error(fileErrorText(name, error));
    });
  list = async () =>
    readdirSync(this.path).map((name) => {
      const { size, mtimeMs } = statSync(this.at(name));
      return { name, size, written: mtimeMs };
    });
  remove = async (name: string) => rmSync(this.at(name));
  removeAll = async () => rmSync(this.path, { recursive: true });
  dispose = () => rmSync(this.path, { recursive: true, force: true });
}

const runOf = (specUri: string) => Run.create({ id: specUri, title: specUri, specUri, specText: 'x', createdAt: 0 });
/** A change of a run that is active. */
const change = (run: Run) => run.keepProbes({});

describe('the storage of runs', () => {
  let folder: DiskFolder;
  let keep: number;
  let warnings: string[];
  let storage: RunStorage;

  beforeEach(() => {
    folder = new DiskFolder();
    keep = 200;
    warnings = [];
    storage = new RunStorage(folder, () => keep, {
      debug: () => undefined,
      warn: (text) => warnings.push(String(text)),
    });
  });
  afterEach(() => folder.dispose());

  const stateOf = async (run: Run) => (await storage.load(run.specUri))?.state;

  it('has at its end written the last change of a run, also one that the end itself made', async () => {
    const [ended, active, unchanged] = ['ended', 'active', 'unchanged'].map(runOf);
    for (const run of [ended, active, unchanged]) {
      storage.follow(run);
    }
    change(ended);
    change(active);
    ended.fail({ code: 'x', message: 'It failed.' });
    active.dispose();
    assert.deepEqual(readdirSync(folder.path), []);
    await storage.close();
    assert.deepEqual(
      [await stateOf(ended), await stateOf(active), await stateOf(unchanged)],
      ['failed', 'stopped', undefined],
    );
  });

  it('writes the end of a run at once, not after a second', async () => {
    const run = runOf('short');
    storage.follow(run);
    change(run);
    run.fail({ code: 'x', message: 'It failed.' });
    const begun = performance.now();
    while ((await stateOf(run)) !== 'failed') {
      assert.ok(performance.now() - begun < 900, 'not stored');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  });

  it('is readable by the user alone', async () => {
    chmodSync(folder.path, 0o755);
    const run = runOf('private');
    storage.follow(run);
    run.endEngine();
    await storage.close();
    const [name] = readdirSync(folder.path);
    chmodSync(folder.at(name), 0o644);
    change(run);
    await storage.close();
    assert.deepEqual([statSync(folder.path).mode & 0o777, statSync(folder.at(name)).mode & 0o777], [0o700, 0o600]);
  });

  it('keeps as many runs as the settings say, the newest', async () => {
    for (let age = 5; age > 0; age--) {
      writeFileSync(folder.at(`${age}.run`), '');
      utimesSync(folder.at(`${age}.run`), 1e9 - age, 1e9 - age);
    }
    keep = 3;
    const run = runOf('new');
    storage.follow(run);
    run.endEngine();
    await storage.close();
    assert.deepEqual(
      readdirSync(folder.path)
        .filter((name) => name.length < 8)
        .sort(),
      ['1.run', '2.run'],
    );
    assert.equal(await stateOf(run), 'stopped');
    assert.equal((await storage.measure()).runs, 3);
  });

  it('keeps the stored run until a new one has begun, and if the new one is refused', async () => {
    const first = runOf('typo');
    storage.follow(first);
    first.fail({ code: 'x', message: 'It failed.' });
    await storage.close();
    const second = runOf('typo');
    storage.follow(second);
    change(second);
    await storage.close();
    assert.equal(await stateOf(second), 'failed');
    Object.defineProperty(second, 'refused', { value: true });
    second.fail({ code: 'text-cell', message: 'Line 2, column “a”: “a secret” is not a number.' });
    await storage.close();
    const [name] = readdirSync(folder.path);
    assert.ok(!readFileSync(folder.at(name), 'utf8').includes('secret'));
    assert.equal((await storage.load(second.specUri))?.details.failure?.message, 'It failed.');
  });

  it('writes nothing where the settings keep nothing', async () => {
    keep = 0;
    const run = runOf('unkept');
    storage.follow(run);
    assert.ok(!storage.keeps(run));
    run.endEngine();
    await storage.close();
    assert.deepEqual(readdirSync(folder.path), []);
  });

  it('deletes everything, and writes a run again only when it is started again', async () => {
    const run = runOf('deleted');
    storage.follow(run);
    run.endEngine();
    await storage.close();
    change(run);
    const { runs, bytes } = await storage.measure();
    assert.equal(runs, 1);
    assert.equal(bytes, statSync(folder.at(readdirSync(folder.path)[0])).size);
    await storage.deleteAll();
    run.endEngine();
    await storage.close();
    assert.throws(() => readdirSync(folder.path), { code: 'ENOENT' });
    assert.ok(!storage.keeps(run));
    const next = runOf('deleted');
    storage.follow(next);
    next.endEngine();
    await storage.close();
    assert.equal(await stateOf(next), 'stopped');
  });

  it('keeps the stored run if a new one cannot be written, at whatever call, and says so in the log', async () => {
    const first = runOf('full');
    storage.follow(first);
    first.fail({ code: 'x', message: 'It failed.' });
    const sound = new FaultyDisk();
    folder.calls = sound.calls;
    await storage.close();
    const second = runOf('full');
    storage.follow(second);
    second.endEngine();
    for (const [at, name] of sound.made.entries()) {
      folder.calls = new FaultyDisk({ at, code: 'ENOSPC' }).calls;
      change(second);
      await storage.close();
      const said = warnings.splice(0);
      const isStored = said.length === 0;
      assert.equal(await stateOf(first), isStored ? 'stopped' : 'failed', name);
      assert.ok(isStored || /could not be stored: .*the disk is full/.test(said[0]), said[0]);
      assert.deepEqual((await folder.list()).length, 1, name);
      folder.calls = disk.calls;
      await folder.write(readdirSync(folder.path)[0], await recordOf(first));
    }
  });

  /** The bytes of a run as a storage writes them. */
  async function recordOf(run: Run): Promise<Uint8Array> {
    const other = new DiskFolder();
    const writer = new RunStorage(other, () => 1, { debug: () => undefined, warn: () => undefined });
    writer.follow(run);
    change(run);
    await writer.close();
    const [name] = readdirSync(other.path);
    const bytes = readFileSync(other.at(name));
    other.dispose();
    return bytes;
  }
});
