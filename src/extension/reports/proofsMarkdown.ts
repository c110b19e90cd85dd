/** The pages of the proofs, as Markdown, written for students. */
import { t } from '@vscode/l10n';
import { plain } from '../../language';
import type { AffineMap, CollapseReport, DepthReport, TruthTable } from '../../spec/measurements';
import { truthTableNames } from '../../spec/truthTableNames';
import { chartSvg, figures, powerOfTen } from './charts';
import { table } from './markdownTable';

type Collapsed = Exclude<CollapseReport, { readonly obstacle: string }>;

/** Larger matrices are not written out, and of more numbers only the first are shown. */
const [mostUnits, mostInputs, mostNumbers] = [8, 4, 4];

export function collapseMarkdown(title: string, { layers, whole, samples }: Collapsed): string {
  const differences = samples.flatMap(({ network, collapsed }) =>
    Array.from(network, (value, j) => Math.abs(value - collapsed[j])),
  );
  const product = layers
    .map((_, i) => `W${superscript(i + 1)}`)
    .reverse()
    .join('·');
  return [
    `# ${t('One linear map: {0}', plain(title))}`,
    `**${t('The layers compute what one layer computes: {0}.', 'W·x + b')}**`,
    t(
      'A linear layer takes W·x + b. Two of them take W⁽²⁾·(W⁽¹⁾·x + b⁽¹⁾) + b⁽²⁾, which is (W⁽²⁾·W⁽¹⁾)·x + (W⁽²⁾·b⁽¹⁾ + b⁽²⁾): again one matrix and one bias. So it is with any number of layers.',
    ),
    `## ${t('Both give the same outputs')}`,
    table(
      [t('Inputs'), t('Through all layers'), 'W·x + b'],
      1,
      samples.map(({ input, network, collapsed }) => [input, network, collapsed].map(numbersOf)),
    ),
    t(
      'Largest difference: {0}. The network computes in float32 and rounds after each layer; W·x + b was computed in float64.',
      shown(Math.max(0, ...differences)),
    ),
    `## ${t('The matrices')}`,
    [
      '```',
      written('W', 'b', product, whole),
      ...layers.map((layer, i) => written(`W${superscript(i + 1)}`, `b${superscript(i + 1)}`, layer.name, layer)),
      '```',
    ].join('\n'),
    t(
      'An activation between the layers is what makes the difference: W⁽²⁾·tanh(W⁽¹⁾·x + b⁽¹⁾) + b⁽²⁾ is not one matrix, so such a network can learn what no line separates, such as XOR.',
    ),
  ].join('\n\n');
}

function written(weight: string, bias: string, name: string, { units, inputs, ...map }: AffineMap): string {
  const head = `${weight} = ${name}  [${units}, ${inputs}]`;
  if (units > mostUnits || inputs > mostInputs) {
    return head;
  }
  const rows = Array.from({ length: units }, (_, j) => {
    const row = Array.from(map.weight.subarray(j * inputs, (j + 1) * inputs), (value) => shown(value).padStart(10));
    return `  ${row.join('')}      ${bias}: ${shown(map.bias[j]).padStart(10)}`;
  });
  return [head, ...rows].join('\n');
}

const [and, xor] = [1, 6];

export function truthTablesMarkdown(tables: readonly TruthTable[]): string {
  const learned = tables.filter(isLearned).length;
  return [
    `# ${t('Sixteen truth tables')}`,
    `**${t('One unit has learned {0} of the {1} truth tables of two inputs.', learned, tables.length)}**`,
    t(
      'Each was learned by one sigmoid unit, with gradient descent from the same weights. The unit answers 1 where w₁·x₁ + w₂·x₂ + b is above 0: on one side of a line. XOR and XNOR need both opposite corners on the same side.',
    ),
    figures(
      [
        picture(tables[and], truthTableNames[and]),
        t('AND: the dashed line of the unit separates the one (filled) from the zeros (hollow).'),
      ],
      [picture(tables[xor], truthTableNames[xor]), t('XOR: whichever line you draw, a corner is on the wrong side.')],
    ),
    table(
      [t('Truth table'), t('Targets'), t('Unit'), t('Loss'), 'w₁', 'w₂', 'b'],
      1,
      tables.map(({ outputs, answers, loss, weights, bias }, i) => [
        unbroken(truthTableNames[i]),
        outputs.join(''),
        unbroken(`${outputs.join() === answers.join() ? '✓' : '✗'} ${answers.join('')}`),
        ...[loss, ...weights, bias].map((value) => value.toFixed(2).replace('-', '−')),
      ]),
    ),
    t('Targets and answers are those to 00, 01, 10 and 11.'),
    `## ${t('Why no unit learns XOR')}`,
    [
      t('The answer to 00 is 0: b ≤ 0.'),
      t('The answers to 01 and 10 are 1: w₂ + b > 0 and w₁ + b > 0, together w₁ + w₂ + 2b > 0.'),
      t('The answer to 11 is 0: w₁ + w₂ + b ≤ 0. Taken from the line above, that leaves b > 0: a contradiction.'),
    ]
      .map((line) => `1. ${line}`)
      .join('\n'),
    t('“Prove: One Layer on XOR” shows the line while it trains.'),
    t('A hidden layer with an activation bends the line: see the example XOR.'),
  ].join('\n\n');
}

