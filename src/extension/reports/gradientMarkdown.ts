/** The result of a gradient check as Markdown, written for students. */
import { t } from '@vscode/l10n';
import { counted } from '../../common/counted';
import { formatCount } from '../../common/formatCount';
import { plain } from '../../language';
import type { GradientReport, GradientVerdict, LayerInfo, TensorCheck } from '../../protocol/engine';
import { checkedText, unresolvedText, verdictText } from '../../spec/gradientTexts';
import { table } from './markdownTable';

export function gradientMarkdown(title: string, layers: readonly LayerInfo[], report: GradientReport): string {
  const { tensors, samples, step, parameters, loss } = report;
  const checked = tensors.reduce((sum, each) => sum + each.checked, 0);
  const kinks = tensors.reduce((sum, each) => sum + each.kinks, 0);
  const unresolved = tensors.reduce((sum, each) => sum + each.unresolved, 0);
  return [
    `# ${t('Gradient check: {0}', plain(title))}`,
    `**${sentenceOf(tensors)}**`,
    t(
      'Backpropagation finds the gradient of every weight by the chain rule. Here each is compared with what a gradient means: the weight is moved up and down by a tiny h, and the change of the loss is divided by the distance between.',
    ),
    '```\n∂L/∂w ≈ (L(w + h) − L(w − h)) / 2h\n```',
    verdictTable(layers, tensors),
    [
      t(
        'Checked: {0}, over {1}, at step {2}.',
        checkedText(report),
        counted(samples, t('{0} sample', samples), t('{0} samples', samples)),
        formatCount(step),
      ),
      ...(checked + kinks + unresolved < parameters
        ? [t('Of large tensors a sample was drawn by the seed of the spec.')]
        : []),
      unresolved === 0
        ? t('Computed in float64, so that rounding hides nothing.')
        : unresolvedText(unresolved, numeral(loss)),
    ].join(' '),
    `## ${t('Where they differ most')}`,
    worstTable(tensors),
    `## ${t('How to read the tables')}`,
    [
      t(
        '**Largest relative error**: |a − n| / (|a| + |n|) of backpropagation’s value a and the difference quotient n, at the weight where it is largest; the second table holds both values. Gradients below 1e-4 are compared by their difference alone.',
      ),
      t('**Verdict**: up to 1e-5 the gradient is right; above 1e-3 it is wrong; between them, look again.'),
      ...(kinks > 0
        ? [
            t(
              '**Kinks**: a function like relu has a bend, and no derivative there. Where the tiny move crosses a bend, the quotient says nothing, so the weight is passed over.',
            ),
          ]
        : []),
    ]
      .map((line) => `- ${line}`)
      .join('\n'),
  ].join('\n\n');
}

function sentenceOf(tensors: readonly TensorCheck[]): string {
  const has = (verdict: GradientVerdict): boolean => tensors.some((each) => each.verdict === verdict);
  const errors = tensors.filter(({ checked }) => checked > 0).map(({ largestError }) => largestError);
  const largest = numeral(errors.reduce((a, b) => (b > a || Number.isNaN(b) ? b : a), 0));
  if (tensors.length === 0) {
    return t('The network learns nothing: there is no gradient to check.');
  }
  if (has('wrong')) {
    return `✗ ${t('Gradients differ: the largest relative error is {0}.', largest)}`;
  }
  if (has('doubtful')) {
    return `? ${t('Gradients nearly agree: the largest relative error is {0}.', largest)}`;
  }
  if (errors.length === 0) {
    return `– ${t('Nothing could be compared: every weight that was drawn was passed over.')}`;
  }
  return `✓ ${t('Backpropagation and difference quotients agree: the largest relative error is {0}.', largest)}`;
}

/** Verdicts come first, since the page is narrow; there is a column for kinks only if there are any. */
function verdictTable(layers: readonly LayerInfo[], tensors: readonly TensorCheck[]): string {
  const columns = tensors.some((each) => each.kinks > 0) ? 5 : 4;
  const rows = layers.flatMap(({ name }, index) => {
    const own = tensors.filter((each) => each.layer === index);
    if (own.length === 0) {
      return [[plain(name), t('nothing to learn'), '', '', '']];
    }
    return own.map(({ tensor, shape, checked, kinks, unresolved, largestError, verdict }) => {
      const size = shape.reduce((product, length) => product * length, 1);
      return [
        plain(tensor),
        verdictText(verdict),
        checked === 0 ? '–' : numeral(largestError),
        checked + kinks + unresolved === size
          ? formatCount(checked)
          : t('{0} of {1}', formatCount(checked), formatCount(size)),
        formatCount(kinks),
      ];
    });
  });
  const head = [t('Tensor'), t('Verdict'), t('Largest relative error'), t('Checked'), t('Kinks')];
  return table(
    head.slice(0, columns),
    2,
    rows.map((row) => row.slice(0, columns)),
  );
}

function worstTable(tensors: readonly TensorCheck[]): string {
  const rows = tensors.flatMap(({ tensor, worst }) =>
    worst ? [[`${plain(tensor)} \\[${worst.at.join(', ')}\\]`, digits(worst.gradient), digits(worst.quotient)]] : [],
  );
  return table([t('Weight'), t('Backpropagation'), t('Difference quotient')], 1, rows);
}

/** Nine significant digits: the two values may agree in most of them. */
function digits(value: number): string {
  return unbroken(value.toExponential(8));
}

function numeral(error: number): string {
  return error === 0 ? '0' : unbroken(error.toExponential(1));
}

/** Uses the minus sign: a narrow table would break the line after a hyphen. */
function unbroken(number: string): string {
  return number.replaceAll('-', '−');
}
