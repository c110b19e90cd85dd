/** The lesson family: the spec is not wrong, but a teacher would comment on it. */

import { t } from '@vscode/l10n';
import { wildTargetsDecide } from '../../common/wildTargets';
import { familyOf, activation as findActivation } from '../../spec/catalogue';
import { findLoss } from '../../spec/catalogue/losses';
import { findOptimizer } from '../../spec/catalogue/optimizers';
import { isFlatOnBothSides, isUntrainable } from '../../spec/catalogue/properties';
import type { ActivationEntry } from '../../spec/catalogue/types';
import type { DataFacts } from '../../spec/dataFacts';
import { flatLayers } from '../../spec/flatLayers';
import { activationPath, findLayerKind, hasWeightMatrix, takesActivation } from '../../spec/layers';
import { isLinearMap, isNonlinear, isNonlinearInside } from '../../spec/linearity';
import { outputActivation } from '../../spec/outputActivation';
import type { LayerSpec, Spec } from '../../spec/spec';
import { wildAdvice, wildWords } from '../../spec/wildTargets';
import type { Remark } from '../problems/remark';
import { shortNumber } from '../text/shortNumber';
import { layerRules } from './lessonLayers';
import { targetsOf } from './targets';

type Rule = (spec: Spec, facts?: DataFacts) => readonly Remark[];

export function lessonRemarks(spec: Spec, facts?: DataFacts): Remark[] {
  return rules.flatMap((rule) => rule(spec, facts));
}

const rules: readonly Rule[] = [
  linearStack,
  xorWithLinearMap,
  softmaxHidden,
  sigmoidDeep,
  squaredErrorAfterSoftmax,
  stepCannotLearn,
  dropoutLast,
  unscaledInputs,
  unscaledTarget,
  wildTarget,
  wideTarget,
  learningRateRange,
  ...layerRules,
];

/** For a network of activations, pooling and the like alone. */
export function nothingToLearn(): Remark {
  const message = t(
    'No layer has weights, so there is nothing to learn: training only measures the loss and changes nothing. Add a layer with weights, such as dense.',
  );
  return remark('nothing-to-learn', 'warning', ['model', 'layers'], message);
}

/** For a network whose layers all have `trainable: false`. */
export function nothingTrainable(): Remark {
  const message = t(
    'Every layer has trainable: false, so training changes nothing. Leave at least one layer trainable.',
  );
  return remark('nothing-to-learn', 'warning', ['model', 'layers'], message);
}

function remark(code: Remark['code'], severity: Remark['severity'], path: Remark['path'], message: string): Remark {
  return { code, severity, path, message, what: 'key' };
}

function layerPath(layer: LayerSpec, index: number): (string | number)[] {
  return ['model', 'layers', index, layer.type];
}

/** Consecutive dense layers with only linear functions between them: each run is one linear map. */
function linearStack({ layers }: Spec): Remark[] {
  const remarks: Remark[] = [];
  const flat = flatLayers(layers);
  const edges = new Set(flat.flatMap(({ inside }, end) => (isNonlinearInside(flat, end) ? [end - inside, end] : [])));
  let run = 0;
  for (const [index, { layer, path }] of flat.entries()) {
    if (edges.has(index)) {
      run = 0;
    }
    if (hasWeightMatrix(layer.type)) {
      run++;
      if (run === 2) {
        const message = t(
          'Only linear functions stand between this dense layer and the one before it: together they compute what one dense layer can. Put an activation such as tanh or relu between them.',
        );
        remarks.push(remark('linear-stack', 'hint', path, message));
      }
    }
    if (isNonlinear(layer)) {
      run = 0;
    }
  }
  return remarks;
}

/** Sets whose classes no straight line separates. */
const inseparable = ['xor', 'circles', 'moons', 'spiral', 'checkerboard'];

function xorWithLinearMap(spec: Spec): Remark[] {
  if (!isLinearMap(spec.layers)) {
    return [];
  }
  const { origin } = spec.data;
  if (!(origin.kind === 'source' && inseparable.includes(origin.source.name)) && !isParityTable(spec)) {
    return [];
  }
  const message = t(
    'No straight line separates these classes, and without a non-linear hidden layer the network can draw nothing else. Add before the last layer: {0}',
    '- dense: { units: 4, activation: tanh }',
  );
  return [remark('xor-linear', 'warning', ['model', 'layers'], message)];
}

/**
 * Four rows, the corners of a square: the target is equal at opposite corners and differs at neighbouring
 * ones, as in XOR or its complement.
 */
