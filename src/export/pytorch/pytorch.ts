/** A network and its training as a script for PyTorch, with the data that it reads. */
import { t } from '@vscode/l10n';
import { sizeOf } from '../../spec/shape';
import type { ExportedFile, ExportFormat, ExportInput } from '../exportInput';
import { lossHeadOf } from '../lossHead';
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
import { type ScheduleSource, scheduleSource } from '../python/schedule';
import { identifiersOf, indented, numberLiteral, quoted } from '../python/source';
import { weightsName, weightsReader } from '../python/weights';
import { activationSource, helperSources, type TorchHelper } from './activations';
import { type TorchLayer, torchLayer } from './layers';
import { lossSource } from './losses';
import { type TorchOptimizer, torchOptimizer } from './optimizer';

export const pytorch: ExportFormat = {
  name: 'pytorch',
  needs: 'training',
  becomes: 'folder',
  make(input) {
    const training = trainingOf(input);
    return [
      { path: 'train.py', content: scriptOf(input, training) },
      tableFile(input.data, training.rows),
      ...(input.weights ? [{ path: weightsName, content: input.weights.file }] : []),
      readmeFile(input, 'python3 -m pip install torch numpy', [
        t('Several processes share the batches, and one that was ended begins anew from the checkpoint:'),
        '',
        '```',
        'torchrun --nproc_per_node 2 --max_restarts 3 train.py --checkpoint state.pt',
        '```',
        '',
        t(
          'Several machines: on each the same call with {0}.',
          '`--nnodes 2 --rdzv_backend c10d --rdzv_endpoint HOST:29400`',
        ),
      ]),
    ] satisfies ExportedFile[];
  },
};

/** Names that every module of PyTorch has already. */
const moduleNames = new Set(
  `T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches eval
  extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half ipu load_state_dict modules
  named_buffers named_children named_modules named_parameters parameters register_backward_hook register_buffer
  register_forward_hook register_module register_parameter requires_grad_ set_extra_state set_submodule share_memory
  state_dict to to_empty train training type xpu zero_grad`.split(/\s+/),
);

interface Model {
  readonly layers: readonly TorchLayer[];
  readonly source: string;
  /** The forward pass takes the number of the step, which decides its random draws. */
  readonly takesStep: boolean;
}

function modelOf({ network }: ExportInput, use: (helper: TorchHelper) => void): Model {
  const { layers: plans, fusedLayer, inputShape } = network;
  const names = identifiersOf(
    plans.map(({ name }) => name),
    (name) => moduleNames.has(name),
  );
  const skips = new Map<number, string[]>();
  for (const { index, skipFrom } of plans) {
    if (skipFrom !== undefined) {
      skips.set(skipFrom, [...(skips.get(skipFrom) ?? []), `${names[index]}_input`]);
    }
  }
  const forward: string[] = (skips.get(-1) ?? []).map((skip) => `${skip} = x`);
  const layers = plans.map((layer) => {
    const request = { layer, name: names[layer.index], skip: `${names[layer.index]}_input`, use };
    const made = torchLayer(request, fusedLayer === layer.index);
    forward.push(...made.forward, ...(skips.get(layer.index) ?? []).map((skip) => `${skip} = x`));
    return made;
  });
  const modules = layers.flatMap((layer) => layer.modules);
  const takesStep = layers.some(({ draws }) => draws);
  const shape = `[batch, ${inputShape.join(', ')}]`;
  const note =
    fusedLayer === undefined
      ? t('From inputs {0} to outputs.', shape)
      : t('From inputs {0} to logits: the loss is computed on them, together with the last activation.', shape);
  const source = [
    'class Network(nn.Module):',
    ...(modules.length > 0
      ? [
          '    def __init__(self):',
          '        super().__init__()',
          ...modules.map(({ attribute, made }) => `        self.${attribute} = ${made}`),
          '',
        ]
      : []),
    `    def forward(self, x${takesStep ? ', step, start=0' : ''}):`,
    `        """${note}"""`,
    ...forward.map((line) => `        ${line}`),
    '        return x',
    '',
  ].join('\n');
  return { layers, source, takesStep };
}

