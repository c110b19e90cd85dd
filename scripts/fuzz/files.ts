/** Damaged weights, checkpoints and kept runs. Half of the first two carry a right checksum. */
import assert from 'node:assert/strict';
import { joinBytes } from '../../src/common/joinBytes';
import { jsonLine } from '../../src/common/jsonLine';
import { decodeCheckpoint, decodeWeights, metadataOf } from '../../src/engine';
import { sealCheckpoint } from '../../src/engine/checkpoint/checkpoint';
import { readEvent } from '../../src/runs/events';
import { headerObject, readHeader } from '../../src/runs/header';
import { emptyRecord, reduce } from '../../src/runs/record';
import { encodePiece, readPieces, seriesLogHead } from '../../src/runs/seriesLog';
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

const encode = (text: string) => new TextEncoder().encode(text);
const header = encode(
  '{"nnspec_run":1,"id":"20261202-141500-xor-3fa9","name":"XOR","spec":"xor.nnspec","created":"2026-12-02T14:15:00Z","state":"completed","seed":1,"best":{"tag":"loss","value":0.1,"epoch":3},"expect":[{"text":"loss < 1","ok":true,"value":0.1}],"tags":["a"]}',
);
const events = encode(
  [
    '{"event":"start","name":"XOR","seed":1,"parameters":17,"samples":{"train":4,"validation":0,"test":0},"layers":[{"name":"dense_1","type":"dense","shape":[4],"parameters":12}],"engine":{"version":"1","backend":"wasm","threads":1}}',
    '{"event":"epoch","epoch":1,"step":4,"loss":"NaN","accuracy":0.5}',
    '{"event":"set","step":4,"epochs":1,"name":"learning_rate","value":0.1}',
    '{"event":"end","reason":"completed","epochs":1,"seconds":1,"final":{"train":{"loss":0.5}},"expect":[]}',
  ].join('\n'),
);
const series = joinBytes([
  seriesLogHead(),
  encodePiece('batch_loss', { x: Float64Array.of(1, 2), y: Float64Array.of(0.5, Number.NaN) }),
  encodePiece('gradient_norm/한글', { x: Float64Array.of(1), y: Float64Array.of(0.5) }),
]);

/** Damaged files of kept runs. */
export const keptRuns: Area<Uint8Array> = {
  name: 'runs',
  share: 0.2,
  make: (random) => mutateBytes([header, events, series][random.below(3)], random),
  check(bytes) {
    const text = new TextDecoder().decode(bytes);
    const found = readHeader(text, '20261202-141500-xor-3fa9');
    if (typeof found !== 'string') {
      assert.equal(typeof readHeader(jsonLine(headerObject(found)), found.id), 'object', 'not read back');
    }
    const read = text.split('\n').flatMap((line) => readEvent(line) ?? []);
    read.reduce((record, event) => reduce(record, event), emptyRecord);
    const { pieces, length } = readPieces(bytes);
    assert.ok(length <= bytes.length);
    for (const [, { x, y }] of pieces) {
      assert.equal(x.length, y.length);
    }
  },
  show: showBytes,
};
