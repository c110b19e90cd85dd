/** A network and its training in NumPy alone: every step of backpropagation is written out. */
import { t } from '@vscode/l10n';
import { flatLayers } from '../../spec/flatLayers';
import { sizeOf } from '../../spec/shape';
import type { ExportFormat, ExportInput, Refuse } from '../exportInput';
import { type LossHead, lossHeadOf } from '../lossHead';
import { dataSource } from '../python/data';
import { type Draw, drawsSource } from '../python/draws';
import {
  commonImports,
  headSource,
  optionsSource,
  partsSource,
  plateauSource,
  printSource,
  readNames,
  scriptOfSections,
  stoppingSource,
  type Training,
  trainingOf,
  unitsSource,
} from '../python/epochs';
import { initialSource } from '../python/initial';
import { measureSource, metricsSource } from '../python/metrics';
import { readmeFile } from '../python/readme';
import { tableFile } from '../python/rows';
import { scheduleSource } from '../python/schedule';
import { indented, numberLiteral, quoted } from '../python/source';
import { weightsName, weightsReader } from '../python/weights';
import { type NumpyLayer, numpyLayer } from './layers';
import { numpyLoss } from './losses';
import { updateLines } from './optimizers';

export const numpy: ExportFormat = {
  name: 'numpy',
  needs: 'training',
  becomes: 'folder',
  make(input, refuse) {
    const training = trainingOf(input);
    return [
      { path: 'train.py', content: scriptOf(input, training, refuse) },
      tableFile(input.data, training.rows),
      ...(input.weights ? [{ path: weightsName, content: input.weights.file }] : []),
      readmeFile(input, 'python3 -m pip install numpy'),
    ];
  },
};

const lacking = (name: string) =>
  t('The NumPy script has no {0}. Export for PyTorch instead: {1}.', name, '--to pytorch');

