/**
 * Plans a network from a spec: computes the shapes and tensors of every layer, and compares the output with
 * the target. Nothing is allocated, so a network of any size can be refused.
 */

import { t } from '@vscode/l10n';
import { assertNever } from '../common/assertNever';
import { counted } from '../common/counted';
import { activation } from './catalogue';
import type { TargetKind } from './dataFacts';
import { flatLayers } from './flatLayers';
import { hasWeightMatrix, layerKindOf, planLayer } from './layers';
import { isFused, outputsPerTarget } from './lossRules';
import { comfortableBytes, memoryNeed } from './memory';
import { outputActivation } from './outputActivation';
import type { LayerPlan, NetworkPlan } from './plan';
import type { PlanIssue, ReportError } from './planIssue';
import { formatShape, type Shape, sizeOf } from './shape';
import type { LayerSpec, Part, Spec } from './spec';
import { trainingFaults } from './trainingFaults';

export type { PlanIssue } from './planIssue';

export interface PlanData {
  readonly inputShape: Shape;
  /** Count of numbers in a row of the target. */
  readonly targetSize: number;
  readonly targetKind: TargetKind;
  readonly classNames?: readonly string[];
  /** Samples of each part, where they are known. */
  readonly parts?: Readonly<Record<Part, number>>;
}

/** Limit of a network's learned numbers, and of a layer's outputs for one sample. */
export const maximumParameters = 2 ** 28;

export interface Planning {
  /** Undefined where an issue is an error. */
  readonly plan?: NetworkPlan;
  readonly issues: PlanIssue[];
  /** The layers before the first that does not fit. */
  readonly layers: readonly LayerPlan[];
}

/** The plan, unless an issue is an error. Warnings and hints may come with a plan. */
export function planNetwork(spec: Spec, data: PlanData): Planning {
  const issues: PlanIssue[] = [];
  const error = (code: PlanIssue['code'], path: PlanIssue['path'], message: string) => {
    issues.push({ code, severity: 'error', message, path });
    return undefined;
  };
  for (const { code, path, message } of trainingFaults(spec, data)) {
    error(code, path, message);
  }
  const layers: LayerPlan[] = [];
  let shape = data.inputShape;
  let parameterCount = 0;
  const flat = flatLayers(spec.layers);
  for (const [index, { layer, path, inside, isFrozen }] of flat.entries()) {
    const skipFrom = layer.layers ? index - inside - 1 : undefined;
    const skipped = skipFrom === undefined ? undefined : (layers[skipFrom]?.outputShape ?? data.inputShape);
    const built = planLayer({ layer, path, index, input: shape, skipped, skipFrom, isFrozen, error });
    if (!built) {
      return { issues, layers };
    }
    parameterCount += countOf(built);
    if (parameterCount > maximumParameters) {
      const key = 'filters' in layer.parameters ? 'filters' : 'units';
      error(
        'too-many-parameters',
        key in layer.parameters ? [...path, key] : path,
        t(
          'Up to layer {0} the network has {1} parameters; at most {2} are allowed. Use fewer units.',
          layer.name,
          parameterCount,
          maximumParameters,
        ),
      );
      return { issues, layers };
    }
    if (sizeOf(built.outputShape) > maximumParameters) {
      const message = t(
        'Layer {0} makes of each sample {1}, more than {2} numbers. Use less padding or fewer filters.',
        layer.name,
        formatShape(built.outputShape),
        maximumParameters,
      );
      error('too-many-numbers', path, message);
      return { issues, layers };
    }
    checkBatch(built, path, spec.training.batchSize, data.parts?.train, error);
    layers.push(built);
    shape = built.outputShape;
  }
  checkOutput(spec, shape, data, issues, error);
  if (issues.length > 0) {
    return { issues, layers };
  }
  checkMemory(spec, layers, data, issues);
  const { loss } = spec.training;
  return {
    plan: {
      inputShape: data.inputShape,
      outputShape: shape,
      layers,
      loss,
      fusedLayer: fusedLayer(spec, layers.length - 1),
      parameterCount,
    },
    issues,
    layers,
  };
}

/** Batch size of evaluation, unless the training batch is larger. */
const evaluationBatch = 256;

function checkMemory(spec: Spec, layers: readonly LayerPlan[], { parts }: PlanData, issues: PlanIssue[]): void {
  const { batchSize, optimizer } = spec.training;
  const samples = Math.max(Math.min(batchSize, parts?.train ?? batchSize), evaluationBatch);
  const { weights, values, largest } = memoryNeed(layers, optimizer, samples);
  if (weights + values <= comfortableBytes) {
    return;
  }
  const [all, ofWeights, ofValues] = [weights + values, weights, values].map((bytes) =>
    Number((bytes / 2 ** 30).toPrecision(2)),
  );
  const message = t(
    'Training takes about {0} GB of memory, most of it in this layer: {1} GB for weights with their gradients and the optimizer, {2} GB for the values of a batch. Use fewer units or filters, or a smaller batch.',
    all,
    ofWeights,
    ofValues,
  );
  issues.push({ code: 'memory', severity: 'warning', message, path: flatLayers(spec.layers)[largest].path });
}

/**
 * Refuses a batch of one sample, the epoch's last included, where batch normalisation would take the variance
 * of a single number.
 */
