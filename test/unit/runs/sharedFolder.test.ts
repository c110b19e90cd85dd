import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiskFolder } from '../../../src/disk/diskFolder.node';
import type { EpochEvent, RunEvent } from '../../../src/runs/events';
import { beginning } from '../../../src/runs/readRun';
import { type RunFiles, readText } from '../../../src/runs/runFiles';
import { isRunId } from '../../../src/runs/runId';
import { RunRepository } from '../../../src/runs/runRepository';
import { MemoryFolder } from '../../harness/memoryFolder';
import { start } from '../../harness/startEvent';
import { TestClock } from '../../harness/testClock';

const epoch = (number: number, fold?: number): EpochEvent => ({
  event: 'epoch',
  ...(fold !== undefined && { fold }),
  epoch: number,
  step: number,
  values: [['loss', 1 / number]],
});
const end = (epochs: number): RunEvent => ({
  event: 'end',
  reason: 'stopped',
  epochs,
  seconds: 2,
  final: {},
  expect: [],
});
const rethrow = (error: unknown) => {
  throw error;
};

/** Processes that share a folder, of which some live. */
class Processes {
  readonly clock = new TestClock();
  readonly living = new Set<number>();
  readonly folder: RunFiles;

  constructor(folder: RunFiles) {
    this.folder = folder;
  }

  start(pid: number): RunRepository {
    this.living.add(pid);
    const here = { host: 'here', pid, started: '', isAlive: (holder: { pid: number }) => this.living.has(holder.pid) };
    return new RunRepository(this.folder, { clock: this.clock, here });
  }

  /** A run with these events, whose process was then killed. */
  async abandoned(
    name: string,
    events: readonly RunEvent[],
    onFailure: (error: unknown) => void = rethrow,
  ): Promise<string> {
    const repository = this.start(1);
    const id = repository.claim(name, Math.random);
    const writer = repository.create({ id, name, spec: 'x.nnspec' }, 'spec', { onFailure });
    for (const event of events) {
      writer.take(event);
    }
    await writer.flush();
    writer.dispose();
    this.living.delete(1);
    return id;
  }

  async epochs(id: string): Promise<readonly number[]> {
    const { events } = await this.start(9).read(id);
    return events.filter((event) => event.event === 'epoch').map((event) => event.epoch);
  }
}

