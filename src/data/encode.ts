/**
 * Turns a table into a data set: checks the cells, encodes the targets, splits, fits and encodes the inputs.
 */
import { t } from '@vscode/l10n';
import { counted } from '../common/counted';
import { formatCount } from '../common/formatCount';
import { describedColumns } from '../common/limits';
import type { TargetKind, TargetMoments } from '../spec/dataFacts';
import type { FaultyColumn } from '../spec/problem';
import type { DataSpec, Part } from '../spec/spec';
import { scaleTarget, type TargetScale, type TargetUnits } from '../spec/targetScale';
import { type BlockInputs, blockInputs, encodeBlock, fitBlock, surelyFits } from './blockInputs';
import { keyOf } from './choose';
import { badTexts } from './columnFacts';
import type { EncodedData, InputEncoding } from './dataset';
import { type Folds, foldsOf } from './folds';
import { filterRows, fitInput, inputWriter, namesOf, widthOf } from './inputs';
import { mayStandForMissing } from './marks';
import { otherNumberFormat } from './numbers';
import type { Problems } from './problems';
import { weightsOf } from './rowWeights';
import { classesOf, type SplitRequest, splitTable } from './splitTable';
import { type BadText, isComplete, missingIn, sharedRows, type Table } from './table';
import { fitTargets, targetMoments } from './targetScaling';
import { planTargets, type TargetPlan } from './targets';

/** Maximum number of encoded inputs and targets together: 1 GiB of inputs in float32. */
export const largestData = 2 ** 28;

export interface EncodeRequest extends SplitRequest {
  readonly loss: string;
  readonly targetKind: TargetKind;
  /** Column indices. */
  readonly inputs: readonly number[];
  readonly targets: readonly number[];
  /** The column that tells how much a row counts. */
  readonly weights?: number;
  /** The number of folds of a cross-validation. */
  readonly folds?: number;
}

/** How a checked table is encoded. */
export interface EncodingPlan {
  /** Rows of the table that are used, in their order. */
  readonly kept: Int32Array;
  /** The number of rows that have no target. */
  readonly withoutTarget: number;
  readonly inputs: readonly InputEncoding[];
  readonly targets: TargetPlan;
  /** One for each target, where targets are scaled. */
  readonly targetScales?: readonly TargetScale[];
  /** How much each of `kept` counts, where rows do not count alike. */
  readonly rowWeights?: Float64Array;
  /** Where the targets are numbers. */
  readonly targetMoments?: readonly TargetMoments[];
  readonly inputSize: number;
  /** A sample's shape: the spec's, or `[inputSize]`. */
  readonly inputShape: readonly number[];
  /** Indices into `kept`. */
  readonly parts: Readonly<Record<Part, Int32Array>>;
  /** Where folds are wanted. */
  readonly folds?: Folds;
}

/** The same whichever rows the parts have. */
type Base = Pick<EncodingPlan, 'kept' | 'withoutTarget' | 'targets' | 'folds'>;

/** Makes all checks without allocating the encoded data. Undefined if there are problems. */
export function planEncoding(request: EncodeRequest, problems: Problems): EncodingPlan | undefined {
  const { table, targets, loss, targetKind } = request;
  checkNumbers(request, problems);
  if (problems.any) {
    return undefined;
  }
  const hasTarget = rowsWithTarget(request);
  checkMissing(request, hasTarget, problems);
  if (problems.any) {
    return undefined;
  }

  const targetNames = targets.map((index) => table.columns[index].name);
  const targetPath = (index: number) => keyOf('target', targetNames, index);
  const plan = planTargets(
    table,
    targets,
    { loss, kind: targetKind, positive: request.data.positive },
    targetPath,
    problems,
  );
  const kept = request.data.missing === 'drop' ? rowsWith(table, usedColumns(request), hasTarget) : hasTarget;
  if (kept.length === 0 && !problems.any) {
    reportNoRows(hasTarget.length === 0 ? targetNames : [], problems);
  }
  if (!plan || problems.any) {
    return undefined;
  }
  const classes = classesOf(request, plan, kept, problems);
  const split = splitTable(request, kept, classes, problems);
  if (problems.any) {
    return undefined;
  }
  const { folds: count } = request;
  const folds =
    count === undefined
      ? undefined
      : foldsOf(
          { ...request, folds: count },
          { kept, parts: split, classes: classes && { of: classes, names: plan.encoding.classNames } },
          problems,
        );
  const withoutTarget = table.rows - hasTarget.length;
  const base = { kept, withoutTarget, targets: plan, ...(folds && { folds }) };
  return problems.any ? undefined : planParts(request, base, split, problems);
}