function initialiseSource(input: ExportInput, { layers }: Model, use: (draw: Draw) => void): string {
  const lines: string[] = [];
  let ordinal = 0;
  for (const { tensors } of layers) {
    for (const { plan, place } of tensors) {
      const isState = plan.role === 'running_mean' || plan.role === 'running_variance';
      if (input.weights) {
        lines.push(`copy(model.${place}, weights[${quoted(plan.name)}])`);
      } else if (!isState) {
        lines.push(`copy(model.${place}, ${initialSource(plan, ordinal, use)})`);
      }
      ordinal += isState ? 0 : 1;
      if (plan.isFrozen) {
        lines.push(`model.${place}.requires_grad_(False)`);
      }
    }
  }
  const note = input.weights
    ? t('Begins with the weights of {0}.', weightsName)
    : t('Draws the initial weights: those of NNSpec for this seed.');
  return `def initialise(model):
    """${note}"""
    copy = lambda tensor, values: tensor.data.copy_(torch.as_tensor(values, dtype=tensor.dtype))
${input.weights ? `    weights = read_weights(HERE / ${quoted(weightsName)})\n` : ''}${lines.map((line) => `    ${line}\n`).join('')}`;
}

/** The outputs that a person reads: after the activation that the loss is computed with. */
function outputsSource({ network }: ExportInput, use: (helper: TorchHelper) => void): string {
  const { fusedLayer, layers } = network;
  const activation = fusedLayer === undefined ? undefined : layers[fusedLayer].activation;
  const body = activation ? activationSource(activation, { slope: '', draws: '' }, use) : 'x';
  return `def outputs_of(x):
    """${t('The outputs as NumPy has them, from what the network gives.')}"""
    return (${body}).detach().cpu().numpy().astype(float)
`.replace('(x).detach', 'x.detach');
}

function scriptOf(input: ExportInput, training: Training): string {
  const { spec, network, data } = input;
  const helpers = new Set<TorchHelper>();
  const draws = new Set<Draw>();
  const useHelper = (helper: TorchHelper) => {
    helpers.add(helper);
    if (helper === 'noise') {
      draws.add('normal');
    } else if (helper === 'drop' || helper === 'dropKeepingMoments' || helper === 'random_slope') {
      draws.add('uniform');
    }
  };
  if (spec.training.shuffle) {
    draws.add('shuffled');
  }
  const schedule = scheduleSource(spec.training, training.steps);
  const model = modelOf(input, useHelper);
  const initialise = initialiseSource(input, model, (draw) => draws.add(draw));
  const outputs = outputsSource(input, useHelper);
  const optimizer = torchOptimizer(spec.training, schedule?.movesMomentum ?? false);
  const imports = [
    ...commonImports('import os'),
    'import torch',
    'from torch import distributed, nn',
    'from torch.nn import functional as F',
    'from torch.nn.parallel import DistributedDataParallel',
  ];
  const sections = [
    headSource(spec, t('The network of an NNSpec spec and its training, written for PyTorch.'), imports, [
      ['--checkpoint state.pt', t('saves all that the training needs to go on, after every epoch')],
      ['--checkpoint state.pt --resume', t('goes on from there, if there is such a file')],
    ]),
    unitsSource(data, sizeOf(network.outputShape)),
    drawsSource(draws),
    dataSource(spec, data, training.rows, network.inputShape),
    ...[...helpers].map((helper) => helperSources[helper]()),
    model.source,
    input.weights ? weightsReader() : '',
    initialise,
    outputs,
    lossSource(lossHeadOf(network), training.weighted),
    optimizer.source ?? '',
    optimizerSource(model, optimizer),
    tensorsSource(model),
    schedule?.source ?? '',
    metricsSource(spec, network, training.weightedMetrics),
    measureSource(spec, data.target.scaling !== undefined, training.weightedMetrics),
    evaluateSource(training, model),
    printSource(),
    sharesSource(training, model),
    mainSource(input, training, { model, optimizer, schedule }),
  ];
  const text = scriptOfSections(sections);
  return /\bF\./.test(text) ? text : text.replace('from torch.nn import functional as F\n', '');
}