describe('processes that share a folder of runs', () => {
  it('never take the same id, whatever the names', () => {
    const processes = new Processes(new MemoryFolder());
    // As many draws as there are ids would not do without looking.
    const random = () => Math.floor(Math.random() * 50) / 50;
    const ids = Array.from({ length: 40 }, (_, pid) => processes.start(pid).claim('XOR', random));
    assert.equal(new Set(ids).size, 40);
    for (const name of [
      '🧠',
      '../../etc',
      'a/b\\c',
      '',
      '.',
      'CON',
      '한글 이름',
      'x'.repeat(300),
      '\u202e\u0000',
      '𝟙'.repeat(99),
    ]) {
      const id = processes.start(1).claim(name, Math.random);
      assert.ok(isRunId(id) && Buffer.byteLength(id) < 200 && /^[\p{L}\p{N}-]+$/u.test(id), id);
    }
    for (const id of ['..', '../x', 'a/b', '20261202-141500-x/../-0000', '20261202-141500-x-0000/..', '']) {
      assert.equal(isRunId(id), false, id);
      assert.throws(() => processes.start(1).folderOf(id));
    }
  });

  for (const kind of ['disk', 'memory']) {
    it(`go on with a run one at a time, on ${kind}`, async () => {
      const root = mkdtempSync(join(tmpdir(), 'nnspec-runs-'));
      try {
        for (let round = 0; round < 8; round += 1) {
          const processes = new Processes(kind === 'disk' ? new DiskFolder(join(root, '.nnspec')) : new MemoryFolder());
          const id = await processes.abandoned(`R${round}`, [start, epoch(1), epoch(2)]);
          const at = { step: 1, epochs: 1, interventions: [] };
          const tried = await Promise.all(
            [2, 3, 4].map((pid) => processes.start(pid).reopen(id, at, { onFailure: rethrow })),
          );
          const [writer, ...others] = tried.filter((each) => each !== undefined);
          assert.deepEqual([writer?.id, others], [id, []]);
          await writer.close();
          assert.deepEqual(await processes.epochs(id), [1]);
          const entries = await processes.folder.list(`runs/${id}`);
          assert.ok(!entries.some(({ name }) => name.startsWith('lock')));
        }
      } finally {
        rmSync(root, { recursive: true });
      }
    });
  }

  it('notice that a run was deleted, or is trained by somebody else', async () => {
    for (const change of ['delete', 'take'] as const) {
      const folder = new MemoryFolder();
      const processes = new Processes(folder);
      const failures: unknown[] = [];
      const repository = processes.start(1);
      const id = repository.claim('XOR', Math.random);
      const writer = repository.create({ id, name: 'XOR', spec: 'x' }, '', {
        onFailure: (error) => failures.push(error),
      });
      writer.take(start);
      await processes.clock.pass(4000);
      if (change === 'delete') {
        await folder.remove(`runs/${id}`);
      } else {
        await folder.replace(`runs/${id}/lock`, new TextEncoder().encode('{"host":"there","pid":2,"started":""}\n'));
      }
      await processes.clock.pass(6000);
      assert.match(String(failures[0]), /deleted, or another process/);
      const { writes } = folder;
      writer.take(epoch(1));
      await processes.clock.pass(20_000);
      await writer.close();
      assert.deepEqual([folder.writes, failures.length], [writes, 1]);
    }
  });

  it('lose no mark, whenever the process that trains the run writes its header', async () => {
    for (const last of [false, true]) {
      const folder = new MemoryFolder();
      const processes = new Processes(folder);
      const repository = processes.start(1);
      const id = repository.claim('XOR', Math.random);
      const writer = repository.create({ id, name: 'XOR', spec: 'x' }, '', { onFailure: rethrow });
      writer.take(start);
      await writer.flush();
      const other = processes.start(2);
      await other.mark(id, { note: 'first' });
      // Another process stars the run after the writer has read the header, and before it writes it.
      const replace = folder.replace.bind(folder);
      folder.replace = async (path, bytes) => {
        if (path.endsWith('/run.json')) {
          folder.replace = replace;
          await other.mark(id, { starred: true });
        }
        return replace(path, bytes);
      };
      writer.take(epoch(1));
      await (last ? writer.close() : processes.clock.pass(1000));
      const marksOf = async () => {
        const found = await other.find(id);
        assert.ok(found && 'header' in found);
        return [found.header.state, found.header.starred, found.header.note];
      };
      const state = last ? 'stopped' : 'running';
      writer.take(end(1));
      assert.deepEqual(await marksOf(), [last ? 'interrupted' : state, true, 'first']);
      await writer.close();
    }
  });

  it('do not bring back a folder that was deleted while its run trains', async () => {
    const root = mkdtempSync(join(tmpdir(), 'nnspec-runs-'));
    try {
      const failures: unknown[] = [];
      const repository = new Processes(new DiskFolder(root)).start(1);
      const id = repository.claim('XOR', Math.random);
      const writer = repository.create({ id, name: 'XOR', spec: 'x' }, '', {
        onFailure: (error) => failures.push(error),
      });
      writer.take(start);
      await writer.flush();
      rmSync(join(root, 'runs', id), { recursive: true });
      writer.take(epoch(1));
      await writer.close();
      assert.deepEqual([readdirSync(join(root, 'runs')), failures.length], [[], 1]);
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  it('keep the epochs and the time of a run without an interruption', async () => {
    const processes = new Processes(new MemoryFolder());
    const numbers = Array.from({ length: 10_300 }, (_, i) => i + 1);
    const whole = await processes.abandoned('Whole', [start, ...numbers.map((each) => epoch(each)), end(10_300)]);
    // It ended between two epochs that are kept.
    const id = await processes.abandoned('Cut', [
      start,
      ...numbers.slice(0, 10_102).map((each) => epoch(each)),
      end(10_102),
    ]);
    const at = { step: 10_102, epochs: 10_102, interventions: [] };
    const writer = await processes.start(2).reopen(id, at, { onFailure: rethrow });
    writer?.take({ ...start, resumed: at });
    for (const each of numbers.slice(10_102)) {
      writer?.take(epoch(each));
    }
    writer?.take(end(10_300));
    await writer?.close();
    assert.deepEqual(await processes.epochs(id), await processes.epochs(whole));
    assert.equal(writer?.header.seconds, 4);
  });

  it('begin a run without a checkpoint anew, with its folds', async () => {
    const processes = new Processes(new MemoryFolder());
    const fold: RunEvent = { event: 'fold', fold: 1, reason: 'completed', epochs: 1, values: { loss: 1 } };
    const id = await processes.abandoned('XOR', [{ ...start, fold: 1 }, epoch(1, 1), fold, start, epoch(1)]);
    const writer = await processes.start(2).reopen(id, beginning, { onFailure: rethrow });
    await writer?.close();
    const { events, record } = await processes.start(3).read(id);
    assert.deepEqual([events, record.folds], [[], []]);
  });

  it('bear a clock that goes backwards', async () => {
    const folder = new MemoryFolder();
    const processes = new Processes(folder);
    const repository = processes.start(1);
    const later = repository.claim('Later', Math.random);
    const writer = repository.create({ id: later, name: 'Later', spec: 'x' }, '', { onFailure: rethrow });
    writer.take(start);
    await processes.clock.pass(1000);
    processes.clock.time -= 3 * 24 * 60 * 60 * 1000;
    await processes.clock.pass(6000);
    assert.ok((writer.header.seconds ?? -1) >= 0);
    const [listed] = await repository.list();
    assert.ok('header' in listed && listed.header.state === 'running');
    writer.take(epoch(1));
    writer.take(end(1));
    await writer.close();
    const earlier = repository.claim('Earlier', Math.random);
    assert.ok(earlier < later);
    await repository.trash(later);
    processes.clock.time -= 30 * 24 * 60 * 60 * 1000;
    await repository.emptyTrash();
    assert.ok(await readText(folder, `trash/${later}/run.json`));
  });

  it('are not kept waiting by a pipe in place of a header', async function () {
    const root = mkdtempSync(join(tmpdir(), 'nnspec-runs-'));
    try {
      const processes = new Processes(new DiskFolder(root));
      const id = processes.start(1).claim('XOR', Math.random);
      execFileSync('mkfifo', [join(root, 'runs', id, 'run.json')]);
      assert.deepEqual(await processes.start(2).list(), [{ id, problem: 'damaged' }]);
      assert.deepEqual(readdirSync(join(root, 'runs')), [id]);
    } catch (error) {
      if (process.platform === 'win32') {
        this.skip();
      }
      throw error;
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});
