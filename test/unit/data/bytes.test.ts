import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { loadDataset } from '../../../src/data';
import { chunksOf, type DataBytes, endingWith, heldBytes, UnreadableError, wholeOf } from '../../../src/data/bytes';
import { readDelimited } from '../../../src/data/delimited';
import { sha256 } from '../../../src/data/hash';
import { Problems } from '../../../src/data/problems';
import { csv, csvRequest, filesWith, readInChunks } from './support';

/** Bytes that the reader of plain files reads at a time. */
const chunk = 131072;
const encode = (text: string) => new TextEncoder().encode(text);

/** Calls `onRead` before each read. */
function observed(bytes: DataBytes, onRead: (target: Uint8Array) => void): DataBytes {
  return {
    ...bytes,
    read(target, offset) {
      onRead(target);
      bytes.read(target, offset);
    },
  };
}

/** The table and problems of a file, with the places of its first and last cells. */
function read(bytes: DataBytes) {
  const problems = new Problems();
  const table = readDelimited({ bytes, fileName: 'd.csv', path: ['data', 'file'], types: {} }, problems);
  const places = table && [table.place(0, 0), table.place(table.rows - 1, table.columns.length - 1)];
  return { columns: table?.columns, rows: table?.rows, places, problems: problems.list() };
}

/** A file of `size` bytes: rows of ten bytes after a header, whose first name is padded with `x`. */
function numbers(size: number, end: '\n' | '\r\n' = '\n'): string {
  const rows = Math.floor((size - 5) / 10);
  const head = `${'x'.repeat(size - rows * 10 - 2 - end.length)},y${end}`;
  const row = (i: number) =>
    `${i % 10}.5,${String(i % 1e6)
      .padStart(6 - end.length, '0')
      .slice(-(6 - end.length))}${end}`;
  return head + Array.from({ length: rows }, (_, i) => row(i)).join('');
}

describe('Bytes that are read in chunks', () => {
  it('give the same as bytes in memory, whether or not they fill whole chunks', () => {
    for (const end of ['\n', '\r\n'] as const) {
      for (const size of [chunk - 1, chunk, chunk + 1, 2 * chunk - 1, 2 * chunk, 3 * chunk, 3 * chunk + 1]) {
        const text = numbers(size, end);
        assert.equal(text.length, size);
        // With a line end after the last line, without one, and with half of one.
        for (const whole of [text, text.slice(0, -end.length), text.slice(0, -1)]) {
          const found = read(readInChunks(encode(whole)));
          assert.deepEqual(found, read(heldBytes(encode(whole))));
          assert.deepEqual(found.problems, []);
          assert.equal(found.rows, Math.floor((size - 5) / 10));
        }
      }
    }
  });

  it('may be cut inside a line end, a character or the byte order mark', () => {
    // A longer header moves the ends of the chunks to other bytes of a row.
    for (const shift of Array.from({ length: 12 }, (_, i) => 'x'.repeat(i + 1))) {
      const body = (word: string) => Array.from({ length: 14_000 }, (_, i) => `${i},${word}\r\n`).join('');
      for (const text of [`${shift},y\r\n${body('1.5')}`, `\uFEFF${shift},y\r\n${body('글')}`]) {
        assert.ok(encode(text).length > chunk);
        const found = read(readInChunks(encode(text)));
        assert.deepEqual(found, read(heldBytes(encode(text))));
        assert.equal(found.rows, 14_000);
      }
    }
    for (const some of [1, 2, 3]) {
      const bytes = Uint8Array.of(0xef, 0xbb, 0xbf).subarray(0, some);
      assert.deepEqual(read(readInChunks(bytes)), read(heldBytes(bytes)));
    }
  });

  it('may be empty, begin with a line longer than a chunk, or consist of one line', () => {
    const names = Array.from({ length: 20_000 }, (_, i) => `column${i}`).join();
    const values = Array.from({ length: 20_000 }, (_, i) => i).join();
    for (const text of ['', 'x', `${names}\n${values}\n${values}`, names, 'x\r1\r2\r'.repeat(chunk / 3)]) {
      assert.deepEqual(read(readInChunks(encode(text))), read(heldBytes(encode(text))), text.slice(0, 20));
    }
  });

  it('are never held as a whole if the file is plain', () => {
    const names = Array.from({ length: 20_000 }, (_, i) => `column${i}`).join();
    const values = Array.from({ length: 20_000 }, (_, i) => i % 10).join();
    const files: [text: string, most: number][] = [
      [numbers(40 * chunk), chunk],
      [`\uFEFF${numbers(40 * chunk, '\r\n')}`, chunk],
      [`${names}\n${`${values}\n`.repeat(20)}`, names.length],
    ];
    for (const [text, wanted] of files) {
      let most = 0;
      const bytes = observed(readInChunks(encode(text)), ({ length }) => {
        most = Math.max(most, length);
      });
      assert.ok(readDelimited({ bytes, fileName: 'd.csv', path: [], types: {} }, new Problems()));
      assert.equal(most, wanted);
    }
  });

  const makeHasher = () => {
    const hash = createHash('sha256');
    return { update: (part: Uint8Array) => void hash.update(part), digest: () => hash.digest('hex') };
  };
  const hashOf = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest('hex');

  it('have the hash of bytes in memory', async () => {
    const bytes = encode(numbers(40 * chunk));
    const wanted = hashOf(bytes);
    for (const each of [heldBytes(bytes), readInChunks(bytes)]) {
      for (const make of [makeHasher, undefined]) {
        assert.equal(await sha256(each, make), wanted);
      }
    }
  });

  it('have the same hash where they are hashed while they are unpacked', async () => {
    const [large, small] = [encode(`a,y\n${'1,2\n'.repeat(20_000)}`), encode('a,y\n3,4\n')];
    const plain = csvRequest('large.csv').data;
    const split = { train: 1, validation: 1, test: 1 };
    for (const [train, validation, test] of [
      ['large.csv.gz', 'large.csv.gz', 'small.csv'],
      ['large.csv.gz', 'small.csv.gz', 'large.csv'],
      ['small.csv', 'large.csv.gz', 'large.csv.gz'],
    ]) {
      const origin = { kind: 'file', path: train } as const;
      const data = { ...plain, origin, split: { ...split, files: { validation, test } } };
      const bytesOf = (path: string) => (path.startsWith('large') ? large : small);
      const read = async (path: string) => {
        const bytes = bytesOf(path);
        return path.endsWith('.gz') ? new Uint8Array(gzipSync(bytes, { level: 1 })) : readInChunks(bytes);
      };
      const files = { ...filesWith(''), read };
      const loaded = await loadDataset({ ...csvRequest(train), data }, files, makeHasher);
      assert.ok('dataset' in loaded, JSON.stringify(loaded));
      assert.equal(loaded.dataset.hash, hashOf(...[train, validation, test].map(bytesOf)));
    }
  });

  it('get a byte appended unless they end with it already', () => {
    for (const text of ['1,2', '1,2\n', '\n', '2']) {
      const closed = endingWith(10, readInChunks(encode(text)));
      const wanted = text.endsWith('\n') ? text : `${text}\n`;
      assert.equal(new TextDecoder().decode(wholeOf(closed)), wanted);
      for (const size of [1, 2, 3]) {
        const parts = [...chunksOf(closed, size)].length;
        assert.equal(parts, Math.ceil(wanted.length / size));
        const letters = Array.from(chunksOf(closed, size), (part) => new TextDecoder().decode(part));
        assert.equal(letters.join(''), wanted);
      }
    }
  });
});

