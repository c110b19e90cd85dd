/** Pause, step, stop, restart, and the learning rate. */
import { t } from '@vscode/l10n';
import { cannotAsk, cannotStep } from '../../../src/protocol/hello';
import type { RunStatus } from '../../../src/protocol/panel';
import { h, setHidden, setText } from '../../shared/dom';
import { formatShort } from '../../shared/format';
import { icon } from '../../shared/icons';
import { Menu } from '../../shared/menu';
import type { Choices, Transport } from '../transport';
import type { Context } from './view';

const units = ['phase', 'batch', 'epoch'] as const;
type Unit = (typeof units)[number];

/** The ends of the slider, as powers of ten. */
const lowestPower = -6;
const highestPower = 1;

export class Controls {
  readonly #transport: Transport;
  readonly #pause = action('pause');
  readonly #step = action('step');
  readonly #more = h(
    'button',
    {
      type: 'button',
      class: 'action more',
      'data-testid': 'step-more',
      'aria-label': t('Choose how far to step'),
      title: t('Choose how far to step'),
    },
    icon('chevron'),
  );
  readonly #stop = action('stop');
  readonly #restart = action('restart');
  readonly #newSeed = action('new-seed');
  readonly #save = action('save');
  readonly #slider = h('input', {
    type: 'range',
    min: lowestPower,
    max: highestPower,
    step: 0.05,
    'data-testid': 'rate-slider',
    'aria-label': t('Learning rate'),
  });
  readonly #rate = h('input', {
    type: 'text',
    inputmode: 'decimal',
    class: 'number-input',
    size: 8,
    'data-testid': 'rate-input',
    'aria-label': t('Learning rate'),
  });
  readonly #problem = h('p', { class: 'rate-problem', role: 'alert', hidden: true, 'data-testid': 'rate-problem' });
  readonly #question = h('div', {
    class: 'question',
    role: 'alertdialog',
    'aria-label': t('Stop training?'),
    hidden: true,
    'data-testid': 'stop-question',
  });
  readonly #bar: HTMLElement;
  readonly #train = h('button', { type: 'button', class: 'primary', 'data-testid': 'train' }, t('Train'));
  readonly #trainBar = h('div', { class: 'controls train-bar', hidden: true }, this.#train);
  readonly element: HTMLElement;
  #state: 'running' | 'paused' | 'over' | 'other' = 'other';
  #stopping = false;
  #run: RunStatus | undefined;
  #sent = Number.NEGATIVE_INFINITY;
  #pending: ReturnType<typeof setTimeout> | undefined;

  constructor(transport: Transport) {
    this.#transport = transport;
    const rate = h(
      'div',
      { class: 'rate' },
      h(
        'span',
        {
          class: 'rate-label',
          'aria-hidden': 'true',
          title: t('Scales how far an update moves the weights. Plain gradient descent: W ← W − η·dW'),
        },
        t('learning rate'),
      ),
      this.#slider,
      this.#rate,
    );
    this.#bar = h(
      'div',
      { class: 'controls', role: 'toolbar', 'aria-label': t('Training controls') },
      this.#pause,
      h('span', { class: 'split' }, this.#step, this.#more, this.#makeMenu().element),
      this.#stop,
      this.#restart,
      this.#newSeed,
      this.#save,
      rate,
    );
    this.element = h('div', {}, this.#bar, this.#trainBar, this.#problem, this.#question);
    this.#pause.addEventListener('click', () => this.togglePause());
    this.#step.addEventListener('click', () => this.step());
    this.#stop.addEventListener('click', () => this.askStop());
    this.#restart.addEventListener('click', () => transport.post({ type: 'control', action: 'restart' }));
    this.#newSeed.addEventListener('click', () => transport.post({ type: 'control', action: 'newSeed' }));
    this.#train.addEventListener('click', () => transport.post({ type: 'control', action: 'restart' }));
    this.#save.addEventListener('click', () => transport.post({ type: 'saveWeights' }));
    this.#buildQuestion();
    this.#listenToRate();
    label(this.#save, 'save', t('Save weights'), '');
  }

  draw({ store, choices }: Context): void {
    this.#run = store.run;
    setHidden(this.#bar, store.idle);
    setHidden(this.#trainBar, !store.idle);
    const running = store.run.state === 'running';
    const canRun = store.alive && (running || store.run.state === 'paused');
    const over = !store.alive && store.run.started !== undefined;
    this.#state = over ? 'over' : !canRun ? 'other' : running ? 'running' : 'paused';
    if (this.#state !== 'paused') {
      label(this.#pause, 'pause', t('Pause'), t('Pause the training (Space)'));
    } else {
      label(this.#pause, 'play', t('Resume'), t('Go on training (Space)'));
    }
    const unit = this.#possible(choices.stepUnit);
    label(this.#step, 'step', stepLabel(unit), '');
    this.#step.title =
      cannotStep(store.run.hello, choices.stepUnit) ??
      (over ? t('Start again, do one step and wait (.)') : t('Do one step and pause (.)'));
    label(
      this.#newSeed,
      'dice',
      t('New seed'),
      t('New seed: train again from other initial weights, with the next seed'),
    );
    label(this.#restart, 'restart', t('Restart'), t('Train again from the start with the file as it is now'));
    this.#pause.disabled = !canRun;
    this.#step.disabled = !canRun && !over;
    this.#more.disabled = !canRun && !over;
    this.#stopping = store.run.state === 'stopping';
    if (this.#stopping) {
      label(this.#stop, 'stop', t('Stop now'), t('End the engine at once: the losses stay, the weights do not (Esc)'));
    } else {
      label(this.#stop, 'stop', t('Stop'), t('Stop the training (Esc)'));
    }
    this.#stop.disabled = !store.alive;
    const broken = store.run.state === 'diverged';
    // A fold's network is only measured.
    const inFold = store.run.started?.fold !== undefined;
    // A run that is over without final values has lost its engine, and with it the weights.
    const hasEngine = store.alive || store.run.ended !== undefined;
    const unsaved = cannotAsk(store.run.hello, 'saveWeights');
    this.#save.disabled =
      unsaved !== undefined ||
      store.run.stored ||
      !store.run.started ||
      store.run.state === 'failed' ||
      broken ||
      inFold ||
      !hasEngine;
    this.#save.title = broken
      ? t('The run diverged: its weights are of no use')
      : inFold
        ? t('The network itself is trained after the folds')
        : (unsaved ?? t('Save the weights of this run to a file'));
    setHidden(this.#save, store.run.stored);
    this.#slider.disabled = !canRun || inFold;
    this.#rate.disabled = !canRun || inFold;
    if (!store.alive) {
      setHidden(this.#question, true);
    }
    const rate =
      store.run.progress?.learningRate ??
      optimizerRate(store.run.started?.spec.training.optimizer.parameters.learning_rate);
    if (rate !== undefined && performance.now() - this.#sent > 700) {
      this.#show(rate, document.activeElement !== this.#rate, document.activeElement !== this.#slider);
    }
  }

  togglePause(): void {
    if (this.#state === 'running' || this.#state === 'paused') {
      this.#transport.post({ type: 'control', action: this.#state === 'running' ? 'pause' : 'resume' });
    }
  }

  /** Steps. Restarts a run that has ended, unless the key is still held down from stepping to its end. */
  step(unit: Unit = this.#transport.choices.stepUnit, held = false): void {
    if (this.#state !== 'other' && !(held && this.#state === 'over')) {
      this.#transport.post({ type: 'step', unit: this.#possible(unit) });
    }
  }

  /** The unit, or a batch where the engine does no such step. */
  #possible(unit: Unit): Unit {
    return cannotStep(this.#run?.hello, unit) === undefined ? unit : 'batch';
  }

  /** Asks before stopping, which cannot be undone. A run that is already stopping is ended at once. */
  askStop(): void {
    if (this.#stop.disabled || !this.#question.hidden) {
      return;
    }
    if (this.#stopping) {
      this.#transport.post({ type: 'control', action: 'stop' });
      return;
    }
    setHidden(this.#question, false);
    this.#question.querySelector('button')?.focus();
  }

  #buildQuestion(): void {
    const yes = h('button', { type: 'button', class: 'primary', 'data-testid': 'stop-yes' }, t('Stop training'));
    const no = h('button', { type: 'button', class: 'secondary', 'data-testid': 'stop-no' }, t('Go on training'));
    const close = () => {
      setHidden(this.#question, true);
      this.#stop.focus();
    };
    yes.addEventListener('click', () => {
      close();
      this.#transport.post({ type: 'control', action: 'stop' });
    });
    no.addEventListener('click', close);
    this.#question.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') {
        event.stopPropagation();
        close();
      }
    });
    this.#question.append(
      h('span', {}, t('Stop training? The losses so far stay; to go on later, pause instead.')),
      yes,
      no,
    );
  }

  #makeMenu(): Menu {
    const items = units.map((unit) => ({
      id: `step-${unit}`,
      text: stepLabel(unit),
      meaning: stepMeaning(unit),
      missing: () => cannotStep(this.#run?.hello, unit),
      act: () => {
        this.#transport.choose({ stepUnit: unit } satisfies Partial<Choices>);
        this.step(unit);
      },
    }));
    return new Menu(this.#more, items, 'step-menu');
  }

  #listenToRate(): void {
    this.#slider.addEventListener('input', () => {
      const rate = Number((10 ** this.#slider.valueAsNumber).toPrecision(2));
      this.#show(rate, true, false);
      this.#send(rate);
    });
    this.#rate.addEventListener('change', () => {
      const rate = Number(this.#rate.value.replace('\u2212', '-').replace(',', '.'));
      const bad = !(rate > 0 && Number.isFinite(rate)) || this.#rate.value.trim() === '';
      this.#mark(bad ? t('Write a number above 0.') : '');
      if (!bad) {
        this.#show(rate, false, true);
        this.#send(rate);
      }
    });
  }

  /** Says below the number what is wrong with it; nothing if it is right. */
  #mark(problem: string): void {
    this.#rate.setAttribute('aria-invalid', String(problem !== ''));
    setText(this.#problem, problem);
    setHidden(this.#problem, problem === '');
  }

  #show(rate: number, number: boolean, slider: boolean): void {
    if (number) {
      const text = formatShort(rate).replace('\u2212', '-');
      if (this.#rate.value !== text) {
        this.#rate.value = text;
        this.#mark('');
      }
    }
    if (slider) {
      this.#slider.value = String(Math.log10(rate));
    }
    this.#slider.setAttribute('aria-valuetext', formatShort(rate));
  }

  /** While the slider is dragged, at most ten values per second are sent, and always the last one. */
  #send(rate: number): void {
    clearTimeout(this.#pending);
    const wait = Math.max(0, 100 - (performance.now() - this.#sent));
    const post = () => {
      this.#sent = performance.now();
      this.#transport.post({ type: 'learningRate', value: rate });
    };
    if (wait === 0) {
      post();
    } else {
      this.#pending = setTimeout(post, wait);
    }
  }
}

function action(id: string): HTMLButtonElement {
  return h('button', { type: 'button', class: 'action', 'data-testid': id });
}

function label(button: HTMLButtonElement, picture: Parameters<typeof icon>[0], text: string, title: string): void {
  if (button.dataset.label !== text) {
    button.dataset.label = text;
    button.replaceChildren(icon(picture), h('span', {}, text));
    button.title = title;
    button.setAttribute('aria-label', text);
  } else {
    setText(button.lastElementChild as Element, text);
  }
}

function stepLabel(unit: Unit): string {
  const labels = { phase: t('Step phase'), batch: t('Step batch'), epoch: t('Step epoch') };
  return labels[unit];
}

function stepMeaning(unit: Unit): string {
  const meanings = {
    phase: t('one layer forward or back, or the update'),
    batch: t('forward, error, gradients and update of one batch'),
    epoch: t('every training sample once'),
  };
  return meanings[unit];
}

function optimizerRate(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 ? value : undefined;
}