/** `emptyTargets`: the targets, where no row has one. */
function reportNoRows(emptyTargets: readonly string[], problems: Problems): void {
  if (emptyTargets.length > 0) {
    const message = t('The target “{0}” has no values. Choose another column, or fill it in.', emptyTargets.join(', '));
    problems.add('no-rows', message, ['data', 'target']);
    return;
  }
  const message = t('Every row has a missing cell, so none is left. Leave the emptiest columns out of inputs.');
  problems.add('no-rows', message, ['data', 'missing']);
}

/** The same for a fold, counted from 1, of a plan that has folds. */
export function planFold(
  request: EncodeRequest,
  { kept, withoutTarget, targets, folds }: EncodingPlan,
  fold: number,
  problems: Problems,
): EncodingPlan | undefined {
  if (!folds) {
    throw new Error('The plan has no folds: ask for them in the request.');
  }
  return planParts(request, { kept, withoutTarget, targets }, folds.partsOf(fold), problems);
}

/** Fits everything that is taken from the train part. */
function planParts(
  request: EncodeRequest,
  base: Base,
  split: EncodingPlan['parts'],
  problems: Problems,
): EncodingPlan | undefined {
  const { data, table, inputs, targets } = request;
  const { kept, targets: plan } = base;
  const train = split.train.map((index) => kept[index]);
  const inBlock = blockInputs(table, inputs, data.scale);
  const encodings = (inBlock && fitSideBySide(request, inBlock, train)) ?? fitEach(request, train, problems);
  if (table.partRows && !problems.any) {
    checkCategories(request, encodings, kept, problems);
  }
  if (problems.any) {
    return undefined;
  }

  const inputSize = encodings.reduce((size, encoding) => size + widthOf(encoding), 0);
  checkSize(data, kept.length, inputSize, plan.size, problems);
  const areNumbers = plan.encoding.kind === 'numbers';
  const rowWeights =
    request.weights === undefined ? undefined : weightsOf(request, request.weights, kept, split, problems);
  const targetScales =
    areNumbers && data.scaleTarget
      ? fitTargets(table, targets, data.scaleTarget, { rows: kept, train }, problems)
      : undefined;
  if (problems.any) {
    return undefined;
  }
  const inRange = inBlock !== undefined && surelyFits(inBlock, encodings);
  checkRange(
    inRange ? { ...request, inputs: [] } : request,
    encodings,
    { targets: plan, targetScales },
    kept,
    problems,
  );
  if (problems.any) {
    return undefined;
  }
  const inputShape = data.shape ?? shapeInFile(request, inputSize) ?? [inputSize];
  return {
    ...base,
    inputs: encodings,
    ...(targetScales && { targetScales }),
    ...(rowWeights && { rowWeights }),
    ...(areNumbers && {
      targetMoments: targetMoments(table, targets.slice(0, describedColumns), { rows: kept, train }),
    }),
    inputSize,
    inputShape,
    parts: split,
  };
}

function fitEach(request: EncodeRequest, train: Int32Array, problems: Problems): readonly InputEncoding[] {
  const { data, table, inputs } = request;
  const room = new Float64Array(train.length);
  return inputs.flatMap((index) => {
    const ofColumn = {
      add(code: string, message: string) {
        const path = data.inputs
          ? keyOf('inputs', data.inputs, data.inputs.indexOf(table.columns[index].name))
          : ['data', data.origin.kind];
        problems.add(code, message, path, undefined, { column: faulty(index, request) });
      },
    };
    return fitInput(table, index, train, data, ofColumn, room) ?? [];
  });
}

/** Undefined where a column has to be looked at by itself. */
function fitSideBySide(
  { data, table, inputs }: EncodeRequest,
  inBlock: BlockInputs,
  train: Int32Array,
): readonly InputEncoding[] | undefined {
  if (train.length === 0 || data.missing === 'mean' || data.missing === 'median') {
    return undefined;
  }
  const scales = fitBlock(inBlock, train, data.scale);
  return scales.every(({ shift, scale }) => Number.isFinite(shift) && Number.isFinite(scale))
    ? scales.map((scale, at) => ({ column: table.columns[inputs[at]].name, type: 'number', ...scale }))
    : undefined;
}