function isParityTable({ data }: Spec): boolean {
  const { origin, target, inputs } = data;
  if (origin.kind !== 'rows' || origin.rows.length !== 4 || target?.length !== 1) {
    return false;
  }
  const y = origin.columns.indexOf(target[0]);
  const [a, b, ...more] = (inputs ?? origin.columns.filter((name) => name !== target[0])).map((name) =>
    origin.columns.indexOf(name),
  );
  if (y < 0 || a === undefined || b === undefined || more.length > 0) {
    return false;
  }
  const corners = new Map(origin.rows.map((row) => [`${row[a]} ${row[b]}`, row[y]]));
  const as = [...new Set(origin.rows.map((row) => row[a]))];
  const bs = [...new Set(origin.rows.map((row) => row[b]))];
  if (corners.size !== 4 || as.length !== 2 || bs.length !== 2) {
    return false;
  }
  const at = (i: number, j: number) => corners.get(`${as[i]} ${bs[j]}`);
  return at(0, 0) === at(1, 1) && at(0, 1) === at(1, 0) && at(0, 0) !== at(0, 1);
}

interface Activated {
  readonly name: string;
  readonly entry: ActivationEntry;
  /** Where the activation is written. */
  readonly path: Remark['path'];
}

/** Hidden activations: all before the output's, including those inside blocks. */
function hiddenActivations({ layers }: Spec): Activated[] {
  const output = layers[outputActivation(layers)?.layer ?? layers.length];
  const flat = flatLayers(layers);
  const end = output ? flat.findIndex(({ layer }) => layer === output) : flat.length;
  return flat.slice(0, end).flatMap(activated);
}

function activated({ layer, path }: ReturnType<typeof flatLayers>[number]): Activated[] {
  const entry = layer.activation && findActivation(layer.activation.name);
  return entry ? [{ name: entry.name, entry, path: activationPath(layer.type, path) }] : [];
}

function softmaxHidden(spec: Spec): Remark[] {
  return hiddenActivations(spec)
    .filter(({ entry }) => familyOf(entry) === 'distribution')
    .map(({ name, path }) => ({
      code: 'softmax-hidden',
      severity: 'warning',
      path,
      message: t(
        '{0} in a hidden layer makes its units share one sum, so that little passes through. Keep it for the output; use relu or tanh here.',
        name,
      ),
    }));
}

/** With this many sigmoid layers the gradient has almost vanished. */
const deepSigmoid = 3;

function sigmoidDeep(spec: Spec): Remark[] {
  const hidden = hiddenActivations(spec).flatMap(({ entry, path }) => {
    const largest = entry.shape === 'elementwise' ? entry.largestDerivative : undefined;
    return largest === undefined ? [] : [{ largest, path }];
  });
  if (hidden.length < deepSigmoid) {
    return [];
  }
  const factor = hidden.reduce((product, { largest }) => product * largest, 1);
  const message = t(
    'Vanishing gradient: the derivative of sigmoid is at most 0.25, so {0} such layers scale the gradient by at most {1} on its way to this layer, before the weights. Use tanh or relu in hidden layers.',
    hidden.length,
    Number(factor.toPrecision(2)).toString(),
  );
  return [{ code: 'sigmoid-deep', severity: 'warning', path: hidden[0].path, message }];
}

function squaredErrorAfterSoftmax({ layers, training }: Spec): Remark[] {
  if (!findLoss(training.loss.name)?.isSquaredError || outputActivation(layers)?.thing.name !== 'softmax') {
    return [];
  }
  const message = t(
    'After softmax a squared error has almost no gradient where the network is surely wrong. Use categorical_crossentropy.',
  );
  return [{ code: 'mse-softmax', severity: 'warning', path: ['training', 'loss'], message }];
}

function stepCannotLearn({ layers }: Spec): Remark[] {
  return flatLayers(layers).flatMap((flat) => {
    const [found] = activated(flat);
    if (!found || !isUntrainable(found.entry)) {
      return [];
    }
    const message = t(
      'The derivative of step is 0 wherever it exists, so backpropagation cannot train what comes before it. Use sigmoid or tanh.',
    );
    return [{ code: 'step-untrainable', severity: 'warning' as const, path: found.path, message }];
  });
}

function dropoutLast({ layers }: Spec): Remark[] {
  const index = layers.findLastIndex(({ type }) => !findLayerKind(type)?.keepsValues);
  const layer = layers[index];
  if (!findLayerKind(layer?.type)?.drops || layers.length < 2) {
    return [];
  }
  const message = t(
    'Dropout after the last layer with weights drops the outputs themselves. Move it between hidden layers.',
  );
  return [remark('dropout-last', 'warning', layerPath(layer, index), message)];
}

/** With usual weights, inputs above this saturate a sigmoid or tanh. */
const largeInput = 10;

