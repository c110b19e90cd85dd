/** Weights files: a network's learned tensors as safetensors, with the metadata that `predict` needs. */
import { t } from '@vscode/l10n';
import { counted } from '../common/counted';
import { isRecord } from '../common/isRecord';
import { packNumbers, unpackNumbers } from '../common/jsonNumbers';
import { engineVersion } from '../common/version';
import type { InputScale } from '../spec/inputScale';
import { type NetworkPlan, storedTensors, type TensorPlan } from '../spec/plan';
import {
  type ColumnType,
  type DateOrder,
  decimalSigns,
  delimiters,
  encodings,
  type TextFormat,
  thousandsSigns,
} from '../spec/spec';
import type { TargetScale } from '../spec/targetScale';
import type { FloatArray } from './backend';
import type { Constants } from './baseline';
import { short } from './checkpoint/damaged';
import { areFinite, type Checked, type Container, decodeSafetensors, encodeContainer } from './safetensors';
import { sizeOf } from './shape';

/** How one input column becomes numbers: an input encoding of `src/data`. */
export interface ColumnEncoding extends InputScale {
  readonly column: string;
  readonly type: ColumnType;
  readonly categories?: readonly string[];
  readonly order?: DateOrder;
  readonly unit?: string;
  /** Each is a sine and a cosine after the days of a date. */
  readonly cycles?: readonly ('month' | 'weekday')[];
  readonly imputation?: number;
  readonly unknown?: 'ignore';
}

export interface TargetDescription {
  readonly columns: readonly string[];
  readonly kind: 'classes' | 'binary' | 'numbers';
  readonly classNames?: readonly string[];
  readonly units?: Readonly<Record<string, string>>;
  /** How each column was scaled; default: not at all. */
  readonly scaling?: readonly TargetScale[];
}

export interface WeightsMetadata {
  /** Text of the spec. */
  readonly spec: string;
  readonly seed: number;
  readonly engineVersion: string;
  /** Hex digest of the data trained on. */
  readonly dataHash: string;
  /** In the order of the inputs. */
  readonly inputs: readonly ColumnEncoding[];
  /** A sample's shape. */
  readonly inputShape: readonly number[];
  readonly target: TargetDescription;
  /** Scores are compared with theirs. Files that were saved before they were measured have none. */
  readonly constants?: Constants;
  /** How the table trained on is written: decides where the format of another one is doubtful. */
  readonly format?: TextFormat;
}

export type WeightsFile = Container;

/** The file's bytes. `weights` holds learned tensors and running statistics, to be rounded to float32. */
export function encodeWeights(
  network: NetworkPlan,
  weights: ReadonlyMap<string, FloatArray>,
  metadata: Omit<WeightsMetadata, 'engineVersion'>,
): Uint8Array {
  const tensors = network.layers.flatMap((layer) =>
    storedTensors(layer).map(({ name, shape }) => {
      const values = weights.get(name);
      if (!values) {
        throw new Error(`The weights have no tensor ${name}.`);
      }
      return { name, shape, values: values instanceof Float32Array ? values : new Float32Array(values) };
    }),
  );
  return encodeContainer({
    tensors,
    metadata: {
      nnspec: '1',
      spec: metadata.spec,
      seed: String(metadata.seed),
      engine_version: engineVersion,
      data_hash: metadata.dataHash,
      inputs: JSON.stringify(metadata.inputs),
      input_shape: JSON.stringify(metadata.inputShape),
      target: JSON.stringify(metadata.target),
      ...(metadata.constants && { constants: JSON.stringify(packNumbers(metadata.constants)) }),
      ...(metadata.format ? { format: JSON.stringify(metadata.format) } : {}),
    },
  });
}

/** Reads and checks a file. A problem is a sentence for the person. */
export function decodeWeights(bytes: Uint8Array): Checked<WeightsFile> {
  return decodeSafetensors(bytes);
}

/**
 * The first place in which kept weights, those of `file`, differ from others, bit by bit. Undefined for the
 * same ones.
 */
export function weightsDifference(
  bytes: Uint8Array,
  others: { readonly ok: Uint8Array } | { readonly err: { readonly message: string } },
  file: string,
): { readonly where: string; readonly kept: string; readonly now: string } | undefined {
  const kept = decodeWeights(bytes);
  const now = 'ok' in others ? decodeWeights(others.ok) : { problem: others.err.message };
  if ('problem' in kept || 'problem' in now) {
    const problem = (each: object) => ('problem' in each ? String(each.problem) : '–');
    return { where: file, kept: problem(kept), now: problem(now) };
  }
  const tensors = new Map(now.ok.tensors.map(({ name, values }) => [name, values]));
  for (const { name, values } of kept.ok.tensors) {
    const again = tensors.get(name) ?? new Float32Array();
    const at = values.findIndex((value, i) => !Object.is(value, again[i]));
    if (at >= 0) {
      return { where: `${name}[${at}]`, kept: String(values[at]), now: String(again[at]) };
    }
  }
  return undefined;
}

