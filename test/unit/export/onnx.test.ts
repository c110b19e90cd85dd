/** Models of ONNX that are written and read back; `npm run test:python` runs them. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { joinBytes } from '../../../src/common/joinBytes';
import { integer, message, text } from '../../../src/common/protobuf';
import { addActivation } from '../../../src/export/onnx/activations';
import { readChain } from '../../../src/export/onnx/chain';
import { decodeModel } from '../../../src/export/onnx/decode';
import { Graph } from '../../../src/export/onnx/graph';
import { importModel } from '../../../src/export/onnx/import';
import { encodeModel, type OnnxModel } from '../../../src/export/onnx/model';
import { activations } from '../../../src/spec/catalogue';
import type { CatalogueEntry } from '../../../src/spec/catalogue/types';
import { formulaOf } from '../../../src/spec/formula';
import type { Thing } from '../../../src/spec/spec';
import { nnspec, Workspace } from '../cli/harness';
import { mixedSpec, mixedTable, predictionsOf, trainedOn } from './programs';

const pictures = `data: { source: digits, scale: minmax, shape: [1, 8, 8] }
model:
  layers:
    - conv2d: { filters: 4, kernel_size: [2, 4], padding: same, activation: prelu }
    - conv2d: { filters: 4, kernel_size: 3, groups: 2, use_bias: false, dilation_rate: 2 }
    - batch_normalization
    - max_pooling2d: { pool_size: 3, strides: 1, padding: 1 }
    - average_pooling2d: { pool_size: 2, padding: 1 }
    - layer_normalization
    - residual: [{ residual: [{ conv2d: { filters: 4, kernel_size: 3, padding: 1 } }, { dropout: 0.5 }, { activation: silu }] }]
    - global_average_pooling2d
    - dense: { units: 10, activation: softmax }
training: { batch_size: 256 }
`;

/** A model holds parameters as float32. */
function single(parameters: Thing['parameters'] = {}): object {
  const rounded = Object.entries(parameters).map(([key, value]) => [
    key,
    typeof value === 'number' ? Math.fround(value) : value,
  ]);
  return Object.fromEntries(rounded);
}

function thingOf({ name, parameters }: CatalogueEntry): Thing {
  const value = ({ default: usual }: CatalogueEntry['parameters'][number]) =>
    typeof usual === 'string' ? usual : (usual ?? 0.5);
  return { name, parameters: Object.fromEntries(parameters.map((parameter) => [parameter.name, value(parameter)])) };
}

/** A model with one dense layer, changed as a test wants it. */
function model(changes: Partial<OnnxModel>): Uint8Array {
  return encodeModel({
    name: 'm',
    about: '',
    producer: 'test',
    version: '1',
    nodes: [{ operator: 'Gemm', inputs: ['x', 'w', 'b'], outputs: ['y'], attributes: { transB: 1 } }],
    tensors: [
      { name: 'w', type: 'float', shape: [1, 2], values: [1, 2] },
      { name: 'b', type: 'float', shape: [1], values: [3] },
    ],
    inputs: [{ name: 'x', type: 'float', shape: ['n', 2] }],
    outputs: [{ name: 'y', type: 'float', shape: ['n', 1] }],
    metadata: {},
    ...changes,
  });
}

/** A model whose graph has one tensor of these bytes. */
function withTensor(bytes: Uint8Array): Uint8Array {
  return message(7, [message(5, [bytes])]);
}

