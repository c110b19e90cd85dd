/** The effective spec as a file: the experiment with every default written out. */
import { Document, isCollection, isMap, isScalar, isSeq } from 'yaml';
import { languageVersion } from '../../spec/schema';
import type { DataSpec, LayerSpec, ParameterValue, Spec, Thing } from '../../spec/spec';

/** YAML that parses back to the same spec, except that the loss is then written, not inferred. */
export function effectiveSpecText(spec: Spec): string {
  const { training } = spec;
  const stopping = training.earlyStopping;
  const document = new Document(
    {
      nnspec: languageVersion,
      name: spec.name,
      seed: spec.seed,
      data: dataOf(spec.data),
      model: { layers: spec.layers.map(layerOf) },
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
      },
      ...(spec.expect.length > 0 ? { expect: spec.expect.map(({ text }) => text) } : {}),
    },
    { aliasDuplicateObjects: false },
  );
  inline(document.contents);
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

function dataOf(data: DataSpec): Record<string, unknown> {
  const { origin } = data;
  const from =
    origin.kind === 'source'
      ? { source: thingOf(origin.source) }
      : origin.kind === 'file'
        ? { file: origin.path }
        : { columns: origin.columns, rows: origin.rows };
  const { validation, test } = data.split;
  return {
    ...from,
    ...(data.inputs ? { inputs: data.inputs } : {}),
    ...(data.target ? { target: data.target } : {}),
    ...(Object.keys(data.types).length > 0 ? { types: data.types } : {}),
    ...(data.shape ? { shape: data.shape } : {}),
    split: { train: data.split.train, ...(validation > 0 ? { validation } : {}), ...(test > 0 ? { test } : {}) },
    stratify: data.stratify,
    scale: data.scale,
    missing: data.missing,
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

/** Chapters, layers, rows and expectations are indented; everything inside them is in braces. */
function inline(root: unknown): void {
  if (!isMap(root)) {
    return;
  }
  for (const chapter of root.items) {
    if (!isMap(chapter.value)) {
      continue;
    }
    for (const { key, value } of chapter.value.items) {
      if (!isCollection(value)) {
        continue;
      }
      const name = isScalar(key) ? key.value : undefined;
      if (name !== 'layers' && name !== 'rows') {
        value.flow = true;
      }
      for (const item of value.items) {
        if (isSeq(item)) {
          item.flow = true;
        }
        if (isMap(item)) {
          for (const pair of item.items) {
            if (isCollection(pair.value)) {
              pair.value.flow = true;
            }
          }
        }
      }
    }
  }
}
