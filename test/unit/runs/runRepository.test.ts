import assert from 'node:assert/strict';
import { encodeFrame, filmHead, mostBytes } from '../../../src/common/filmFile';
import { joinBytes } from '../../../src/common/joinBytes';
import type { EpochEvent, RunEvent } from '../../../src/runs/events';
import { newRunId } from '../../../src/runs/runId';
import { RunRepository } from '../../../src/runs/runRepository';
import { MemoryFolder } from '../../harness/memoryFolder';
import { start } from '../../harness/startEvent';
import { TestClock } from '../../harness/testClock';

const epoch = (number: number, loss = 1 / number): EpochEvent => ({
  event: 'epoch',
  epoch: number,
  step: number * 4,
  values: [['loss', loss]],
});
const end: RunEvent = { event: 'end', reason: 'completed', epochs: 3, seconds: 2, final: {}, expect: [] };

function setUp({ appends = true } = {}) {
  const clock = new TestClock();
  const folder = new MemoryFolder({ appends });
  const living = new Set(['1']);
  const repositoryOf = (pid: number) =>
    new RunRepository(folder, {
      clock,
      here: { host: 'here', pid, started: 'then', isAlive: (holder) => living.has(String(holder.pid)) },
    });
  const failures: unknown[] = [];
  const id = newRunId('XOR', new Date(clock.now()), 0.5);
  const create = (repository = repositoryOf(1), own = id) =>
    repository.create({ id: own, name: 'XOR', spec: 'xor.nnspec', epochs: 9 }, 'the spec', {
      onFailure: (error) => failures.push(error),
    });
  return { clock, folder, living, repositoryOf, failures, id, create };
}

