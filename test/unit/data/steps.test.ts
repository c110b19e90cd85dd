import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type Steps, takeAll } from '../../../src/common/steps';
import { type DatasetRequest, type Hasher, loadDataset } from '../../../src/data';
import { heldBytes } from '../../../src/data/bytes';
import { decodeSteps } from '../../../src/data/utf8';
import type { DataSpec } from '../../../src/spec/spec';
import { readInPieces } from './support';

const rows = 60_000;
const plain = {
  types: {},
  missing: 'median',
  scale: 'standard',
  split: { train: 0.7, validation: 0.2, test: 0.1 },
  stratify: true,
} as const;
const file: DatasetRequest = {
  data: { ...plain, origin: { kind: 'file', path: 'd.csv' }, target: ['y'] } as unknown as DataSpec,
  loss: 'binary_crossentropy',
  seed: 5,
};
const generated: DatasetRequest = {
  ...file,
  data: {
    ...plain,
    origin: { kind: 'source', source: { name: 'spiral', parameters: { samples: rows } } },
  } as unknown as DataSpec,
};

/** Numbers with gaps, categories, and as many distinct texts as rows in a column that is not used; `quote` stands around these. */
function table(quote: string): Uint8Array {
  let text = 'a,b,name,y\n';
  for (let i = 0; i < rows; i++) {
    const id = quote + ((i * 7919) % rows) + quote;
    text += `${i % 11 === 0 ? '' : (i * 31) % 1009},${'rgb'[i % 3]},${id},${i % 2 === 0 ? 'yes' : 'no'}\n`;
  }
  return new TextEncoder().encode(text);
}

function makeHasher(): Hasher {
  const hash = createHash('sha256');
  return { update: (part) => void hash.update(part), digest: () => hash.digest('hex') };
}

const filesOf = (bytes: Uint8Array) => ({ read: async () => bytes, readShipped: async () => bytes });
const withoutNames = (request: DatasetRequest): DatasetRequest => ({
  ...request,
  data: { ...request.data, inputs: ['a', 'b'] } as DataSpec,
});

describe('Data in short steps', () => {
  const cases = [
    { name: 'generated rows', request: generated, files: filesOf(new Uint8Array()), least: 80 },
    { name: 'a plain file', request: withoutNames(file), files: filesOf(table('')), least: 150 },
    { name: 'a file with quotes', request: withoutNames(file), files: filesOf(table('"')), least: 150 },
  ];
  for (const { name, request, files, least } of cases) {
    it(`are the same as at once, and can be given up after any of them: ${name}`, async () => {
      const whole = await loadDataset(request, files);
      assert.ok('dataset' in whole, JSON.stringify(whole).slice(0, 300));
      let steps = 0;
      const take = async <T>(work: Steps<T>): Promise<T> => {
        for (;;) {
          const { done, value } = work.next();
          if (done) {
            return value;
          }
          steps++;
        }
      };
      assert.deepEqual(await loadDataset(request, files, { take, hasher: makeHasher() }), whole);
      assert.ok(steps > least, `${steps} steps`);
      for (const some of [1, steps >> 1, steps - 1]) {
        let taken = 0;
        const giveUp = async <T>(work: Steps<T>): Promise<T | undefined> => {
          for (;;) {
            if (taken === some) {
              return undefined;
            }
            const { done, value } = work.next();
            if (done) {
              return value;
            }
            taken++;
          }
        };
        assert.equal(await loadDataset<undefined>(request, files, { take: giveUp, hasher: makeHasher() }), undefined);
      }
    });
  }

  it('decode a letter that two parts share, held in memory or not', () => {
    const text = `${'a'.repeat((1 << 18) - 1)}글자 끝`;
    for (const bytesOf of [heldBytes, readInPieces]) {
      const decoded = takeAll(decodeSteps(bytesOf(new TextEncoder().encode(text))));
      assert.ok('parts' in decoded);
      assert.equal(decoded.parts.join(''), text);
      assert.ok(decoded.parts.length > 1);
    }
  });
});
