import assert from 'node:assert/strict';
import fc from 'fast-check';
import { thinned } from '../../../src/runs/runCheckpoints';
import { RunRepository } from '../../../src/runs/runRepository';
import type { RunWriter } from '../../../src/runs/runWriter';
import { MemoryFolder } from '../../harness/memoryFolder';
import { TestClock } from '../../harness/testClock';

const megabyte = 2 ** 20;

/** A run that makes ten steps a millisecond, and whose checkpoints hold their step. */
function setUp() {
  const clock = new TestClock();
  const folder = new MemoryFolder();
  const here = { host: 'here', pid: 1, started: 'then', isAlive: () => true };
  const repository = new RunRepository(folder, { clock, here });
  const id = '20261202-141500-xor-3fa9';
  const identity = { id, name: 'XOR', spec: 'xor.nnspec' };
  const writer = repository.create(identity, 'the spec', { onFailure: (error) => assert.fail(String(error)) });
  const begun = clock.now();
  const state = {
    last: [] as number[],
    lean: [] as number[],
    than: [] as (number | undefined)[],
    best: [] as Uint8Array[],
    stands: false,
    took: 0,
  };
  const stepNow = () => (clock.now() - begun) * 10;
  const last = async () => {
    state.last.push((clock.now() - begun) / 1000);
    return checkpoint();
  };
  const lean = async () => {
    state.lean.push((clock.now() - begun) / 1000);
    return checkpoint();
  };
  const checkpoint = () => {
    clock.time += state.took;
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, stepNow());
    return state.stands ? undefined : bytes;
  };
  const stepOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0);
  const best = async (than?: number) => {
    state.than.push(than);
    return state.best.shift();
  };
  const film = async () => undefined;
  const keep = (by: RunWriter, from?: number) => repository.checkpoints(by, { last, lean, best, film, stepOf }, from);
  const files = () =>
    [...folder.files.keys()].flatMap((path) => /checkpoints\/(.*)\.nnckpt$/.exec(path)?.[1] ?? []).sort();
  const steps = () =>
    files()
      .map(Number)
      .filter((step) => !Number.isNaN(step))
      .sort((a, b) => a - b);
  return { clock, folder, repository, id, writer, state, keep, files, steps, stepNow };
}

describe('checkpoints of a kept run', () => {
  it('are saved every 10 seconds, and milestones more often at the beginning', async () => {
    const { clock, writer, state, keep, files, steps } = setUp();
    const checkpoints = keep(writer);
    checkpoints.start();
    await clock.pass(40_000);
    assert.deepEqual(state.last, [10, 20, 30, 40]);
    assert.deepEqual(state.lean.slice(0, 4), [1, 2.5, 4.75, 8.125]);
    assert.ok(files().includes('last'));
    assert.deepEqual(steps().slice(0, 4), [10_000, 25_000, 47_500, 81_250]);
    checkpoints.dispose();
    await clock.pass(60_000);
    assert.equal(state.last.length, 4);
    await writer.close();
  });

  it('are saved more seldom where one takes long, and not oftener than training goes on', async () => {
    const { clock, writer, state, keep } = setUp();
    state.took = 100;
    keep(writer).start();
    await clock.pass(50_000);
    const pauses = state.lean.slice(1).map((at, i) => at - state.lean[i]);
    assert.ok(Math.min(...pauses) >= 4, `${pauses}`);
    const slow = setUp();
    slow.state.took = 30_000;
    slow.keep(slow.writer).start();
    await slow.clock.pass(200_000);
    assert.deepEqual([slow.state.lean.slice(0, 1), slow.state.last.slice(0, 2)], [[1], [32, 93]]);
  });

  it('stay as milestones, of which a long run has twelve and each is half as far again as the one before', async () => {
    const { clock, writer, keep, steps, stepNow } = setUp();
    keep(writer).start();
    await clock.pass(8_000);
    assert.deepEqual(steps(), [10_000, 25_000, 47_500]);
    await clock.pass(3_600_000);
    const found = steps();
    assert.equal(found.length, 12);
    assert.equal(found[0], 10_000);
    const ratios = found.slice(1).map((step, i) => step / found[i]);
    assert.ok(
      ratios.every((ratio) => ratio >= 1.5 && ratio < 3.5),
      `${ratios}`,
    );
    assert.ok((found.at(-1) ?? 0) * 1.6 > stepNow());
  });

  it('of a large network are few', () => {
    const size = 20 * megabyte;
    const four = [100, 150, 225, 338].map((step) => ({ step, size }));
    assert.deepEqual(
      thinned(four).kept.map(({ step }) => step),
      [100, 225, 338],
    );
  });

  it('go on after those that the folder has, and after the step at which the training began', async () => {
    const { clock, folder, writer, keep, steps, id } = setUp();
    for (const name of ['40000', '20000', 'origin', 'best', '-1', '1e3', 'x']) {
      await folder.replace(`runs/${id}/checkpoints/${name}.nnckpt`, new Uint8Array(8));
    }
    const checkpoints = keep(writer, 30_000);
    checkpoints.start();
    await clock.pass(8_000);
    checkpoints.dispose();
    assert.deepEqual(steps(), [-1, 1000, 20_000, 40_000]);
    const anew = setUp();
    anew.keep(anew.writer, 20_000).start();
    await anew.clock.pass(5_000);
    assert.deepEqual(anew.steps(), [47_500]);
  });

  it('are that of the best epoch, too, where it is better than what a run has that goes on', async () => {
    const { clock, folder, writer, state, keep, id } = setUp();
    writer.take({ event: 'epoch', epoch: 1, step: 4, values: [['loss', 0.25]] });
    state.best = [Uint8Array.of(5)];
    keep(writer).start();
    await clock.pass(3_000);
    assert.deepEqual(await folder.read(`runs/${id}/checkpoints/best.nnckpt`), Uint8Array.of(5));
    assert.deepEqual(state.than, [0.25, 0.25]);
  });

  it('are not saved of a run that stands, nor after its end but the last one', async () => {
    const { clock, writer, state, keep, files, folder, id } = setUp();
    state.stands = true;
    const checkpoints = keep(writer);
    checkpoints.start();
    await clock.pass(20_000);
    assert.deepEqual(files(), []);
    state.stands = false;
    const late = checkpoints.take();
    await checkpoints.finish(Uint8Array.of(7), Uint8Array.of(8));
    await late;
    await writer.flush();
    assert.deepEqual(files(), ['best', 'last']);
    assert.deepEqual(await folder.read(`runs/${id}/checkpoints/last.nnckpt`), Uint8Array.of(7));
  });

  it('are thinned to few, the newest always among them', () => {
    const milestones = fc
      .uniqueArray(fc.record({ step: fc.integer({ min: 1, max: 1e12 }), size: fc.integer({ min: 1, max: 1e8 }) }), {
        selector: ({ step }) => step,
        minLength: 1,
        maxLength: 40,
      })
      .map((all) => all.sort((a, b) => a.step - b.step));
    fc.assert(
      fc.property(milestones, (all) => {
        const { kept, dropped } = thinned(all);
        assert.deepEqual(
          [...kept, ...dropped].sort((a, b) => a.step - b.step),
          all,
        );
        assert.equal(kept.at(-1), all.at(-1));
        const bytes = kept.reduce((sum, { size }) => sum + size, 0);
        assert.ok(kept.length === 1 || (kept.length <= 12 && bytes <= 64 * megabyte));
      }),
    );
  });
});
