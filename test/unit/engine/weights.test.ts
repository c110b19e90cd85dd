import assert from 'node:assert/strict';
import { below, purposes } from '../../../src/common/random';
import {
  decodeSafetensors,
  decodeWeights,
  encodeWeights,
  initialWeights,
  metadataOf,
  predict,
  referenceBackend,
  Trainer,
  type WeightsFile,
} from '../../../src/engine';
import fixture from '../../fixtures/engine/safetensors.json';
import { dense, network, plan, thing, trainOnly, xor } from './support';

const net = network([2], [dense(3, thing('prelu', { init: 0.25 })), dense(1, 'sigmoid')], 'binary_crossentropy');
const metadata = {
  spec: 'seed: 7\nmodel: …',
  seed: 7,
  dataHash: 'abc123',
  inputs: [
    { column: 'a', type: 'number', shift: 0.1, scale: 3, imputation: 1.5 },
    { column: 'b', type: 'category', categories: ['n', 'y'], shift: 0, scale: 1 },
  ],
  inputShape: [3],
  target: { columns: ['y'], kind: 'binary', classNames: ['no', 'yes'] },
} as const;

function trained(): Trainer {
  const run = new Trainer({ plan: plan(net), data: xor, parts: trainOnly(4), backend: referenceBackend });
  run.trainEpoch();
  return run;
}

function saved(): Uint8Array {
  return encodeWeights(net, trained().weights(), metadata);
}

function decoded(bytes: Uint8Array): WeightsFile {
  const result = decodeWeights(bytes);
  assert.ok('ok' in result, 'problem' in result ? result.problem : '');
  return result.ok;
}

/** The file with another header and the same numbers. */
function withHeader(bytes: Uint8Array, edit: (header: Record<string, Record<string, unknown>>) => unknown): Uint8Array {
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  return withNumbersOf(bytes, JSON.stringify(edit(header) ?? header));
}

/** The same with one text in place of another in the header. */
function withText(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const header = new TextDecoder().decode(bytes.subarray(8, 8 + length));
  assert.ok(header.includes(from));
  return withNumbersOf(bytes, header.replace(from, to));
}

function withNumbersOf(bytes: Uint8Array, header: string): Uint8Array {
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const text = new TextEncoder().encode(header);
  const out = new Uint8Array(8 + text.length + bytes.length - 8 - length);
  new DataView(out.buffer).setUint32(0, text.length, true);
  out.set(text, 8);
  out.set(bytes.subarray(8 + length), 8 + text.length);
  return out;
}

