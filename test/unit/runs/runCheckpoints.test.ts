import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isMilestone, thinned } from '../../../src/runs/runCheckpoints';
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
  const state = { asked: [] as number[], stands: false, took: 0 };
  const stepNow = () => (clock.now() - begun) * 10;
  const last = async () => {
    state.asked.push((clock.now() - begun) / 1000);
    clock.time += state.took;
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, stepNow());
    return state.stands ? undefined : bytes;
  };
  const stepOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0);
  const keep = (by: RunWriter, from?: number) => repository.checkpoints(by, { last, stepOf }, from);
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
  it('are saved at growing distances, at most 10 seconds apart', async () => {
    const { clock, writer, state, keep, files } = setUp();
    const checkpoints = keep(writer);
    checkpoints.start();
    await clock.pass(60_000);
    const pauses = state.asked.map((at, i) => at - (state.asked[i - 1] ?? 0));
    assert.deepEqual(pauses.slice(0, 3), [1, 1.5, 2.25]);
    assert.ok(
      pauses.every((pause, i) => pause <= 10 && pause >= (pauses[i - 1] ?? 0)),
      `${pauses}`,
    );
    assert.ok(files().includes('last'));
    checkpoints.dispose();
    await clock.pass(60_000);
    assert.ok((state.asked.at(-1) ?? 0) <= 60);
    await writer.close();
  });

  it('are saved more seldom where one takes long, and not oftener than training goes on', async () => {
    const { clock, writer, state, keep } = setUp();
    state.took = 100;
    keep(writer).start();
    await clock.pass(50_000);
    const pauses = state.asked.slice(1).map((at, i) => at - state.asked[i]);
    assert.deepEqual(pauses.slice(0, 6), [5, 5, 5, 5.0625, 7.59375, 10]);
    const slow = setUp();
    slow.state.took = 30_000;
    slow.keep(slow.writer).start();
    await slow.clock.pass(100_000);
    assert.deepEqual(
      slow.state.asked.slice(0, 3).map((at, i) => at - i * 31),
      [1, 1, 1],
    );
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

  it('of a large network are few, and of a larger one none but the last', () => {
    const size = 20 * megabyte;
    const four = [100, 150, 225, 338].map((step) => ({ step, size }));
    assert.deepEqual(
      thinned(four).kept.map(({ step }) => step),
      [100, 225, 338],
    );
    assert.ok(isMilestone({ step: 150, size }, 100));
    assert.ok(!isMilestone({ step: 149, size }, 100));
    assert.ok(!isMilestone({ step: 150, size: 65 * megabyte }, 100));
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

  it('are not saved of a run that stands, nor after its end but the last one', async () => {
    const { clock, writer, state, keep, files, folder, id } = setUp();
    state.stands = true;
    const checkpoints = keep(writer);
    checkpoints.start();
    await clock.pass(20_000);
    assert.deepEqual(files(), []);
    state.stands = false;
    const late = checkpoints.take();
    await checkpoints.finish(Uint8Array.of(7));
    await late;
    await writer.flush();
    assert.deepEqual(files(), ['last']);
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
