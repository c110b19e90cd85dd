import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileErrorText } from '../../../src/disk/fileErrors';
import { type Content, replaceFile } from '../../../src/disk/replaceFile.node';
import { type Fault, FaultyDisk } from '../../harness/faultyDisk';
import { isFull } from '../../harness/rounds';
import { nnspec, xor } from '../cli/harness';

const sentences: Readonly<Record<string, RegExp>> = {
  ENOSPC: /the disk is full/,
  EDQUOT: /your quota of the disk is used up/,
  EROFS: /the disk can only be read/,
  EACCES: /access is denied/,
  ENAMETOOLONG: /the name is too long/,
  EIO: /EIO/,
};
const codes = Object.keys(sentences);

/** A write of the product: how it is made to write `name` in `folder`, and what it says if that fails. */
interface Write {
  readonly what: string;
  readonly name: string;
  readonly isPrivate?: boolean;
  write(folder: string, replace: (path: string, content: Content) => Promise<void>): Promise<string>;
}

const train = (
  folder: string,
  argv: readonly string[],
  writeAtomically: (path: string, content: Content) => Promise<void>,
) => nnspec(argv, { cwd: folder, files: { writeAtomically } }).then(({ err }) => err);

const writes: readonly Write[] = [
  {
    what: 'a file in pieces',
    name: 'pieces.csv',
    async write(folder, replace) {
      const path = join(folder, 'pieces.csv');
      const pieces = [1, 2, 3].map((value) => new Uint8Array(100).fill(value));
      return replace(path, pieces).then(
        () => '',
        (error) => fileErrorText(path, error),
      );
    },
  },
  {
    what: 'train --save',
    name: 'w.safetensors',
    write: (folder, replace) => train(folder, ['train', 'xor.nnspec', '--save', 'w.safetensors'], replace),
  },
  {
    what: 'train --checkpoint',
    name: 'c.nnckpt',
    write: (folder, replace) => train(folder, ['train', 'xor.nnspec', '--checkpoint', 'c.nnckpt'], replace),
  },
  {
    what: 'predict --out',
    name: 'out.csv',
    write: (folder, replace) =>
      train(folder, ['predict', 'first.safetensors', 'rows.csv', '--out', 'out.csv'], replace),
  },
];

describe('a write that fails or is killed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nnspec-faults-'));

  before(async () => {
    writeFileSync(join(folder, 'xor.nnspec'), xor);
    writeFileSync(join(folder, 'rows.csv'), 'x1,x2\n0,1\n1,1\n');
    await nnspec(['train', 'xor.nnspec', '--save', 'first.safetensors'], { cwd: folder });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const neighbours = () => readdirSync(folder).filter((name) => name.endsWith('.tmp'));

  /** Makes the write over an old file, or over none. Undefined: it was killed. */
  async function attempt(each: Write, disk: FaultyDisk, old: string | undefined): Promise<string | undefined> {
    const path = join(folder, each.name);
    rmSync(path, { force: true });
    if (old !== undefined) {
      writeFileSync(path, old);
      chmodSync(path, 0o640);
    }
    let killed = false;
    const death = disk.killed.then(() => {
      killed = true;
      throw new Error('killed');
    });
    const replace = (to: string, content: Content) =>
      Promise.race([replaceFile(to, content, { calls: disk.calls }), death]);
    const said = await each.write(folder, replace);
    return killed ? undefined : said;
  }

  for (const each of writes) {
    // Every write makes the same calls; the commands take longer.
    const kills = isFull || each === writes[0] ? (['before', 'after'] as const) : [];
    for (const old of ['old content', undefined]) {
      it(`leaves the old content or the new one, whole: ${each.what}, ${old ? 'over a file' : 'a new file'}`, async () => {
        const path = join(folder, each.name);
        const sound = new FaultyDisk();
        assert.doesNotMatch((await attempt(each, sound, old)) ?? 'killed', /E[A-Z]+|full|denied/);
        const fresh = readFileSync(path);
        const faults = sound.made.flatMap((name, at): Fault[] => [
          ...(isFull ? codes : [codes[at % codes.length]]).map((code) => ({ at, code })),
          ...kills.map(
            (killed): Fault => ({ at, killed: name === 'writeFile' && killed === 'after' ? 'halfway' : killed }),
          ),
        ]);
        for (const fault of faults) {
          const what = `${JSON.stringify(fault)} ${sound.made[fault.at]}`;
          const disk = new FaultyDisk(fault);
          const said = await attempt(each, disk, old);
          await disk.dispose();
          const now = readdirSync(folder).includes(each.name) ? readFileSync(path) : undefined;
          const isNew = now?.equals(fresh) ?? false;
          assert.ok(isNew || now?.toString() === old, `${what}: the content is ${now?.length} bytes long`);
          if (now && old !== undefined) {
            // A file system that refuses to change permissions leaves the new file private.
            const isRefused = 'code' in fault && sound.made[fault.at] === 'chmod';
            assert.equal(statSync(path).mode & 0o777, isRefused ? 0o600 : 0o640, what);
          }
          if ('code' in fault) {
            assert.deepEqual(neighbours(), [], what);
            const pattern = sentences[fault.code];
            assert.ok(isNew ? !pattern.test(said ?? '') : pattern.test(said ?? ''), `${what}: says ${said}`);
          } else {
            // A day later the next process that writes there removes this.
            assert.ok(neighbours().length <= 1, what);
            for (const name of neighbours()) {
              rmSync(join(folder, name));
            }
          }
        }
      });
    }
  }
});