function optimizerSource(model: Model, { made }: TorchOptimizer): string {
  const weights = trainable(model) ? 'model.parameters()' : '[w for w in model.parameters() if w.requires_grad]';
  return `def make_optimizer(model):\n    return ${made.replace('{}', weights)}\n`;
}

function tensorsSource({ layers }: Model): string {
  const tensors = layers
    .flatMap((layer) => layer.tensors)
    .map(({ plan, place }) => `        ${quoted(plan.name)}: model.${place},\n`);
  return `def tensors_of(model):
    """${t('The weights by their names in NNSpec.')}"""
    return {\n${tensors.join('')}    }
`;
}

function evaluateSource({ counts, weighted, weightedMetrics }: Training, { takesStep }: Model): string {
  if (counts.validation + counts.test === 0) {
    return '';
  }
  return `@torch.no_grad()
def evaluate(model, x, t${weighted ? ', w' : ''}${weightedMetrics ? ', row_weights' : ''}):
    """${t('The values of a part, with the network as it predicts.')}"""
    model.eval()
    z = torch.cat([model(part${takesStep ? ', 0' : ''}) for part in x.split(256)])
    return measure(loss_of(z, t${weighted ? ', w' : ''}), outputs_of(z), t.cpu().numpy().astype(float)${weightedMetrics ? ', row_weights' : ''})
`;
}

interface Parts {
  readonly model: Model;
  readonly optimizer: TorchOptimizer;
  readonly schedule: ScheduleSource | undefined;
}

