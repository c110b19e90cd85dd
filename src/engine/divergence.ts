import { t } from '@vscode/l10n';
import type { Divergence } from './backend';

/** What to tell a person about a run that diverged. */
export function describeDivergence({ layer, step, tensor }: Divergence): string {
  return t(
    'Training diverged at step {0}: {1} in layer {2} is not finite. Lower the learning rate or scale the inputs.',
    step,
    tensor,
    layer,
  );
}