function isLearned({ outputs, answers }: TruthTable): boolean {
  return outputs.join() === answers.join();
}

function picture({ outputs, weights: [w1, w2], bias }: TruthTable, title: string): string {
  const [low, high] = [-0.5, 1.5];
  const cornersOf = (output: number) =>
    outputs.flatMap((each, i) => (each === output ? [Math.floor(i / 2), i % 2] : []));
  // The line leaves the picture at two of its sides.
  const ends = [low, high].flatMap((end) => [
    [end, -(w1 * end + bias) / w2],
    [-(w2 * end + bias) / w1, end],
  ]);
  const inside = ends.filter((point) => point.every((value) => value >= low && value <= high));
  return chartSvg({
    title,
    x: { title: 'x₁', low, high },
    y: { title: 'x₂', low, high },
    series: [
      { points: cornersOf(1), as: 'discs' },
      { points: cornersOf(0), as: 'rings' },
    ],
    ...(inside.length >= 2 && { guide: [...inside[0], ...inside[inside.length - 1]] }),
  });
}

export function depthMarkdown(title: string, { layers, runs }: DepthReport): string {
  const steps = runs[0].steps;
  return [
    `# ${t('Activations compared: {0}', plain(title))}`,
    `**${t('Of the gradient at the last layer there arrives at the first: {0}.', runs.map(({ activation, before }) => `${activation} ${share(before)}`).join(', '))}**`,
    t(
      'The same network, data and seed, three times: only the activation of the hidden layers differs. Each was measured at its first step and again after {0} steps.',
      steps,
    ),
    figures(
      [
        chart(
          t('At the first step'),
          layers,
          runs.map(({ activation, before }) => [activation, before]),
        ),
        t('Norm of the gradient of each layer, first to last, on a logarithmic axis, at the first step.'),
      ],
      [
        chart(
          t('After training'),
          layers,
          runs.map(({ activation, after }) => [activation, after]),
        ),
        t('The same after {0} steps.', steps),
      ],
    ),
    table(['', ...runs.map(({ activation }) => activation)], 1, [
      ...layers.map((name, i) => [plain(name), ...runs.map(({ before }) => shown(before[i]))]),
      [t('loss before'), ...runs.map(({ lossBefore }) => shown(lossBefore))],
      [t('loss after'), ...runs.map(({ lossAfter }) => shown(lossAfter))],
    ]),
    t(
      'On its way back the error is multiplied by f′(z) in every layer. For sigmoid that is at most 0.25, for tanh at most 1, for relu 1 wherever a unit is on.',
    ),
  ].join('\n\n');
}

function share(norms: readonly number[]): string {
  const percent = (100 * norms[0]) / norms[norms.length - 1];
  return Number.isFinite(percent) ? `${shown(Number(percent.toPrecision(2)))} %` : '–';
}

function chart(title: string, layers: readonly string[], curves: readonly (readonly [string, readonly number[]])[]) {
  const powers = curves.flatMap(([, norms]) =>
    norms.filter((norm) => norm > 0 && Number.isFinite(norm)).map(Math.log10),
  );
  const [low, high] = [Math.floor(Math.min(0, ...powers)), Math.ceil(Math.max(0, ...powers))];
  return chartSvg({
    title,
    x: {
      title: t('Layer'),
      low: 0.5,
      high: layers.length + 0.5,
      label: (at) => (Number.isInteger(at) ? String(at) : ''),
    },
    y: { title: t('Norm of the gradient'), low, high: Math.max(high, low + 1), label: powerOfTen },
    series: curves.map(([name, norms]) => ({
      points: norms.flatMap((norm, i) => (norm > 0 && Number.isFinite(norm) ? [i + 1, Math.log10(norm)] : [])),
      as: 'dotted',
      name,
    })),
  });
}

function numbersOf(values: Float64Array): string {
  const first = Array.from(values.subarray(0, mostNumbers), shown);
  return `${first.join(', ')}${values.length > mostNumbers ? ', …' : ''}`;
}

/** With spaces at which no line is broken. */
function unbroken(text: string): string {
  return text.replaceAll(' ', '\u00a0');
}

function shown(value: number): string {
  return String(Number(value.toPrecision(4))).replaceAll('-', '−');
}

/** The number of a layer, as in the lesson: `⁽²⁾`. */
function superscript(number: number): string {
  return `⁽${String(number).replace(/\d/g, (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)])}⁾`;
}
