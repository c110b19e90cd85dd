import assert from 'node:assert/strict';
import { join, relative } from 'node:path';
import fc from 'fast-check';
import type { Output } from '../../../src/cli/io';
import { diffRuns } from '../../../src/cli/runs/diff';
import type { ReadableRun } from '../../../src/cli/runs/find';
import { showRun } from '../../../src/cli/runs/list';
import { readPanelFile } from '../../../src/protocol/panelFile';
import { inFolder } from '../../../src/runs/runFiles';
import { RunRepository } from '../../../src/runs/runRepository';
import { MemoryFolder } from '../../harness/memoryFolder';
import { nnspec, type RunOptions, Workspace, xor } from './harness';

const encode = (text: string) => new TextEncoder().encode(text);
const valid = '20261202-141500-xor-0000';
const idOf = (index: number) => `20261203-141500-xor-${index.toString(16).padStart(4, '0')}`;

/** Values that no field expects, and some that it might. */
const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    -1,
    1e308,
    0.5,
    '',
    'NaN',
    '../..',
    [],
    {},
    [[]],
    { epochs: 'x' },
    { id: 1, step: '' },
  ),
  fc.jsonValue({ maxDepth: 2 }),
  fc.constant(JSON.parse('[['.repeat(2000) + ']]'.repeat(2000)) as unknown),
  fc.constantFrom('running', 'completed', '\u001b[2J', '🧠/..', 2 ** 40),
);

/** Replaces some fields of a JSON object, at the top or one level below. */
function oddObject(object: Record<string, unknown>): fc.Arbitrary<Record<string, unknown>> {
  const keys = [
    ...Object.keys(object),
    'resumed',
    'fold',
    'parent',
    'sweep',
    'tags',
    'note',
    'overrides',
    '__proto__',
    'others',
  ];
  return fc.array(fc.tuple(fc.constantFrom(...keys), oddValue), { maxLength: 3 }).map((changes) => ({
    ...object,
    ...Object.fromEntries(changes),
  }));
}

/** A file that is missing, cut, damaged, or another one. */
function oddBytes(bytes: Uint8Array, others: readonly Uint8Array[]): fc.Arbitrary<Uint8Array | undefined> {
  return fc.oneof(
    fc.constant(undefined),
    fc.nat(bytes.length).map((length) => bytes.slice(0, length)),
    fc.tuple(fc.nat(Math.max(0, bytes.length - 1)), fc.nat(255)).map(([at, byte]) => bytes.with(at, byte)),
    fc.uint8Array({ maxLength: 40 }),
    fc.constantFrom(...others),
  );
}

function oddRun(files: ReadonlyMap<string, Uint8Array>): fc.Arbitrary<ReadonlyMap<string, Uint8Array>> {
  const text = (name: string) => new TextDecoder().decode(files.get(name));
  const all = [...files.values()];
  const object = JSON.parse(text('run.json')) as Record<string, unknown>;
  const header = fc
    .oneof({ weight: 2, arbitrary: fc.constant(object) }, { weight: 1, arbitrary: oddObject(object) })
    .map((each) => JSON.stringify(each));
  const lines = text('events.jsonl').trimEnd().split('\n');
  const events = fc
    .tuple(
      ...lines.map((line) =>
        fc.oneof({ weight: 3, arbitrary: fc.constant(line) }, { weight: 1, arbitrary: oddLine(line) }),
      ),
    )
    .map((each) => `${each.join('\n')}\n`);
  const kept = fc.constant('kept' as const);
  const odd = fc.record(
    Object.fromEntries(
      [...files].map(([name, bytes]) => [
        name,
        fc.oneof({ weight: 8, arbitrary: kept }, { weight: 1, arbitrary: oddBytes(bytes, all) }),
      ]),
    ),
  );
  return fc.tuple(header, events, odd).map(([ownHeader, ownEvents, changes]) => {
    const result = new Map([...files, ['run.json', encode(ownHeader)], ['events.jsonl', encode(ownEvents)]]);
    for (const [name, change] of Object.entries(changes)) {
      if (change === undefined) {
        result.delete(name);
      } else if (change !== 'kept') {
        result.set(name, change);
      }
    }
    return result;
  });
}

function oddLine(line: string): fc.Arbitrary<string> {
  return fc.oneof(
    oddObject(JSON.parse(line) as Record<string, unknown>).map((object) => JSON.stringify(object)),
    fc.constantFrom(
      '',
      '{',
      'null',
      '{"event":"epoch"}',
      '{"event":"set","step":0,"epochs":0,"name":"learning_rate","value":"NaN"}',
    ),
  );
}