describe('A file that is read in chunks', () => {
  const request = csvRequest('d.csv');
  const loadFrom = (bytes: DataBytes) => loadDataset(request, { ...filesWith(''), read: async () => bytes });

  it('is closed once, however reading it ends', async () => {
    let closed = 0;
    const bytesOf = (text: string) =>
      readInChunks(encode(text), () => {
        closed++;
      });
    const { dataset } = await csv('x,y\n1,2\n');
    assert.deepEqual(await loadFrom(bytesOf('x,y\n1,2\n')), { dataset, facts: (await csv('x,y\n1,2\n')).facts });
    assert.equal(closed, 1);
    assert.ok('problems' in (await loadFrom(bytesOf('x,z\n1,2\n'))));
    assert.equal(closed, 2);
    const broken = observed(bytesOf('x,y\n1,2\n'), () => {
      throw new Error('out of order');
    });
    await assert.rejects(loadFrom(broken), /out of order/);
    assert.equal(closed, 3);
  });

  it('that cannot be read is a problem, whichever read fails: the first, one of a chunk, one for the hash', async () => {
    for (const text of [numbers(4 * chunk), `x,y\n"1",2\n${'1,2\n'.repeat(chunk / 2)}`]) {
      const readable = readInChunks(encode(text));
      let reads = 0;
      await loadFrom(observed(readable, () => void reads++));
      assert.ok(reads > 5, `${reads} reads`);
      for (let failing = 0; failing < reads; failing++) {
        let count = 0;
        let closed = 0;
        const failingBytes = observed(readable, () => {
          if (count++ === failing) {
            throw new UnreadableError('The disk is gone.');
          }
        });
        const loaded = await loadFrom({ ...failingBytes, close: () => void closed++ });
        const problem = { code: 'data-file', message: 'The disk is gone.', path: ['data', 'file'] };
        assert.deepEqual(loaded, { problems: [problem] }, `read ${failing} of ${reads}`);
        assert.equal(closed, 1);
      }
    }
  });
});
