import { t } from '@vscode/l10n';
import type * as vscode from 'vscode';
import type { GradientReport, LayerInfo, Reply } from '../../protocol/engine';
import { fileNameOf } from '../files/names';
import { mayTrain } from '../files/trust';
import { gradientMarkdown } from '../reports/gradientMarkdown';
import type { Run } from '../runs/run';
import type { RunManager } from '../runs/runManager';
import type { Services } from '../services';
import { inBackground } from '../words/background';
import { showError, withProgress } from '../words/messages';
import { specOrAsk } from './targets';
import { requestFor } from './train';

interface Checked {
  readonly title: string;
  readonly layers: readonly LayerInfo[];
  readonly reply: Reply<GradientReport>;
}

/**
 * Checks backpropagation against difference quotients and shows the result beside the spec: at the weights of
 * the spec's run, or at the initial ones if it has none. A separate engine does the work, so that the run
 * trains on and cancelling takes effect at once.
 */
export async function checkGradients(services: Services, argument: unknown): Promise<GradientReport | undefined> {
  const spec = (await mayTrain()) ? await specOrAsk(argument, services) : undefined;
  if (!spec) {
    return undefined;
  }
  const known = services.runs.of(spec);
  const opening = known?.hasEngine
    ? (token: vscode.CancellationToken) => services.runs.copy(known, token)
    : await openingOf(services, spec);
  const checked = opening && (await checkWithProgress(known?.title ?? fileNameOf(spec), opening));
  if (!checked) {
    return undefined;
  }
  const { title, layers, reply } = checked;
  if ('err' in reply) {
    inBackground(showError(reply.err.message));
    return undefined;
  }
  await services.reports.show(t('Gradient check'), spec, gradientMarkdown(title, layers, reply.ok));
  return reply.ok;
}

/** Starts the run to check, paused; cancelling ends its engine. */
type OpenRun = (token: vscode.CancellationToken) => ReturnType<RunManager['open']>;

/** Undefined if the spec has errors, which are then shown. */
async function openingOf(services: Services, spec: vscode.Uri): Promise<OpenRun | undefined> {
  const request = await requestFor(services, spec);
  return request && ((token) => services.runs.open({ ...request, inspect: true }, token));
}

/** Undefined if the user has cancelled it. */
async function checkWithProgress(title: string, open: OpenRun): Promise<Checked | undefined> {
  return withProgress(t('Checking the gradients of {0}…', title), async (token, report) => {
    const opened = await open(token);
    const checked =
      'failure' in opened
        ? { title, layers: [], reply: { err: opened.failure } }
        : await checkOn(opened.run, report).finally(() => opened.run.dispose());
    return token.isCancellationRequested ? undefined : checked;
  });
}

async function checkOn(run: Run, report: (increment: number, message: string) => void): Promise<Checked> {
  let shown = 0;
  run.onChecking(({ done, total }) => {
    const percent = (100 * done) / total;
    report(percent - shown, `${done}/${total}`);
    shown = percent;
  });
  const reply = await run.ask('checkGradients', null);
  return { title: run.title, layers: run.details.started?.layers ?? [], reply };
}
