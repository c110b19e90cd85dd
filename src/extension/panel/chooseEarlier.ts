import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { mostEarlierRuns } from '../../protocol/panel';
import { language } from '../l10n';
import type { Run } from '../runs/run';
import type { RunHomes } from '../runs/runHomes';
import { rowWords } from '../runs/view/rowWords';
import { inBackground } from '../words/background';
import { chooseMany, showInformation } from '../words/messages';

/** Lets the person choose runs of the spec that are drawn behind the curves of this one. */
export async function chooseEarlier(
  homes: RunHomes,
  shown: Run,
  before: readonly string[],
): Promise<readonly string[] | undefined> {
  const found = await homes.runsOf(vscode.Uri.parse(shown.specUri));
  const others = found.filter((run) => 'header' in run && run.id !== shown.id);
  if (others.length === 0) {
    inBackground(showInformation(t('No other run of this spec is kept.')));
    return undefined;
  }
  const reading = { now: new Date(), locale: language() };
  const chosen = await chooseMany(
    others.map((run) => {
      const { label, description } = rowWords(run, undefined, reading);
      return { label, description, value: run.id, picked: before.includes(run.id) };
    }),
    t('Runs to draw behind the curves, at most {0}', mostEarlierRuns),
  );
  return chosen?.slice(0, mostEarlierRuns);
}