/** Axes of a sample that a layer can take. */
const mostAxes = 3;

/** The shape that the file gives its samples, if the inputs are all of them in their order. */
function shapeInFile({ table, inputs }: EncodeRequest, inputSize: number): readonly number[] | undefined {
  const found = table.samples?.find(({ start }) => inputs.every((column, index) => column === start + index));
  const size = found?.shape.reduce((product, length) => product * length, 1);
  return found && size === inputSize && found.shape.length <= mostAxes ? found.shape : undefined;
}

export function encodeTable(request: EncodeRequest, plan: EncodingPlan): Omit<EncodedData, 'hash'> {
  const { kept, inputs, targets, targetScales, rowWeights, inputSize, inputShape, parts } = plan;
  return {
    inputs: encodeInputs(request, inputs, kept, inputSize),
    ...encodeTargets(targets, kept, targetScales),
    ...(rowWeights && { rowWeights }),
    samples: kept.length,
    ...(kept.length < request.table.rows && { rows: kept }),
    inputSize,
    targetSize: targets.size,
    inputShape,
    parts,
    inputEncodings: inputs,
    targetEncoding: targetScales ? { ...targets.encoding, scaling: targetScales } : targets.encoding,
    inputNames: namesOf(inputs.slice(0, describedColumns)),
  };
}

/** Reports categories that the train part does not have, the first of each column. */
function checkCategories(
  { table, inputs }: EncodeRequest,
  encodings: readonly InputEncoding[],
  kept: Int32Array,
  problems: Problems,
): void {
  for (const [at, index] of inputs.entries()) {
    const column = table.columns[index];
    const { categories = [], unknown } = encodings[at];
    if (column.type !== 'category' || unknown) {
      continue;
    }
    const known = new Set(categories);
    const row = kept.find((each) => column.codes[each] >= 0 && !known.has(column.values[column.codes[each]]));
    if (row === undefined) {
      continue;
    }
    const place = table.place(row, index);
    const message = t(
      '{0}: “{1}” does not occur in the train part. Correct it, or write unknown: ignore.',
      place.words,
      column.values[column.codes[row]].slice(0, 40),
    );
    problems.add('unknown-category', message, place.path, place.at, { column: { name: column.name, role: 'row' } });
  }
}

/** Maximum number of inputs that a quick fix lists in a spec. */
const mostInputs = 30;

function faulty(index: number, { table, inputs, targets }: EncodeRequest): FaultyColumn {
  const { name } = table.columns[index];
  if (!inputs.includes(index) && !targets.includes(index)) {
    return { name, role: 'row' };
  }
  if (targets.includes(index)) {
    return { name, role: 'target' };
  }
  if (inputs.length > mostInputs) {
    return { name, role: 'input' };
  }
  const others = inputs.filter((other) => other !== index);
  return { name, role: 'input', otherInputs: others.map((other) => table.columns[other].name) };
}

/** The columns of inputs and targets, and those that tell something of a row. */
function usedColumns({ inputs, targets, splitBy, weights }: EncodeRequest): readonly number[] {
  const ofRows = [splitBy, weights].filter((index) => index !== undefined);
  return [...new Set([...inputs, ...targets, ...ofRows])];
}

/** Reports text and infinite numbers in the number columns that are used. */
function checkNumbers(request: EncodeRequest, problems: Problems): void {
  const { table } = request;
  for (const index of usedColumns(request)) {
    const column = table.columns[index];
    if (column.type !== 'number') {
      continue;
    }
    for (const found of badTexts(column)) {
      if (problems.full) {
        return;
      }
      reportText(found, index, request, problems);
    }
  }
}

