/**
 * From the values read to the effective spec: fills in defaults that depend on other keys, and checks across
 * keys.
 */
import { t } from '@vscode/l10n';
import { counted } from '../../common/counted';
import { outputActivation } from '../../spec/outputActivation';
import type { specSchema, trainingSchema } from '../../spec/schema';
import { findSource } from '../../spec/sources';
import type { DataOrigin, DataSpec, LayerSpec, Spec, Split, SplitBy, Thing, TrainingSpec } from '../../spec/spec';
import { holdsArrays, isArrayFile, labelColumn, tableEndings, tableKind } from '../../spec/tableFiles';
import { columnsFix, lossFix, splitFix } from '../fixes/chapters';
import { asChoice, changeFix, type SpecText } from '../fixes/edits';
import { keyFix, removeFix, removeItemFix, valueFix } from '../fixes/entries';
import { parameterFix } from '../fixes/layers';
import { missingKeyFix } from '../fixes/missing';
import type { Reporter } from '../problems/reporter';
import { thingWithDefaults } from '../schema/things';
import { hasKey, locate, type MapNode, nodeAtPath, type Path, type TreeNode } from '../yaml/tree';
import { defaultMetrics, defaultSplit, inferredLoss } from './defaults';
import type { LayerReading, ValueOf } from './schemaTypes';
import { checkTags } from './tags';

type Reading = ValueOf<typeof specSchema>;
type DataReading = NonNullable<Reading['data']>;
type TrainingReading = NonNullable<Reading['training']>;

export interface Assembly {
  readonly tree: MapNode;
  readonly source: SpecText;
  readonly report: Reporter;
  readonly fileName: string;
}

/** The spec; undefined where a part is missing, which was reported. */
export function assemble(reading: Reading, assembly: Assembly): Spec | undefined {
  const data = reading.data && assembleData(reading.data, assembly);
  const { tree } = assembly;
  // Layers under a misspelt key were read, but cannot be found in the tree.
  const sound = hasKey(tree, ['model'], 'layers') && isWhole(reading.model?.layers, tree, ['model', 'layers']);
  const layers = sound && reading.model?.layers ? nameLayers(reading.model.layers, assembly) : undefined;
  const training = assembleTraining(reading.training ?? {}, layers, assembly);
  if (data && training && isWhole(reading.training?.metrics, tree, ['training', 'metrics'])) {
    checkTags(training, reading.expect ?? [], data.split, assembly);
  }
  if (!data || !layers || !training) {
    return undefined;
  }
  return {
    name: reading.name ?? nameOf(assembly.fileName),
    seed: reading.seed ?? 0,
    data,
    layers,
    training,
    expect: reading.expect ?? [],
  };
}

/** Whether every entry of a list was read. Checks on an incomplete list would only repeat its faults. */
function isWhole(read: readonly unknown[] | undefined, tree: TreeNode, path: Path): boolean {
  const written = nodeAtPath(tree, path);
  return !written || (written.kind === 'list' && written.items.length === read?.length);
}

/** `folder/iris.nnspec` is called `iris`. */
function nameOf(fileName: string): string {
  const base = fileName.slice(Math.max(fileName.lastIndexOf('/'), fileName.lastIndexOf('\\')) + 1);
  return base.replace(/\.nnspec$/, '') || base;
}