/** The metadata of a file that NNSpec saved; a problem where something is missing. */
export function metadataOf({ metadata }: WeightsFile): Checked<WeightsMetadata> {
  const inputs = parse(metadata.inputs);
  const inputShape = parse(metadata.input_shape);
  const target = parse(metadata.target);
  const constants = metadata.constants === undefined ? undefined : unpackNumbers(parse(metadata.constants));
  const format = metadata.format === undefined ? undefined : parse(metadata.format);
  const { spec, seed, data_hash: dataHash, engine_version: version } = metadata;
  const missing = [
    ['spec', spec !== undefined],
    ['seed', /^\d+$/.test(seed ?? '')],
    ['engine_version', version !== undefined],
    ['data_hash', dataHash !== undefined],
    ['inputs', areColumns(inputs)],
    ['input_shape', isSampleShape(inputShape)],
    ['target', isTarget(target)],
    ['constants', constants === undefined || areConstants(constants)],
    ['format', format === undefined || isFormat(format)],
  ].find(([, present]) => !present);
  if (missing) {
    return {
      problem: t(
        'The metadata “{0}” of the weights file is missing or damaged, so it cannot predict by itself. Save the weights with NNSpec.',
        String(missing[0]),
      ),
    };
  }
  const columns = inputs as readonly ColumnEncoding[];
  const unfit = columns.map(scalingProblem).find((found) => found !== undefined);
  if (unfit !== undefined) {
    return { problem: unfit };
  }
  const width = columns.reduce(
    (sum, { categories, cycles = [] }) => sum + (categories?.length ?? 1 + 2 * cycles.length),
    0,
  );
  if (width !== sizeOf(inputShape as readonly number[])) {
    return {
      problem: t(
        'The columns in the weights file make {0}, but a sample has the shape [{1}]. Save the weights again.',
        counted(width, t('{0} input', width), t('{0} inputs', width)),
        (inputShape as readonly number[]).join(', '),
      ),
    };
  }
  return {
    ok: {
      spec,
      seed: Number(seed),
      engineVersion: version,
      dataHash,
      inputs: columns,
      inputShape: inputShape as readonly number[],
      target: target as TargetDescription,
      ...(constants !== undefined && { constants: constants as Constants }),
      ...(format === undefined ? {} : { format: format as TextFormat }),
    },
  };
}

/**
 * The file's tensors by name, where they are exactly the network's in name and shape, and finite. Where
 * another program named all of them, as `nn.Sequential` of PyTorch does, they are taken in their order.
 */
export function initialWeights(given: WeightsFile, network: NetworkPlan): Checked<ReadonlyMap<string, Float32Array>> {
  const wanted = network.layers.flatMap(storedTensors);
  const file = renamed(given, wanted);
  const found = new Map(file.tensors.map((tensor) => [tensor.name, tensor]));
  for (const { name, shape } of wanted) {
    const tensor = found.get(name);
    if (!tensor) {
      return {
        problem: t(
          'The weights file has no tensor “{0}”, which the network needs. Choose weights of this network.',
          name,
        ),
      };
    }
    if (tensor.shape.join() !== shape.join()) {
      return {
        problem: t(
          'Tensor “{0}” has the shape [{1}] in the weights file and [{2}] in the network. Choose weights of this network.',
          name,
          short(tensor.shape.join(', ')),
          shape.join(', '),
        ),
      };
    }
  }
  const names = new Set(wanted.map(({ name }) => name));
  const extra = file.tensors.find(({ name }) => !names.has(name));
  if (extra) {
    return {
      problem: t(
        'The weights file holds a tensor “{0}”, which the network does not have. Choose weights of this network.',
        short(extra.name),
      ),
    };
  }
  for (const { name, values } of file.tensors) {
    if (areFinite(values)) {
      continue;
    }
    return {
      problem: t(
        'Tensor “{0}” in the weights file holds numbers that are not finite: its run had diverged. Choose weights of another run.',
        name,
      ),
    };
  }
  return { ok: new Map(file.tensors.map(({ name, values }) => [name, values])) };
}

/** The order of tensors in a module of PyTorch; files have them in the order of their names. */
const suffixes = ['weight', 'bias', 'running_mean', 'running_var'];

/** The tensors under the network's names, where none has one of them and all shapes fit in their order. */
function renamed(file: WeightsFile, wanted: readonly TensorPlan[]): WeightsFile {
  const names = new Set(wanted.map(({ name }) => name));
  if (file.metadata.nnspec !== undefined || file.tensors.some(({ name }) => names.has(name))) {
    return file;
  }
  const tensors = file.tensors.toSorted((a, b) => {
    const [[moduleOfA, suffixOfA], [moduleOfB, suffixOfB]] = [a, b].map(({ name }) => moduleAndSuffix(name));
    return (
      moduleOfA.localeCompare(moduleOfB, 'en', { numeric: true }) ||
      suffixes.indexOf(suffixOfA) - suffixes.indexOf(suffixOfB)
    );
  });
  const fits =
    tensors.length === wanted.length && tensors.every(({ shape }, at) => shape.join() === wanted[at].shape.join());
  return fits ? { ...file, tensors: tensors.map((tensor, at) => ({ ...tensor, name: wanted[at].name })) } : file;
}