/** Tests with so many damaged, foreign and half-written runs, of which some are trained again. */
export function testHostileRuns(count: number, trained: number): void {
  const workspace = new Workspace();
  after(() => workspace.dispose());
  const root = new MemoryFolder();
  const openFolder = (path: string) => {
    const inside = relative(workspace.folder, path);
    return inside === '' ? root : inFolder(root, inside);
  };
  const run = (argv: readonly string[], options: Partial<RunOptions> = {}) =>
    nnspec(argv, { cwd: workspace.folder, keeping: { openFolder }, ...options });
  const folderOf = (id: string) => `.nnspec/runs/${id}/`;
  const contents = () => [...root.files].map(([path, { bytes }]) => [path, bytes]);
  const hostile = Array.from({ length: count }, (_, index) => idOf(index));
  let found: readonly Record<string, unknown>[];
  let read: readonly string[];

  before(async () => {
    await workspace.write('xor.nnspec', xor);
    await workspace.write('w.safetensors', '');
    await run(['train', 'xor.nnspec', '--save', 'w.safetensors']);
    await run(['train', 'xor.nnspec', '--keep', '--seed', '3', '--init', 'w.safetensors']);
    const [made] = new Set(
      [...root.files.keys()].flatMap((path) => path.split('/').slice(2, 3)).filter((name) => name.includes('xor')),
    );
    const files = new Map(
      [...root.files]
        .filter(([path]) => path.startsWith(folderOf(made)))
        .map(([path, { bytes }]) => [path.slice(folderOf(made).length), bytes]),
    );
    const header = root.text(`${folderOf(made)}run.json`);
    await root.move(folderOf(made).slice(0, -1), folderOf(valid).slice(0, -1));
    fc.sample(oddRun(new Map([...files, ['lock', encode('{"host":"x","pid":1,"started":""}\n')]])), {
      numRuns: hostile.length,
      seed: 7,
    }).forEach((odd, index) => {
      for (const [name, bytes] of odd) {
        root.files.set(folderOf(hostile[index]) + name, { bytes, modified: 0 });
      }
    });
    for (const [path, text] of [
      ['.nnspec/runs/note.txt', 'no run'],
      ['.nnspec/runs/..%2f/run.json', '{}'],
      ['.nnspec/runs/20261202-141500-..-0000/run.json', '{}'],
      ['.nnspec/trash/x.deleted', ''],
      // Whoever walks through it exhausts the stack.
      [`${folderOf(idOf(count + 1))}run.json`, header.replace('"nnspec_run":1', '"nnspec_run":2')],
      [`${folderOf(idOf(count))}run.json`, `${header.slice(0, -2)},"others":${'['.repeat(4000)}${']'.repeat(4000)}}`],
    ]) {
      root.files.set(path, { bytes: encode(text), modified: 0 });
    }
    found = (await run(['runs', '--json'])).lines;
    read = found.filter((each) => !('problem' in each)).map(({ id }) => String(id));
  });

  it('are listed, the damaged ones as damaged, and nothing is written', async () => {
    const before = contents();
    const { status, out, err } = await run(['runs'], { isTerminal: true });
    assert.deepEqual([status, err], [0, '']);
    assert.match(out, new RegExp(`${idOf(count)} +damaged`));
    assert.match(out, new RegExp(`${idOf(count + 1)} +of a newer version`));
    assert.ok(out.includes(valid) && out.includes('damaged') && !out.includes('\u001b'));
    assert.ok(read.length > count / 2 && read.length < found.length, `${read.length} of ${found.length}`);
    assert.deepEqual(contents(), before);
  });

  it('are shown, compared and exported without a fault', async () => {
    const before = contents();
    const repository = new RunRepository(openFolder(join(workspace.folder, '.nnspec')), {
      clock: { now: () => 0, after: () => ({ dispose: () => undefined }) },
      here: { host: 'h', pid: 1, started: '', isAlive: () => false },
    });
    let written = '';
    const output: Output = {
      isTTY: false,
      redraw: () => undefined,
      write: (text) => {
        written += text;
      },
    };
    const io = { cwd: workspace.folder, stdout: output, stderr: output };
    const runOf = async (id: string): Promise<ReadableRun> => {
      const listed = await repository.find(id);
      assert.ok(listed && 'header' in listed, id);
      return { ...listed, folder: workspace.folder, repository };
    };
    const sound = await runOf(valid);
    for (const id of read) {
      const each = await runOf(id);
      const kept = await repository.read(id);
      try {
        showRun(each, kept, false, io);
        showRun(each, kept, true, io);
        await diffRuns([sound, each], true, { ...io } as never);
        readPanelFile(root.text(`${folderOf(id)}panel.json`));
      } catch (error) {
        throw new Error(`${id}: ${root.text(`${folderOf(id)}run.json`).slice(0, 500)}`, { cause: error });
      }
    }
    assert.ok(written.length > 10_000);
    assert.deepEqual(contents(), before);
    for (const format of ['csv', 'tensorboard']) {
      const { status, err } = await run(['runs', 'export', ...read, '--format', format, '--out', 'out']);
      assert.equal(status, 0, err.slice(-500));
    }
    await root.remove('out');
  });

  it('are repeated and resumed, or refused with a sentence', async () => {
    const results = new Map<string, number>();
    const chosen = read.slice(0, trained);
    // Each command reads the headers of all runs.
    const others = new Set(hostile.filter((id) => !chosen.includes(id)));
    for (const path of [...root.files.keys()].filter((each) => others.has(each.split('/')[2]))) {
      root.files.delete(path);
    }
    for (const id of chosen) {
      for (const command of ['repeat', 'resume']) {
        const { status, out, err } = await run(['runs', command, id]);
        assert.ok([0, 1, 3].includes(status), `${command} ${id}: ${status}`);
        assert.ok(!/should not have happened|undefined|\[object/.test(out + err), `${command} ${id}: ${out}${err}`);
        results.set(`${command} ${status}`, (results.get(`${command} ${status}`) ?? 0) + 1);
      }
    }
    assert.ok(results.size >= 2, JSON.stringify([...results]));
    assert.equal((await run(['runs', 'repeat', valid])).status, 0);
  });
}
