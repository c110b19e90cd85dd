/** Reads an ONNX model. Nothing in it is believed: what lies is refused, and no file is opened. */
import { t } from '@vscode/l10n';
import { type Field, fieldsOf, packedIntegers } from '../../common/protobuf';
import { fields } from './model';

/** A constant; `values` are numbers of any type, or empty for texts. */
export interface Constant {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

export type AttributeValue = number | readonly number[] | string | Constant;

export interface ReadNode {
  /** Its own name, else its operator and place. */
  readonly name: string;
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, AttributeValue>;
}

export interface ReadModel {
  readonly name: string;
  readonly nodes: readonly ReadNode[];
  readonly constants: ReadonlyMap<string, Constant>;
  /** Inputs that are no constants; a length that the model leaves open is 0. */
  readonly inputs: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly outputs: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** Says what is wrong with a model. */
export class ModelError extends Error {}

const [mostNodes, mostAxes] = [20_000, 8];

export function decodeModel(bytes: Uint8Array): ReadModel {
  try {
    return readModel(new Message(bytes));
  } catch (error) {
    if (error instanceof RangeError) {
      throw new ModelError(t('This is no ONNX model, or it is damaged: a length in it is wrong. Export it again.'));
    }
    throw error;
  }
}

class Message {
  readonly #fields: readonly Field[];

  constructor(bytes: Uint8Array) {
    this.#fields = fieldsOf(bytes);
  }

  messages(field: number): Message[] {
    return this.bytes(field).map((bytes) => new Message(bytes));
  }

  bytes(field: number): Uint8Array[] {
    return this.#fields.flatMap((each) => (each.field === field && each.bytes ? [each.bytes] : []));
  }

  texts(field: number): string[] {
    return this.bytes(field).map((bytes) => new TextDecoder().decode(bytes));
  }

  text(field: number): string {
    return this.texts(field).at(-1) ?? '';
  }

  /** Repeated whole numbers, packed or not. */
  integers(field: number): number[] {
    return this.#fields
      .filter((each) => each.field === field)
      .flatMap(({ number, bytes }) => (bytes ? packedIntegers(bytes) : [number!]))
      .map(Number);
  }

  integer(field: number): number | undefined {
    return this.integers(field).at(-1);
  }

  /** Repeated float32 or float64, packed or not. */
  floats(field: number, size: 4 | 8): Float64Array {
    return floatsOf(
      this.bytes(field).flatMap((bytes) => [...bytes]),
      size,
    );
  }
}

function floatsOf(bytes: ArrayLike<number>, size: 4 | 8): Float64Array {
  const view = new DataView(Uint8Array.from(bytes).buffer);
  const read = (at: number) => (size === 4 ? view.getFloat32(at, true) : view.getFloat64(at, true));
  return Float64Array.from({ length: view.byteLength / size }, (_, i) => read(i * size));
}

function readModel(model: Message): ReadModel {
  const [graph] = model.messages(fields.model.graph);
  if (!graph) {
    throw new ModelError(t('This is no ONNX model: it has no graph. Choose another file.'));
  }
  const f = fields.graph;
  const nodes = graph.messages(f.node);
  if (nodes.length > mostNodes) {
    throw new ModelError(t('The model has {0} nodes, more than {1}.', nodes.length, mostNodes));
  }
  const constants = new Map(
    graph.messages(f.tensor).map((tensor) => [tensor.text(fields.tensor.name), readTensor(tensor)]),
  );
  return {
    name: graph.text(f.name),
    nodes: nodes.map(readNode),
    constants,
    inputs: graph
      .messages(f.input)
      .map(readValue)
      .filter(({ name }) => !constants.has(name)),
    outputs: graph.messages(f.output).map((value) => value.text(fields.value.name)),
    metadata: Object.fromEntries(
      model
        .messages(fields.model.metadata)
        .map((entry) => [entry.text(fields.entry.key), entry.text(fields.entry.value)]),
    ),
  };
}

function readNode(node: Message, index: number): ReadNode {
  const f = fields.node;
  const operator = node.text(f.operator);
  return {
    name: node.text(f.name) || `${operator}_${index}`,
    operator,
    inputs: node.texts(f.input),
    outputs: node.texts(f.output),
    attributes: new Map(
      node.messages(f.attribute).map((attribute) => [attribute.text(fields.attribute.name), readAttribute(attribute)]),
    ),
  };
}

/** The number of each type of attributes. */
const [float, integer, text, tensor, , floats] = [1, 2, 3, 4, 5, 6];

function readAttribute(attribute: Message): AttributeValue {
  const f = fields.attribute;
  switch (attribute.integer(f.type)) {
    case float:
      return attribute.floats(f.float, 4).at(-1) ?? 0;
    case integer:
      return attribute.integer(f.integer) ?? 0;
    case text:
      return attribute.text(f.text);
    case tensor:
      return readTensor(attribute.messages(f.tensor)[0]);
    case floats:
      return [...attribute.floats(f.floats, 4)];
    default:
      return attribute.integers(f.integers);
  }
}

function readValue(value: Message) {
  const [type] = value.messages(fields.value.type).flatMap((each) => each.messages(fields.type.tensor));
  const lengths = type?.messages(fields.tensorType.shape).flatMap((shape) => shape.messages(fields.shape.length)) ?? [];
  return {
    name: value.text(fields.value.name),
    shape: lengths.map((length) => length.integer(fields.length.value) ?? 0),
  };
}

/** Types of elements whose numbers are read: float32, int32, int64, float64. */
const sizes: Readonly<Record<number, 4 | 8>> = { 1: 4, 6: 4, 7: 8, 11: 8 };

function readTensor(message: Message | undefined): Constant {
  if (!message) {
    throw new RangeError('An attribute of the type tensor has none.');
  }
  const f = fields.tensor;
  const name = message.text(f.name);
  const shape = message.integers(f.shape);
  const type = message.integer(f.type) ?? 0;
  if (message.integer(f.location) === 1) {
    throw new ModelError(
      t('The tensor “{0}” is in another file. Save the model as one file, with its data inside.', name),
    );
  }
  const size = sizes[type];
  if (size === undefined) {
    return { shape, values: new Float64Array() };
  }
  const [raw] = message.bytes(f.raw);
  const values = raw ? rawValues(raw, type, size) : typedValues(message, type);
  const count = shape.reduce((product, length) => product * length, 1);
  if (shape.length > mostAxes || shape.some((length) => length < 0) || count !== values.length) {
    throw new ModelError(
      t(
        'The tensor “{0}” has the shape [{1}], but {2} numbers.',
        name,
        shape.slice(0, mostAxes).join(', '),
        values.length,
      ),
    );
  }
  return { shape, values };
}

function rawValues(raw: Uint8Array, type: number, size: 4 | 8): Float64Array {
  if (raw.length % size !== 0) {
    throw new RangeError('The bytes of a tensor are no whole numbers of its type.');
  }
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const readers: Readonly<Record<number, (at: number) => number>> = {
    1: (at) => view.getFloat32(at, true),
    6: (at) => view.getInt32(at, true),
    7: (at) => Number(view.getBigInt64(at, true)),
    11: (at) => view.getFloat64(at, true),
  };
  return Float64Array.from({ length: raw.length / size }, (_, i) => readers[type](i * size));
}

function typedValues(message: Message, type: number): Float64Array {
  const f = fields.tensor;
  if (type === 1) {
    return message.floats(f.floats, 4);
  }
  return type === 11
    ? message.floats(f.doubles, 8)
    : Float64Array.from(message.integers(type === 7 ? f.integers : f.int32));
}
