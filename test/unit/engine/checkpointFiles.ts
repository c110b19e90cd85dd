/** Runs of a small network, their checkpoints, and checkpoints with other contents. */
import assert from 'node:assert/strict';
import { normal, purposes } from '../../../src/common/random';
import {
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
  referenceBackend,
  Trainer,
  type TrainerOptions,
  type TrainerState,
} from '../../../src/engine';
import { sealCheckpoint } from '../../../src/engine/checkpoint/checkpoint';
import { parseSpec } from '../../../src/language';
import type { TrainingSpec } from '../../../src/spec/spec';
import { adam, dataOf, dense, type LayerSketch, network, plan, range, thing } from './support';

export const layers: readonly LayerSketch[] = [
  dense(6, thing('prelu', { init: 0.25 })),
  { type: 'dropout', rate: 0.3 },
  dense(5, thing('rrelu', { lower: 0.125, upper: 1 / 3 })),
  dense(3, 'softmax'),
];
export const phases = 12;

export function trainer(
  training: Partial<TrainingSpec> = {},
  options: Pick<TrainerOptions, 'replay'> & Partial<Pick<TrainerOptions, 'backend'>> = {},
): Trainer {
  const rows = [...Array(23).keys()];
  return new Trainer({
    plan: plan(network([4], layers, 'categorical_crossentropy'), {
      optimizer: adam({ learning_rate: 0.02 }),
      batchSize: 5,
      epochs: 4,
      metrics: [thing('accuracy'), thing('auc')],
      schedule: thing('reduce_on_plateau', { patience: 0, factor: 0.5 }),
      earlyStopping: { monitor: 'val_loss', patience: 3, minDelta: 0, restoreBest: true },
      ...training,
    }),
    data: dataOf(
      rows.map((i) => [0, 1, 2, 3].map((k) => normal(1, purposes.generate, 0, 4 * i + k))),
      rows.map((i) => [0, 1, 2].map((k) => Number(i % 3 === k))),
    ),
    parts: { train: range(17), validation: range(6, 17), test: new Int32Array(0) },
    backend: referenceBackend,
    classNames: ['0', '1', '2'],
    ...options,
  });
}

const { spec } = parseSpec('data: { source: xor }\nmodel: { layers: [dense: 1] }', { fileName: 'a.nnspec' });
if (!spec) {
  throw new Error('The spec of the test has errors.');
}
export const run: Checkpoint['run'] = {
  spec,
  specText: 'seed: 1 # 한글',
  fileName: 'a.nnspec',
  seed: 7,
  epochs: 4,
  dataHash: '0123456789abcdef'.repeat(4),
};

/** A trainer in its second epoch, after this many phases. */
export function advanced(moves: number, training: Partial<TrainingSpec> = {}): Trainer {
  const run = trainer(training);
  for (let i = 0; i < 4 * phases + moves; i++) {
    run.advance();
  }
  return run;
}

export const save = (state: TrainerState): Uint8Array => encodeCheckpoint({ run, backend: 'reference', state });

export function load(bytes: Uint8Array): Checkpoint {
  const file = decodeCheckpoint(bytes);
  assert.ok('ok' in file, 'problem' in file ? file.problem : '');
  return file.ok;
}

export function finish(run: Trainer): TrainerState {
  while (!run.ended) {
    run.trainBatch();
  }
  return run.snapshot();
}

export interface Header {
  __metadata__: Record<string, string>;
  [name: string]: unknown;
}

/** The file with another header, the same numbers and a correct checksum. */
export function withHeader(bytes: Uint8Array, edit: (header: Header) => unknown, seal = true): Uint8Array {
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const header: Header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  const text = new TextEncoder().encode(JSON.stringify(edit(header) ?? header));
  const out = new Uint8Array(8 + text.length + bytes.length - 8 - length);
  new DataView(out.buffer).setUint32(0, text.length, true);
  out.set(text, 8);
  out.set(bytes.subarray(8 + length), 8 + text.length);
  if (seal) {
    sealCheckpoint(out);
  }
  return out;
}

/** The file whose state has other fields. */
export function withState(bytes: Uint8Array, change: (state: Record<string, unknown>) => void): Uint8Array {
  return withHeader(bytes, ({ __metadata__: metadata }) => {
    const state = JSON.parse(metadata.state);
    change(state);
    metadata.state = JSON.stringify(state);
  });
}

export const set =
  (field: string, value: unknown) =>
  (state: Record<string, unknown>): void => {
    state[field] = value;
  };
