/** Words about permutation importance, as the command line and the page in the editor show them. */
import { t } from '@vscode/l10n';

/** How not to be misled by it. */
export function importanceCaution(): string {
  return t(
    'This tells what the network relies on in this file, not what causes the target. Columns that say the same share their importance: each seems to matter less than they do together. Values within a few standard deviations of 0 may be chance.',
  );
}
