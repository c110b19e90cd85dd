/** The effective spec as a file: the experiment with every default written out. */
import { Document, isCollection, isMap, isSeq } from 'yaml';
import { type Steps, takeAll } from '../../common/steps';
import { languageVersion } from '../../spec/schema';
import type { DataSpec, LayerSpec, ParameterValue, PyTorchEngine, Spec, Thing } from '../../spec/spec';

/** YAML that parses back to the same spec, except that the loss is then written, not inferred. */
export function effectiveSpecText(spec: Spec): string {
  return takeAll(effectiveSpecSteps(spec));
}

/** `effectiveSpecText` in short steps: layers and rows may be many, and are written a few at a time. */
export function* effectiveSpecSteps(spec: Spec): Steps<string> {
  const { layers, expect, sweep } = spec;
  const { origin } = spec.data;
  const document = new Document(
    {
      nnspec: languageVersion,
      ...chaptersOf(spec),
      ...(expect.length > 0 ? { expect: expect.map(({ text }) => text) } : {}),
      ...(sweep ? { sweep } : {}),
    },
    asWritten,
  );
  inline(document.contents);
  const text = document.toString(style);
  // No value of several lines holds these lines, since it would be indented further.
  const rows = text.indexOf('\n  rows: []', text.indexOf('\ndata:')) + '\n  rows:'.length;
  const model = text.indexOf('\nmodel:\n  layers: []') + '\nmodel:\n  layers:'.length;
  const written: string[] = [];
  if (origin.kind === 'rows' && origin.rows.length > 0) {
    written.push(text.slice(0, rows), yield* itemsText(origin.rows), text.slice(rows + ' []'.length, model));
  } else {
    written.push(text.slice(0, model));
  }
  written.push(yield* itemsText(layers, layerOf), text.slice(model + ' []'.length));
  return written.join('');
}

/** Every setting of the experiment as the effective spec writes it. */
export function settingsOf(spec: Spec): Record<string, unknown> {
  return { ...chaptersOf(spec), model: { layers: spec.layers.map(layerOf) } };
}

/** The chapters, without their layers and rows, which may be many. */
function chaptersOf({ name, seed, data, training }: Spec): Record<string, unknown> {
  const { earlyStopping: stopping } = training;
  return {
    name,
    seed,
    data: dataOf(data),
    model: { layers: [] },
    training: {
      loss: thingOf(training.loss),
      optimizer: thingOf(training.optimizer),
      ...(training.schedule ? { schedule: thingOf(training.schedule) } : {}),
      batch_size: training.batchSize,
      epochs: training.epochs,
      shuffle: training.shuffle,
      metrics: training.metrics.map(thingOf),
      ...(training.clipValue !== undefined ? { clip_value: training.clipValue } : {}),
      ...(training.clipNorm !== undefined ? { clip_norm: training.clipNorm } : {}),
      ...(training.classWeight !== undefined ? { class_weight: training.classWeight } : {}),
      ...(stopping
        ? {
            early_stopping: {
              monitor: stopping.monitor,
              patience: stopping.patience,
              min_delta: stopping.minDelta,
              restore_best: stopping.restoreBest,
            },
          }
        : {}),
      ...(training.crossValidation !== undefined ? { cross_validation: training.crossValidation } : {}),
      ...(training.engine ? { engine: engineOf(training.engine) } : {}),
    },
  };
}

function engineOf({ name, device, processes }: PyTorchEngine): unknown {
  const options = { ...(device !== 'auto' && { device }), ...(processes > 1 && { processes }) };
  return Object.keys(options).length === 0 ? name : { [name]: options };
}

const asWritten = { aliasDuplicateObjects: false } as const;
const style = { lineWidth: 0, flowCollectionPadding: true } as const;
/** Items written between two yields. */
const itemsPerStep = 64;

