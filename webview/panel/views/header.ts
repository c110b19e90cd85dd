/** Title, seed, state, epoch and time left; and the findings, placed elsewhere. */

import { t } from '@vscode/l10n';
import { counted } from '../../../src/common/counted';
import { describeInherited, describeStart, type StartingPoint } from '../../../src/common/startingPoint';
import { isActive, type Started } from '../../../src/protocol/engine';
import type { RunState } from '../../../src/runs/series';
import { h, setHidden, setText } from '../../shared/dom';
import { formatCount, formatDuration, formatMemory } from '../../shared/format';
import { type IconName, icon } from '../../shared/icons';
import { stateWords } from '../../shared/states';
import { findingsOf, isIll } from '../findings';
import type { Context } from './view';

export class Header {
  readonly #title = h('h1', { 'data-testid': 'title' });
  readonly #seed = h('span', { class: 'muted', 'data-testid': 'seed' });
  readonly #from = h('span', { class: 'muted', 'data-testid': 'from' });
  readonly #changed = h('span', { class: 'muted', 'data-testid': 'changed' });
  readonly #state = h('span', { class: 'state', 'data-testid': 'state' });
  readonly #epoch = h('span', { class: 'numbers', 'data-testid': 'epoch' });
  readonly #left = h('span', { class: 'muted numbers', 'data-testid': 'eta' });
  readonly #speed = h('span', { class: 'muted numbers', 'data-testid': 'speed' });
  readonly #bar = h('progress', { max: 1, value: 0, 'data-testid': 'progress', 'aria-label': t('Training progress') });
  /** The findings are below the controls, so they are placed separately. */
  readonly findings = h('ul', { class: 'findings', 'data-testid': 'findings' });
  readonly element = h(
    'header',
    { class: 'header' },
    h(
      'div',
      { class: 'title-row' },
      h('div', { class: 'title' }, this.#title, this.#seed, this.#from, this.#changed),
      h('div', { class: 'status' }, this.#state, this.#epoch, this.#left, this.#speed),
    ),
    this.#bar,
  );

  draw({ store, transport }: Context): void {
    const { progress, started } = store.run;
    setText(this.#title, store.run.title);
    setText(this.#seed, started ? [t('seed {0}', started.seed), ...otherEngine(started)].join(' · ') : '');
    setText(this.#from, started?.from ? startText(started.from) : '');
    setText(this.#changed, store.changed && !store.idle ? t('the file has changed since') : '');
    const now = store.idle
      ? { text: t('not trained yet'), icon: 'info' as const }
      : stateOf(store.run.state, store.run.stored);
    const replays = store.frame !== undefined;
    const state = replays ? { text: t('Replay'), icon: 'film' as const } : now;
    const shown = replays ? 'replay' : store.run.state;
    if (this.#state.dataset.state !== shown || this.#state.textContent !== state.text) {
      this.#state.dataset.state = shown;
      this.#state.replaceChildren(icon(state.icon), state.text);
    }
    const epochs = progress?.epochs ?? started?.spec.training.epochs;
    const done = formatCount(store.epochsDone);
    const progressText = epochs === undefined ? '' : t('epoch {0}/{1}', done, formatCount(epochs));
    const inFold = started && foldText(started);
    const epochText = replays ? momentText(store, done) : progressText;
    setText(this.#epoch, inFold && epochText ? `${inFold} · ${epochText}` : epochText);
    const left =
      store.run.state === 'running' && progress?.secondsLeft !== undefined
        ? t('{0} left', formatDuration(progress.secondsLeft))
        : '';
    // While a moment of the film is shown, the training may go on.
    setText(
      this.#left,
      replays && store.alive ? [`${now.text}: ${progressText}`, left].filter(Boolean).join(' · ') : left,
    );
    this.#drawSpeed(store);
    const share = epochs ? Math.min(1, (store.frameEpoch ?? store.epochsDone) / epochs) : 0;
    if (this.#bar.value !== share) {
      this.#bar.value = share;
    }
    setHidden(this.#bar, epochs === undefined);

    const lines = findingsOf(store);
    // The verdict is about the present, whatever moment is shown.
    const when = store.alive ? t('(now)') : t('(at the end)');
    this.findings.classList.toggle('filmed', store.hasFilm);
    this.findings.classList.toggle('replayed', replays);
    const ill = isIll(store);
    const key = JSON.stringify([lines, when, ill]);
    if (this.findings.dataset.key !== key) {
      const focused = this.findings.contains(document.activeElement);
      this.findings.dataset.key = key;
      this.findings.replaceChildren(
        ...lines.map((line) => {
          const where = line.layer === undefined ? undefined : store.layers[line.layer];
          const link =
            where?.line !== undefined &&
            h(
              'button',
              { class: 'link', type: 'button', 'data-testid': 'reveal' },
              t('Show {0} in the file', where.name),
            );
          if (link) {
            link.addEventListener('click', () => transport.post({ type: 'reveal', line: where?.line ?? 0 }));
          }
          return h(
            'li',
            { class: line.level, 'data-testid': 'finding' },
            icon(line.level === 'info' ? 'info' : 'warning'),
            h(
              'span',
              {},
              line.text,
              ' ',
              link,
              link && ' ',
              // Last, where the room that is kept for it leaves no gap.
              line.text !== progress?.warning && h('span', { class: 'muted when' }, when),
            ),
          );
        }),
        ...(ill ? [lessonLink(transport)] : []),
      );
      if (focused) {
        this.findings.querySelector('button')?.focus();
      }
    }
    setHidden(this.findings, lines.length === 0 && !ill);
  }

  /** How fast the engine trains, and the memory that it holds. */
  #drawSpeed({ run, alive }: Context['store']): void {
    const { progress, started } = run;
    const { rate = 0, memory } = progress ?? {};
    const trains = alive && run.state === 'running' && rate > 0;
    const samples = trains && started ? formatCount(Number(samplesPerSecond(started, rate).toPrecision(3))) : undefined;
    const parts = [
      samples === undefined ? undefined : t('{0} samples/s', samples),
      alive && memory !== undefined ? formatMemory(memory) : undefined,
    ].filter((part) => part !== undefined);
    setText(this.#speed, parts.join(' · '));
    const count = formatCount(Math.round(rate));
    const batches = trains
      ? counted(Math.round(rate), t('{0} batch a second', count), t('{0} batches a second', count))
      : '';
    const held = parts.length > 0 && memory !== undefined ? t('memory of the engine’s process') : '';
    const title = [batches, held].filter((part) => part !== '').join(' · ');
    if (this.#speed.title !== title) {
      this.#speed.title = title;
    }
  }
}

/** Each sample counts as often as it is trained on. */
function samplesPerSecond({ samples, batches }: Started, rate: number): number {
  return (rate * samples.train) / batches;
}

/** The moment of the film that is shown, of so many epochs. */
function momentText(store: Context['store'], done: string): string {
  return store.frame === 0 ? t('before the first step') : t('epoch {0} of {1}', formatCount(store.shownEpoch), done);
}

/** The engine, where it is not the built-in one. */
function otherEngine({ engine }: Started): readonly string[] {
  return engine.backend === 'pytorch' ? [`PyTorch ${engine.version}`] : [];
}

/** `fold 2 of 5` while a cross-validation trains its folds. */
function foldText({ fold, spec }: Started): string {
  return fold === undefined ? '' : t('fold {0} of {1}', fold, spec.training.crossValidation ?? 0);
}

function stateOf(state: RunState, stored: boolean): { text: string; icon: IconName } {
  if (stored && isActive(state)) {
    return { text: t('training elsewhere'), icon: 'info' };
  }
  return stateWords(state);
}

/** The file that the run started from, and what a fork has taken over from it. */
function startText(from: StartingPoint): string {
  const { inherited } = from;
  return inherited ? `${describeStart(from)}: ${describeInherited(inherited)}` : describeStart(from);
}

/** The lesson that tells apart why a network does not learn. */
const illnesses = 9;

function lessonLink(transport: Context['transport']): HTMLElement {
  const link = h(
    'button',
    { class: 'link', type: 'button', 'data-testid': 'lesson' },
    t('Lesson {0}: when it does not learn', illnesses),
  );
  link.addEventListener('click', () => transport.post({ type: 'openLesson', order: illnesses }));
  return h('li', { class: 'info lesson-link' }, icon('info'), link);
}
