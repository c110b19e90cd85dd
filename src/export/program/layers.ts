/** The forward pass of each layer in C, as the reference backend has it: in float64, stored as float32. */
import { type ForwardOperation, layerKindOf } from '../../spec/layers';
import type { LayerPlan, TensorPlan } from '../../spec/plan';
import { sizeOf } from '../../spec/shape';
import { windowAxes } from '../../spec/window';
import { activationSource } from './activations';
import { loops, real } from './source';

export interface LayerSource {
  /** The array of the layer's output: that of its input, if the layer passes it on. */
  readonly output: string;
  readonly buffers: readonly { readonly name: string; readonly size: number }[];
  readonly lines: readonly string[];
}

interface Request {
  readonly layer: LayerPlan;
  /** The array of the layer's input. */
  readonly x: string;
  /** For a block: the array of its input. */
  readonly skip?: string;
}

/** A loop over the outputs: `store` takes the place and the lines that make `sum`. */
type Store = (place: string) => string[];

/** The name of a tensor's table: `weight_1`, `running_mean_3`. */
export function tableName({ index }: LayerPlan, { name }: TensorPlan): string {
  return name.endsWith('.activation.weight')
    ? `slope_${index + 1}`
    : `${name.slice(name.lastIndexOf('.') + 1)}_${index + 1}`;
}

const named = (layer: LayerPlan, suffix: string) => `${suffix}_${layer.index + 1}`;

function hasBias({ tensors }: LayerPlan): boolean {
  return tensors.some(({ role }) => role === 'bias');
}

/** `sum` begins with the bias. */
const begun = (layer: LayerPlan, index: string) =>
  `double sum = ${hasBias(layer) ? `${named(layer, 'bias')}[${index}]` : '0'};`;

const single = { size: 1, kernel: 1, stride: 1, dilation: 1, before: 0, after: 0, places: 1 };

function convolution({ layer, x }: Request, store: Store): string[] {
  const [channels, ...sizes] = layer.inputShape;
  const axes = windowAxes(sizes, layer.parameters);
  const [vertical, horizontal] = axes.length === 1 ? [single, axes[0]] : axes;
  const weight = layer.tensors[0];
  const [filters, depth] = weight.shape;
  const ofGroup = filters / (channels / depth);
  const area = vertical.kernel * horizontal.kernel;
  const place = (axis: typeof single, window: string, tap: string) =>
    `${scaled(window, axis.stride)} + ${scaled(tap, axis.dilation)}${axis.before > 0 ? ` - ${axis.before}` : ''}`;
  const isPadded = [vertical, horizontal].some(({ before, after }) => before + after > 0);
  const channel = channels === depth ? 'c' : `f / ${ofGroup} * ${depth} + c`;
  const product = `sum += (double)${named(layer, 'weight')}[(f * ${depth} + c) * ${area} + i * ${horizontal.kernel} + j] * ${x}[((${groupOf(channel)}) * ${vertical.size} + row) * ${horizontal.size} + column];`;
  const taps = [
    `const int row = ${place(vertical, 'r', 'i')};`,
    `const int column = ${place(horizontal, 'q', 'j')};`,
    ...(isPadded
      ? [
          `if (row >= 0 && row < ${vertical.size} && column >= 0 && column < ${horizontal.size}) {`,
          `    ${product}`,
          '}',
        ]
      : [product]),
  ];
  return loops(
    [
      ['f', filters],
      ['r', vertical.places],
      ['q', horizontal.places],
    ],
    [
      begun(layer, 'f'),
      ...loops(
        [
          ['c', depth],
          ['i', vertical.kernel],
          ['j', horizontal.kernel],
        ],
        taps,
      ),
      ...store(`(f * ${vertical.places} + r) * ${horizontal.places} + q`),
    ],
  );
}

/** A whole number that JavaScript's division would give a fraction. */
const groupOf = (channel: string) => channel.replace(/f \/ (\d+)/, '(int)floor(f / $1.0)');

const scaled = (letter: string, factor: number) => (factor === 1 ? letter : `${factor} * ${letter}`);

function pooling({ layer, x }: Request, store: Store, kind: 'maximum' | 'mean'): string[] {
  const [planes, height, width] = layer.inputShape;
  const [vertical, horizontal] = windowAxes([height, width], layer.parameters);
  const value = `${x}[(c * ${height} + row) * ${width} + column]`;
  const isPadded = [vertical, horizontal].some(({ before, after }) => before + after > 0);
  const taken = kind === 'mean' ? [`sum += ${value};`] : [`sum = ${value} > sum || isnan(${value}) ? ${value} : sum;`];
  const place = (axis: typeof vertical, window: string, tap: string) =>
    `${scaled(window, axis.stride)} + ${tap}${axis.before > 0 ? ` - ${axis.before}` : ''}`;
  return loops(
    [
      ['c', planes],
      ['r', vertical.places],
      ['q', horizontal.places],
    ],
    [
      `double sum = ${kind === 'mean' ? '0' : '-INFINITY'};`,
      ...loops(
        [
          ['i', vertical.kernel],
          ['j', horizontal.kernel],
        ],
        [
          `const int row = ${place(vertical, 'r', 'i')};`,
          `const int column = ${place(horizontal, 'q', 'j')};`,
          ...(isPadded
            ? [
                `if (row >= 0 && row < ${height} && column >= 0 && column < ${width}) {`,
                ...taken.map((line) => `    ${line}`),
                '}',
              ]
            : taken),
        ],
      ),
      ...(kind === 'mean' ? [`sum /= ${vertical.kernel * horizontal.kernel};`] : []),
      ...store(`(c * ${vertical.places} + r) * ${horizontal.places} + q`),
    ],
  );
}