function assembleData(reading: DataReading, assembly: Assembly): DataSpec | undefined {
  const { tree, source, report } = assembly;
  const at = (path: Path, what: 'key' | 'value' = 'value') => locate(tree, ['data', ...path], what);
  // A key written under another name is only in `reading`.
  const has = (key: keyof DataReading) => hasKey(tree, ['data'], key) || key in reading;
  // With a file for each part, that of the train part stands for the data file.
  const files = reading.split?.files;
  const origins = (['source', 'file', 'folder', 'rows'] as const).filter(has);
  if (files && origins.length > 0) {
    report.error(
      'conflict',
      at([origins[0]], 'key'),
      t('The rows come from the files of the split: keep either “{0}” or split.files.', origins[0]),
      asChoice(removeFix(source, ['data', origins[0]])),
    );
    return undefined;
  }
  if (files) {
    origins.push('file');
  }
  if (origins.length !== 1) {
    const [, second] = origins;
    if (second) {
      report.error(
        'conflict',
        at([second], 'key'),
        t('The data come from one place: keep either “{0}” or “{1}”.', origins[0], second),
        asChoice([...removeFix(source, ['data', second]), ...removeFix(source, ['data', origins[0]])]),
      );
    } else {
      report.error(
        'missing-key',
        at([], 'key'),
        t('data lacks its origin. Write one of: source, file, folder, rows.'),
        reading.columns ? [] : asChoice(keyFix(source, ['data'], 'source: xor')),
      );
    }
    return undefined;
  }
  const { rows, columns, target, inputs } = reading;
  if (columns && !rows && origins[0] !== 'rows') {
    report.error(
      'conflict',
      at(['columns'], 'key'),
      t('columns names the columns of rows. Remove it, or write rows.'),
      removeFix(source, ['data', 'columns']),
    );
  }
  if (reading.format && origins[0] !== 'file') {
    report.error(
      'conflict',
      at(['format'], 'key'),
      t('format tells how a file is written, but the data come from “{0}”. Remove it, or write file.', origins[0]),
      removeFix(source, ['data', 'format']),
    );
  }
  const { decimal, thousands } = reading.format ?? {};
  if (decimal !== undefined && decimal === thousands) {
    report.error(
      'conflict',
      at(['format', 'thousands']),
      t('decimal and thousands are the same sign. Write thousands: none, or another sign.'),
      valueFix(source, ['data', 'format', 'thousands'], 'none'),
    );
  }
  if (reading.format && reading.file !== undefined && (tableKind(reading.file) ?? 'text') !== 'text') {
    report.error(
      'conflict',
      at(['format'], 'key'),
      t('format is for tables of text such as CSV; “{0}” needs none. Remove it.', reading.file),
      removeFix(source, ['data', 'format']),
    );
  }
  if (reading.na_values && origins[0] !== 'file') {
    report.error(
      'conflict',
      at(['na_values'], 'key'),
      t('na_values tells which cells of a file are missing, but the data come from “{0}”. Remove it.', origins[0]),
      removeFix(source, ['data', 'na_values']),
    );
  }
  if (reading.types && origins[0] === 'folder') {
    report.error(
      'conflict',
      at(['types'], 'key'),
      t('types is for the columns of a table; images need none. Remove it.'),
      removeFix(source, ['data', 'types']),
    );
  }
  if (origins[0] === 'rows' && !has('columns')) {
    report.error(
      'missing-key',
      at(['rows'], 'key'),
      t('rows needs names for its columns. Write, for example, columns: [a, b, y].'),
      asChoice(columnsFix(source, rows?.[0]?.length ?? 0)),
    );
  }
  const ofArrays = holdsArrays(reading.file ?? files?.train ?? '');
  // A file of several arrays may have one of targets, which only reading it tells.
  const mayHoldTarget = ofArrays && (!reading.arrays || reading.arrays.target !== undefined);
  if (origins[0] !== 'source' && !has('target') && !has('labels') && !has('folder') && !mayHoldTarget) {
    report.error(
      'missing-target',
      at([], 'key'),
      t('data lacks the key “{0}”: the column, or columns, to predict.', 'target'),
      columns ? asChoice(keyFix(source, ['data'], `target: ${columns[columns.length - 1]}`)) : [],
    );
  }
  checkRowLengths(tree, report);
  if (reading.labels !== undefined) {
    checkLabels(reading, assembly);
  }
  if (reading.arrays && !ofArrays) {
    report.error(
      'conflict',
      at(['arrays'], 'key'),
      t('arrays names arrays in a NumPy file that ends in .npz. A column to predict is named by target.'),
      removeFix(source, ['data', 'arrays']),
    );
  }
  const list = nodeAtPath(tree, ['data', 'inputs']);
  for (const [index, name] of (inputs ?? []).entries()) {
    if (!target?.includes(name)) {
      continue;
    }
    report.error(
      'conflict',
      at(['inputs', index]),
      t('“{0}” is the target, so it cannot be an input too.', name),
      list?.kind === 'list' ? removeItemFix(source, list, index) : [],
    );
  }
  if (reading.weights !== undefined && target?.includes(reading.weights)) {
    const message = t('“{0}” is the target, so it cannot tell how much a row counts.', reading.weights);
    report.error('conflict', at(['weights']), message, removeFix(source, ['data', 'weights']));
  }
  const origin = originOf(
    files ? { ...reading, file: files.train } : reading,
    report,
    files ? () => at(['split', 'files', 'train']) : at,
  );
  for (const part of ['validation', 'test'] as const) {
    const path = files?.[part];
    if (path !== undefined && !originOf({ file: path }, report, () => at(['split', 'files', part]))) {
      return undefined;
    }
  }
  const table = origin?.kind === 'source' && isTruthTable(origin.source);
  const whole = table || origin?.kind === 'rows';
  const split = splitOf(reading, whole === true, { tree, source, report }, at(['split'], 'key'));
  if (!origin || !split) {
    return undefined;
  }
  return {
    origin,
    inputs,
    target: target ?? (reading.labels === undefined && origin.kind !== 'folder' ? undefined : [labelColumn]),
    ...(reading.positive !== undefined && { positive: reading.positive }),
    ...(reading.format || reading.na_values
      ? { format: { ...reading.format, ...(reading.na_values && { naValues: reading.na_values }) } }
      : {}),
    weights: reading.weights,
    types: reading.types ?? {},
    shape: reading.shape,
    split,
    stratify: reading.stratify ?? false,
    scale: reading.scale ?? 'none',
    scaleTarget: reading.scale_target === 'none' ? undefined : reading.scale_target,
    missing: reading.missing ?? 'error',
    unknown: reading.unknown === 'error' ? undefined : reading.unknown,
  };
}