/** `2.weight` → `2`, `weight` */
function moduleAndSuffix(name: string): readonly [string, string] {
  const end = name.lastIndexOf('.');
  return [name.slice(0, Math.max(0, end)), name.slice(end + 1)];
}

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return undefined;
  }
}

function areConstants(value: unknown): boolean {
  const areNumbers = (each: unknown) => Array.isArray(each) && each.every((number) => typeof number === 'number');
  return (
    isRecord(value) &&
    areNumbers(value.loss) &&
    isRecord(value.metrics) &&
    Object.values(value.metrics).every(areNumbers)
  );
}

/** As the language allows it: one to three sizes from 1. */
function isSampleShape(value: unknown): boolean {
  const isSize = (size: unknown) => Number.isSafeInteger(size) && Number(size) > 0;
  return Array.isArray(value) && value.length >= 1 && value.length <= 3 && value.every(isSize);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}

function areColumns(value: unknown): boolean {
  return Array.isArray(value) && value.every(isColumn) && areDistinct(value.map(({ column }) => column));
}

function isColumn(value: unknown): value is ColumnEncoding {
  if (!isRecord(value)) {
    return false;
  }
  const { column, type, categories, order, cycles, shift, scale, limit, imputation, unknown } = value;
  if (typeof column !== 'string' || shift === undefined || scale === undefined) {
    return false;
  }
  if (value.unit !== undefined && typeof value.unit !== 'string') {
    return false;
  }
  if (limit !== undefined && !(Number.isFinite(limit) && Number(limit) > 0)) {
    return false;
  }
  if (type === 'date' ? !isDate(order, cycles) : order !== undefined || cycles !== undefined) {
    return false;
  }
  if (type !== 'category') {
    return (
      (type === 'number' || type === 'date') &&
      categories === undefined &&
      unknown === undefined &&
      (imputation === undefined || Number.isFinite(imputation))
    );
  }
  if (!isTexts(categories) || !areDistinct(categories)) {
    return false;
  }
  if (unknown !== undefined && unknown !== 'ignore') {
    return false;
  }
  return (
    imputation === undefined || (Number.isSafeInteger(imputation) && Object.hasOwn(categories, Number(imputation)))
  );
}

/** A column is divided by its scale. A negative one would reverse the column, and nothing would show it. */
function scalingProblem({ column, shift, scale }: ColumnEncoding): string | undefined {
  if (!Number.isFinite(shift)) {
    return t(
      'In the metadata “inputs” of the weights file the shift of column “{0}” is {1}; it must be a finite number. Save the weights with NNSpec.',
      short(column),
      short(String(shift)),
    );
  }
  if (!Number.isFinite(scale) || scale <= 0) {
    return t(
      'In the metadata “inputs” of the weights file the scale of column “{0}” is {1}; it must be a finite number above 0. Save the weights with NNSpec.',
      short(column),
      short(String(scale)),
    );
  }
  return undefined;
}

/** A target is divided by its scale, and a negative one would reverse it. */
function areScales(value: unknown, count: number): boolean {
  return (
    Array.isArray(value) &&
    value.length === count &&
    value.every(
      (each) =>
        isRecord(each) &&
        (each.log === undefined || each.log === true) &&
        Number.isFinite(each.shift) &&
        Number.isFinite(each.scale) &&
        Number(each.scale) > 0,
    )
  );
}

function isDate(order: unknown, cycles: unknown): boolean {
  return (
    ['ymd', 'dmy', 'mdy'].includes(order as string) &&
    isTexts(cycles) &&
    areDistinct(cycles) &&
    cycles.every((cycle) => cycle === 'month' || cycle === 'weekday')
  );
}

function isFormat(value: unknown): boolean {
  if (!isRecord(value)) {
    return false;
  }
  const { delimiter, decimal, thousands, encoding, header } = value;
  const isOneOf = (choices: readonly string[], choice: unknown) => choices.includes(choice as string);
  return (
    isOneOf(delimiters, delimiter) &&
    isOneOf(decimalSigns, decimal) &&
    isOneOf(thousandsSigns, thousands) &&
    isOneOf(encodings, encoding) &&
    typeof header === 'boolean'
  );
}

function areDistinct(values: readonly unknown[]): boolean {
  return new Set(values).size === values.length;
}

function isTarget(value: unknown): boolean {
  if (!isRecord(value)) {
    return false;
  }
  const { columns, kind, classNames, scaling } = value;
  if (!isTexts(columns) || !['classes', 'binary', 'numbers'].includes(kind as string)) {
    return false;
  }
  if (scaling !== undefined && !(kind === 'numbers' && areScales(scaling, columns.length))) {
    return false;
  }
  if (classNames === undefined) {
    return true;
  }
  // One output distinguishes two classes.
  return isTexts(classNames) && areDistinct(classNames) && (kind !== 'binary' || classNames.length === 2);
}