function mainSource(input: ExportInput, training: Training, { model, optimizer, schedule }: Parts): string {
  const { spec } = input;
  const { weighted, weightedMetrics, counts } = training;
  const stopping = stoppingSource(spec, {
    keep: 'best_weights = {name: tensor.clone() for name, tensor in model.state_dict().items()}',
    restore: 'model.load_state_dict(best_weights)',
  });
  const rate = spec.training.optimizer.parameters.learning_rate as number;
  const plateau = plateauSource(schedule?.plateau, rate);
  const onDevice = ['x', 't', ...(weighted ? ['weights'] : [])];
  const step = model.takesStep ? ', step, start' : '';
  /** The variables that a training needs to go on. */
  const lasting = ['done', 'step', ...plateau.lasting, ...stopping.lasting];
  const order = spec.training.shuffle ? 'shuffled(train, epoch)' : 'train';
  const evaluated = (rows: string) =>
    `evaluate(model, x[${rows}], t[${rows}]${weighted ? `, weights[${rows}]` : ''}${weightedMetrics ? `, row_weights[${rows}]` : ''})`;
  const usesTrain = counts.validation + counts.test > 0;
  const before = [
    ...optionsSource('parser.add_argument("--checkpoint")', 'parser.add_argument("--resume", action="store_true")'),
    `# ${t('This process may be one of several that torchrun has started: each takes a share of every batch.')}`,
    'rank, processes = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))',
    'device = "cuda:" + os.environ.get("LOCAL_RANK", "0") if torch.cuda.is_available() else "cpu"',
    'if processes > 1:',
    '    distributed.init_process_group("nccl" if torch.cuda.is_available() else "gloo")',
    `${readNames(training).join(', ')} = read_data()`,
    `${onDevice.join(', ')} = ${onDevice.map((name) => `torch.tensor(${name}, dtype=torch.float32, device=device)`).join(', ')}`,
    ...partsSource(training),
    '',
    'model = Network()',
    'initialise(model)',
    'model.to(device)',
    ...batchNormalisationLines(model),
    'parallel = DistributedDataParallel(model) if processes > 1 else model',
    'optimizer = make_optimizer(model)',
    ...stopping.before,
    ...plateau.before,
    'done, step = 0, 0',
    'restarted = int(os.environ.get("TORCHELASTIC_RESTART_COUNT", 0)) > 0',
    'if options.checkpoint and (options.resume or restarted) and os.path.exists(options.checkpoint):',
    '    state = torch.load(options.checkpoint, map_location=device)',
    '    model.load_state_dict(state["model"])',
    '    optimizer.load_state_dict(state["optimizer"])',
    `    ${lasting.join(', ')} = ${lasting.map((name) => `state["${name}"]`).join(', ')}`,
  ];
  const loop = [
    ...(usesTrain || /self\.training|BatchNorm/.test(model.source) ? ['model.train()'] : []),
    `order = ${order}`,
    'total, outputs = 0.0, []',
    'for first in range(0, len(order), BATCH_SIZE):',
    ...[
      'batch = order[first : first + BATCH_SIZE]',
      `share, ${model.takesStep ? 'start, ' : ''}weight = share_of(batch${weighted ? ', weights' : ''}, rank, processes)`,
      ...rateLines(schedule, optimizer),
      `# ${t('Step 1, forward pass: from the inputs to the outputs, layer by layer.')}`,
      `z = parallel(x[share]${step})`,
      `# ${t('Step 2, error: how far the outputs are from the targets.')}`,
      `loss = loss_of(z, t[share]${weighted ? ', weights[share]' : ''})`,
      `# ${t('Step 3, gradients: from the error back through the layers, by the chain rule.')}`,
      'optimizer.zero_grad()',
      '(loss * weight).backward()',
      ...penaltyLines(model),
      ...clipLines(input),
      `# ${t('Step 4, update: every weight moves against its gradient.')}`,
      'optimizer.step()',
      'step += 1',
      `total += loss.item() * weight * ${weighted ? 'weights[batch].sum().item()' : 'len(batch)'} / processes`,
      'outputs.append(outputs_of(z)[: len(share) if weight > 0 else 0])',
    ].map((line) => `    ${line}`),
    'if processes > 1:',
    '    total, outputs = gathered(total, outputs)',
    `values = measure(total / ${weighted ? 'weights[train].sum().item()' : 'len(train)'}, np.concatenate(outputs), t[order].cpu().numpy().astype(float)${weightedMetrics ? ', row_weights[order]' : ''})`,
    ...(counts.validation > 0
      ? [
          `validated = ${evaluated('validation')}`,
          'values = {key: value for tag in values for key, value in ((tag, values[tag]), ("val_" + tag, validated[tag]))}',
        ]
      : []),
    'if rank == 0:',
    '    report(options.json, epoch, step, values)',
    ...plateau.atEpoch,
    ...stopping.atEpoch,
    'if options.checkpoint and rank == 0:',
    `    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), ${lasting.map((name) => `"${name}": ${name === 'done' ? 'epoch' : name}`).join(', ')}}`,
    `    # ${t('Whoever is killed meanwhile leaves the file as it was before.')}`,
    '    torch.save(state, options.checkpoint + ".new")',
    '    os.replace(options.checkpoint + ".new", options.checkpoint)',
  ];
  const after = [
    ...stopping.after,
    ...(counts.test > 0
      ? [
          'if rank == 0 and not options.json:',
          `    print("test", *(f"{tag} {value:.6g}" for tag, value in ${evaluated('test')}.items()))`,
        ]
      : []),
    'if options.save and rank == 0:',
    '    np.savez(options.save, **{name: tensor.detach().cpu().numpy() for name, tensor in tensors_of(model).items()})',
  ];
  return `def main():\n${indented([...before, 'for epoch in range(done + 1, EPOCHS + 1):', indented(loop.join('\n')), ...after].join('\n'))}\n`;
}

