import { t } from '@vscode/l10n';
import type * as vscode from 'vscode';
import type { GradientReport } from '../../protocol/engine';
import { fileNameOf } from '../files/names';
import { mayTrain } from '../files/trust';
import { gradientMarkdown } from '../reports/gradientMarkdown';
import type { Services } from '../services';
import { askNetwork, openingOf } from './askNetwork';
import { specOrAsk } from './targets';

/**
 * Checks backpropagation against difference quotients and shows the result beside the spec: at the weights of
 * the spec's run, or at the initial ones if it has none. The run trains on.
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
  const progress = t('Checking the gradients of {0}…', known?.title ?? fileNameOf(spec));
  const checked = opening && (await askNetwork(progress, opening, 'checkGradients'));
  if (!checked) {
    return undefined;
  }
  const { title, started, result } = checked;
  await services.reports.show(t('Gradient check'), spec, gradientMarkdown(title, started.layers, result));
  return result;
}