/** Counts the written cells, so that a cell with a fault does not make its row too short as well. */
function checkRowLengths(tree: MapNode, report: Reporter): void {
  const rows = nodeAtPath(tree, ['data', 'rows']);
  const columns = nodeAtPath(tree, ['data', 'columns']);
  if (rows?.kind !== 'list' || columns?.kind !== 'list') {
    return;
  }
  for (const row of rows.items) {
    const wanted = columns.items.length;
    if (row.kind !== 'list' || row.items.length === wanted) {
      continue;
    }
    const found = row.items.length;
    const cells = counted(found, t('{0} cell', found), t('{0} cells', found));
    const message = counted(
      wanted,
      t('This row has {0}, but there is {1} column.', cells, wanted),
      t('This row has {0}, but there are {1} columns.', cells, wanted),
    );
    report.error('ragged-row', row.span, message);
  }
}

function isTruthTable({ name }: Thing): boolean {
  const source = findSource(name);
  return source?.kind === 'generator' && source.truthTable;
}

/** A second file of labels belongs to an array of numbers. */
function checkLabels({ file, labels = '' }: DataReading, { tree, source, report }: Assembly): void {
  const path = ['data', 'labels'];
  if (file === undefined || !isArrayFile(file)) {
    report.error(
      'conflict',
      locate(tree, path, 'key'),
      t('labels names a second file, beside an IDX or NumPy file of inputs. A column to predict is named by target.'),
      removeFix(source, path),
    );
  } else if (!isArrayFile(labels)) {
    report.error(
      'conflict',
      locate(tree, path, 'value'),
      t('labels takes an IDX or NumPy file with a number for each row of “{0}”; “{1}” is none.', file, labels),
    );
  }
}

function originOf(
  { source, file, folder, labels, arrays, rows, columns }: DataReading,
  report: Reporter,
  at: (path: Path) => ReturnType<typeof locate>,
): DataOrigin | undefined {
  if (source) {
    return { kind: 'source', source };
  }
  if (rows && columns) {
    return { kind: 'rows', columns, rows };
  }
  if (folder !== undefined) {
    return isRelative('folder', folder, report, at) ? { kind: 'folder', path: folder } : undefined;
  }
  if (file === undefined) {
    return undefined;
  }
  const paths = { file, ...(labels === undefined ? {} : { labels }) };
  for (const [key, path] of Object.entries(paths)) {
    if (!isRelative(key, path, report, at)) {
      return undefined;
    }
  }
  if (!tableKind(file)) {
    report.error(
      'not-yet-supported',
      at(['file']),
      t('Data files other than {0}, also packed as .gz, are not yet supported. Save the table as CSV.', tableEndings),
    );
    return undefined;
  }
  const { inputs, target } = arrays ?? {};
  return {
    kind: 'file',
    path: file,
    ...(labels !== undefined && { labels }),
    ...(inputs !== undefined && { arrays: target === undefined ? { inputs } : { inputs, target } }),
  };
}

