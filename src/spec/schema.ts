/**
 * The keys of a `.nnspec` file as data. Validation, hover, completion and the JSON Schema read this one
 * table; the parameters of things (layers, activations, optimizers, …) are in the catalogue.
 */
import { largestSeed } from '../common/random';
import type { Kind } from './catalogue/types';
import { decimalSigns, declaredTypes, delimiters, devices, encodings, thousandsSigns } from './spec';

/** Kinds of things that a name can refer to: those of the catalogue, and built-in data sets. */
export type ThingKind = Kind | 'source';

export type ValueSchema =
  | { readonly type: 'text' }
  /** A number's source text counts as text, so that a column may be called `2024`. */
  | { readonly type: 'name'; readonly pattern?: RegExp }
  | { readonly type: 'boolean' }
  | NumberSchema
  | { readonly type: 'choice'; readonly choices: readonly string[] }
  /** A name, or a one-key map from the name to its parameters. */
  | { readonly type: 'thing'; readonly of: ThingKind }
  /** One layer of `model.layers`. */
  | { readonly type: 'layer' }
  /** A table's cell: number, text or nothing. */
  | { readonly type: 'cell' }
  | { readonly type: 'expectation' }
  /** `balanced`, or a map from classes to weights from 0. */
  | { readonly type: 'weights' }
  | SizeSchema
  | { readonly type: 'regularizer' }
  /** Numbers in nested lists. */
  | { readonly type: 'numbers' }
  /** A formula in x for `custom`. */
  | { readonly type: 'formula' }
  | ListSchema
  /** A map from free names to one type of value. */
  | { readonly type: 'dictionary'; readonly of: ValueSchema }
  /** A map from paths of this spec to values for each. */
  | { readonly type: 'paths' }
  /** The values that a setting takes in turn: a list of them, or a range of numbers. */
  | { readonly type: 'swept'; readonly of: ValueSchema }
  /** Any value: whoever has the schema reads it. No key of a spec is of this type. */
  | { readonly type: 'free' }
  | MapSchema;

