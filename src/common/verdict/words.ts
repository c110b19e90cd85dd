/** The words of a verdict: the same in the panel, the editor and on the command line. */
import { t } from '@vscode/l10n';
import { assertNever } from '../assertNever';
import { formatCount } from '../formatCount';
import { isOpen } from './compare';
import { levelBand } from './thresholds';
import type { Finding, Verdict } from './verdict';

/** How numbers are written where the words are shown. */
type Format = (value: number) => string;

/** All that is said of a run, in lines: whether it has learned, what is wrong, and what to try. */
export function verdictLines(verdict: Verdict, format: Format): readonly string[] {
  const step = nextStep(verdict);
  return [
    describeVerdict(verdict, format),
    ...verdict.findings.map((found) => describeFinding(found, format)),
    step && t('Try next: {0}', step),
  ].filter((line) => line !== undefined);
}

/**
 * Whether it has learned, in a sentence; `over`: the run is. Undefined where nothing was compared.
 */
export function describeVerdict(
  { learned, against, findings }: Verdict,
  format: Format,
  over = true,
): string | undefined {
  if (!against) {
    return undefined;
  }
  const [value, baseline] = [format(against.value), format(against.baseline)];
  if (!learned && !over) {
    return t(
      'So far not clearly better than always giving the same answer: {0} {1} against {2}.',
      against.tag,
      value,
      baseline,
    );
  }
  if (!learned && isOpen(against)) {
    return t(
      'About as good as always giving the same answer, on {0} rows: {1} {2} against {3} (standard error of the difference: {4}).',
      formatCount(against.rows ?? 0),
      against.tag,
      value,
      baseline,
      format(against.error ?? Number.NaN),
    );
  }
  if (!learned) {
    return t(
      'It has not learned: {0} {1} is not clearly better than {2}, that of always giving the same answer.',
      against.tag,
      value,
      baseline,
    );
  }
  return findings.length === 0 && over
    ? t('It has learned: {0} {1}, against {2} for always giving the same answer.', against.tag, value, baseline)
    : t('It does better than always giving the same answer: {0} {1} against {2}.', against.tag, value, baseline);
}

/** A finding in a sentence, with its number. */
export function describeFinding({ code, layer = '', value }: Finding, format: Format): string {
  switch (code) {
    case 'diverged':
      return t('The loss is no longer a number since step {0}.', format(value));
    case 'rate_too_high':
      return t('The loss swings: the largest of the second half is {0} times the smallest.', format(value));
    case 'unscaled_inputs':
      return t(
        'The inputs are not scaled: between the largest column and a small one lies a factor of {0}.',
        format(value),
      );
    case 'unscaled_target':
      return t('The target is not scaled: its typical size is {0}, while outputs begin near 0.', format(value));
    case 'linear':
      return t('All layers together are one linear map: its loss does not go below {0}.', format(value));
    case 'symmetric':
      return t('{0}: all its units are alike and act as one; they differ by {1}.', layer, format(value));
    case 'dead_units':
      return t('{0}: {1} of its units are dead: they pass no gradient for any sample.', layer, percent(value));
    case 'vanishing':
      return t(
        'The gradient vanishes on its way back: of that at the last layer, {0} gets {1}.',
        layer,
        percent(value),
      );
    case 'one_answer':
      return t('{0} of the samples get the same answer.', percent(value));
    case 'overfitting':
      return t('It overfits: the loss on held-out samples is {0} times its best.', format(value));
    case 'too_slow':
      return t('The loss was still falling when the run ended, at the last by {0}.', percent(value));
    case 'stuck':
      return t('The loss has stayed within {0} for {1} epochs.', percent(levelBand), format(value));
    default:
      return assertNever(code);
  }
}

/** The one thing to try first. Undefined where nothing is wrong. */
export function nextStep({ findings: [first, second] }: Verdict): string | undefined {
  // The reason why a run diverged is a better hint than that it has.
  const found = first?.code === 'diverged' && second ? second : first;
  return found && stepFor(found);
}

function stepFor({ code, value }: Finding): string {
  switch (code) {
    case 'diverged':
      // Before the first update the learning rate has had no effect.
      return value > 1
        ? t('Lower the learning rate to a tenth, and again if need be.')
        : t('Begin with smaller weights: leave out “kernel_initializer”.');
    case 'rate_too_high':
      return t('Lower the learning rate to a tenth, and again if need be.');
    case 'unscaled_inputs':
      return t('Scale the inputs: write “scale: standard” under “data”.');
    case 'unscaled_target':
      return t('Scale the target: write “scale_target: standard” under “data”.');
    case 'linear':
      return t('Use a hidden layer with an activation such as tanh.');
    case 'symmetric':
      return t('Let the initial weights differ: leave out “kernel_initializer”.');
    case 'dead_units':
      return t('Put leaky_relu in place of relu, and leave out “bias_initializer”.');
    case 'vanishing':
      return t('Use relu in the hidden layers, and leave out “kernel_initializer”.');
    case 'one_answer':
      return t(
        'Give it inputs that tell more of the target. “class_weight: balanced” makes it answer rare classes more often, with probabilities that are too high.',
      );
    case 'overfitting':
      return t('Keep the weights of the best epoch: write “early_stopping: {}” under “training”.');
    case 'too_slow':
      return t('Train longer, or with three times the learning rate.');
    case 'stuck':
      return t('Try another seed, or more units in the hidden layers.');
    default:
      return assertNever(code);
  }
}

/** `94 %`, `0.32 %`: two digits. */
function percent(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}
