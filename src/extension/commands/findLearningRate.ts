import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { learningRateFix } from '../../language';
import type { LearningRateReport } from '../../protocol/engine';
import { suggestionText } from '../../spec/learningRateTexts';
import { fileNameOf } from '../files/names';
import { mayTrain } from '../files/trust';
import { toRange } from '../language/convert';
import { parsedOf } from '../language/parses';
import { learningRateMarkdown, type SearchState, searchMarkdown } from '../reports/learningRateMarkdown';
import type { OpenReport } from '../reports/reports';
import type { Services } from '../services';
import { inBackground } from '../words/background';
import { showError, showInformation } from '../words/messages';
import { askNetwork, openingOf } from './askNetwork';
import { specOrAsk } from './targets';

/** Searches for a learning rate from the initial weights, shows the curve and offers to write the rate. */
export async function findLearningRate(services: Services, argument: unknown): Promise<LearningRateReport | undefined> {
  const spec = (await mayTrain()) ? await specOrAsk(argument, services) : undefined;
  const opening = spec && (await openingOf(services, spec));
  const progress = spec ? t('Searching for a learning rate for {0}…', fileNameOf(spec)) : '';
  const page = spec && new CurvePage(services, spec);
  const found =
    opening &&
    (await askNetwork(progress, opening, 'findLearningRate', ({ title }, { done, total, curve }) => {
      if (curve) {
        page?.follow((state) => searchMarkdown(title, curve, { done, total, state }));
      }
    }));
  if (!spec || !found) {
    await page?.end();
    return undefined;
  }
  const { title, started, result } = found;
  const { training } = started.spec;
  await page?.show(learningRateMarkdown(title, result, training));
  if (result.suggestion !== undefined && result.suggestion !== training.optimizer.parameters.learning_rate) {
    inBackground(offer(spec, result, result.suggestion));
  }
  return result;
}

/** The page of a search: its curve so far, then its result. */
class CurvePage {
  readonly #services: Services;
  readonly #spec: vscode.Uri;
  #opened: Promise<OpenReport> | undefined;
  #newest: ((state: SearchState) => string) | undefined;

  constructor(services: Services, spec: vscode.Uri) {
    this.#services = services;
    this.#spec = spec;
  }

  /** Shows how far the search is. A page that the person has closed stays closed. */
  follow(text: (state: SearchState) => string): void {
    this.#newest = text;
    this.#opened ??= this.#open(text('running'));
    inBackground(this.#opened.then((page) => page.replace(text('running'))));
  }

  /** Says that the search has ended without a result. */
  async end(): Promise<void> {
    (await this.#opened)?.replace(this.#newest?.('ended') ?? '');
  }

  /** Shows the result, also where the page was closed. */
  async show(markdown: string): Promise<void> {
    if (!(await this.#opened)?.replace(markdown)) {
      await this.#open(markdown);
    }
  }

  #open(markdown: string): Promise<OpenReport> {
    return this.#services.reports.show(t('Learning rate'), this.#spec, markdown);
  }
}

async function offer(spec: vscode.Uri, report: LearningRateReport, rate: number): Promise<void> {
  const apply = t('Apply to Spec');
  if ((await showInformation(suggestionText(report), apply)) === apply) {
    await writeRate(spec, rate);
  }
}

/** Writes the learning rate into the spec as it is now, as an edit that can be undone. */
async function writeRate(spec: vscode.Uri, rate: number): Promise<void> {
  const document = await vscode.workspace.openTextDocument(spec);
  let parsed = await parsedOf(document);
  while (parsed.text !== document.getText()) {
    parsed = await parsedOf(document);
  }
  const fix = learningRateFix(parsed, rate);
  const edit = new vscode.WorkspaceEdit();
  edit.set(spec, fix?.edits.map(({ range, newText }) => new vscode.TextEdit(toRange(range), newText)) ?? []);
  if (!fix || !(await vscode.workspace.applyEdit(edit))) {
    await showError(t('The learning rate could not be written into {0}. Write {1} yourself.', fileNameOf(spec), rate));
    return;
  }
  await vscode.window.showTextDocument(document);
}
