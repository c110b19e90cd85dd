import { t } from '@vscode/l10n';
import type * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../common/disposable';
import { spreadOf } from '../../common/foldScores';
import { formatCount } from '../../common/formatCount';
import { describeInherited, describeStart } from '../../common/startingPoint';
import { verdictLines } from '../../common/verdict/words';
import { plain } from '../../language';
import { commandLink, markdownOf } from '../words/marks';
import { StatusItem } from '../words/messages';
import { describeEpoch, describeState, formatDuration, formatLoss, formatSpread, iconOfState } from './describe';
import type { Run } from './run';
import type { RunManager } from './runManager';
import { shownRun } from './shownRun';

/**
 * Milliseconds between two updates of the text. The editor draws the item anew with each, and a click whose
 * press and release meet two drawings is lost: most presses must fit between two updates.
 */
const interval = 500;
/** Milliseconds for which a result stays visible. */
const resultDuration = 30_000;

/** The status bar item of the active run. A click shows the panel; the tooltip can stop the run. */
export class StatusBar implements Disposable {
  readonly #item = new StatusItem('nnspec.run', t('NNSpec training'));
  readonly #lifetime = new DisposableStore();
  readonly #runs: RunManager;
  #latest: Run | undefined;
  /** The item's command. A new one would make the clicks fail that are on their way to the one before. */
  #command: vscode.Command | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hideTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(runs: RunManager) {
    this.#runs = runs;
    this.#lifetime.add(this.#item);
    const follow = (run: Run) => {
      if (!run.stored) {
        this.#latest = run;
        this.#schedule();
      }
    };
    this.#lifetime.add(runs.onStart(follow));
    this.#lifetime.add(runs.onChange(follow));
  }

  /** The text of the item, for tests. */
  get text(): string {
    return this.#item.text;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#hideTimer);
    this.#lifetime.dispose();
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#update();
    }, interval);
  }

  #update(): void {
    const active = this.#runs.all.filter((run) => run.isActive);
    const run = shownRun(this.#latest, active);
    if (!run) {
      this.#item.hide();
      return;
    }
    const others = active.filter((each) => each !== run).length;
    const more = others > 0 ? ` (+${others})` : '';
    if (this.#command?.arguments?.[0] !== run.specUri) {
      const title = t('Show the training panel');
      this.#command = { command: 'nnspec.showPanel', title, arguments: [run.specUri] };
    }
    this.#item.show(iconOfState(run.state), `${lineOf(run)}${more}`, tooltipOf(run), this.#command);
    clearTimeout(this.#hideTimer);
    if (!run.isActive) {
      this.#hideTimer = setTimeout(() => {
        this.#latest = undefined;
        this.#update();
      }, resultDuration);
    }
  }
}

/** Maximum characters of a run's title, so that there is room for the numbers. */
const titleLength = 28;

function lineOf(run: Run): string {
  const { progress, stage, started } = run.details;
  const title = run.title.length > titleLength ? `${run.title.slice(0, titleLength - 1)}…` : run.title;
  if (!progress) {
    return `${title}: ${run.state === 'waiting' && stage ? stage : describeState(run.state)}`;
  }
  const parts = [describeEpoch(progress, started)];
  if (started?.from && started.from.epoch === (run.cursor().loss ?? 0)) {
    parts.push(describeStart(started.from));
  }
  const loss = run.lastValue('loss');
  if (loss !== undefined) {
    parts.push(t('loss {0}', formatLoss(loss)));
  }
  const score = spreadOf(run.details.folds ?? [])[0];
  if (score && !run.isActive && started?.fold === undefined) {
    parts.push(`val_${score.tag} ${formatSpread(score)}`);
  }
  const { kept } = run.details.ended ?? {};
  if (kept) {
    parts.push(t('epoch {0} kept', formatCount(kept.epoch)));
  }
  if (run.state !== 'running') {
    parts.push(describeState(run.state));
  } else if (progress.secondsLeft !== undefined) {
    parts.push(t('{0} left', formatDuration(progress.secondsLeft)));
  }
  return `${title}: ${parts.join(' · ')}`;
}

function tooltipOf(run: Run): vscode.MarkdownString {
  const link = (command: string, title: string) => commandLink(title, command, run.specUri);
  const { failure, started, ended } = run.details;
  const action = run.isActive ? link('nnspec.stop', t('Stop')) : link('nnspec.restart', t('Restart'));
  const parts = [
    plain(`${run.title}: ${describeState(run.state)}`),
    ...(started?.from ? [plain(describeStart(started.from))] : []),
    ...(started?.from?.inherited ? [plain(describeInherited(started.from.inherited))] : []),
    ...(failure ? [plain(failure.message)] : []),
    ...(ended?.verdict ? verdictLines(ended.verdict, formatLoss).map(plain) : []),
    `${link('nnspec.showPanel', t('Show panel'))} · ${action}`,
  ];
  return markdownOf(parts.join('\n\n'), ['nnspec.showPanel', 'nnspec.stop', 'nnspec.restart']);
}