function checkBatch(
  layer: LayerPlan,
  path: PlanIssue['path'],
  batchSize: number,
  samples: number | undefined,
  error: ReportError,
): void {
  if (layerKindOf(layer).normalizesOver !== 'batch' || sizeOf(layer.inputShape) > layer.inputShape[0]) {
    return;
  }
  if (samples === 1) {
    const message = t(
      'Batch normalisation needs more than one training sample. Give the train part at least two rows.',
    );
    error('batch-of-one', path, message);
  } else if (batchSize === 1) {
    error(
      'batch-of-one',
      path,
      t('Batch normalisation needs more than one sample in a batch. Write a batch_size of at least 2.'),
    );
  } else if (samples !== undefined && samples % batchSize === 1) {
    const message = t(
      'Of {0} training samples in batches of {1} the last batch has one sample, which batch normalisation cannot take. Write another batch_size, such as {2}.',
      samples,
      batchSize,
      betterBatch(samples, batchSize),
    );
    error('batch-of-one', path, message);
  }
}

/**
 * The next larger batch size whose last batch has more than one sample; if there is none, all samples.
 */
export function betterBatch(samples: number, batchSize: number): number {
  for (let size = batchSize + 1; size < samples; size++) {
    if (samples % size !== 1) {
      return size;
    }
  }
  return samples;
}

function pathOf(layer: LayerSpec, index: number): (string | number)[] {
  return ['model', 'layers', index, layer.type];
}

/** Count of a layer's learned numbers. */
export function countOf(layer: LayerPlan): number {
  return layer.tensors.reduce((sum, tensor) => sum + sizeOf(tensor.shape), 0);
}

/** The layer whose activation is computed together with the loss, on the logits. */
function fusedLayer(spec: Spec, last: number): number | undefined {
  const name = spec.layers.at(-1)?.activation?.name;
  const { loss } = spec.training;
  return isFused(name, loss.name) ? last : undefined;
}

/** Compares the sizes of the output with those of the target. */
function checkOutput(spec: Spec, output: Shape, data: PlanData, issues: PlanIssue[], error: ReportError): void {
  const last = spec.layers.at(-1);
  if (!last) {
    return;
  }
  const path = pathOf(last, spec.layers.length - 1);
  const unitsAt = sizePath(spec);
  const perTarget = outputsPerTarget(spec.training.loss);
  const wanted = perTarget * data.targetSize;
  if (output.length !== 1) {
    const outputSize = sizeOf(output);
    const message =
      outputSize === wanted
        ? t(
            'The network ends in the shape {0}, but the target is a row of {1}. Put the layer “flatten” at the end.',
            formatShape(output),
            data.targetSize,
          )
        : t(
            'The network ends in the shape {0}, but the target is a row of {1}. Put the layers “flatten” and “dense: {2}” at the end.',
            formatShape(output),
            data.targetSize,
            wanted,
          );
    issues.push({ code: 'shape-mismatch', severity: 'error', message, path, outputSize });
    return;
  }
  const [units] = output;
  if (units !== wanted && unitsAt.at(-1) !== 'units') {
    const message = t(
      'The network ends with {0}, but the loss needs {1}, and no dense layer sets their number. Add the layer “dense: {2}”.',
      counted(units, t('{0} output', units), t('{0} outputs', units)),
      wanted,
      wanted,
    );
    error('output-size', unitsAt, message);
    return;
  }
  if (perTarget > 1 && units !== perTarget * data.targetSize) {
    const message = t(
      '{0} reads a mean and a log-variance for each target column. Target columns: {1}, outputs: {2}. Write units: {3}.',
      spec.training.loss.name,
      data.targetSize,
      units,
      wanted,
    );
    error('output-size', unitsAt, message);
    return;
  }
  if (perTarget === 1 && units !== data.targetSize) {
    error('output-size', unitsAt, outputMessage(units, data));
    return;
  }
  const thing = outputActivation(spec.layers)?.thing;
  const entry = thing && activation(thing.name);
  if (units === 1 && entry?.shape === 'vector' && entry.sumsToOne) {
    error(
      'softmax-one-unit',
      unitsAt,
      t('{0} over one unit is always 1. Use sigmoid, or a unit for each class.', entry.name),
    );
  }
}

/** The path to the number of outputs: the units of the last dense layer, whatever follows it. */
function sizePath(spec: Spec): PlanIssue['path'] {
  const index = spec.layers.findLastIndex(({ type }) => hasWeightMatrix(type));
  return index < 0 ? ['model', 'layers'] : [...pathOf(spec.layers[index], index), 'units'];
}

function outputMessage(units: number, { targetSize, targetKind, classNames }: PlanData): string {
  switch (targetKind) {
    case 'classes': {
      if (!classNames) {
        return t(
          'The output has shape [{0}], but the target has {1} classes, shape [{1}]. Write units: {1}.',
          units,
          targetSize,
        );
      }
      const shown = classNames.slice(0, 5).join(', ') + (classNames.length > 5 ? ', …' : '');
      return t(
        'The output has shape [{0}], but the target has {1} classes ({2}), shape [{1}]. Write units: {1}.',
        units,
        targetSize,
        shown,
      );
    }
    case 'binary':
      return t(
        'The output has shape [{0}], but the target has shape [{1}]: one yes-or-no column each. Write units: {1}.',
        units,
        targetSize,
      );
    case 'numbers':
      return t('The output has shape [{0}], but the target has shape [{1}]. Write units: {1}.', units, targetSize);
    default:
      return assertNever(targetKind);
  }
}
