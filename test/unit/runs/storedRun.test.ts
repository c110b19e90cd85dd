import assert from 'node:assert/strict';
import { RunStore } from '../../../src/runs/runStore';
import { decodeRun, encodeRun } from '../../../src/runs/storedRun';

interface Details {
  readonly final?: { readonly loss: number };
}

function sampleRun(): RunStore<Details> {
  const head = { id: 'r1', title: 'XOR — 배타', specUri: 'file:///xor.nnspec', specText: 'data: {}\n', createdAt: 17 };
  const store = new RunStore<Details>(head, { final: { loss: Number.NaN } });
  store.state = 'diverged';
  store.note({ step: 4, epoch: 2, kind: 'learning_rate', value: 0.1 });
  for (let epoch = 1; epoch <= 10; epoch += 1) {
    store.append('loss', epoch, 1 / epoch);
  }
  store.append('batch_loss', 1, Number.POSITIVE_INFINITY);
  return store;
}

describe('a run store', () => {
  it('gives increments by tag and omits tags without new points', () => {
    const store = sampleRun();
    const cursor = store.cursor();
    store.append('loss', 11, 0.5);
    store.append('accuracy', 11, 1);
    const fresh = store.since(cursor);
    assert.deepEqual(Object.keys(fresh), ['loss', 'accuracy']);
    assert.deepEqual([...fresh.loss.x], [11]);
  });

  it('keeps the latest 1,000 entries of its log', () => {
    const store = sampleRun();
    for (let step = 0; step < 3000; step += 1) {
      store.note({ step, epoch: 1, kind: 'learning_rate', value: step });
    }
    const { log } = store.record();
    assert.equal(log.length, 1000);
    assert.equal(log.at(-1)?.value, 2999);
  });

  it('stops growing: 1,000,000 batch points take no more bytes than 50,000', () => {
    const store = sampleRun();
    for (let step = 2; step <= 50_000; step += 1) {
      store.append('batch_loss', step, 1);
    }
    const early = store.byteLength;
    for (let step = 50_001; step <= 1_000_000; step += 1) {
      store.append('batch_loss', step, 1);
    }
    assert.equal(store.byteLength, early);
  });
});

describe('a stored run', () => {
  it('comes back as it was, NaN and infinity included', () => {
    const record = sampleRun().record();
    const decoded = decodeRun<Details>(encodeRun(record));
    assert.deepEqual('run' in decoded && decoded.run, record);
  });

  it('is refused where it was cut off, at any byte', () => {
    const bytes = encodeRun(sampleRun().record());
    for (let length = 0; length < bytes.length; length += 1) {
      assert.ok('problem' in decodeRun(bytes.subarray(0, length)), `accepted ${length} bytes`);
    }
  });

  it('is refused where a byte was changed', () => {
    const bytes = encodeRun(sampleRun().record());
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = bytes.slice();
      changed[at] ^= 0x10;
      assert.ok('problem' in decodeRun(changed), `accepted a change at ${at}`);
    }
  });
});
