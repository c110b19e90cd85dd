/** Targets that lie far from all others. */
import { t } from '@vscode/l10n';
import { counted } from '../common/counted';
import { formatCount, formatRounded } from '../common/formatCount';
import type { WildValues } from './dataFacts';

export function wildWords(name: string, { count, share, farthest }: WildValues): string {
  const [place, percent] = [formatRounded(farthest), Math.floor(100 * share)];
  return counted(
    count,
    t(
      'The target “{0}”: one number lies far from all others, at {1}. It makes up {2} % of the squared distances from the median.',
      name,
      place,
      percent,
    ),
    t(
      'The target “{0}”: {3} numbers lie far from all others, up to {1}. They make up {2} % of the squared distances from the median.',
      name,
      place,
      percent,
      formatCount(count),
    ),
  );
}

export function wildAdvice(): string {
  return t(
    'A squared error would learn little else. Correct or remove what is wrong; if all is right, write loss: huber and scale_target: robust.',
  );
}
