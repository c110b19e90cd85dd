/** Damaged weights, checkpoints and stored runs. Half of them carry a right checksum. */
import assert from 'node:assert/strict';
import { checksum } from '../../src/common/checksum';
import { decodeCheckpoint, decodeWeights, metadataOf } from '../../src/engine';
import { sealCheckpoint } from '../../src/engine/checkpoint/checkpoint';
import { decodeRun, encodeRun } from '../../src/runs/storedRun';
import { specTextOf } from '../../src/server/predictTable';
import { type Area, showBytes } from './area';
import { mutateBytes } from './random';

const problemIsSaid = (result: object) =>
  assert.ok(!('problem' in result) || String(result.problem).length > 10, 'refused without a sentence');

export function damagedWeights(base: Uint8Array): Area<Uint8Array> {
  return {
    name: 'weights',
    share: 0.22,
    make: (random) => mutateBytes(base, random),
    check(bytes) {
      const file = decodeWeights(bytes);
      problemIsSaid(file);
      problemIsSaid(specTextOf(bytes));
      if ('ok' in file) {
        problemIsSaid(metadataOf(file.ok));
      }
    },
    show: showBytes,
  };
}

export function damagedCheckpoints(base: Uint8Array): Area<Uint8Array> {
  return {
    name: 'checkpoints',
    share: 0.2,
    make(random) {
      const bytes = mutateBytes(base, random);
      if (random.once(2) && bytes.length > 200) {
        sealCheckpoint(bytes);
      }
      return bytes;
    },
    check: (bytes) => problemIsSaid(decodeCheckpoint(bytes)),
    show: showBytes,
  };
}

const run = encodeRun({
  head: { id: 'a', title: 'XOR', specUri: 'file:///a.nnspec', specText: 'data: { source: xor }', createdAt: 1 },
  state: 'stopped',
  details: { layers: [{ name: 'dense_1', shape: [3] }], final: { loss: Number.NaN } },
  log: [{ step: 1, epoch: 1, kind: 'pause' }],
  series: { loss: { x: Float64Array.of(1, 2, 3), y: Float64Array.of(3, 2, 1) } },
});

export const storedRuns: Area<Uint8Array> = {
  name: 'runs',
  share: 0.2,
  make(random) {
    const bytes = mutateBytes(run, random);
    if (random.once(2) && bytes.length >= 20) {
      new DataView(bytes.buffer).setUint32(12, checksum(bytes, 16), true);
    }
    return bytes;
  },
  check(bytes) {
    const decoded = decodeRun(bytes);
    problemIsSaid(decoded);
    if ('run' in decoded) {
      for (const { x, y } of Object.values(decoded.run.series)) {
        assert.equal(x.length, y.length);
      }
    }
  },
  show: showBytes,
};