function isRelative(
  key: string,
  path: string,
  report: Reporter,
  at: (path: Path) => ReturnType<typeof locate>,
): boolean {
  if (!/^(?:[/\\]|[A-Za-z]:|[A-Za-z][\w+.-]*:\/\/)/.test(path)) {
    return true;
  }
  report.error(
    'bad-path',
    at([key]),
    t('“{0}” is not a path relative to this file. Put the data in the same folder, and write its name.', path),
  );
  return false;
}

/** How far the sum of the shares may be from 1. */
const shareTolerance = 1e-9;

function splitOf(
  reading: DataReading,
  whole: boolean,
  { tree, source, report }: Pick<Assembly, 'tree' | 'source' | 'report'>,
  key: ReturnType<typeof locate>,
): Split | undefined {
  if (!reading.split) {
    return defaultSplit(whole);
  }
  const { files, train, validation = 0, test = 0, by } = reading.split;
  if (files) {
    return partFilesOf(files, reading.stratify === true, { tree, source, report });
  }
  if (train === undefined) {
    const written = nodeAtPath(tree, ['data', 'split']);
    if (!('train' in reading.split)) {
      const fixes = written?.kind === 'map' ? missingKeyFix(source, written, 'train') : [];
      report.error('missing-key', key, t('{0} lacks the key “{1}”.', 'split', 'train'), fixes);
    }
    return undefined;
  }
  const sum = train + validation + test;
  if (Math.abs(sum - 1) > shareTolerance) {
    const message = t('The shares sum to {0}; they must sum to 1.', Number(sum.toPrecision(12)));
    report.error('split-sum', key, message, splitFix(source, { train, validation, test }));
    return undefined;
  }
  const order = splitByOf(by);
  if (order === 'faulty') {
    const message = t('by takes one of: random, time, {0}, {1}.', '{ time: column }', '{ group: column }');
    report.error('conflict', locate(tree, ['data', 'split', 'by'], 'value'), message);
    return undefined;
  }
  if (order && reading.stratify) {
    report.error(
      'conflict',
      locate(tree, ['data', 'stratify'], 'key'),
      order.kind === 'time'
        ? t('stratify draws the rows of each part, but split.by: time takes them in their order. Remove it.')
        : t('stratify draws rows of each class, but split.by: group keeps the rows of a group together. Remove it.'),
      removeFix(source, ['data', 'stratify']),
    );
  }
  return { train, validation, test, ...(order && { by: order }) };
}

/** Each part has all rows of its file, so nothing else divides them. */
function partFilesOf(
  { validation, test }: NonNullable<NonNullable<DataReading['split']>['files']>,
  stratify: boolean,
  { tree, source, report }: Pick<Assembly, 'tree' | 'source' | 'report'>,
): Split {
  const shares = (['train', 'validation', 'test', 'by'] as const).map((name) => ['split', name]);
  for (const path of [...shares, ...(stratify ? [['stratify']] : [])]) {
    const whole = ['data', ...path];
    if (hasKey(tree, whole.slice(0, -1), path[path.length - 1])) {
      const message = t('The files of the split hold the rows of each part. Remove {0}.', path.join('.'));
      report.error('conflict', locate(tree, whole, 'key'), message, removeFix(source, whole));
    }
  }
  return {
    train: 1,
    validation: validation === undefined ? 0 : 1,
    test: test === undefined ? 0 : 1,
    files: { ...(validation !== undefined && { validation }), ...(test !== undefined && { test }) },
  };
}

/** Undefined for a split by chance. */
function splitByOf(by: NonNullable<DataReading['split']>['by']): SplitBy | 'faulty' | undefined {
  if (by === undefined || by === 'random') {
    return undefined;
  }
  if (by === 'time') {
    return { kind: 'time' };
  }
  const { time, group } = by;
  if ((time === undefined) === (group === undefined)) {
    return 'faulty';
  }
  return group === undefined ? { kind: 'time', column: time } : { kind: 'group', column: group };
}

/**
 * Gives every layer its name: the written one, or its type and its number among layers of that type. Inside a
 * block, counting restarts and the name begins with the block’s.
 */
