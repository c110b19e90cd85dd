import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFileSync, mkdtempSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDataset } from '../../../src/data';
import type { OpenFile } from '../../../src/server/environment';
import { machineOf } from '../../../src/server/machine.node';
import { openOnDisk } from '../../../src/server/onDisk';
import { csvRequest } from '../data/support';

const request = csvRequest('d.csv');
const changed = 'The file “d.csv” was changed while it was being read. Try again.';

/** A header of four bytes, and `rows` rows of four bytes. */
const table = (rows: number): string =>
  `x,y\n${Array.from({ length: rows }, (_, i) => `${i % 10},${i % 7}\n`).join('')}`;

describe('A data file on disk', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nnspec-disk-'));
  const path = join(folder, 'd.csv');
  after(() => rmSync(folder, { recursive: true, force: true }));

  const machine = machineOf(folder);
  const opened: OpenFile[] = [];
  let closed = 0;
  /** The machine's own files, counted. */
  const openFile = async (disk: string): Promise<OpenFile | Uint8Array> => {
    const file = await machine.openFile!(disk);
    if (file instanceof Uint8Array) {
      return file;
    }
    opened.push(file);
    return { ...file, close: () => [file.close(), closed++] };
  };

  let reads = 0;
  /** Loads the file; `meanwhile` happens before the read number `at`. */
  async function load(meanwhile = () => {}, at = 5, open = openFile) {
    reads = 0;
    const opening = async (disk: string) => {
      const file = await open(disk);
      if (file instanceof Uint8Array) {
        return file;
      }
      const read = (target: Uint8Array, offset: number) => {
        if (reads++ === at) {
          meanwhile();
        }
        return file.read(target, offset);
      };
      return { ...file, read };
    };
    const files = {
      read: (name: string) => openOnDisk(name, { disk: path }, { openFile: opening }),
      readShipped: () => Promise.reject(new Error('none')),
    };
    const loaded = await loadDataset(request, files, machine.makeHasher);
    assert.equal(closed, opened.length);
    return 'problems' in loaded ? loaded.problems.map(({ message }) => message) : loaded.dataset;
  }

  const later = () => utimesSync(path, new Date(), new Date(Date.now() + 5000));

  it('is read as it would be from memory, whether it fills its chunks or not', async () => {
    for (const rows of [1, 16383, 16384, 16387, 131_071, 131_072]) {
      const text = table(rows);
      writeFileSync(path, text);
      const dataset = await load();
      assert.ok(!Array.isArray(dataset) && 'hash' in dataset, String(dataset));
      assert.equal(dataset.samples, rows);
      assert.equal(dataset.inputs[rows - 1], (rows - 1) % 10);
      assert.equal(dataset.hash, createHash('sha256').update(text).digest('hex'));
    }
  });

  it('without any bytes is empty, as it is in memory', async () => {
    writeFileSync(path, '');
    assert.deepEqual(await load(), ['d.csv is empty. It needs a line of column names and then a line per sample.']);
  });

  it('that is changed while it is read or hashed is refused, whatever its size then', async () => {
    const text = table(100_000);
    writeFileSync(path, text);
    await load();
    const last = reads - 1;
    assert.ok(last > 5, `${reads} reads`);
    for (const at of [0, 3, last]) {
      const changes: [string, () => void][] = [
        ['numbers', () => writeFileSync(path, text.replaceAll('3', '4'))],
        ['text', () => writeFileSync(path, `x,y\n${'a'.repeat(text.length - 4)}`)],
        ['more', () => appendFileSync(path, '1,2\n')],
        ['less', () => truncateSync(path, text.length - 4000)],
        ['nothing', () => truncateSync(path, 0)],
      ];
      for (const [what, change] of changes) {
        writeFileSync(path, text);
        const found = await load(() => [change(), later()], at);
        assert.deepEqual(found, [changed], `${what} before read ${at}`);
      }
    }
  });

  it('that is deleted meanwhile is read to its end', async function () {
    // Windows keeps the name of an open file.
    if (process.platform === 'win32') {
      this.skip();
    }
    const text = table(100_000);
    writeFileSync(path, text);
    const dataset = await load(() => rmSync(path));
    assert.ok('hash' in dataset);
    assert.equal(dataset.hash, createHash('sha256').update(text).digest('hex'));
    assert.match(String(await load()), /^The file “d\.csv” cannot be read: ENOENT/);
  });

  it('reports the system’s error where a chunk cannot be read', async () => {
    writeFileSync(path, table(100_000));
    let count = 0;
    const failing = async (disk: string) => {
      const file = (await openFile(disk)) as OpenFile;
      return {
        ...file,
        read(target: Uint8Array, offset: number) {
          if (count++ === 4) {
            throw new Error('EIO: i/o error, read');
          }
          return file.read(target, offset);
        },
      };
    };
    assert.deepEqual(await load(undefined, 0, failing), ['The file “d.csv” cannot be read: EIO: i/o error, read']);
  });

  it('may be returned in smaller parts than requested', async () => {
    const text = table(50_000);
    writeFileSync(path, text);
    const slow = async (disk: string) => {
      const file = (await openFile(disk)) as OpenFile;
      return { ...file, read: (target: Uint8Array, offset: number) => file.read(target.subarray(0, 1000), offset) };
    };
    const dataset = await load(undefined, 0, slow);
    assert.ok('hash' in dataset);
    assert.equal(dataset.hash, createHash('sha256').update(text).digest('hex'));
  });

  it('is refused by a server that cannot open files', async () => {
    await assert.rejects(openOnDisk('d.csv', { disk: path }, undefined), /This server reads no files/);
  });
});