describe('a kept run', () => {
  for (const appends of [true, false]) {
    it(`is written at most a second behind, and read back${appends ? '' : ', also where no file can be appended to'}`, async () => {
      const { clock, folder, repositoryOf, id, create } = setUp({ appends });
      const writer = create();
      for (const event of [start, epoch(1), epoch(2)]) {
        writer.take(event);
      }
      writer.append('batch_loss', { x: Float64Array.of(1, 2), y: Float64Array.of(0.5, Number.NaN) });
      await clock.pass(1000);
      assert.equal(folder.text('.gitignore'), '*\n');
      assert.equal(folder.text(`runs/${id}/spec.nnspec`), 'the spec');
      const lines = folder.text(`runs/${id}/events.jsonl`).split('\n');
      assert.equal(lines[1], '{"event":"epoch","epoch":1,"step":4,"loss":1}');
      writer.take(epoch(3));
      await clock.pass(1000);
      writer.take({ event: 'set', step: 12, epochs: 3, name: 'learning_rate', value: 0.1 });
      writer.take({
        event: 'set',
        step: 12,
        epochs: 3,
        name: 'weight',
        value: -0.5,
        tensor: 'dense_1.weight',
        index: 2,
      });
      writer.take(end);
      await writer.close();
      const repository = repositoryOf(2);
      const [listed] = await repository.list();
      assert.ok('header' in listed);
      assert.deepEqual(
        [listed.header.state, listed.header.epoch, listed.header.step, listed.header.best],
        ['completed', 3, 12, { tag: 'loss', value: 1 / 3, epoch: 3 }],
      );
      const { series, events, record, specText, damagedLines } = await repository.read(id);
      assert.deepEqual(
        [[...series.all().loss.y], [...series.all().batch_loss.y]],
        [
          [1, 1 / 2, 1 / 3],
          [0.5, Number.NaN],
        ],
      );
      assert.deepEqual(events, [start, epoch(1), epoch(2), epoch(3), events[4], events[5], end]);
      assert.deepEqual(
        [events[4], events[5]].map((event) => 'value' in event && event.value),
        [0.1, -0.5],
      );
      assert.match(JSON.stringify(events[5]), /"tensor":"dense_1.weight","index":2/);
      assert.deepEqual([record.interventions, specText, damagedLines, clock.waiting], [2, 'the spec', 0, 0]);
      assert.ok(![...folder.files.keys()].some((path) => path.endsWith('lock') || /events-\d/.test(path)));
    });
  }

  for (const appends of [true, false]) {
    it(`has a film that grows, and is read up to a torn frame${appends ? '' : ', also where no file can be appended to'}`, async () => {
      const { folder, repositoryOf, id, create } = setUp({ appends });
      const frame = (step: number) =>
        encodeFrame({ step, lowest: 1, learningRate: 0.1, values: Float32Array.of(step, 2) });
      const writer = create();
      const save = (whole: boolean, ...pieces: Uint8Array[]) =>
        writer.saveFilm({ whole, bytes: joinBytes(pieces), cursor: { drops: 0, frames: 1 } });
      assert.equal(await repositoryOf(2).film(id), undefined);
      await save(true, filmHead(2), frame(0), frame(1));
      await save(false, frame(2));
      await save(false, frame(5), frame(9).slice(0, 20));
      assert.deepEqual(writer.film, { drops: 0, frames: 1 });
      assert.deepEqual(await repositoryOf(2).film(id), Float64Array.of(0, 1, 2, 5));
      await save(true, filmHead(2), frame(0), frame(5));
      assert.deepEqual(await repositoryOf(2).film(id), Float64Array.of(0, 5));
      await folder.replace(`runs/${id}/film.bin`, new Uint8Array(mostBytes + 1));
      assert.equal(await repositoryOf(2).film(id), undefined);
      await folder.replace(`runs/${id}/film.bin`, new Uint8Array(3));
      assert.equal(await repositoryOf(2).film(id), undefined);
      await writer.close();
    });
  }

  it('is interrupted when its process has gone, and goes on in its folder', async () => {
    const { clock, folder, living, repositoryOf, id, create } = setUp();
    const writer = create();
    for (const event of [start, epoch(1), epoch(2), epoch(3)]) {
      writer.take(event);
    }
    await clock.pass(1000);
    const headerFor = async (pid: number) => {
      const found = await repositoryOf(pid).find(id);
      return found && 'header' in found ? found.header : undefined;
    };
    const stateOf = async (pid: number) => (await headerFor(pid))?.state;
    assert.equal(await stateOf(2), 'running');
    assert.equal(
      await repositoryOf(2).reopen(
        id,
        { step: 8, epochs: 2, interventions: [] },
        { onFailure: (error) => assert.fail(String(error)) },
      ),
      undefined,
    );
    writer.dispose();
    living.delete('1');
    assert.equal(await stateOf(2), 'interrupted');
    // The list tells all that the log holds.
    assert.equal((await headerFor(2))?.epoch, 3);
    // A torn last line is no event.
    await folder.append?.(`runs/${id}/events.jsonl`, new TextEncoder().encode('{"event":"epo'));
    living.add('2');
    const again = await repositoryOf(2).reopen(
      id,
      { step: 8, epochs: 2, interventions: [] },
      { onFailure: (error) => assert.fail(String(error)) },
    );
    assert.ok(again);
    again.take({ ...start, resumed: { epochs: 2, step: 8 } });
    for (const event of [epoch(3), epoch(4), end]) {
      again.take(event);
    }
    await again.close();
    const { series } = await repositoryOf(2).read(id);
    assert.deepEqual([...series.all().loss.y], [1, 1 / 2, 1 / 3, 1 / 4]);
    assert.equal(await stateOf(3), 'completed');
  });

  it('stays as it is after a write that failed, and is told once', async () => {
    const { clock, folder, failures, id, create } = setUp();
    const writer = create();
    writer.take(start);
    await clock.pass(1000);
    folder.refusal = new Error('no space left');
    writer.take(epoch(1));
    await clock.pass(20_000);
    writer.take(end);
    await writer.close();
    assert.equal(failures.length, 1);
    assert.equal(folder.text(`runs/${id}/events.jsonl`).split('\n').length, 2);
    const { writes } = folder;
    writer.take(end);
    await writer.flush();
    assert.equal(folder.writes, writes);
  });

  it('goes to the trash and comes back, is starred while it trains, and goes when it is old', async () => {
    const { clock, repositoryOf, id, create, folder } = setUp();
    const writer = create();
    writer.take(start);
    await clock.pass(1000);
    const repository = repositoryOf(1);
    await repository.mark(id, { starred: true, note: 'good' });
    writer.take(end);
    await writer.close();
    await repository.trash(id);
    assert.deepEqual(await repository.list(), []);
    await repository.restore(id);
    const found = await repository.find(id);
    assert.ok(found && 'header' in found && found.header.starred && found.header.note === 'good');
    await repository.thin(0, 0);
    assert.equal((await repository.list()).length, 1);
    await repository.mark(id, { starred: false, note: '' });
    await repository.thin(1, 1e9);
    assert.equal((await repository.list()).length, 1);
    await repository.trash(id);
    await clock.pass(8 * 24 * 60 * 60 * 1000);
    await repository.emptyTrash();
    assert.deepEqual([...folder.files.keys()], ['.gitignore']);
  });

  it('that is old and large goes, and smaller ones before it stay while they have room', async () => {
    const { clock, repositoryOf, create, folder } = setUp();
    const repository = repositoryOf(1);
    const ids: string[] = [];
    for (const bytes of [10, 100_000, 10]) {
      const id = newRunId('XOR', new Date(clock.now()), 0.5);
      const writer = create(repository, id);
      writer.take(start);
      await writer.save('weights.safetensors', new Uint8Array(bytes));
      writer.take(end);
      await writer.close();
      ids.push(id);
      await clock.pass(1000);
    }
    await repository.thin(9, 50_000);
    assert.deepEqual((await repository.list()).map(({ id }) => id).sort(), [ids[0], ids[2]]);
    assert.ok(![...folder.files.keys()].some((path) => path.includes(ids[1])));
  });
});
