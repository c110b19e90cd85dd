import { t } from '@vscode/l10n';
import { counted } from '../../common/counted';
import { fileNameOf, folderOf } from '../files/names';
import { keyOf, SpecRow, SweepRow } from '../runs/view/runListing';
import type { Services } from '../services';
import { inBackground } from '../words/background';
import { choose, showInformation } from '../words/messages';
import { specAt } from './targets';

/**
 * Compares runs: those of a spec, the selected ones of the Runs view, or those of the spec that is shown.
 * Asks for a spec if that is not clear.
 */
export async function compareRuns(services: Services, argument: unknown): Promise<void> {
  const { runTree, compares } = services;
  await runTree.ready;
  const chosen = argument instanceof SpecRow ? [] : runTree.chosen(argument);
  const known = chosen.find((run) => 'header' in run);
  if (known && argument instanceof SweepRow) {
    // Runs of the sweep that are yet to come belong to it, too.
    compares.open({ spec: known.home.specUri(known.header.spec).toString(), sweep: known.header.sweep?.id });
    return;
  }
  if (chosen.length > 1 && known) {
    const spec = known.home.specUri(known.header.spec).toString();
    const sweep = argument instanceof SweepRow ? known.header.sweep?.id : undefined;
    compares.open(sweep === undefined ? { spec, keys: chosen.map(keyOf) } : { spec, sweep });
    return;
  }
  const spec = known ? known.home.specUri(known.header.spec).toString() : await specWithRuns(services, argument);
  if (spec !== undefined) {
    compares.open({ spec });
  }
}

async function specWithRuns({ runTree, panels }: Services, argument: unknown): Promise<string | undefined> {
  const named = specAt(argument, panels)?.toString();
  const groups = runTree.specs.flatMap(({ uri, rows }) => (uri ? [{ uri, count: rows.length }] : []));
  if (groups.some(({ uri }) => uri.toString() === named)) {
    return named;
  }
  if (groups.length === 0) {
    inBackground(showInformation(t('No run is kept yet. Train a network first.')));
    return undefined;
  }
  return choose(
    groups.map(({ uri, count }) => ({
      icon: 'table',
      label: fileNameOf(uri),
      description: folderOf(uri),
      detail: counted(count, t('{0} run', count), t('{0} runs', count)),
      value: uri.toString(),
    })),
    t('The spec whose runs are to be compared'),
  );
}