/** The share of a process in a batch, and what several processes have computed together. */
function sharesSource({ weighted }: Training, { takesStep }: Model): string {
  const weight = weighted
    ? 'processes * float(weights[share].sum() / weights[batch].sum())'
    : 'processes * len(share) / len(batch)';
  const note = takesStep
    ? t('The rows of a process, where they begin in the batch, and their weight in the mean over all processes.')
    : t('The rows of a process, and their weight in the mean over all processes.');
  return `def share_of(batch${weighted ? ', weights' : ''}, rank, processes):
    """${note}"""
    shares = np.array_split(batch, processes)
    share = shares[rank]
    if len(share) == 0:
        # ${t('All processes take part in every step: a row that does not count stands in.')}
        return batch[:1], ${takesStep ? '0, ' : ''}0.0
    return share, ${takesStep ? 'sum(map(len, shares[:rank])), ' : ''}${weight}


def gathered(total, outputs):
    """${t('The sum of the losses of all processes, and their outputs in the order of the batches.')}"""
    parts = [None] * distributed.get_world_size()
    distributed.all_gather_object(parts, (total, outputs))
    totals, shares = zip(*parts)
    return sum(totals), [np.concatenate(batch) for batch in zip(*shares)]
`;
}

function batchNormalisationLines({ source }: Model): string[] {
  const refusal = t(
    'Batch normalisation needs the whole batch: several processes share one only on graphics cards. Train with one process.',
  );
  return source.includes('nn.BatchNorm')
    ? [
        'if processes > 1:',
        '    if device == "cpu":',
        `        raise SystemExit(${quoted(refusal)})`,
        '    model = nn.SyncBatchNorm.convert_sync_batchnorm(model)',
      ]
    : [];
}

function trainable({ layers }: Model): boolean {
  return layers.every(({ tensors }) => tensors.every(({ plan }) => !plan.isFrozen));
}

function rateLines(schedule: ScheduleSource | undefined, { momentum }: TorchOptimizer): string[] {
  if (!schedule) {
    return [];
  }
  const lines = [`    group["lr"] = learning_rate(step${schedule.plateau ? ', factor' : ''})`];
  if (schedule.movesMomentum && momentum === 'momentum') {
    lines.push('    group["momentum"] = momentum(step)');
  } else if (schedule.movesMomentum && momentum === 'betas') {
    lines.push('    group["betas"] = (momentum(step), group["betas"][1])');
  }
  return ['for group in optimizer.param_groups:', ...lines];
}

function penaltyLines({ layers }: Model): string[] {
  const penalised = layers.flatMap(({ tensors }) => tensors).filter(({ plan }) => plan.regularizer && !plan.isFrozen);
  return penalised.flatMap(({ plan, place }, at) => {
    const { l1, l2 } = plan.regularizer!;
    const terms = [
      ...(l1 > 0 ? [`${numberLiteral(l1)} * torch.sign(model.${place}.data)`] : []),
      ...(l2 > 0 ? [`2 * ${numberLiteral(l2)} * model.${place}.data`] : []),
    ];
    const note =
      at === 0 ? [`# ${t('The penalty on large weights adds to their gradient, not to the loss shown.')}`] : [];
    return [...note, `model.${place}.grad += ${terms.join(' + ')}`];
  });
}

function clipLines({ spec: { training } }: ExportInput): string[] {
  const { clipValue, clipNorm } = training;
  return [
    ...(clipValue === undefined ? [] : [`nn.utils.clip_grad_value_(model.parameters(), ${numberLiteral(clipValue)})`]),
    ...(clipNorm === undefined ? [] : [`nn.utils.clip_grad_norm_(model.parameters(), ${numberLiteral(clipNorm)})`]),
  ];
}
