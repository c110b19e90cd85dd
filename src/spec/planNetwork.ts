/**
 * From a spec to a network plan: shapes through every layer, learned tensors, and the output against the target. Nothing
 * is allocated, so a network of any size can be refused.
 */
import { t } from '@vscode/l10n';
import { assertNever } from '../common/assertNever';
import { activation as findActivation } from './catalogue/index';
import type { TargetKind } from './dataFacts';
import { isFused, outputsPerTarget } from './lossRules';
import { outputActivation } from './outputActivation';
import type { LayerPlan, NetworkPlan, Shape, TensorPlan } from './plan';
import type { Severity } from './problem';
import type { LayerSpec, Spec, Thing } from './spec';
import { type TrainingFault, trainingFaults } from './trainingFaults';

export interface PlanIssue {
  readonly code: 'shape-mismatch' | 'output-size' | 'softmax-one-unit' | 'too-many-parameters' | TrainingFault['code'];
  readonly severity: Severity;
  readonly message: string;
  /** Keys and indices into the file: `['model', 'layers', 0, 'dense', 'units']`. */
  readonly path: readonly (string | number)[];
}

export interface PlanData {
  readonly inputShape: Shape;
  /** Numbers a target row holds. */
  readonly targetSize: number;
  readonly targetKind: TargetKind;
  readonly classNames?: readonly string[];
}

/** Learned numbers a network may have. */
export const maximumParameters = 2 ** 28;

/** The plan, unless an issue is an error. Warnings and hints may come with a plan. */
export function planNetwork(spec: Spec, data: PlanData): { plan?: NetworkPlan; issues: PlanIssue[] } {
  const issues: PlanIssue[] = [];
  const error = (code: PlanIssue['code'], path: PlanIssue['path'], message: string) => {
    issues.push({ code, severity: 'error', message, path });
    return undefined;
  };
  const layers: LayerPlan[] = [];
  let shape = data.inputShape;
  let parameterCount = 0;
  for (const [index, layer] of spec.layers.entries()) {
    const built = planLayer(layer, index, shape, error);
    if (!built) return { issues };
    parameterCount += countOf(built);
    if (parameterCount > maximumParameters) {
      error(
        'too-many-parameters',
        [...pathOf(layer, index), 'units'],
        t(
          'Up to layer {0} the network has {1} parameters; at most {2} are allowed. Use fewer units.',
          layer.name,
          parameterCount,
          maximumParameters,
        ),
      );
      return { issues };
    }
    layers.push(built);
    shape = built.outputShape;
  }
  checkOutput(spec, shape, data, error);
  for (const { code, path, message } of trainingFaults(spec, data)) error(code, path, message);
  if (issues.length > 0) return { issues };
  const { loss } = spec.training;
  return {
    plan: {
      inputShape: data.inputShape,
      outputShape: shape,
      layers,
      loss,
      fusedLayer: fusedLayer(spec),
      parameterCount,
    },
    issues,
  };
}

type ReportError = (code: PlanIssue['code'], path: PlanIssue['path'], message: string) => undefined;

function pathOf(layer: LayerSpec, index: number): (string | number)[] {
  return ['model', 'layers', index, layer.type];
}

/** Learned numbers of a layer. */
export function countOf(layer: LayerPlan): number {
  return layer.tensors.reduce((sum, tensor) => sum + sizeOf(tensor.shape), 0);
}

function sizeOf(shape: Shape): number {
  return shape.reduce((product, length) => product * length, 1);
}

function planLayer(layer: LayerSpec, index: number, input: Shape, error: ReportError): LayerPlan | undefined {
  const path = pathOf(layer, index);
  const common = {
    index,
    name: layer.name,
    type: layer.type,
    inputShape: input,
    parameters: layer.parameters,
    activation: layer.activation,
  };
  switch (layer.type) {
    case 'dense': {
      if (input.length !== 1) {
        return error(
          'shape-mismatch',
          path,
          t(
            'Layer {0} takes a flat sample, but its input has the shape {1}. Put the layer “flatten” before it.',
            layer.name,
            show(input),
          ),
        );
      }
      const units = layer.parameters.units as number;
      const activated = activate(layer, [units], [...path, 'activation'], `${layer.name}.activation`, error);
      return (
        activated && {
          ...common,
          outputShape: activated.shape,
          tensors: [...denseTensors(layer, input[0], units), ...activated.tensors],
        }
      );
    }
    case 'activation': {
      const activated = activate(layer, input, path, layer.name, error);
      return activated && { ...common, outputShape: activated.shape, tensors: activated.tensors };
    }
    case 'dropout':
      return { ...common, outputShape: input, tensors: [] };
    case 'flatten':
      return { ...common, outputShape: [sizeOf(input)], tensors: [] };
    default:
      throw new Error(`No shape rule for the layer type ${layer.type}: the language lets no such layer through.`);
  }
}

const torchDefault: Thing = { name: 'torch_default', parameters: {} };