function nameLayers(
  readings: readonly LayerReading[],
  assembly: Assembly,
  path: Path = ['model', 'layers'],
  prefix = '',
): LayerSpec[] {
  const { tree, source, report } = assembly;
  const counts = new Map<string, number>();
  const taken = new Map<string, number>();
  const layers = readings.map((reading) => {
    const count = (counts.get(reading.type) ?? 0) + 1;
    counts.set(reading.type, count);
    return { ...reading, name: prefix + (reading.name ?? `${reading.type}_${count}`) };
  });
  for (const [index, layer] of layers.entries()) {
    const before = taken.get(layer.name);
    if (before !== undefined && !report.full) {
      // Where a written name equals a default one, only the written one can be changed.
      const written = readings[index].name === undefined ? before : index;
      const span = locate(tree, [...path, written, layers[written].type, 'name']);
      const free = freeName(source.text.slice(...span), new Set(layers.map(({ name }) => name.slice(prefix.length))));
      report.error(
        'duplicate-name',
        span,
        t('Two layers are called “{0}”. Give one of them another name.', layer.name),
        asChoice(changeFix(source, span, free)),
      );
    }
    taken.set(layer.name, index);
  }
  return layers.map(({ layers: inner, ...layer }, index) =>
    inner ? { ...layer, layers: nameLayers(inner, assembly, [...path, index, layer.type], `${layer.name}.`) } : layer,
  );
}

/** `hidden` becomes `hidden_2`, or the first free number. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let count = 2; ; count++) {
    if (!taken.has(`${name}_${count}`)) {
      return `${name}_${count}`;
    }
  }
}

function assembleTraining(
  reading: TrainingReading,
  layers: readonly LayerSpec[] | undefined,
  { tree, source, report }: Assembly,
): TrainingSpec | undefined {
  const written = hasKey(tree, ['training'], 'loss');
  let { loss } = reading;
  if (!written && layers) {
    const last = outputActivation(layers);
    const name = inferredLoss(last?.thing.name);
    if (name) {
      loss = thingWithDefaults('loss', name);
    } else {
      const message = t('The last layer does not settle the loss. Write one, for example loss: mean_squared_error.');
      report.error(
        'missing-loss',
        locate(tree, hasKey(tree, [], 'training') ? ['training'] : ['model'], 'key'),
        message,
        lossFix(source),
      );
    }
  }
  if (!loss) {
    return undefined;
  }
  const stopping = reading.early_stopping;
  const optimizer = reading.optimizer ?? thingWithDefaults('optimizer', 'sgd');
  if (reading.schedule?.parameters.cycle_momentum === true && !hasMomentum(optimizer)) {
    const path = ['training', 'schedule', reading.schedule.name];
    const written = nodeAtPath(tree, [...path, 'cycle_momentum']) !== undefined;
    report.error(
      'conflict',
      locate(tree, written ? [...path, 'cycle_momentum'] : path, 'key'),
      t('{0} has no momentum to move. Write cycle_momentum: false.', optimizer.name),
      parameterFix(source, path, 'schedule', 'cycle_momentum', 'false'),
    );
  }
  const { engine } = engineOf(reading.engine);
  if (engine && reading.cross_validation !== undefined) {
    report.error(
      'conflict',
      locate(tree, ['training', 'cross_validation'], 'key'),
      t('PyTorch trains no cross-validation. Take “engine” or “cross_validation” out of the spec.'),
    );
  }
  return {
    loss,
    lossInferred: !written,
    optimizer,
    schedule: reading.schedule,
    batchSize: reading.batch_size ?? 32,
    epochs: reading.epochs ?? 100,
    shuffle: reading.shuffle ?? true,
    metrics: reading.metrics ?? defaultMetrics(loss.name).map((name) => thingWithDefaults('metric', name)),
    clipValue: reading.clip_value,
    clipNorm: reading.clip_norm,
    classWeight: reading.class_weight,
    earlyStopping: stopping && {
      monitor: stopping.monitor ?? 'val_loss',
      patience: stopping.patience ?? 10,
      minDelta: stopping.min_delta ?? 0,
      restoreBest: stopping.restore_best ?? true,
    },
    ...(reading.cross_validation !== undefined && { crossValidation: reading.cross_validation }),
    ...(engine && { engine }),
  };
}

/** No engine is the built-in one. */
function engineOf(engine: ValueOf<typeof trainingSchema>['engine']): Pick<TrainingSpec, 'engine'> {
  const options = engine === 'pytorch' ? {} : typeof engine === 'object' ? engine.pytorch : undefined;
  return options
    ? { engine: { name: 'pytorch', device: options.device ?? 'auto', processes: options.processes ?? 1 } }
    : {};
}

/** Adam has beta_1 in place of a momentum. */
function hasMomentum({ parameters }: Thing): boolean {
  return parameters.momentum !== undefined || parameters.beta_1 !== undefined;
}
