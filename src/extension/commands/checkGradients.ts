import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import type { GradientReport, LayerInfo, Reply } from '../../protocol/engine';
import { fileNameOf } from '../files/names';
import { gradientMarkdown } from '../reports/gradientMarkdown';
import type { Run } from '../runs/run';
import type { RunManager } from '../runs/runManager';
import type { Services } from '../services';
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
  const spec = await specOrAsk(argument, services);
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
    void vscode.window.showErrorMessage(reply.err.message);
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
  return request && ((token) => services.runs.open(request, token));
}

/** Undefined if the user has cancelled it. */
async function checkWithProgress(title: string, open: OpenRun): Promise<Checked | undefined> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: t('Checking the gradients of {0}…', title),
    cancellable: true,
  };
  return vscode.window.withProgress(options, async (progress, token) => {
    const opened = await open(token);
    const checked =
      'failure' in opened
        ? { title, layers: [], reply: { err: opened.failure } }
        : await checkOn(opened.run, progress).finally(() => opened.run.dispose());
    return token.isCancellationRequested ? undefined : checked;
  });
}

async function checkOn(
  run: Run,
  progress: vscode.Progress<{ readonly message: string; readonly increment: number }>,
): Promise<Checked> {
  let shown = 0;
  run.onChecking(({ done, total }) => {
    const percent = (100 * done) / total;
    progress.report({ increment: percent - shown, message: `${done}/${total}` });
    shown = percent;
  });
  const reply = await run.ask('checkGradients', null);
  return { title: run.title, layers: run.details.started?.layers ?? [], reply };
}