describe('weights files', () => {
  it('are read back to the bit, with their metadata', () => {
    const run = trained();
    const file = decoded(encodeWeights(net, run.weights(), metadata));
    const weights = initialWeights(file, net);
    assert.ok('ok' in weights);
    assert.deepEqual(weights.ok, run.weights());
    const found = metadataOf(file);
    assert.ok('ok' in found);
    assert.deepEqual(found.ok, { ...metadata, engineVersion: found.ok.engineVersion });
    const outputs = predict(run.plan, weights.ok, Float64Array.of(0, 1, 1, 1), 2, referenceBackend);
    const again = new Trainer({
      plan: plan(net, {}, 99),
      data: xor,
      parts: trainOnly(4),
      backend: referenceBackend,
      weights: weights.ok,
    });
    assert.deepEqual(again.evaluate('train'), run.evaluate('train'));
    assert.ok(outputs.every((p) => p > 0 && p < 1));
  });

  it('start their numbers at a multiple of eight bytes', () => {
    const bytes = saved();
    assert.equal((8 + new DataView(bytes.buffer).getUint32(0, true)) % 8, 0);
  });

  it('that another program wrote are read', () => {
    const bytes = Uint8Array.from(Buffer.from(fixture.hex, 'hex'));
    // A view that does not begin at the start of its buffer.
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    const file = decoded(shifted.subarray(3));
    assert.deepEqual(
      Object.fromEntries(file.tensors.map(({ name, shape, values }) => [name, { shape, values: [...values] }])),
      fixture.tensors,
    );
    assert.equal(file.metadata.한글, '뜻');
    const without = metadataOf(file);
    assert.ok('problem' in without && /“spec”/.test(without.problem));
  });

  const weight = 'dense_1.weight';
  const refusals: readonly (readonly [string, (bytes: Uint8Array) => Uint8Array, RegExp])[] = [
    ['an empty file', () => new Uint8Array(0), /0 bytes/],
    ['a header longer than the file', (b) => b.subarray(0, 60), /cut short/],
    ['a header of 2^60 bytes', (b) => b.with(7, 16), /claims 1152921504606847/],
    ['a text file', () => new TextEncoder().encode('a,b,c\n1,2,3\n4,5,6\n'), /no safetensors file/],
    ['a header that is not UTF-8', (b) => b.with(12, 0xff), /not JSON/],
    [
      'a mark of UTF-8 before the header, where a brace must stand',
      (b) => {
        const length = new DataView(b.buffer).getUint32(0, true);
        const marked = new Uint8Array(b.length + 3);
        new DataView(marked.buffer).setUint32(0, length + 3, true);
        marked.set([0xef, 0xbb, 0xbf], 8);
        marked.set(b.subarray(8), 11);
        return marked;
      },
      /not JSON/,
    ],
    ['a header that is a list', (b) => withHeader(b, () => []), /not a JSON object/],
    [
      'metadata that are no texts',
      (b) =>
        withHeader(b, (h) => {
          h.__metadata__.seed = 7;
        }),
      /metadata/,
    ],
    [
      'a tensor that is no object',
      (b) =>
        withHeader(b, (h) => {
          h[weight] = 3 as never;
        }),
      /“dense_1.weight”.*no description/,
    ],
    [
      'a description of 100,000 lengths',
      (b) =>
        withHeader(b, (h) => {
          h[weight].shape = new Array(100_000).fill(1);
        }),
      /“dense_1.weight”.*a description of 2000\d\d characters/,
    ],
    ['a shape that stands twice', (b) => withText(b, '"shape":', '"shape":[1],"shape":'), /names “shape” twice/],
    ['a text that stands twice', (b) => withText(b, '"seed":', '"seed":"8","seed":'), /names “seed” twice/],
    [
      'another dtype',
      (b) =>
        withHeader(b, (h) => {
          h[weight].dtype = 'F64';
        }),
      /F64; only F32/,
    ],
    [
      'a checkpoint, whatever its tensors',
      (b) =>
        withHeader(b, (h) => {
          h.__metadata__.nnspec_checkpoint = '1';
          h[weight].dtype = 'F64';
        }),
      /is a checkpoint, not weights alone/,
    ],
    [
      'a negative length',
      (b) =>
        withHeader(b, (h) => {
          h[weight].shape = [-3, -2];
        }),
      /no valid shape/,
    ],
    [
      'a shape that does not fit its bytes',
      (b) =>
        withHeader(b, (h) => {
          h[weight].shape = [3, 3];
        }),
      /24 bytes.*\[3, 3\]/,
    ],
    [
      'a shape beyond all numbers',
      (b) =>
        withHeader(b, (h) => {
          h[weight].shape = [2 ** 52, 2 ** 52, 0.5];
        }),
      /no valid shape/,
    ],
    [
      'offsets behind the file',
      (b) =>
        withHeader(b, (h) => {
          h[weight].data_offsets = [0, 4e9];
        }),
      /outside the file/,
    ],
    [
      'offsets that go backwards',
      (b) =>
        withHeader(b, (h) => {
          h[weight].data_offsets = [24, 0];
        }),
      /no valid offsets/,
    ],
    [
      'offsets beyond all exact numbers',
      (b) =>
        withHeader(b, (h) => {
          h[weight].data_offsets = [2 ** 53, 2 ** 53 + 24];
        }),
      /no valid offsets/,
    ],
    [
      'offsets that are left out',
      (b) =>
        withHeader(b, (h) => {
          h[weight].data_offsets = undefined as never;
        }),
      /no valid offsets/,
    ],
    [
      'overlapping tensors',
      (b) =>
        withHeader(b, (h) => {
          h['dense_1.bias'].data_offsets = [20, 32];
        }),
      /overlaps/,
    ],
    [
      'a hole',
      (b) =>
        withHeader(b, (h) => {
          delete h['dense_1.bias'];
        }),
      /Bytes before tensor/,
    ],
    ['bytes after the last tensor', (b) => Uint8Array.of(...b, 0, 0, 0, 0), /last 4 bytes/],
    ['a byte after the last tensor', (b) => Uint8Array.of(...b, 0), /The last byte of the file belongs to/],
    ['a file of one byte', (b) => b.subarray(0, 1), /it has 1 byte, fewer/],
    ['a file cut in its numbers', (b) => b.subarray(0, b.length - 4), /outside the file/],
  ];
  for (const [what, edit, message] of refusals) {
    it(`refuse ${what}`, () => {
      const result = decodeWeights(edit(saved()));
      assert.ok('problem' in result, 'accepted');
      assert.match(result.problem, message);
    });
  }

  it('are refused at the first entry that is bad, however many names their header holds', () => {
    const entry = '{"dtype":"F32","shape":[0],"data_offsets":[0,0]}';
    const names = Array.from({ length: 20_000 }, (_, i) => `"k${i}":${entry}`).join();
    const result = decodeSafetensors(withNumbersOf(new Uint8Array(8), `{"k0":{},${names}} and more`));
    assert.match('problem' in result ? result.problem : '', /Tensor “k0” in the file has the type \?/);
  });

  it('are refused in a sentence that can be read, however long names and shapes are', () => {
    const long = 'n'.repeat(10_000);
    for (const [name, change] of [
      [long, { shape: [7] }],
      [weight, { shape: new Array(5000).fill(1) }],
      [weight, { dtype: long }],
    ] as const) {
      const file = withHeader(saved(), (h) => {
        h[name] = { ...h[weight], ...change };
      });
      const result = decodeWeights(file);
      assert.ok('problem' in result && result.problem.length < 250, 'problem' in result ? result.problem : 'accepted');
    }
  });

  it('are refused in one line without control characters, whatever a name holds', () => {
    const file = withHeader(saved(), (h) => {
      h['\u001b[31mred\n\u0007\u202e\u2028'] = { ...h[weight], dtype: 'F16' };
    });
    const result = decodeWeights(file);
    assert.ok('problem' in result);
    assert.match(result.problem, /“\ufffd\[31mred\ufffd{4}”/);
  });

  it('never throw on damaged bytes: 2000 files with three bytes changed are read or refused', () => {
    const bytes = saved();
    let refused = 0;
    for (let file = 0; file < 2000; file++) {
      const damaged = bytes.slice();
      for (let i = 0; i < 3; i++) {
        // Mostly in the header, where damage matters most.
        const at = below(1, purposes.generate, file, 2 * i, Math.min(600, bytes.length));
        damaged[at] = below(1, purposes.generate, file, 2 * i + 1, 256);
      }
      const result = decodeWeights(damaged);
      if ('problem' in result) {
        refused++;
      } else {
        metadataOf(result.ok);
      }
    }
    assert.ok(refused > 500, `${refused}`);
  });

  it('to start from must hold exactly the network’s tensors', () => {
    const file = decoded(saved());
    const cases = [
      [
        network([2], [dense(3, 'relu'), dense(1, 'sigmoid')], 'binary_crossentropy'),
        /holds a tensor “dense_1.activation.weight”/,
      ],
      [network([2], [dense(3, 'relu'), dense(1), dense(1)], 'mean_squared_error'), /no tensor “dense_3.weight”/],
      [network([3], [dense(3, 'prelu'), dense(1)], 'mean_squared_error'), /\[3, 2\] in the weights file and \[3, 3\]/],
    ] as const;
    for (const [other, message] of cases) {
      const result = initialWeights(file, other);
      assert.ok('problem' in result);
      assert.match(result.problem, message);
    }
  });

  it('of a Sequential of PyTorch are taken in the order of its modules', () => {
    const tensors = [
      { name: '10.bias', shape: [1], values: Float32Array.of(9) },
      { name: '10.weight', shape: [1, 3], values: Float32Array.of(6, 7, 8) },
      { name: '2.bias', shape: [3], values: Float32Array.of(2, 3, 4) },
      { name: '2.weight', shape: [3, 2], values: Float32Array.of(0, 1, 0, 1, 0, 1) },
      { name: '3.weight', shape: [1], values: Float32Array.of(5) },
    ];
    const result = initialWeights({ tensors, metadata: {} }, net);
    assert.ok('ok' in result, JSON.stringify(result));
    assert.deepEqual(
      Array.from(result.ok, ([name, values]) => [name, values[0]]),
      [
        ['dense_1.weight', 0],
        ['dense_1.bias', 2],
        ['dense_1.activation.weight', 5],
        ['dense_2.weight', 6],
        ['dense_2.bias', 9],
      ],
    );
    const short = initialWeights({ tensors: tensors.slice(1), metadata: {} }, net);
    assert.ok('problem' in short);
  });

  it('are refused where a number is not finite, and the tensor is named', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const weights = new Map(trained().weights());
      weights.set('dense_2.bias', Float32Array.of(value));
      const result = initialWeights(decoded(encodeWeights(net, weights, metadata)), net);
      assert.match('problem' in result ? result.problem : '', /“dense_2\.bias”.*not finite/);
    }
  });

  it('predict only with all their metadata', () => {
    const file = decoded(saved());
    for (const key of ['spec', 'seed', 'engine_version', 'data_hash', 'inputs', 'input_shape', 'target']) {
      const { [key]: _, ...rest } = file.metadata;
      const result = metadataOf({ ...file, metadata: rest });
      assert.ok('problem' in result && result.problem.includes(`“${key}”`), key);
    }
    const result = metadataOf({ ...file, metadata: { ...file.metadata, inputs: '[{"column": 3}]' } });
    assert.ok('problem' in result);
    // A message would quote the shape.
    for (const shape of ['[-1, -2]', '[2, 0.5, 2]', `[2${', 1'.repeat(100_000)}]`]) {
      const other = metadataOf({ ...file, metadata: { ...file.metadata, input_shape: shape } });
      assert.match('problem' in other ? other.problem : '', /“input_shape”.*missing or damaged/);
    }
  });

  it('predict only with distinct class names, two of them for one output', () => {
    const file = decoded(saved());
    const of = (target: object) =>
      metadataOf({ ...file, metadata: { ...file.metadata, target: JSON.stringify(target) } });
    const binary = { columns: ['y'], kind: 'binary' };
    for (const classNames of [['yes'], ['no', 'yes', 'maybe'], ['yes', 'yes'], []]) {
      const result = of({ ...binary, classNames });
      assert.ok('problem' in result && /“target”/.test(result.problem), classNames.join());
    }
    const numbers = { columns: ['y', 'z'], kind: 'numbers' };
    const good = { shift: -3, scale: 2 };
    for (const scaling of [[good], [good, null], [good, { shift: 0, scale: 0 }], [good, { scale: 1 }], good]) {
      const result = of({ ...numbers, scaling });
      assert.ok('problem' in result && /“target”/.test(result.problem), JSON.stringify(scaling));
    }
    assert.ok('problem' in of({ ...numbers, scaling: [good, { ...good, log: 'yes' }] }));
    assert.ok('problem' in of({ columns: ['y'], kind: 'classes', classNames: ['a', 'b'], scaling: [good] }));
    assert.ok('ok' in of({ ...numbers, scaling: [good, { ...good, log: true }] }));
    for (const target of [binary, { ...binary, classNames: ['no', 'yes'] }]) {
      assert.ok('ok' in of(target));
    }
  });

  it('predict only with columns that make sense and fill a sample', () => {
    const file = decoded(saved());
    const [a, b] = metadata.inputs;
    const refused: readonly (readonly [string, readonly object[]])[] = [
      ['an unknown way with unknown categories', [a, { ...b, unknown: 'zeros' }]],
      ['a number with unknown categories', [{ ...a, unknown: 'ignore' }, b]],
      ['no column', []],
      ['too few columns', [a]],
      ['too few categories', [a, { ...b, categories: ['n'] }]],
      ['a category twice', [a, { ...b, categories: ['n', 'n'] }]],
      ['a column twice', [a, { ...b, column: 'a' }]],
      [
        'a number column with categories',
        [
          { ...a, categories: ['n', 'y'] },
          { ...a, column: 'b' },
        ],
      ],
      ['a scale of 0', [{ ...a, scale: 0 }, b]],
      ['a category of index 2', [a, { ...b, imputation: 2 }]],
      ['a category of index 0.5', [a, { ...b, imputation: 0.5 }]],
    ];
    for (const [title, inputs] of refused) {
      const result = metadataOf({ ...file, metadata: { ...file.metadata, inputs: JSON.stringify(inputs) } });
      assert.ok('problem' in result && /inputs|sample/.test(result.problem), title);
    }
    const imputed = JSON.stringify([a, { ...b, imputation: 1 }]);
    assert.ok('ok' in metadataOf({ ...file, metadata: { ...file.metadata, inputs: imputed } }));
  });

  it('predict only with columns that are divided by a number above 0: a refusal names the column and the number', () => {
    const file = decoded(saved());
    const [a, b] = metadata.inputs;
    const text = JSON.stringify([a, b]);
    for (const [written, shown] of [
      ['-3', '-3'],
      ['-1e-300', '-1e-300'],
      ['0', '0'],
      ['1e999', 'Infinity'],
      ['null', 'null'],
      ['"3"', '3'],
    ]) {
      const inputs = text.replace('"scale":3', `"scale":${written}`);
      const result = metadataOf({ ...file, metadata: { ...file.metadata, inputs } });
      assert.ok('problem' in result, `a scale of ${written} is accepted`);
      assert.ok(result.problem.includes(`the scale of column “a” is ${shown}; it must be`), result.problem);
    }
    const shifted = text.replace('"shift":0.1', '"shift":-1e999');
    const result = metadataOf({ ...file, metadata: { ...file.metadata, inputs: shifted } });
    assert.match('problem' in result ? result.problem : '', /the shift of column “a” is -Infinity; it must be/);
  });
});