function unscaledInputs(spec: Spec, facts?: DataFacts): Remark[] {
  const { data, layers } = spec;
  const first = layers.find(({ type }) => takesActivation(type));
  const entry = first?.activation && findActivation(first.activation.name);
  if (!facts || !entry || data.scale !== 'none' || !isFlatOnBothSides(entry)) {
    return [];
  }
  const targets = targetsOf(spec);
  let widest: { name: string; value: number } | undefined;
  for (const { name, type, minimum = 0, maximum = 0 } of facts.columns) {
    const isInput = !targets.includes(name);
    const value = Math.max(Math.abs(minimum), Math.abs(maximum));
    if (isInput && type === 'number' && value > (widest?.value ?? largeInput)) {
      widest = { name, value };
    }
  }
  if (!widest) {
    return [];
  }
  const message = t(
    'The input “{0}” reaches {1}, where {2} is flat and its gradient almost 0. Write scale: standard under data.',
    widest.name,
    widest.value,
    entry.name,
  );
  const scaled = ['data', 'scale'];
  return [{ code: 'unscaled-inputs', severity: 'warning', path: scaled, message }];
}

/** A target that deviates more, or less, is far from the size of a network's first outputs. */
const [largeDeviation, smallDeviation] = [100, 0.01];
/** A mean of so many deviations hides the differences between the rows. */
const farMean = 20;

function unscaledTarget(spec: Spec, facts?: DataFacts): Remark[] {
  const { name } = spec.training.loss;
  // Advice about wild targets has a scale as well.
  if (wildTarget(spec, facts).length > 0) {
    return [];
  }
  // Counts are not scaled, and a direction has no size.
  if (spec.data.scaleTarget || facts?.targetKind !== 'numbers' || ['poisson', 'cosine_similarity'].includes(name)) {
    return [];
  }
  const found = facts.targetMoments?.find(
    ({ mean, deviation }) =>
      deviation > largeDeviation ||
      (deviation > 0 && (deviation < smallDeviation || Math.abs(mean) > farMean * deviation)),
  );
  if (!found) {
    return [];
  }
  const message = t(
    'The target “{0}” has mean {1} and standard deviation {2} in the train part, far from the numbers around 0 to 1 that a network begins with: it will hardly learn them. Write scale_target: standard under data; metrics and predictions stay in the target’s own unit.',
    found.name,
    shortNumber(found.mean),
    shortNumber(found.deviation),
  );
  return [{ code: 'unscaled-target', severity: 'warning', path: ['data', 'scale_target'], message }];
}

function wildTarget({ data, training }: Spec, facts?: DataFacts): Remark[] {
  const found = facts?.targetMoments?.find(({ wild }) => wild !== undefined);
  if (!found?.wild || !wildTargetsDecide(training.loss.name, data.scaleTarget)) {
    return [];
  }
  const message = `${wildWords(found.name, found.wild)} ${wildAdvice()}`;
  return [remark('wild-target', 'warning', ['training', 'loss'], message)];
}

/** A squared error of such targets is mostly about the largest of them. */
function wideTarget(spec: Spec, facts?: DataFacts): Remark[] {
  const { data, training } = spec;
  const found = facts?.targetMoments?.find(({ wide }) => wide !== undefined);
  const isCount = ['poisson', 'cosine_similarity'].includes(training.loss.name);
  // One piece of advice on the scale of targets is enough.
  const isScaled = wildTarget(spec, facts).length === 0 && unscaledTarget(spec, facts).length === 0;
  if (!found?.wide || isCount || !isScaled || data.scaleTarget === 'log' || facts?.targetMoments?.length !== 1) {
    return [];
  }
  const message = t(
    'Nine of ten targets “{0}” lie between {1} and {2}. With scale_target: log their logarithm is learned, so that what counts is by how many times a prediction is wrong; small targets are then predicted better.',
    found.name,
    shortNumber(found.wide.low),
    shortNumber(found.wide.high),
  );
  return [remark('wide-target', 'hint', ['data', 'scale_target'], message)];
}

function learningRateRange({ training }: Spec): Remark[] {
  const { name, parameters } = training.optimizer;
  const rate = parameters.learning_rate;
  // These schedules set their own rates.
  if (['one_cycle', 'cyclic'].includes(training.schedule?.name ?? '')) {
    return [];
  }
  const usual = findOptimizer(name)?.usualRates;
  if (!usual || typeof rate !== 'number' || (rate >= usual[0] && rate <= usual[1])) {
    return [];
  }
  const message =
    rate > usual[1]
      ? t(
          'A learning rate of {0} is unusually large for {1}: the loss may jump or grow. Usual are {2} to {3}.',
          rate,
          name,
          usual[0],
          usual[1],
        )
      : t(
          'A learning rate of {0} is unusually small for {1}: the network will hardly learn. Usual are {2} to {3}.',
          rate,
          name,
          usual[0],
          usual[1],
        );
  return [
    {
      code: 'learning-rate',
      severity: 'warning',
      path: ['training', 'optimizer', name, 'learning_rate'],
      message,
      proposal: String(rate > usual[1] ? usual[1] : usual[0]),
    },
  ];
}
