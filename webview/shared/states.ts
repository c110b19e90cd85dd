/** How the state of a run is called, and its icon. */
import { t } from '@vscode/l10n';
import type { RunStatus } from '../../src/protocol/panel';
import type { RunState } from '../../src/runs/series';
import type { IconName } from './icons';

export function stateWords(state: RunState): { readonly text: string; readonly icon: IconName } {
  const states: Readonly<Record<RunState, { text: string; icon: IconName }>> = {
    waiting: { text: t('preparing'), icon: 'info' },
    running: { text: t('running'), icon: 'play' },
    pausing: { text: t('pausing…'), icon: 'pause' },
    paused: { text: t('paused'), icon: 'pause' },
    stopping: { text: t('stopping…'), icon: 'stop' },
    completed: { text: t('finished'), icon: 'check' },
    early_stopping: { text: t('stopped early'), icon: 'check' },
    stopped: { text: t('stopped'), icon: 'stop' },
    diverged: { text: t('diverged'), icon: 'warning' },
    failed: { text: t('failed'), icon: 'warning' },
    interrupted: { text: t('interrupted'), icon: 'stop' },
  };
  return states[state];
}

/** Why there is no measurement of a stored run; undefined for a run that has an engine. */
export function whyUnmeasured({ stored, film }: RunStatus): string | undefined {
  if (!stored) {
    return undefined;
  }
  return film
    ? t('Play the film, or choose one of its moments, to see it.')
    : t('It is not kept in a stored run. Restart to see it.');
}
