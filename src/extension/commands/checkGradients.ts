import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import type { GradientReport, Reply } from '../../protocol/engine';
import { gradientMarkdown } from '../reports/gradientMarkdown';
import type { Run } from '../runs/run';
import type { Services } from '../services';
import { specOrAsk } from './targets';
import { requestFor } from './train';

/**
 * Checks backpropagation against difference quotients and shows the result beside the spec: at the weights of the spec's run where there
 * is one, else at the initial ones.
 */
export async function checkGradients(services: Services, argument: unknown): Promise<GradientReport | undefined> {
  const spec = await specOrAsk(argument, services);
  if (!spec) {
    return undefined;
  }
  const known = services.runs.of(spec);
  const opened = known?.hasEngine ? { run: known } : await open(services, spec);
  if (!opened) {
    return undefined;
  }
  if ('failure' in opened) {
    void vscode.window.showErrorMessage(opened.failure.message);
    return undefined;
  }
  const { run } = opened;
  try {
    const reply = await withProgress(run);
    if ('err' in reply) {
      if (reply.err.code !== 'cancelled') {
        void vscode.window.showErrorMessage(reply.err.message);
      }
      return undefined;
    }
    const layers = run.details.started?.layers ?? [];
    await services.reports.show(t('Gradient check'), spec, gradientMarkdown(run.title, layers, reply.ok));
    return reply.ok;
  } finally {
    if (run !== known) {
      run.dispose();
    }
  }
}

async function open(
  services: Services,
  spec: vscode.Uri,
): Promise<Awaited<ReturnType<Services['runs']['open']>> | undefined> {
  const request = await requestFor(services, spec);
  return request && services.runs.open(request);
}

function withProgress(run: Run): Promise<Reply<GradientReport>> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: t('Checking the gradients of {0}…', run.title),
    cancellable: true,
  };
  const result = vscode.window.withProgress(options, async (progress) => {
    let shown = 0;
    const checking = run.onChecking(({ done, total }) => {
      const percent = (100 * done) / total;
      progress.report({ increment: percent - shown, message: `${done}/${total}` });
      shown = percent;
    });
    try {
      return await run.ask('checkGradients', null);
    } finally {
      checking.dispose();
    }
  });
  return Promise.resolve(result);
}