function scriptOf(input: ExportInput, training: Training, refuse: Refuse): string {
  const { spec, network, data } = input;
  const draws = new Set<Draw>(spec.training.shuffle ? ['shuffled'] : []);
  const schedule = scheduleSource(spec.training, training.steps);
  if (schedule?.movesMomentum) {
    refuse(['training', 'schedule'], lacking('cycle_momentum'));
  }
  const layers = layersOf(input, refuse);
  if (layers.some((layer) => layer.draws)) {
    draws.add('uniform');
  }
  const initialise = initialiseSource(input, draws);
  const update = updateSource(input, refuse);
  const source = networkSource(input, layers);
  const sections = [
    headSource(spec, t('The network of an NNSpec spec and its training, written out in NumPy.'), commonImports()),
    unitsSource(data, sizeOf(network.outputShape)),
    drawsSource(draws),
    dataSource(spec, data, training.rows, network.inputShape),
    /softmax\(/.test(source) ? softmaxSource : '',
    layers.some((layer) => layer.draws) ? maskSource() : '',
    input.weights ? weightsReader() : '',
    initialise,
    source,
    lossSource(input, training, refuse),
    update,
    schedule?.source ?? '',
    metricsSource(spec, network, training.weightedMetrics),
    measureSource(spec, data.target.scaling !== undefined, training.weightedMetrics),
    printSource(),
    mainSource(input, training, schedule?.plateau !== undefined),
  ];
  return scriptOfSections(sections);
}

const softmaxSource = `def softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
`;

function maskSource(): string {
  return `def dropout_mask(shape, rate, step, layer):
    """${t('Sets numbers to 0 at random and makes the others larger, so that the mean stays.')}"""
    draws = uniform(4, step, layer * 2**32 + np.arange(np.prod(shape))).reshape(shape)
    return (draws >= rate) / (1 - rate)
`;
}

function layersOf({ spec, network }: ExportInput, refuse: Refuse): readonly NumpyLayer[] {
  const flat = flatLayers(spec.layers);
  return network.layers.flatMap((layer, at) => {
    const { index, skipFrom } = layer;
    const names = {
      x: `a${index}`,
      z: `z${index + 1}`,
      a: `a${index + 1}`,
      ...(skipFrom !== undefined && { skip: `a${skipFrom + 1}` }),
    };
    const made = numpyLayer(layer, names, network.fusedLayer === index);
    if ('missing' in made) {
      refuse(flat[at].path, lacking(made.missing));
      return [];
    }
    return [made];
  });
}

function initialiseSource({ network, weights }: ExportInput, draws: Set<Draw>): string {
  let ordinal = 0;
  const tensors = network.layers.flatMap((layer) => layer.tensors);
  if (weights) {
    return `def initialise():
    """${t('Begins with the weights of {0}.', weightsName)}"""
    weights = read_weights(HERE / ${quoted(weightsName)})
    return {name: values.astype(float) for name, values in weights.items()}
`;
  }
  // Ours are rounded to float32, and so are these.
  const lines = tensors.map(
    (tensor) => `        ${quoted(tensor.name)}: ${initialSource(tensor, ordinal++, (draw) => draws.add(draw))},\n`,
  );
  return `def initialise():
    """${t('Draws the initial weights: those of NNSpec for this seed.')}"""
    weights = {
${lines.join('')}    }
    return {name: values.astype(np.float32).astype(float) for name, values in weights.items()}
`;
}

/** The functions `forward` and `backward`. */
function networkSource({ network }: ExportInput, layers: readonly NumpyLayer[]): string {
  const { fusedLayer, layers: plans } = network;
  const last = plans.length;
  const output = `a${last}`;
  const logits = fusedLayer === undefined ? [] : [plans[fusedLayer].tensors.length === 0 ? `a${last - 1}` : `z${last}`];
  const ends = [...logits, output];
  const kept = [...new Set(layers.flatMap((layer) => layer.kept).filter((name) => !ends.includes(name))), ...ends];
  const draws = layers.some((layer) => layer.draws);
  const back = plans.toReversed().flatMap((plan) => {
    // The error of a block's input is the sum of both ways.
    const joined = plans
      .filter(({ skipFrom }) => skipFrom === plan.index)
      .map(({ index }) => `d = d + d_skip_a${index + 1}`);
    return [...joined, ...(layers[plan.index]?.backward ?? [])];
  });
  // Nobody asks for the error of the network's inputs.
  const isLastUnused = back.at(-1)?.startsWith('d = ') === true;
  const tuple = kept.length === 1 ? `${kept[0]},` : kept.join(', ');
  return `def forward(w, a0${draws ? ', step=None' : ''}):
    """${t('Step 1, forward pass: from the inputs to the outputs, layer by layer.')}"""
${layers.flatMap(({ forward }) => forward.map((line) => `    ${line}\n`)).join('')}    return ${tuple}


def backward(w, values, d):
    """${t('Step 3, gradients: from the error back through the layers, by the chain rule.')}"""
    ${tuple} = values
    g = {}
${(isLastUnused ? back.slice(0, -1) : back).map((line) => `    ${line}\n`).join('')}    return g
`;
}

/** The loss alone, or together with the setting or the activation that the format does not have it with. */
function missingOf({ loss: { name, parameters }, activation = 'linear' }: LossHead): string {
  return (parameters.label_smoothing ?? 0) === 0 ? `${name} (${activation})` : 'label_smoothing';
}

function lossSource(input: ExportInput, { weighted }: Training, refuse: Refuse): string {
  const head = lossHeadOf(input.network);
  const loss = numpyLoss(head);
  if (!loss) {
    refuse(['training', 'loss'], lacking(missingOf(head)));
    return '';
  }
  const z = head.fused ? ', z' : '';
  return weighted
    ? `def loss_and_error(o${z}, t, w):
    """${t('Step 2, error: how far the outputs are from the targets.')}"""
    total = max(w.sum(), 1e-30)
    return (w * (${loss.each})).sum() / total, w[:, None] * (${loss.error}) / total
`
    : `def loss_and_error(o${z}, t):
    """${t('Step 2, error: how far the outputs are from the targets.')}"""
    return (${loss.each}).mean(), (${loss.error}) / len(t)
`;
}

function updateSource({ spec, network }: ExportInput, refuse: Refuse): string {
  const { optimizer, schedule, clipNorm, clipValue } = spec.training;
  const lines = updateLines(optimizer, 'rate');
  if ('missing' in lines) {
    refuse(['training', 'optimizer', optimizer.name], lacking(lines.missing));
    return '';
  }
  const tensors = network.layers.flatMap((layer) => layer.tensors);
  const frozen = tensors.filter(({ isFrozen }) => isFrozen).map(({ name }) => quoted(name));
  const penalties = tensors.flatMap(({ name, regularizer, isFrozen }) => {
    if (!regularizer || isFrozen) {
      return [];
    }
    const { l1, l2 } = regularizer;
    const of = `w[${quoted(name)}]`;
    return [`gradients[${quoted(name)}] += ${numberLiteral(l1)} * np.sign(${of}) + 2 * ${numberLiteral(l2)} * ${of}`];
  });
  const before = [
    ...frozen.map((name) => `del gradients[${name}]`),
    ...penalties,
    ...(clipValue === undefined
      ? []
      : [`gradients = {name: np.clip(g, -${clipValue}, ${clipValue}) for name, g in gradients.items()}`]),
    ...(clipNorm === undefined
      ? []
      : [
          'norm = np.sqrt(sum((g**2).sum() for g in gradients.values()))',
          `gradients = {name: g * min(1, ${clipNorm} / (norm + 1e-6)) for name, g in gradients.items()}`,
        ]),
  ];
  const rate = schedule ? '' : `    rate = ${numberLiteral(optimizer.parameters.learning_rate as number)}\n`;
  return `def update(w, gradients, memory, step${schedule ? ', rate' : ''}):
    """${t('Step 4, update: every weight moves against its gradient.')}"""
${rate}${before.map((line) => `    ${line}\n`).join('')}    for name, g in gradients.items():
${lines.map((line) => `        ${line}\n`).join('')}`;
}

function mainSource(input: ExportInput, training: Training, hasPlateau: boolean): string {
  const { spec, network } = input;
  const { weighted, weightedMetrics, counts } = training;
  const { schedule, optimizer, shuffle } = spec.training;
  const stopping = stoppingSource(spec, {
    keep: 'best_weights = {name: values.copy() for name, values in w.items()}',
    restore: 'w.update(best_weights)',
  });
  const plateau = plateauSource(hasPlateau ? schedule : undefined, optimizer.parameters.learning_rate as number);
  const fused = network.fusedLayer !== undefined;
  const parts = fused ? 'values[-1], values[-2]' : 'values[-1]';
  const lossOf = (rows: string) => `loss_and_error(${parts}, t[${rows}]${weighted ? `, weights[${rows}]` : ''})`;
  const draws = network.layers.some(({ parameters }) => 'rate' in parameters);
  const measured = (rows: string) => [
    `values = forward(w, x[${rows}])`,
    `loss, _ = ${lossOf(rows)}`,
    `measure(loss, values[-1], t[${rows}]${weightedMetrics ? `, row_weights[${rows}]` : ''})`,
  ];
  const [forwardLine, lossLine, validated] = measured('validation');
  const rate = schedule ? `, learning_rate(step - 1${hasPlateau ? ', factor' : ''})` : '';
  const loop = [
    `order = ${shuffle ? 'shuffled(train, epoch)' : 'train'}`,
    'total, outputs = 0.0, []',
    'for first in range(0, len(order), BATCH_SIZE):',
    ...[
      'batch = order[first : first + BATCH_SIZE]',
      `values = forward(w, x[batch]${draws ? ', step' : ''})`,
      `loss, error = ${lossOf('batch')}`,
      'gradients = backward(w, values, error)',
      'step += 1',
      `update(w, gradients, memory, step${rate})`,
      `total += loss * ${weighted ? 'weights[batch].sum()' : 'len(batch)'}`,
      'outputs.append(values[-1])',
    ].map((line) => `    ${line}`),
    `values_of_epoch = measure(total / ${weighted ? 'weights[train].sum()' : 'len(train)'}, np.concatenate(outputs), t[order]${weightedMetrics ? ', row_weights[order]' : ''})`,
    ...(counts.validation > 0
      ? [
          forwardLine,
          lossLine,
          `validated = ${validated}`,
          'pairs = (((tag, value), ("val_" + tag, validated[tag])) for tag, value in values_of_epoch.items())',
          'values = dict(entry for pair in pairs for entry in pair)',
        ]
      : ['values = values_of_epoch']),
    'report(options.json, epoch, step, values)',
    ...plateau.atEpoch,
    ...stopping.atEpoch,
  ];
  const [testForward, testLoss, tested] = measured('test');
  const lines = [
    ...optionsSource(),
    `${readNames(training).join(', ')} = read_data()`,
    ...partsSource(training),
    '',
    'w, memory, step = initialise(), {}, 0',
    ...stopping.before,
    ...plateau.before,
    'for epoch in range(1, EPOCHS + 1):',
    indented(loop.join('\n')),
    ...stopping.after,
    ...(counts.test > 0
      ? [
          'if not options.json:',
          `    ${testForward}`,
          `    ${testLoss}`,
          `    print("test", *(f"{tag} {value:.6g}" for tag, value in ${tested}.items()))`,
        ]
      : []),
    'if options.save:',
    '    np.savez(options.save, **{name: values.astype(np.float32) for name, values in w.items()})',
  ];
  return `def main():\n${indented(lines.join('\n'))}\n`;
}