/** The items of an indented list, each in braces or brackets. */
function* itemsText<T>(items: readonly T[], shape: (item: T) => unknown = (item) => item): Steps<string> {
  const lines: string[] = [];
  for (let from = 0; from < items.length; from += itemsPerStep) {
    const document = new Document(items.slice(from, from + itemsPerStep).map(shape), asWritten);
    inlineItems(document.contents);
    lines.push(document.toString(style).trimEnd());
    yield;
  }
  return `\n${lines.join('\n')}`.replaceAll('\n', '\n    ');
}

function dataOf(data: DataSpec): Record<string, unknown> {
  const { origin } = data;
  const { naValues, ...format } = data.format ?? {};
  const from =
    origin.kind === 'source'
      ? { source: thingOf(origin.source) }
      : origin.kind === 'file'
        ? data.split.files
          ? {}
          : { file: origin.path, ...(origin.labels === undefined ? {} : { labels: origin.labels }) }
        : origin.kind === 'folder'
          ? { folder: origin.path }
          : { columns: origin.columns, rows: [] };
  const { validation, test, by, files } = data.split;
  return {
    ...from,
    ...(origin.kind === 'file' && origin.arrays ? { arrays: origin.arrays } : {}),
    ...(data.inputs ? { inputs: data.inputs } : {}),
    ...(data.target ? { target: data.target } : {}),
    ...(data.positive !== undefined ? { positive: data.positive } : {}),
    ...(Object.keys(format).length > 0 ? { format } : {}),
    ...(data.weights !== undefined ? { weights: data.weights } : {}),
    ...(Object.keys(data.types).length > 0 ? { types: data.types } : {}),
    ...(data.shape ? { shape: data.shape } : {}),
    split:
      files && origin.kind === 'file'
        ? { files: { train: origin.path, ...files } }
        : {
            train: data.split.train,
            ...(validation > 0 ? { validation } : {}),
            ...(test > 0 ? { test } : {}),
            by: by?.column === undefined ? (by?.kind ?? 'random') : { [by.kind]: by.column },
          },
    stratify: data.stratify,
    scale: data.scale,
    scale_target: data.scaleTarget ?? 'none',
    missing: data.missing,
    ...(naValues ? { na_values: naValues } : {}),
    unknown: data.unknown ?? 'error',
  };
}

function layerOf({ type, name, parameters, activation, layers }: LayerSpec): unknown {
  return {
    [type]: {
      ...valuesOf(parameters),
      ...(activation ? { activation: thingOf(activation) } : {}),
      ...(layers ? { layers: layers.map(layerOf) } : {}),
      // Layers inside a block are written without the block's name.
      name: name.slice(name.lastIndexOf('.') + 1),
    },
  };
}

function thingOf({ name, parameters }: Thing): unknown {
  return Object.keys(parameters).length === 0 ? name : { [name]: valuesOf(parameters) };
}

function valuesOf(parameters: Thing['parameters']): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([key, value]) =>
      value === null ? [] : [[key, isThing(value) ? thingOf(value) : value]],
    ),
  );
}

function isThing(value: ParameterValue): value is Thing {
  return typeof value === 'object' && value !== null && 'parameters' in value;
}

/** Chapters and expectations are indented; everything inside them is in braces. */
function inline(root: unknown): void {
  if (!isMap(root)) {
    return;
  }
  for (const chapter of root.items) {
    if (!isMap(chapter.value)) {
      continue;
    }
    for (const { key, value } of chapter.value.items) {
      // The paths of a sweep stand on lines of their own.
      const inner = isMap(value) && String(key) === 'values' ? value.items.map((item) => item.value) : [value];
      for (const each of inner) {
        if (isCollection(each)) {
          each.flow = true;
        }
      }
    }
  }
}

function inlineItems(list: unknown): void {
  if (!isSeq(list)) {
    return;
  }
  for (const item of list.items) {
    if (isSeq(item)) {
      item.flow = true;
    }
    if (isMap(item)) {
      for (const { value } of item.items) {
        if (isCollection(value)) {
          value.flow = true;
        }
      }
    }
  }
}
