/** Mutated tables: reading, profile, a spec made from it, its facts, and the first steps of training. */
import assert from 'node:assert/strict';
import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer';
import { loadDataset } from '../../src/data';
import { findCell } from '../../src/data/cellPlaces';
import { profileForNewSpec } from '../../src/data/profile';
import { referenceBackend, Trainer } from '../../src/engine';
import { newSpecFor, parseSpec, predictedColumn, targetGuesses } from '../../src/language';
import { planNetwork } from '../../src/spec/planNetwork';
import { type Area, showBytes } from './area';
import { mutateBytes, mutateText, type Random } from './random';

const words = ['', ' ', '\t', '\n', '\r\n', '\r', ',', ';', '|', '"', '""', '\u0000', '\uFEFF', 'NaN', 'inf', '-0'];
const cells = [
  '0',
  '1',
  '-1.5',
  '1e308',
  '1e999',
  '0x10',
  '1,5',
  'yes',
  'no',
  'a',
  'b',
  '한국',
  '🙂',
  '=1+1',
  '__proto__',
];
const all = [...words, ...cells, 'x'.repeat(200), '2020-01-01', '?', 'NA', '#'];

function table(random: Random): string {
  const separator = random.pick([',', ';', '\t']);
  const width = random.below(4) + 2;
  const columns = Array.from({ length: width }, () => random.below(3));
  const cell = (kind: number) => (kind === 0 ? random.pick(['a', 'b', 'c']) : String(random.below(100) / (kind * 7)));
  const header = columns.map((_, i) => (random.once(9) ? random.pick(all) : `x${i}`)).join(separator);
  return [header, ...random.list(24, () => columns.map(cell).join(separator))].join('\n');
}

/** Rows of JSON Lines, with the kinds of values that they may and may not have. */
function jsonLines(random: Random): string {
  const values = ['1', '-2.5e3', '"a"', '"1"', 'null', 'true', 'NaN', '"2024-01-31"'];
  const row = () => {
    const cells = random.list(4, () => random.pick(values));
    return `{${cells.map((cell, i) => `"x${i}": ${cell}`).join(', ')}}`;
  };
  return random.list(24, row).join('\n');
}

/** A small array as NumPy or IDX has it: one byte a number. */
function array(random: Random): Uint8Array {
  const shape = [random.below(20) + 4, random.below(3) + 1, random.below(3) + 1];
  const numbers = Array.from({ length: shape[0] * shape[1] * shape[2] }, () => random.below(4));
  if (random.once(2)) {
    return Uint8Array.from([0, 0, 8, 3, ...shape.flatMap((length) => [0, 0, 0, length]), ...numbers]);
  }
  const fortran = random.once(2) ? 'True' : 'False';
  const header = `{'descr': '|u1', 'fortran_order': ${fortran}, 'shape': (${shape.join(', ')}), }\n`;
  return Uint8Array.from([147, ...new TextEncoder().encode(`NUMPY\u0001\u0000${'__'}${header}`), ...numbers]).map(
    (byte, i) => (i === 8 ? header.length : i === 9 ? 0 : byte),
  );
}

/** A small table of columns as Parquet has them. */
function parquet(random: Random): Uint8Array {
  const rows = random.below(20) + 4;
  const values: readonly (() => number | bigint | string | boolean | Date | null)[] = [
    () => random.below(100) / 7,
    () => BigInt(random.below(9)),
    () => random.pick(all),
    () => random.once(2),
    () => new Date(random.below(2 ** 31)),
  ];
  const columnData = random
    .list(4, () => random.pick(values))
    .map((value, i): ColumnSource => {
      const isOptional = random.once(3);
      const data = Array.from({ length: rows }, () => (isOptional && random.once(4) ? null : value()));
      return { name: `x${i}`, data: data.every((each) => each === null) ? data.map(() => 1) : data };
    });
  const codec = random.pick(['SNAPPY', 'UNCOMPRESSED'] as const);
  return new Uint8Array(parquetWriteBuffer({ columnData, codec, rowGroupSize: random.below(rows) + 1 }));
}

/** A name that says what the bytes begin like. */
function nameOf([first]: Uint8Array): string {
  if (first === 80) {
    return 'a.parquet';
  }
  return first === 123 ? 'a.jsonl' : first === 147 ? 'a.npy' : first === 0 ? 'a.idx' : 'a.csv';
}

async function check(bytes: Uint8Array): Promise<void> {
  const name = nameOf(bytes);
  const profile = profileForNewSpec(bytes, name);
  if ('problems' in profile) {
    assert.ok(
      profile.problems.length > 0 && profile.problems.every(({ message }) => message.length > 10),
      'no message',
    );
    return;
  }
  if (name === 'a.csv') {
    findCell(bytes, { fileName: name }, 1, 'a');
  }
  const [guess] = targetGuesses(profile.facts);
  if (!guess) {
    return;
  }
  const text = newSpecFor(profile.facts, name, guess, profile.givesAway(predictedColumn(guess))).text;
  const { spec, problems } = parseSpec(text, { fileName: 'a.nnspec' });
  assert.ok(spec, `the new spec has an error: ${problems[0]?.message}`);
  const { data, training, seed } = spec;
  const files = { read: async () => bytes, readShipped: async () => bytes };
  const loaded = await loadDataset({ data, loss: training.loss.name, seed }, files);
  if ('problems' in loaded) {
    assert.ok(loaded.problems.length > 0, 'refused without a problem');
    return;
  }
  const { dataset, facts } = loaded;
  const { plan: network } = planNetwork(spec, facts);
  if (network && network.parameterCount < 2000) {
    const plan = { network, training: { ...training, epochs: 1 }, seed };
    const trainer = new Trainer({ plan, data: dataset, parts: dataset.parts, backend: referenceBackend });
    trainer.trainEpoch();
    trainer.dispose();
  }
}

export const tables: Area<Uint8Array> = {
  name: 'tables',
  share: 0.1,
  make(random) {
    if (random.once(3)) {
      const bytes = random.once(2) ? array(random) : parquet(random);
      return random.once(4) ? bytes : mutateBytes(bytes, random);
    }
    const text = random.once(3) ? jsonLines(random) : table(random);
    const bytes = new TextEncoder().encode(mutateText(text, all, random));
    return random.once(4) ? mutateBytes(bytes, random) : bytes;
  },
  check,
  show: showBytes,
};
