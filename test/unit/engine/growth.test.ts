import assert from 'node:assert/strict';
import { engineVersion } from '../../../src/common/version';
import { decodeCheckpoint, sealCheckpoint } from '../../../src/engine/checkpoint/checkpoint';
import { checkpointMark, decodeSafetensors, encodeContainer } from '../../../src/engine/safetensors';
import { decodeWeights, metadataOf } from '../../../src/engine/weights';
import { assertGrows } from '../../harness/growth';

const numbered = <T>(count: number, item: (i: number) => T) => Array.from({ length: count }, (_, i) => item(i));
const tensor = (name: string) => ({ name, shape: [1], values: new Float32Array(1) });
const noTensors = { tensors: [], metadata: {} };

/** A file with this header. */
function file(header: string, numbers = 0): Uint8Array {
  const json = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + json.length + 4 * numbers);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, 8);
  return bytes;
}

/** Weights, by what they have much of. */
const weights: Readonly<Record<string, (size: number) => Uint8Array>> = {
  tensors: (size) => encodeContainer({ ...noTensors, tensors: numbered(size, (i) => tensor(`dense_${i}.kernel`)) }),
  'tensors in the opposite order': (size) => {
    const place = (i: number) => `"t${i}":{"dtype":"F32","shape":[1],"data_offsets":[${4 * i},${4 * i + 4}]}`;
    return file(`{${numbered(size, (i) => place(size - 1 - i)).join(',')}}`, size);
  },
  'names that begin alike': (size) => {
    const stem = 'a'.repeat(400);
    return encodeContainer({ ...noTensors, tensors: numbered(size / 20, (i) => tensor(`${stem}${i}`)) });
  },
  'characters of one name': (size) => encodeContainer({ ...noTensors, tensors: [tensor('a'.repeat(size * 50))] }),
  'axes of one tensor': (size) => file(`{"a":{"dtype":"F32","shape":[${'1,'.repeat(size)}1],"data_offsets":[0,4]}}`, 1),
  metadata: (size) =>
    encodeContainer({ tensors: [], metadata: Object.fromEntries(numbered(size, (i) => [`k${i}`, 'v'])) }),
  backslashes: (size) => file(`{"__metadata__":{"a":"${'\\\\'.repeat(size * 20)}"}}`),
  'backslashes and quotes': (size) => file(`{"__metadata__":{"a":"${'\\\\\\"'.repeat(size * 20)}"}}`),
  'open brackets': (size) => file(`{"a":${'['.repeat(size * 50)}`),
  'open quotes': (size) => file(`{"a":${'"a\\"'.repeat(size * 20)}`),
  spaces: (size) => file(`{"a"${' '.repeat(size * 50)}:1${' '.repeat(size * 50)}}`),
  'columns of the input': (size) =>
    encodeContainer({
      tensors: [],
      metadata: {
        nnspec: '1',
        spec: '',
        seed: '1',
        engine_version: engineVersion,
        data_hash: '0'.repeat(64),
        inputs: JSON.stringify(numbered(size, (i) => ({ column: `c${i}`, type: 'number', shift: 0, scale: 1 }))),
        input_shape: `[${size}]`,
        target: JSON.stringify({ columns: numbered(size, (i) => `y${i}`), kind: 'numbers' }),
      },
    }),
};

/** A checkpoint of a trainer's state with these arrays. */
function checkpoint(arrays: readonly string[], state: unknown, spec = ''): Uint8Array {
  const metadata = {
    checksum: '00000000',
    [checkpointMark]: '1',
    engine_version: engineVersion,
    backend: 'wasm',
    spec,
    run: '{}',
    data_hash: '0'.repeat(64),
    state: typeof state === 'string' ? state : JSON.stringify(state),
  };
  const bytes = encodeContainer({ tensors: arrays.map(tensor), metadata });
  sealCheckpoint(bytes);
  return bytes;
}

const checkpoints: Readonly<Record<string, (size: number) => Uint8Array>> = {
  arrays: (size) =>
    checkpoint(
      numbered(size, (i) => `weights.${i}`),
      {},
    ),
  'arrays that no field has': (size) =>
    checkpoint(
      numbered(size, (i) => `other.${i}`),
      {},
    ),
  'columns of its history': (size) => {
    const tags = numbered(size, (i) => `gradient_norm/${i}`);
    return checkpoint(
      tags.map((tag) => `history.${tag}`),
      { epochs: 1, tags },
    );
  },
  interventions: (size) =>
    checkpoint([], { interventions: numbered(size, (step) => ({ step, kind: 'learning_rate', value: 0.1 })) }),
  'open brackets in its state': (size) => checkpoint([], '['.repeat(size * 50)),
  'characters of its spec': (size) => checkpoint([], {}, 'a'.repeat(size * 50)),
};

describe('the time to read weights grows no faster than their file', () => {
  for (const [name, make] of Object.entries(weights)) {
    it(`with many ${name}`, async () => {
      await assertGrows(2_000, make, (bytes) => {
        const file = decodeWeights(bytes);
        return 'problem' in file ? file : metadataOf(file.ok);
      });
    });
  }

  it('and a whole one is read', () => {
    const read = decodeSafetensors(weights['tensors in the opposite order'](3));
    assert.ok('ok' in read && read.ok.tensors.length === 3);
  });
});

describe('the time to read a checkpoint grows no faster than its file', () => {
  for (const [name, make] of Object.entries(checkpoints)) {
    it(`with many ${name}`, async () => {
      await assertGrows(2_000, make, decodeCheckpoint);
    });
  }

  it('and its state is reached', () => {
    const read = decodeCheckpoint(checkpoints.arrays(3));
    assert.match('problem' in read ? read.problem : '', /step/);
  });
});