describe('A model of ONNX', () => {
  const workspace = new Workspace();
  const cwd = workspace.folder;
  after(() => workspace.dispose());

  /** Exports, imports, and compares the predictions of both. */
  async function comesBack(weights: string, table: string): Promise<void> {
    const made = await nnspec(['export', weights, '--to', 'onnx', '--out', 'm.onnx'], { cwd });
    assert.equal(made.status, 0, made.err);
    const again = join(cwd, 'again.safetensors');
    const read = await nnspec(['import', 'm.onnx', '--out', 'again.nnspec', '--save', again], { cwd });
    assert.equal(read.status, 0, read.err);
    const [first, second] = [weights, again].map((file) => predictionsOf(file, table));
    for (const [at, wanted] of Array.from(first.outputs).entries()) {
      // A parameter of an activation is float32 in a model.
      assert.ok(
        Math.abs(second.outputs[at] - wanted) <= 1e-6 * Math.max(1, Math.abs(wanted)),
        `${at}: ${second.outputs[at]}, ${wanted}`,
      );
    }
    assert.deepEqual(second.classes, first.classes);
  }

  it('comes back with dates, categories, missing cells, scaled targets and a formula', async () => {
    await workspace.write('mixed.csv', mixedTable);
    await workspace.write('mixed.nnspec', mixedSpec);
    await nnspec(['train', 'mixed.nnspec', '--epochs', '1', '--save', 'mixed.safetensors'], { cwd });
    await comesBack(join(cwd, 'mixed.safetensors'), mixedTable);
  });

  it('comes back with convolution, pooling, normalisation and blocks', async () => {
    await workspace.write('pictures.nnspec', pictures);
    const { weights, table } = await trainedOn('pictures.nnspec', { cwd }, workspace);
    await comesBack(weights, table);
  });

  it('gives back every activation of the catalogue', () => {
    const formula = '((x ^ 2) / (1 + abs(x))) + step(sin(x))';
    const wide = { name: 'custom', parameters: { formula } };
    const all = activations.filter(({ name }) => name !== 'linear').map(thingOf);
    for (const thing of [...all, { name: 'gelu', parameters: { approximate: 'tanh' } }, wide]) {
      const graph = new Graph();
      graph.tensor('slope', 'float', [1], [0.25]);
      graph.name(addActivation(graph, thing, 'x', [4], 'slope'), 'y');
      const { layers, problems } = readChain(
        decodeModel(model({ nodes: graph.nodes, tensors: graph.tensors })),
        'x',
        'y',
      );
      const found = layers[0]?.activation;
      assert.deepEqual([layers.length, problems, found?.name], [1, [], thing.name]);
      if (thing === wide) {
        const [wanted, ours] = [formula, String(found?.parameters.formula)].map((text) => formulaOf(text).f(1.3));
        assert.equal(ours, wanted);
      } else {
        assert.deepEqual(single(found?.parameters), single(thing.parameters), thing.name);
      }
    }
  });

  it('that another program made becomes a spec with numbered columns', async () => {
    const made = importModel(
      model({
        nodes: [
          { operator: 'MatMul', inputs: ['x', 'm'], outputs: ['p'], attributes: {} },
          { operator: 'Add', inputs: ['p', 'b'], outputs: ['z'], attributes: {} },
          { operator: 'Sigmoid', inputs: ['z'], outputs: ['y'], attributes: {} },
        ],
        tensors: [
          { name: 'm', type: 'float', shape: [2, 1], values: [1, 2] },
          { name: 'b', type: 'float', shape: [1], values: [3] },
        ],
      }),
    );
    assert.ok('text' in made, JSON.stringify(made));
    assert.match(made.text, /inputs: \["x1", "x2"\]\n {2}target: "y"/);
    assert.match(made.text, /- \{ dense: \{ units: 1, activation: sigmoid \} \}/);
    assert.deepEqual(
      made.tensors.map(({ values }) => [...values]),
      [[1, 2], [3]],
    );
  });

  it('with a node that no layer has is refused, and the node named', () => {
    for (const operator of ['constructor', 'toString']) {
      const named = importModel(model({ nodes: [{ operator, inputs: ['x'], outputs: ['y'], attributes: {} }] }));
      assert.ok('problems' in named && named.problems[0].includes(operator), operator);
    }
    const strange = model({
      nodes: [
        { operator: 'Gemm', inputs: ['x', 'w', 'b'], outputs: ['z'], attributes: { transB: 1 } },
        { operator: 'LSTM', inputs: ['z'], outputs: ['v'], attributes: {} },
        { operator: 'Gemm', inputs: ['v', 'w', 'b'], outputs: ['y'], attributes: { alpha: { float: 2 } } },
      ],
    });
    assert.deepEqual(importModel(strange), {
      problems: [
        'Node Gemm_2 (Gemm): its attribute “alpha” has a value that no layer has.',
        'Node LSTM_1 (LSTM): the catalogue has no such layer or activation.',
      ],
    });
  });

  it('that lies is refused with a sentence', async () => {
    const circle = model({
      nodes: [
        { operator: 'Add', inputs: ['x', 'y'], outputs: ['z'], attributes: {} },
        { operator: 'Relu', inputs: ['z'], outputs: ['y'], attributes: {} },
      ],
    });
    const itself = model({ nodes: [{ operator: 'Relu', inputs: ['y'], outputs: ['y'], attributes: {} }] });
    const short = model({ tensors: [{ name: 'w', type: 'float', shape: [1000000, 1000000], values: [1] }] });
    const whole = model({});
    const cut = whole.subarray(0, whole.length - 30);
    // The last field of the model's second tensor says that its data are in another file.
    const outside = withTensor(
      joinBytes([text(8, 'w'), integer(1, 2), integer(2, 1), text(13, '../../secret'), integer(14, 1)]),
    );
    for (const [bytes, wanted] of [
      [circle, /Node Add_0 takes “y”/],
      [itself, /Node Relu_0 takes “y”/],
      [short, /has the shape \[1000000, 1000000\], but 1 numbers/],
      [cut, /damaged|no graph/],
      [outside, /“w” is in another file/],
      [Buffer.from('not a model at all'), /no ONNX model/],
      [new Uint8Array(), /no graph/],
    ] as const) {
      const result = importModel(bytes);
      assert.ok('problems' in result, wanted.source);
      assert.match(result.problems.join('\n'), wanted);
    }
    writeFileSync(join(cwd, 'bad.onnx'), circle);
    const { status, err } = await nnspec(['import', 'bad.onnx'], { cwd });
    assert.equal(status, 1);
    assert.match(err, /^bad\.onnx: Node Add_0/);
  });
});