/** y = W·x + b: W `[units, inputs]`, b `[units]`. */
function denseTensors(layer: LayerSpec, inputs: number, units: number): TensorPlan[] {
  const fans = { initializer: torchDefault, fanIn: inputs, fanOut: units };
  const weight: TensorPlan = { name: `${layer.name}.weight`, shape: [units, inputs], ...fans };
  if (layer.parameters.use_bias === false) return [weight];
  return [weight, { name: `${layer.name}.bias`, shape: [units], ...fans }];
}

/** What an activation makes of a shape, and the slope it learns, if it does. `owner` begins its tensor's name. */
function activate(
  layer: LayerSpec,
  input: Shape,
  path: PlanIssue['path'],
  owner: string,
  error: ReportError,
): { shape: Shape; tensors: TensorPlan[] } | undefined {
  const entry = layer.activation && findActivation(layer.activation.name);
  if (!layer.activation || !entry) return { shape: input, tensors: [] };
  switch (entry.shape) {
    case 'elementwise': {
      if (entry.extra !== 'learned_slope') return { shape: input, tensors: [] };
      const initializer: Thing = { name: 'constant', parameters: { value: layer.activation.parameters.init ?? 0.25 } };
      return { shape: input, tensors: [{ name: `${owner}.weight`, shape: [1], initializer, fanIn: 1, fanOut: 1 }] };
    }
    case 'vector': {
      const features = input[0];
      const size = entry.outputSize ? entry.outputSize(features) : features;
      if (size === undefined || size < 1) {
        return error(
          'shape-mismatch',
          path,
          t(
            '{0} works on two halves of its input, but {1} has {2} features. Use an even number.',
            entry.name,
            layer.name,
            features,
          ),
        );
      }
      return { shape: [size, ...input.slice(1)], tensors: [] };
    }
    default:
      return assertNever(entry);
  }
}

/** The layer whose activation is computed together with the loss, on the logits. */
function fusedLayer(spec: Spec): number | undefined {
  const last = spec.layers.length - 1;
  const name = spec.layers[last]?.activation?.name;
  const { loss } = spec.training;
  return isFused(name, loss.name) ? last : undefined;
}

/** Sizes of the output against those of the target. */
function checkOutput(spec: Spec, output: Shape, data: PlanData, error: ReportError): void {
  const last = spec.layers.at(-1);
  if (!last) return;
  const path = pathOf(last, spec.layers.length - 1);
  const unitsAt = sizePath(spec);
  if (output.length !== 1) {
    error(
      'shape-mismatch',
      path,
      t(
        'The network ends in the shape {0}, but the target is a row of {1}. Put the layers “flatten” and “dense: {1}” at the end.',
        show(output),
        data.targetSize,
      ),
    );
    return;
  }
  const [units] = output;
  const perTarget = outputsPerTarget(spec.training.loss);
  if (perTarget > 1 && units !== perTarget * data.targetSize) {
    const wanted = perTarget * data.targetSize;
    const message = t(
      '{0} reads a mean and a log-variance for each of the {1} target columns, but there are {2} outputs. Write {3} units.',
      spec.training.loss.name,
      data.targetSize,
      units,
      wanted,
    );
    error('output-size', unitsAt, message);
  } else if (perTarget === 1 && units !== data.targetSize) error('output-size', unitsAt, outputMessage(units, data));
  else if (
    units === 1 &&
    ['softmax', 'sparsemax', 'softmin'].includes(outputActivation(spec.layers)?.thing.name ?? '')
  ) {
    const name = outputActivation(spec.layers)?.thing.name ?? '';
    error(
      'softmax-one-unit',
      unitsAt,
      t('{0} over one unit is always 1. Use sigmoid, or a unit for each class.', name),
    );
  }
}

/** Where the number of outputs is written: the units of the last dense layer, whatever follows it. */
function sizePath(spec: Spec): PlanIssue['path'] {
  const index = spec.layers.findLastIndex(({ type }) => type === 'dense');
  return index < 0 ? ['model', 'layers'] : ['model', 'layers', index, 'dense', 'units'];
}

function outputMessage(units: number, { targetSize, targetKind, classNames }: PlanData): string {
  switch (targetKind) {
    case 'classes': {
      if (!classNames) {
        return t(
          'The output has shape [{0}], but the target has {1} classes, shape [{1}]. Write {1} units.',
          units,
          targetSize,
        );
      }
      const shown = classNames.slice(0, 5).join(', ') + (classNames.length > 5 ? ', …' : '');
      return t(
        'The output has shape [{0}], but the target has {1} classes ({2}), shape [{1}]. Write {1} units.',
        units,
        targetSize,
        shown,
      );
    }
    case 'binary':
      return t(
        'The output has shape [{0}], but the target has shape [{1}]: one yes-or-no column each. Write {1} units.',
        units,
        targetSize,
      );
    case 'numbers':
      return t('The output has shape [{0}], but the target has shape [{1}]. Write {1} units.', units, targetSize);
    default:
      return assertNever(targetKind);
  }
}

function show(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}