/** Reports a text or an infinite number at its first cell. */
function reportText(
  { row, text, infinite, count }: BadText,
  index: number,
  request: EncodeRequest,
  problems: Problems,
): void {
  const { table } = request;
  const column = table.columns[index];
  const isDate = column.type === 'number' && column.dates !== undefined;
  const { words, path, at } = table.place(row, index);
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  const format = table.found && !isDate ? otherNumberFormat(text, table.found.format) : undefined;
  const isMark = !infinite && !format && mayStandForMissing(text);
  const message = infinite
    ? t('{0}: “{1}” is infinite. Give a finite number, or leave the cell empty.', words, shown)
    : isDate
      ? t(
          '{0}: “{1}” is no date like the others. Correct it, or declare the column a category under types.',
          words,
          shown,
        )
      : format
        ? t('{0}: “{1}” is a number in another format. Write decimal and thousands under format.', words, shown)
        : t('{0}: “{1}” is not a number. Correct it, or declare the column a category under types.', words, shown);
  const cells = count > 1 ? ` ${t('Cells of the column with this text: {0}.', formatCount(count))}` : '';
  const advice = isMark ? ` ${t('If it means that the value is missing, write it under na_values.')}` : '';
  problems.add(infinite ? 'infinite-cell' : 'text-cell', `${message}${cells}${advice}`, path, at, {
    column: faulty(index, request),
    ...(format ? { formats: [format] } : {}),
    ...(isMark ? { naValues: [text] } : {}),
  });
}

/**
 * Reports missing cells that the policy does not allow: one problem a column, at its first missing cell. Rows
 * without a target do not matter: they are dropped whatever the policy is.
 */
function checkMissing(request: EncodeRequest, hasTarget: Int32Array, problems: Problems): void {
  const { data, table, inputs, targets, splitBy, weights } = request;
  if (data.missing === 'drop') {
    return;
  }
  const filled = data.missing === 'error' ? [] : inputs.filter((index) => index !== splitBy && index !== weights);
  for (const index of usedColumns(request).filter((each) => !filled.includes(each) && !targets.includes(each))) {
    const column = table.columns[index];
    if (isComplete(column)) {
      continue;
    }
    const bad =
      column.type === 'number' && column.bad.length > 0 ? new Set(column.bad.map(({ row }) => row)) : undefined;
    const isMissing = missingIn(column);
    let first = -1;
    let count = 0;
    for (let i = 0; i < hasTarget.length; i++) {
      const row = hasTarget[i];
      if (!isMissing(row) || bad?.has(row)) {
        continue;
      }
      if (first < 0) {
        first = row;
      }
      count++;
    }
    if (count === 0) {
      continue;
    }
    const { words, path, at } = table.place(first, index);
    const message =
      index === splitBy || index === weights
        ? t(
            '{0}: the cell is missing (missing cells in the column: {1}), which the row cannot do without. Fill it in, or write missing: drop.',
            words,
            count,
          )
        : t(
            '{0}: the cell is missing (missing cells in the column: {1}). Choose missing: drop, mean or median.',
            words,
            count,
          );
    problems.add('missing-cell', message, path, at, { column: faulty(index, request) });
  }
}

/** The rows of `rows` that have a cell in each of the columns. */
export function rowsWith(table: Table, columns: readonly number[], rows: Int32Array): Int32Array {
  return columns
    .map((index) => table.columns[index])
    .filter((column) => !isComplete(column))
    .reduce((kept, column) => {
      const isMissing = missingIn(column);
      return filterRows(kept, (row) => !isMissing(row));
    }, rows);
}

/** The rows that have a target: nothing can be learned from the others, nor are they scored. */
function rowsWithTarget({ table, targets }: EncodeRequest): Int32Array {
  return rowsWith(
    table,
    targets,
    new Int32Array(table.rows).map((_, row) => row),
  );
}

function checkSize(data: DataSpec, samples: number, inputSize: number, targetSize: number, problems: Problems): void {
  const product = data.shape?.reduce((size, length) => size * length, 1);
  if (data.shape && product !== inputSize) {
    problems.add(
      'shape-mismatch',
      t(
        'The shape [{0}] holds {1}, but a sample has {2}. Make them equal.',
        data.shape.join(', '),
        counted(product!, t('{0} number', product!), t('{0} numbers', product!)),
        counted(inputSize, t('{0} input', inputSize), t('{0} inputs', inputSize)),
      ),
      ['data', 'shape'],
    );
  }
  if (samples * (inputSize + targetSize) > largestData) {
    problems.add(
      'data-too-large',
      t(
        '{0} samples of {1} numbers do not fit into memory. Train on a part of the rows.',
        samples,
        inputSize + targetSize,
      ),
      ['data', data.origin.kind],
    );
  }
}