/** Undefined: in use the layer passes its input on. */
const passes = undefined;

const operations: Readonly<Record<ForwardOperation, ((request: Request, store: Store) => string[]) | undefined>> = {
  weigh: ({ layer, x }, store) => {
    const [units, inputs] = layer.tensors[0].shape;
    const product = `sum += (double)${named(layer, 'weight')}[j * ${inputs} + i] * ${x}[i];`;
    return loops([['j', units]], [begun(layer, 'j'), ...loops([['i', inputs]], [product]), ...store('j')]);
  },
  activate: ({ layer, x }, store) =>
    loops([['i', sizeOf(layer.inputShape)]], [`const double sum = ${x}[i];`, ...store('i')]),
  slide_over_sequence: convolution,
  slide_over_picture: convolution,
  window_maximum: (request, store) => pooling(request, store, 'maximum'),
  window_mean: (request, store) => pooling(request, store, 'mean'),
  channel_mean: ({ layer, x }, store) => {
    const [planes] = layer.inputShape;
    const size = sizeOf(layer.inputShape) / planes;
    return loops(
      [['c', planes]],
      ['double sum = 0;', ...loops([['i', size]], [`sum += ${x}[c * ${size} + i];`]), `sum /= ${size};`, ...store('c')],
    );
  },
  normalize_batch: ({ layer, x }, store) => {
    const [channels] = layer.inputShape;
    const positions = sizeOf(layer.inputShape) / channels;
    const normalised = `((double)${x}[c * ${positions} + i] - ${named(layer, 'running_mean')}[c]) * inverse`;
    return loops(
      [['c', channels]],
      [
        `const double inverse = 1 / sqrt(${named(layer, 'running_var')}[c] + ${real(layer.parameters.epsilon as number)});`,
        ...loops(
          [['i', positions]],
          [
            `const double sum = ${named(layer, 'weight')}[c] * (${normalised}) + ${named(layer, 'bias')}[c];`,
            ...store(`c * ${positions} + i`),
          ],
        ),
      ],
    );
  },
  normalize_sample: ({ layer, x }, store) => {
    const n = sizeOf(layer.inputShape);
    return [
      '{',
      ...[
        'double mean = 0;',
        ...loops([['i', n]], [`mean += ${x}[i];`]),
        `mean /= ${n};`,
        'double squares = 0;',
        ...loops([['i', n]], [`squares += (${x}[i] - mean) * (${x}[i] - mean);`]),
        `const double inverse = 1 / sqrt(squares / ${n} + ${real(layer.parameters.epsilon as number)});`,
        ...loops(
          [['i', n]],
          [
            `const double sum = ${named(layer, 'weight')}[i] * ((${x}[i] - mean) * inverse) + ${named(layer, 'bias')}[i];`,
            ...store('i'),
          ],
        ),
      ].map((line) => `    ${line}`),
      '}',
    ];
  },
  drop: passes,
  drop_keeping_moments: passes,
  add_noise: passes,
  lay_out_in_row: passes,
  lay_out_in_shape: passes,
  add_block_input: ({ layer, x, skip }, store) =>
    loops([['i', sizeOf(layer.inputShape)]], [`const double sum = (double)${x}[i] + ${skip}[i];`, ...store('i')]),
};

export function layerSource(request: Request): LayerSource {
  const { layer, x } = request;
  const { activation, index, outputShape } = layer;
  const operation = operations[layerKindOf(layer).forward];
  if (!operation) {
    return { output: x, buffers: [], lines: [] };
  }
  const a = `a${index + 1}`;
  const output = { name: a, size: sizeOf(outputShape) };
  const own = activation === undefined || activation.name === 'linear' ? undefined : activation;
  if (!own) {
    return { output: a, buffers: [output], lines: operation(request, (place) => [`${a}[${place}] = sum;`]) };
  }
  const isAlone = layerKindOf(layer).isActivation === true;
  const slope = layer.tensors.find(({ role }) => role === 'slope');
  const { kind, source } = activationSource(own, slope ? `${tableName(layer, slope)}[0]` : '');
  if (kind === 'elementwise') {
    // The weighted sum is rounded to float32 before the function, as in training.
    const store: Store = (place) => ['const double x = (float)sum;', `${a}[${place}] = ${source};`];
    const lines = isAlone
      ? loops([['i', output.size]], [`const double x = ${x}[i];`, `${a}[i] = ${source};`])
      : operation(request, store);
    return { output: a, buffers: [output], lines };
  }
  const z = isAlone ? x : `z${index + 1}`;
  const [features] = outputShape;
  const size = output.size * (kind === 'gate' ? 2 : 1);
  const buffers = isAlone ? [output] : [{ name: z, size }, output];
  const before = isAlone ? [] : operation(request, (place) => [`${z}[${place}] = sum;`]);
  const after =
    kind === 'vector'
      ? [`${source}(${z}, ${a}, ${features}, ${output.size / features});`]
      : loops([['i', output.size]], [`const double x = ${z}[${output.size} + i];`, `${a}[i] = ${z}[i] * (${source});`]);
  return { output: a, buffers, lines: [...before, ...after] };
}
