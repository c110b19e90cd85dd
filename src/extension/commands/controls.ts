import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Reply } from '../../protocol/engine';
import type { Run } from '../runs/run';
import type { Services } from '../services';
import { inBackground } from '../words/background';
import { showError, showInformation } from '../words/messages';
import { runAt, specAt, specOrAsk } from './targets';
import { type StepUnit, train } from './train';

/** Requests that control a run. */
type Control = 'pause' | 'resume' | 'stop';

const actions: Readonly<Record<Control, (run: Run) => Promise<Reply<unknown>>>> = {
  pause: (run) => run.pause(),
  resume: (run) => run.ask('resume', null),
  stop: (run) => run.stop(),
};

export async function control(services: Services, argument: unknown, name: Control): Promise<void> {
  const accept = (run: Run) => run.isActive && (name !== 'resume' || run.state === 'paused');
  const run = await runAt(argument, services.runs, services.panels, accept);
  if (!run) {
    inBackground(showInformation(t('No run is under way. Train a network first.')));
    return;
  }
  report(await actions[name](run));
}

/** Executes one step of the active run. Without one, starts a new run, executes its first step and pauses. */
export async function step(services: Services, argument: unknown, unit: StepUnit): Promise<void> {
  const { panels, runs } = services;
  const spec = specAt(argument, panels);
  const run = spec ? runs.of(spec) : await runAt(argument, runs, panels, (each) => each.isActive);
  if (run?.isActive) {
    await run.ready;
    report(await run.ask('step', { unit }));
  } else {
    await train(services, argument, { firstStep: unit });
  }
}

/** Restarts training with the spec as it is now. */
export async function restart(services: Services, argument: unknown): Promise<Run | undefined> {
  const { panels, runs } = services;
  const spec = specAt(argument, panels) ?? (await runAt(argument, runs, panels, () => true))?.specUri;
  return train(services, spec, { restart: true });
}

/** Shows the panel of a run of this window, or of the run stored by an earlier window. */
export async function showPanel(services: Services, argument: unknown): Promise<void> {
  const spec = specAt(argument, services.panels);
  const run = spec
    ? await services.runs.recall(spec)
    : await runAt(argument, services.runs, services.panels, () => true);
  if (run) {
    await services.panels.reveal(vscode.Uri.parse(run.specUri));
    return;
  }
  const message = t('There is no run to show. Train a network first.');
  const offer = t('Train Network');
  if (spec && (await showInformation(message, offer)) === offer) {
    await train(services, spec);
  } else if (!spec) {
    inBackground(showInformation(message));
  }
}

/** Shows the data of a spec in its panel, without a run. */
export async function showData(services: Services, argument: unknown): Promise<void> {
  const spec = await specOrAsk(argument, services);
  const panel = spec && (await services.panels.reveal(spec));
  panel?.showData();
}

function report(reply: Reply<unknown>): void {
  if ('err' in reply) {
    inBackground(showError(reply.err.message));
  }
}