export interface NumberSchema {
  readonly type: 'number' | 'integer';
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

/** A whole number for every axis, a list with one for each, or one of the words. */
export interface SizeSchema {
  readonly type: 'size';
  readonly axes: number;
  readonly minimum: number;
  readonly words: readonly string[];
}

export interface ListSchema {
  readonly type: 'list';
  readonly of: ValueSchema;
  readonly minimumLength?: number;
  readonly maximumLength?: number;
  /** One item may stand alone, without the brackets. */
  readonly single?: boolean;
  /** No two items may be equal. */
  readonly distinct?: boolean;
}

export interface MapSchema {
  readonly type: 'map';
  readonly keys: readonly KeyEntry[];
  /** Keys with this prefix are ignored. */
  readonly ignoredPrefix?: string;
  /** The allowed values in words, for messages. */
  readonly example?: string;
  /** Words that may stand in place of the map. */
  readonly words?: readonly string[];
}

export interface KeyEntry {
  readonly name: string;
  readonly value: ValueSchema;
  readonly required?: boolean;
  /** The value where the key is omitted; undefined where there is none, or it depends on other keys. */
  readonly default?: string | number | boolean;
  /** Key of its documentation: `data.split`. */
  readonly doc: string;
  /** Well-known other spellings; each is a diagnostic with a quick fix. */
  readonly aliases?: readonly string[];
  /** Named by the language, but not in this version. */
  readonly unsupported?: boolean;
}

const text = { type: 'text' } as const;
const boolean = { type: 'boolean' } as const;
const column = { type: 'name' } as const;
const positive = { type: 'integer', minimum: 1, maximum: 1_000_000_000 } as const;
const share = { type: 'number', minimum: 0, maximum: 1 } as const;

export const layerNamePattern = /^[A-Za-z_][A-Za-z0-9_]*$/;
export const languageVersion = 1;

const penalty = { type: 'number', minimum: 0 } as const;

export const regularizerSchema = {
  type: 'map',
  keys: [
    { name: 'l1', value: penalty, default: 0, doc: 'kernel_regularizer.l1' },
    { name: 'l2', value: penalty, default: 0, doc: 'kernel_regularizer.l2' },
  ],
} as const satisfies MapSchema;

const splitFilesSchema = {
  type: 'map',
  example: '{ train: train.csv, test: test.csv }',
  keys: [
    { name: 'train', value: text, required: true, doc: 'data.split.files.train' },
    { name: 'validation', value: text, doc: 'data.split.files.validation', aliases: ['val', 'valid', 'dev'] },
    { name: 'test', value: text, doc: 'data.split.files.test' },
  ],
} as const satisfies MapSchema;

const arraysSchema = {
  type: 'map',
  example: '{ inputs: x, target: y }',
  keys: [
    { name: 'inputs', value: text, required: true, doc: 'data.arrays.inputs', aliases: ['input', 'x'] },
    { name: 'target', value: text, doc: 'data.arrays.target', aliases: ['targets', 'labels', 'y'] },
  ],
} as const satisfies MapSchema;

const splitBySchema = {
  type: 'map',
  example: '{ time: day }',
  words: ['random', 'time'],
  keys: [
    { name: 'time', value: column, doc: 'data.split.by.time', aliases: ['date'] },
    { name: 'group', value: column, doc: 'data.split.by.group', aliases: ['groups'] },
  ],
} as const satisfies MapSchema;

export const splitSchema = {
  type: 'map',
  example: '{ train: 0.8, validation: 0.2 }',
  keys: [
    {
      name: 'train',
      value: { type: 'number', exclusiveMinimum: 0, maximum: 1 },
      doc: 'data.split.train',
      aliases: ['training'],
    },
    { name: 'validation', value: share, default: 0, doc: 'data.split.validation', aliases: ['val', 'valid', 'dev'] },
    { name: 'test', value: share, default: 0, doc: 'data.split.test' },
    { name: 'files', value: splitFilesSchema, doc: 'data.split.files', aliases: ['file'] },
    { name: 'by', value: splitBySchema, default: 'random', doc: 'data.split.by' },
  ],
} as const satisfies MapSchema;

export const formatSchema = {
  type: 'map',
  example: '{ delimiter: ";", decimal: "," }',
  keys: [
    {
      name: 'delimiter',
      value: { type: 'choice', choices: delimiters },
      doc: 'data.format.delimiter',
      aliases: ['separator', 'sep', '구분자'],
    },
    { name: 'decimal', value: { type: 'choice', choices: decimalSigns }, doc: 'data.format.decimal' },
    { name: 'thousands', value: { type: 'choice', choices: thousandsSigns }, doc: 'data.format.thousands' },
    {
      name: 'encoding',
      value: { type: 'choice', choices: encodings },
      doc: 'data.format.encoding',
      aliases: ['charset', '인코딩'],
    },
    { name: 'header', value: boolean, doc: 'data.format.header', aliases: ['머리글'] },
  ],
} as const satisfies MapSchema;

export const dataSchema = {
  type: 'map',
  keys: [
    {
      name: 'source',
      value: { type: 'thing', of: 'source' },
      doc: 'data.source',
      aliases: ['generator', 'dataset', '출처'],
    },
    { name: 'file', value: text, doc: 'data.file', aliases: ['path', 'csv', 'filename', '파일'] },
    {
      name: 'folder',
      value: text,
      doc: 'data.folder',
      aliases: ['directory', 'dir', 'images', 'image_folder', '폴더'],
    },
    { name: 'labels', value: text, doc: 'data.labels', aliases: ['label_file', '레이블'] },
    { name: 'arrays', value: arraysSchema, doc: 'data.arrays' },
    { name: 'format', value: formatSchema, doc: 'data.format', aliases: ['dialect', '형식'] },
    {
      name: 'rows',
      value: { type: 'list', of: { type: 'list', of: { type: 'cell' } }, minimumLength: 1 },
      doc: 'data.rows',
    },
    {
      name: 'columns',
      value: { type: 'list', of: column, minimumLength: 2, distinct: true },
      doc: 'data.columns',
    },
    {
      name: 'inputs',
      value: { type: 'list', of: column, minimumLength: 1, single: true, distinct: true },
      doc: 'data.inputs',
      aliases: ['input', 'features', '입력'],
    },
    {
      name: 'target',
      value: { type: 'list', of: column, minimumLength: 1, single: true, distinct: true },
      doc: 'data.target',
      aliases: ['targets', 'label', 'output', '타깃', '타겟', '목표', '출력'],
    },
    {
      name: 'positive',
      value: { type: 'name' },
      doc: 'data.positive',
      aliases: ['pos_label', 'positive_class', 'positive_label', '양성'],
    },
    {
      name: 'types',
      value: { type: 'dictionary', of: { type: 'choice', choices: declaredTypes } },
      doc: 'data.types',
    },
    {
      name: 'shape',
      value: { type: 'list', of: positive, minimumLength: 1, maximumLength: 3 },
      doc: 'data.shape',
      aliases: ['input_shape'],
    },
    { name: 'weights', value: column, doc: 'data.weights', aliases: ['sample_weight', 'sample_weights', 'weight'] },
    { name: 'split', value: splitSchema, doc: 'data.split' },
    { name: 'stratify', value: boolean, default: false, doc: 'data.stratify' },
    {
      name: 'scale',
      value: { type: 'choice', choices: ['none', 'standard', 'robust', 'minmax'] },
      default: 'none',
      doc: 'data.scale',
      aliases: ['scaling', 'normalize'],
    },
    {
      name: 'scale_target',
      value: { type: 'choice', choices: ['none', 'standard', 'robust', 'minmax', 'log'] },
      default: 'none',
      doc: 'data.scale_target',
      aliases: ['target_scale', 'scale_targets', 'target_scaling', 'transform_target'],
    },
    {
      name: 'missing',
      value: { type: 'choice', choices: ['error', 'drop', 'mean', 'median'] },
      default: 'error',
      doc: 'data.missing',
    },
    {
      name: 'na_values',
      value: { type: 'list', of: { type: 'name' }, minimumLength: 1, single: true, distinct: true },
      doc: 'data.na_values',
      aliases: ['missing_values', 'na', 'null_values', 'nan_values', '결측값', '결측'],
    },
    {
      name: 'unknown',
      value: { type: 'choice', choices: ['error', 'ignore'] },
      default: 'error',
      doc: 'data.unknown',
      aliases: ['handle_unknown', 'unknown_categories'],
    },
  ],
} as const satisfies MapSchema;

/** The keys whose values are paths of data files. */
export const fileDocs: readonly string[] = [
  'data.file',
  'data.labels',
  'data.split.files.train',
  'data.split.files.validation',
  'data.split.files.test',
];

/** The keys whose values are names of arrays in the data file. */
export const arrayDocs: readonly string[] = ['data.arrays.inputs', 'data.arrays.target'];

/** The key whose value is the path of a folder. */
export const folderDoc = 'data.folder';

/** The keys whose values are names of columns. */
export const columnDocs: readonly string[] = [
  'data.inputs',
  'data.target',
  'data.weights',
  'data.split.by.time',
  'data.split.by.group',
];

const modelSchema = {
  type: 'map',
  keys: [
    {
      name: 'layers',
      value: { type: 'list', of: { type: 'layer' }, minimumLength: 1 },
      required: true,
      doc: 'model.layers',
      aliases: ['sequential', 'Sequential', '층', '레이어', '계층'],
    },
  ],
} as const satisfies MapSchema;

const earlyStoppingSchema = {
  type: 'map',
  example: '{ patience: 10 }',
  keys: [
    { name: 'monitor', value: text, default: 'val_loss', doc: 'training.early_stopping.monitor' },
    {
      name: 'patience',
      value: { type: 'integer', minimum: 0, maximum: 1_000_000_000 },
      default: 10,
      doc: 'training.early_stopping.patience',
    },
    {
      name: 'min_delta',
      value: { type: 'number', minimum: 0 },
      default: 0,
      doc: 'training.early_stopping.min_delta',
    },
    {
      name: 'restore_best',
      value: boolean,
      default: true,
      doc: 'training.early_stopping.restore_best',
      aliases: ['restore_best_weights'],
    },
  ],
} as const satisfies MapSchema;

/** Each fold is a training. */
export const [leastFolds, mostFolds] = [2, 1000];

/** Each is a Python with a copy of the network. */
const mostProcesses = 64;

const engineSchema = {
  type: 'map',
  example: '{ pytorch: { device: cpu } }',
  words: ['nnspec', 'pytorch'],
  keys: [
    {
      name: 'pytorch',
      value: {
        type: 'map',
        example: '{ device: cpu }',
        keys: [
          {
            name: 'device',
            value: { type: 'choice', choices: devices },
            default: 'auto',
            doc: 'training.engine.pytorch.device',
          },
          {
            name: 'processes',
            value: { type: 'integer', minimum: 1, maximum: mostProcesses },
            default: 1,
            doc: 'training.engine.pytorch.processes',
            aliases: ['nproc', 'nproc_per_node', 'workers'],
          },
        ],
      },
      doc: 'training.engine.pytorch',
      aliases: ['torch'],
    },
  ],
} as const satisfies MapSchema;

export const trainingSchema = {
  type: 'map',
  keys: [
    {
      name: 'loss',
      value: { type: 'thing', of: 'loss' },
      doc: 'training.loss',
      aliases: ['criterion', 'loss_function', '손실', '손실함수'],
    },
    {
      name: 'optimizer',
      value: { type: 'thing', of: 'optimizer' },
      default: 'sgd',
      doc: 'training.optimizer',
      aliases: ['optimiser', 'optim', '옵티마이저', '최적화'],
    },
    {
      name: 'schedule',
      value: { type: 'thing', of: 'schedule' },
      doc: 'training.schedule',
      aliases: ['scheduler', 'lr_schedule', 'lr_scheduler'],
    },
    {
      name: 'batch_size',
      value: positive,
      default: 32,
      doc: 'training.batch_size',
      aliases: ['batch', 'batchsize', '배치', '배치크기'],
    },
    {
      name: 'epochs',
      value: positive,
      default: 100,
      doc: 'training.epochs',
      aliases: ['epoch', 'num_epochs', 'n_epochs', 'max_epochs', '에포크', '에폭'],
    },
    { name: 'shuffle', value: boolean, default: true, doc: 'training.shuffle' },
    {
      name: 'metrics',
      value: { type: 'list', of: { type: 'thing', of: 'metric' }, distinct: true },
      doc: 'training.metrics',
      aliases: ['metric', '지표'],
    },
    {
      name: 'clip_value',
      value: { type: 'number', exclusiveMinimum: 0 },
      doc: 'training.clip_value',
      aliases: ['clipvalue'],
    },
    {
      name: 'clip_norm',
      value: { type: 'number', exclusiveMinimum: 0 },
      doc: 'training.clip_norm',
      aliases: ['clipnorm', 'global_clipnorm'],
    },
    {
      name: 'class_weight',
      value: { type: 'weights' },
      doc: 'training.class_weight',
      aliases: ['class_weights'],
    },
    { name: 'early_stopping', value: earlyStoppingSchema, doc: 'training.early_stopping' },
    {
      name: 'cross_validation',
      value: { type: 'integer', minimum: leastFolds, maximum: mostFolds },
      doc: 'training.cross_validation',
      aliases: ['cv', 'folds', 'k_fold', 'kfold', 'n_splits', 'n_folds', '교차검증'],
    },
    {
      name: 'engine',
      value: engineSchema,
      default: 'nnspec',
      doc: 'training.engine',
      aliases: ['backend', 'framework', '엔진'],
    },
  ],
} as const satisfies MapSchema;

/** Each combination of values is a run. */
export const mostRuns = 10_000;

export const rangeSchema = {
  type: 'map',
  example: '{ from: 0.001, to: 0.1, scale: log }',
  keys: [
    { name: 'from', value: { type: 'number' }, required: true, doc: 'sweep.values.from', aliases: ['min', 'low'] },
    { name: 'to', value: { type: 'number' }, required: true, doc: 'sweep.values.to', aliases: ['max', 'high'] },
    {
      name: 'scale',
      value: { type: 'choice', choices: ['linear', 'log'] },
      default: 'linear',
      doc: 'sweep.values.scale',
    },
  ],
} as const satisfies MapSchema;

const methodSchema = {
  type: 'map',
  example: '{ random: { runs: 20 } }',
  words: ['grid'],
  keys: [
    {
      name: 'random',
      value: {
        type: 'map',
        example: '{ runs: 20 }',
        keys: [
          {
            name: 'runs',
            value: { type: 'integer', minimum: 1, maximum: mostRuns },
            required: true,
            doc: 'sweep.method.random.runs',
            aliases: ['n_iter', 'trials', 'count'],
          },
        ],
      },
      doc: 'sweep.method.random',
    },
  ],
} as const satisfies MapSchema;

const sweepSchema = {
  type: 'map',
  keys: [
    {
      name: 'values',
      value: { type: 'paths' },
      required: true,
      doc: 'sweep.values',
      aliases: ['parameters', 'space'],
    },
    { name: 'method', value: methodSchema, default: 'grid', doc: 'sweep.method' },
    { name: 'best', value: text, doc: 'sweep.best', aliases: ['metric', 'monitor'] },
  ],
} as const satisfies MapSchema;

export const specSchema = {
  type: 'map',
  ignoredPrefix: 'x-',
  keys: [
    { name: 'nnspec', value: { type: 'integer' }, default: languageVersion, doc: 'nnspec' },
    { name: 'name', value: { type: 'name' }, doc: 'name', aliases: ['이름', 'title'] },
    {
      name: 'seed',
      value: { type: 'integer', minimum: 0, maximum: largestSeed },
      default: 0,
      doc: 'seed',
      aliases: ['시드', 'random_seed', 'random_state'],
    },
    { name: 'data', value: dataSchema, required: true, doc: 'data', aliases: ['데이터', 'dataset'] },
    { name: 'model', value: modelSchema, required: true, doc: 'model', aliases: ['network', '모델', '신경망'] },
    { name: 'training', value: trainingSchema, doc: 'training', aliases: ['train', 'compile', 'fit', '훈련', '학습'] },
    {
      name: 'expect',
      value: { type: 'list', of: { type: 'expectation' } },
      doc: 'expect',
      aliases: ['expects', 'expectations', '기대', '기대값'],
    },
    { name: 'sweep', value: sweepSchema, doc: 'sweep', aliases: ['grid_search', 'search', 'tune', '스윕', '탐색'] },
  ],
} as const satisfies MapSchema;