/** Cells per block of rows. A block is encoded column by column, while its output stays in the cache. */
const blockCells = 32768;

function encodeInputs(
  { data, table, inputs }: EncodeRequest,
  encodings: readonly InputEncoding[],
  kept: Int32Array,
  inputSize: number,
): EncodedData['inputs'] {
  const inBlock = blockInputs(table, inputs, data.scale);
  if (inBlock) {
    return (room) => encodeBlock(inBlock, encodings, kept, room);
  }
  const encoded = new Float32Array(kept.length * inputSize);
  let offset = 0;
  const nextWriter = (encoding: InputEncoding, index: number) => {
    const write = inputWriter(table.columns[inputs[index]], encoding, kept, encoded, inputSize, offset);
    offset += widthOf(encoding);
    return write;
  };
  if (kept.length <= sharedRows) {
    // There may be many columns, whose writers would take more memory than their cells.
    encodings.forEach((encoding, index) => {
      nextWriter(encoding, index)(0, kept.length);
    });
    return encoded;
  }
  const writers = encodings.map(nextWriter);
  const rows = Math.ceil(blockCells / Math.max(1, inputs.length));
  for (let from = 0; from < kept.length; from += rows) {
    for (const write of writers) {
      write(from, Math.min(from + rows, kept.length));
    }
  }
  return encoded;
}

function encodeTargets(
  plan: TargetPlan,
  kept: Int32Array,
  scales: readonly TargetScale[] | undefined,
): { readonly targets: Float64Array; readonly units?: TargetUnits } {
  const encoded = new Float64Array(kept.length * plan.size);
  for (let sample = 0; sample < kept.length; sample++) {
    plan.write(kept[sample], encoded, sample * plan.size);
  }
  return scales
    ? {
        targets: encoded.map((value, i) => scaleTarget(value, scales[i % plan.size])),
        units: { scales, targets: encoded },
      }
    : { targets: encoded };
}

/** Reports numbers that overflow float32: in training they would make the run diverge. */
function checkRange(
  request: EncodeRequest,
  encodings: readonly InputEncoding[],
  { targets: plan, targetScales }: Pick<EncodingPlan, 'targets' | 'targetScales'>,
  kept: Int32Array,
  problems: Problems,
): void {
  const { table, inputs, targets } = request;
  const unscaled = { shift: 0, scale: 1 };
  // Targets of other kinds are between 0 and 1.
  const numbers = plan.encoding.kind === 'numbers' ? targets : [];
  for (const columns of [
    inputs.map((index, at) => ({ index, encoding: encodings[at] })),
    // A logarithm is always small enough.
    numbers.flatMap((index, at) => {
      const scale = targetScales?.[at] ?? unscaled;
      return 'log' in scale ? [] : [{ index, encoding: scale }];
    }),
  ]) {
    const found = firstOverflow(table, columns, kept);
    if (!found) {
      continue;
    }
    const { words, path, at } = table.place(kept[found.sample], found.column);
    problems.add(
      'number-too-large',
      t('{0}: the number is too large for float32. Give the column in another unit.', words),
      path,
      at,
      { column: faulty(found.column, request) },
    );
  }
}

type Scale = Pick<InputEncoding, 'shift' | 'scale' | 'imputation'>;

/** The first sample with a number that overflows, and the first column that does in it. */
function firstOverflow(
  table: Table,
  columns: readonly { readonly index: number; readonly encoding: Scale }[],
  kept: Int32Array,
): { readonly sample: number; readonly column: number } | undefined {
  let found: { readonly sample: number; readonly column: number } | undefined;
  for (const { index, encoding } of columns) {
    const column = table.columns[index];
    if (column.type === 'category') {
      continue;
    }
    const { values } = column;
    const { shift, scale, imputation = Number.NaN } = encoding;
    const end = found?.sample ?? kept.length;
    for (let sample = 0; sample < end; sample++) {
      const value = values[kept[sample]];
      const encoded = ((Number.isNaN(value) ? imputation : value) - shift) / scale;
      if (!Number.isFinite(Math.fround(encoded))) {
        found = { sample, column: index };
        break;
      }
    }
  }
  return found;
}
