/** ONNX models as plain data, and as the bytes of a file (onnx.proto of version 1.12). */
import { joinBytes } from '../../common/joinBytes';
import { float, integer, message, text } from '../../common/protobuf';

/** The number of each type of elements. */
export const elementTypes = { float: 1, int64: 7, string: 8, double: 11 } as const;
export type ElementType = keyof typeof elementTypes;

export interface OnnxTensor {
  readonly name: string;
  readonly type: ElementType;
  /** Empty for a single number. */
  readonly shape: readonly number[];
  readonly values: ArrayLike<number> | readonly string[];
}

export type Attribute = number | readonly number[] | string | readonly string[] | { readonly float: number };

export interface OnnxNode {
  readonly operator: string;
  /** `ai.onnx.ml` for the operators of classic learning. */
  readonly domain?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface OnnxValue {
  readonly name: string;
  readonly type: ElementType;
  /** A text is a length that the model leaves open. */
  readonly shape: readonly (number | string)[];
  readonly about?: string;
}

export interface OnnxModel {
  readonly name: string;
  readonly about: string;
  readonly producer: string;
  readonly version: string;
  readonly nodes: readonly OnnxNode[];
  readonly tensors: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly metadata: Readonly<Record<string, string>>;
}

export const irVersion = 8;
export const operatorSet = 17;
const learningSet = 3;

export const fields = {
  model: { irVersion: 1, operatorSet: 8, producer: 2, version: 3, about: 6, graph: 7, metadata: 14 },
  operatorSet: { domain: 1, version: 2 },
  entry: { key: 1, value: 2 },
  graph: { node: 1, name: 2, tensor: 5, input: 11, output: 12 },
  node: { input: 1, output: 2, name: 3, operator: 4, attribute: 5, domain: 7 },
  attribute: { name: 1, float: 2, integer: 3, text: 4, tensor: 5, floats: 7, integers: 8, texts: 9, type: 20 },
  tensor: { shape: 1, type: 2, floats: 4, texts: 6, integers: 7, name: 8, raw: 9, doubles: 10, location: 14 },
  value: { name: 1, type: 2, about: 3 },
  type: { tensor: 1 },
  tensorType: { elements: 1, shape: 2 },
  shape: { length: 1 },
  length: { value: 1, name: 2 },
} as const;

/** The number of each type of attributes. */
const attributeTypes = { float: 1, integer: 2, text: 3, integers: 7, texts: 8 } as const;

export function encodeModel(model: OnnxModel): Uint8Array {
  const f = fields.model;
  const usesLearning = model.nodes.some(({ domain }) => domain !== undefined);
  const set = (domain: string, version: number) =>
    message(f.operatorSet, [text(fields.operatorSet.domain, domain), integer(fields.operatorSet.version, version)]);
  const bytes = [
    integer(f.irVersion, irVersion),
    text(f.producer, model.producer),
    text(f.version, model.version),
    text(f.about, model.about),
    message(f.graph, graphOf(model)),
    set('', operatorSet),
    ...(usesLearning ? [set('ai.onnx.ml', learningSet)] : []),
    ...Object.entries(model.metadata).map(([key, value]) =>
      message(f.metadata, [text(fields.entry.key, key), text(fields.entry.value, value)]),
    ),
  ];
  return joinBytes(bytes);
}

function graphOf({ name, nodes, tensors, inputs, outputs }: OnnxModel): Uint8Array[] {
  const f = fields.graph;
  return [
    ...nodes.map((node, index) => message(f.node, nodeOf(node, index))),
    text(f.name, name),
    ...tensors.map((tensor) => message(f.tensor, tensorOf(tensor))),
    ...inputs.map((value) => message(f.input, valueInfoOf(value))),
    ...outputs.map((value) => message(f.output, valueInfoOf(value))),
  ];
}

function nodeOf({ operator, domain, inputs, outputs, attributes }: OnnxNode, index: number): Uint8Array[] {
  const f = fields.node;
  return [
    ...inputs.map((name) => text(f.input, name)),
    ...outputs.map((name) => text(f.output, name)),
    text(f.name, `${operator}_${index}`),
    text(f.operator, operator),
    ...Object.entries(attributes).map(([name, value]) => message(f.attribute, attributeOf(name, value))),
    ...(domain === undefined ? [] : [text(f.domain, domain)]),
  ];
}

function attributeOf(name: string, value: Attribute): Uint8Array[] {
  const f = fields.attribute;
  const made = (type: keyof typeof attributeTypes, content: readonly Uint8Array[]) => [
    text(f.name, name),
    ...content,
    integer(f.type, attributeTypes[type]),
  ];
  if (typeof value === 'number') {
    return made('integer', [integer(f.integer, value)]);
  }
  if (typeof value === 'string') {
    return made('text', [text(f.text, value)]);
  }
  if ('float' in value) {
    return made('float', [float(f.float, value.float)]);
  }
  if (value.length > 0 && typeof value[0] === 'string') {
    return made(
      'texts',
      value.map((each) => text(f.texts, String(each))),
    );
  }
  return made(
    'integers',
    value.map((each) => integer(f.integers, Number(each))),
  );
}

function tensorOf({ name, type, shape, values }: OnnxTensor): Uint8Array[] {
  const f = fields.tensor;
  const head = [
    ...shape.map((length) => integer(f.shape, length)),
    integer(f.type, elementTypes[type]),
    text(f.name, name),
  ];
  if (type === 'string') {
    return [...head, ...Array.from(values as readonly string[], (value) => text(f.texts, value))];
  }
  const size = type === 'float' ? 4 : 8;
  const bytes = new Uint8Array(values.length * size);
  const view = new DataView(bytes.buffer);
  for (const [at, value] of Array.from(values as ArrayLike<number>).entries()) {
    if (type === 'float') {
      view.setFloat32(at * size, value, true);
    } else if (type === 'double') {
      view.setFloat64(at * size, value, true);
    } else {
      view.setBigInt64(at * size, BigInt(value), true);
    }
  }
  return [...head, message(f.raw, [bytes])];
}

function valueInfoOf({ name, type, shape, about }: OnnxValue): Uint8Array[] {
  const { length: lengthFields, tensorType } = fields;
  const lengths = shape.map((length) =>
    message(fields.shape.length, [
      typeof length === 'number' ? integer(lengthFields.value, length) : text(lengthFields.name, length),
    ]),
  );
  const tensor = [integer(tensorType.elements, elementTypes[type]), message(tensorType.shape, lengths)];
  return [
    text(fields.value.name, name),
    message(fields.value.type, [message(fields.type.tensor, tensor)]),
    ...(about === undefined ? [] : [text(fields.value.about, about)]),
  ];
}
