/** Words for a gradient check, as the table of the command line and the page in the editor show them. */
import { t } from '@vscode/l10n';
import { assertNever } from '../common/assertNever';
import { counted } from '../common/counted';
import { formatCount } from '../common/formatCount';
import type { GradientReport, GradientVerdict } from './measurements';

/** The number of gradients that were compared, in words that can follow “checked”. */
export function checkedText({ tensors, parameters }: GradientReport): string {
  const checked = tensors.reduce((sum, each) => sum + each.checked, 0);
  if (checked === 0) {
    return t('no gradient');
  }
  if (checked < parameters) {
    return t('{0} of {1} gradients', formatCount(checked), formatCount(parameters));
  }
  return counted(parameters, t('the only gradient'), t('all {0} gradients', formatCount(parameters)));
}

/** `loss` is already formatted. */
export function unresolvedText(count: number, loss: string): string {
  return t(
    'Not checked at {0}: rounding to float64, or a sharp bend, hides what a tiny move there changes in the loss, {1}.',
    counted(count, t('{0} weight', count), t('{0} weights', formatCount(count))),
    loss,
  );
}

/** A mark and a word. */
export function verdictText(verdict: GradientVerdict): string {
  switch (verdict) {
    case 'right':
      return `✓ ${t('right')}`;
    case 'doubtful':
      return `? ${t('look again')}`;
    case 'wrong':
      return `✗ ${t('wrong')}`;
    case 'unchecked':
      return `– ${t('not checked')}`;
    default:
      return assertNever(verdict);
  }
}
