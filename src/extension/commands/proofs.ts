/** Proofs by example: what the lesson claims is computed, and shown on a page of its own. */
import { t } from '@vscode/l10n';
import type * as vscode from 'vscode';
import type { CollapseReport, DepthReport, TruthTable } from '../../spec/measurements';
import { askEngineWithProgress } from '../engine/engineTask';
import { hostOfSpec } from '../files/dataFiles';
import { fileNameOf } from '../files/names';
import { mayTrain } from '../files/trust';
import { collapseMarkdown, depthMarkdown, truthTablesMarkdown } from '../reports/proofsMarkdown';
import type { Run } from '../runs/run';
import type { Services } from '../services';
import { inBackground } from '../words/background';
import { showError, showInformation } from '../words/messages';
import { askNetwork, openingOf } from './askNetwork';
import { newOneLayer } from './newFromExample';
import { specOrAsk } from './targets';
import { train } from './train';

/** Multiplies a stack of linear layers into one: at the weights of the spec's run, or at the initial ones. */
export async function collapseLayers(services: Services, argument: unknown): Promise<CollapseReport | undefined> {
  const spec = (await mayTrain()) ? await specOrAsk(argument, services) : undefined;
  if (!spec) {
    return undefined;
  }
  const known = services.runs.of(spec);
  const opening = known?.hasEngine
    ? (token: vscode.CancellationToken) => services.runs.copy(known, token)
    : await openingOf(services, spec);
  const progress = t('Multiplying the layers of {0}…', known?.title ?? fileNameOf(spec));
  const found = opening && (await askNetwork(progress, opening, 'collapse'));
  if (!found) {
    return undefined;
  }
  const { title, result } = found;
  if ('obstacle' in result) {
    const message = t(
      'Only a stack of linear dense layers is one linear map. Here {0} stands in the way.',
      result.obstacle,
    );
    inBackground(showInformation(message));
  } else {
    await services.reports.show(t('One linear map'), spec, collapseMarkdown(title, result));
  }
  return result;
}

/** Trains the spec's network with sigmoid, tanh and relu, and compares the gradients through depth. */
export async function compareActivations(services: Services, argument: unknown): Promise<DepthReport | undefined> {
  const spec = (await mayTrain()) ? await specOrAsk(argument, services) : undefined;
  const opening = spec && (await openingOf(services, spec));
  const progress = spec ? t('Training {0} with sigmoid, tanh and relu…', fileNameOf(spec)) : '';
  const found = opening && (await askNetwork(progress, opening, 'compareActivations'));
  if (!spec || !found) {
    return undefined;
  }
  if (found.result.runs.length === 0) {
    inBackground(showInformation(t('The network has no hidden layer with an activation that could be exchanged.')));
  } else {
    await services.reports.show(t('Activations compared'), spec, depthMarkdown(found.title, found.result));
  }
  return found.result;
}

/** Trains one unit on XOR: the panel shows its line, which separates nothing, while it turns. */
export async function watchOneLayer(services: Services): Promise<Run | undefined> {
  const { uri } = await newOneLayer();
  return train(services, uri);
}

/** Trains one unit on each of the sixteen truth tables. */
export async function learnTruthTables(services: Services): Promise<readonly TruthTable[] | undefined> {
  if (!(await mayTrain())) {
    return undefined;
  }
  const { extensionUri, reports } = services;
  const title = t('Training one unit on sixteen truth tables…');
  const host = hostOfSpec(extensionUri, extensionUri);
  const reply = await askEngineWithProgress(extensionUri, host, title, 'learnTruthTables', null);
  if (!reply || 'err' in reply) {
    if (reply) {
      inBackground(showError(reply.err.message));
    }
    return undefined;
  }
  await reports.show(t('Sixteen truth tables'), extensionUri, truthTablesMarkdown(reply.ok));
  return reply.ok;
}
