/** The lesson's four steps on this network, one by one, with its own numbers. */
import { t } from '@vscode/l10n';
import type { Walk, WalkOptions } from '../../../src/protocol/engine';
import { cannotAsk } from '../../../src/protocol/hello';
import type { ToPanel } from '../../../src/protocol/panel';
import { announce } from '../../shared/announce';
import { h, setHidden, setText } from '../../shared/dom';
import { formatCount } from '../../shared/format';
import { whyUnmeasured } from '../../shared/states';
import { Explanation } from '../backprop/explanation';
import { definition, stageName, stepName } from '../backprop/sentences';
import { stages, WalkReader } from '../backprop/walk';
import { DepthChart } from '../charts/depthChart';
import type { Store } from '../store';
import type { Transport } from '../transport';
import type { Context, Paint, PanelView, ViewEntry } from './view';

/** With more steps than this, each stage gets a line of its own. */
const manySteps = 15;
/** With more steps than this, these lines always scroll, so that the explanation stays visible. */
const deepSteps = 24;

export class Backprop implements PanelView {
  readonly #transport: Transport;
  readonly #onlySample: boolean;
  /** Inputs by hand in place of those of the sample. */
  #inputs: readonly number[] | undefined;
  readonly #sample = h('input', {
    type: 'radio',
    name: 'subject',
    value: 'sample',
    id: 'subject-sample',
    'data-testid': 'subject-sample',
  });
  readonly #batch = h('input', {
    type: 'radio',
    name: 'subject',
    value: 'batch',
    id: 'subject-batch',
    'data-testid': 'subject-batch',
  });
  readonly #index = h('input', {
    type: 'number',
    min: 1,
    step: 1,
    class: 'number-input',
    'data-testid': 'sample-index',
    'aria-label': t('Number of the training sample'),
  });
  readonly #of = h('span', { class: 'muted numbers' });
  readonly #again = h(
    'button',
    {
      type: 'button',
      class: 'secondary',
      'data-testid': 'walk-again',
      title: t('Take the numbers from the weights as they are now'),
    },
    t('Refresh'),
  );
  readonly #whole = h(
    'button',
    {
      type: 'button',
      class: 'primary',
      'data-testid': 'step-whole',
      title: t('Trains the run by one batch and pauses it'),
    },
    t('Step the whole batch'),
  );
  readonly #note = h('p', { class: 'muted', 'data-testid': 'walk-note' });
  readonly #stand = h('p', { class: 'muted', 'data-testid': 'walk-stand', 'aria-live': 'polite' });
  readonly #steps = h('ol', { class: 'steps', 'data-testid': 'walk-steps' });
  readonly #back = h('button', { type: 'button', class: 'secondary', 'data-testid': 'walk-back' }, t('Back'));
  readonly #next = h('button', { type: 'button', class: 'primary', 'data-testid': 'walk-next' }, t('Next'));
  readonly #count = h('span', { class: 'muted numbers', 'data-testid': 'walk-count' });
  readonly #explanation = new Explanation();
  readonly #empty = h('p', { class: 'empty-tab', 'data-testid': 'empty-backprop' });
  readonly #depth = new DepthChart('backprop-depth');
  readonly #walkArea: HTMLElement;
  readonly #subjectArea: HTMLElement;
  readonly element: HTMLElement;
  #id = 0;
  #asked = '';
  /** The frame of the film that was asked for. */
  #frame: number | undefined;
  #waiting = false;
  #walk: Walk | undefined;
  #reader: WalkReader | undefined;
  #failure: string | undefined;
  #at = 0;
  /** The run's step when a whole batch was requested; a new walk is requested once the batch is done. */
  #stepping: number | undefined;
  #context: Context | undefined;

  /** With `onlySample` there is no choice of what to walk through: it is the sample that was chosen. */
  constructor(transport: Transport, { onlySample = false } = {}) {
    this.#transport = transport;
    this.#onlySample = onlySample;
    this.#subjectArea = h(
      'div',
      { class: 'subject' },
      h(
        'fieldset',
        {},
        h('legend', {}, t('Walk through')),
        h(
          'span',
          { class: 'choice' },
          h('label', { class: 'toggle' }, this.#sample, t('one sample')),
          this.#index,
          this.#of,
        ),
        h('label', { class: 'toggle' }, this.#batch, t('the next batch')),
      ),
      h('div', { class: 'walk-bar' }, this.#whole, this.#again),
    );
    const bar = h('div', { class: 'walk-bar' }, this.#back, this.#next, this.#count);
    this.#walkArea = h('div', { class: 'walk' }, bar, this.#steps);
    const { main, side } = this.#explanation;
    this.element = h(
      'div',
      { class: 'tab-panel backprop' },
      h('p', { class: 'muted', 'data-testid': 'backprop-definition' }, definition()),
      this.#subjectArea,
      h('div', {}, this.#note, this.#stand),
      this.#empty,
      this.#walkArea,
      h('div', { class: 'explanation' }, main, side, h('div', { class: 'explanation-depth' }, this.#depth.element)),
    );
    this.#listen();
  }

  #listen(): void {
    this.#sample.addEventListener('change', () => this.#choose('sample'));
    this.#batch.addEventListener('change', () => this.#choose('batch'));
    this.#index.addEventListener('change', () => {
      const wanted = Math.round(this.#index.valueAsNumber) - 1;
      const most = (this.#context?.store.run.started?.samples.train ?? 1) - 1;
      this.#transport.choose({
        sample: Math.max(0, Math.min(most, Number.isFinite(wanted) ? wanted : 0)),
        subject: 'sample',
      });
      this.#index.value = String(this.#transport.choices.sample + 1);
      this.#ask();
    });
    this.#again.addEventListener('click', () => this.#ask());
    this.#whole.addEventListener('click', () => {
      this.#stepping = this.#context?.store.run.progress?.step ?? 0;
      this.#transport.post({ type: 'step', unit: 'batch' });
    });
    this.#back.addEventListener('click', () => this.#go(this.#at - 1));
    this.#next.addEventListener('click', () => this.#go(this.#at + 1));
    this.#explanation.onSelect = () => this.#show();
  }

  #choose(subject: 'sample' | 'batch'): void {
    this.#transport.choose({ subject });
    this.#ask();
  }

  /** Takes the numbers anew, with these inputs in place of those of the sample. */
  refresh(inputs: readonly number[] | undefined): void {
    this.#inputs = inputs;
    this.#ask();
  }

  #ask(): void {
    const { subject, sample } = this.#transport.choices;
    const most = (this.#context?.store.run.started?.samples.train ?? 1) - 1;
    this.#frame = this.#context?.store.frame;
    const options: WalkOptions = {
      subject: subject === 'batch' ? { kind: 'batch' } : { kind: 'sample', index: Math.min(sample, most) },
      ...(this.#frame !== undefined && { frame: this.#frame }),
      ...(this.#inputs && { inputs: this.#inputs }),
    };
    this.#id++;
    this.#waiting = true;
    this.#asked = this.#context?.store.training ?? '';
    this.#transport.post({ type: 'walk', id: this.#id, options });
  }

  /** A late reply to an earlier request is ignored. */
  receive(message: ToPanel): void {
    if (message.type !== 'walk' || message.id !== this.#id) {
      return;
    }
    this.#waiting = false;
    this.#failure = message.failure?.message;
    if (message.walk) {
      this.#walk = message.walk;
      this.#reader = undefined;
      this.#explanation.reset();
    }
  }

  draw(context: Context): readonly Paint[] {
    this.#context = context;
    const { store, choices } = context;
    const { started } = store.run;
    const step = store.run.progress?.step;
    if (this.#asked !== store.training) {
      this.#walk = undefined;
      this.#failure = undefined;
      this.#at = 0;
      if (started && isMeasurable(store)) {
        this.#ask();
      }
    }
    if (store.frame !== this.#frame && !this.#waiting && isMeasurable(store)) {
      this.#ask();
    }
    // After a restart, or when weights were loaded, the run is at an earlier step than the walk.
    const restarted =
      this.#walk !== undefined &&
      step !== undefined &&
      step < this.#walk.step &&
      !this.#waiting &&
      store.frame === undefined;
    if (restarted && started && store.run.state !== 'waiting') {
      this.#ask();
    }
    if (
      this.#stepping !== undefined &&
      step !== undefined &&
      step !== this.#stepping &&
      store.run.state !== 'running'
    ) {
      this.#stepping = undefined;
      this.#ask();
    }
    this.#sample.checked = choices.subject === 'sample';
    this.#batch.checked = choices.subject === 'batch';
    if (document.activeElement !== this.#index) {
      this.#index.value = String(Math.min(choices.sample + 1, started?.samples.train ?? 1));
    }
    const samples = started?.samples.train ?? 0;
    this.#index.max = String(samples);
    setText(this.#of, t('of {0}', formatCount(samples)));
    const steppable = store.alive && store.run.state !== 'waiting';
    this.#whole.disabled = !steppable;
    setText(
      this.#note,
      choices.subject === 'sample'
        ? t(
            'A chosen sample works on a copy of the network: the run itself stays as it is. Only “Step the whole batch” changes its weights.',
          )
        : t(
            'The walk computes the next batch on a copy of the network. Only “Step the whole batch” does it for the run itself.',
          ),
    );
    if (this.#walk && !this.#reader) {
      this.#reader = new WalkReader(this.#walk, store.layers, started?.spec.training.loss.name ?? '');
      this.#at = Math.min(this.#at, this.#reader.steps.length - 1);
      this.#buildSteps(this.#reader);
      this.#show();
    }
    this.#drawStand(context);
    const nothing = this.#walk === undefined || this.#failure !== undefined;
    for (const part of [this.#walkArea, this.#explanation.main, this.#explanation.side]) {
      setHidden(part, nothing);
    }
    setHidden(this.#empty, !nothing);
    const missing = cannotAsk(store.run.hello, 'walk');
    const lifeless = (store.run.stored && store.frame === undefined) || missing !== undefined;
    setHidden(this.#subjectArea, this.#onlySample || lifeless || !started);
    setHidden(this.#note, this.#onlySample || lifeless || !started);
    setText(
      this.#empty,
      this.#failure ??
        (lifeless
          ? (missing ?? whyUnmeasured(store.run) ?? '')
          : this.#waiting
            ? t('Walking through the network…')
            : t('The walk begins when the network is built.')),
    );
    this.#depth.draw(context);
    return [];
  }

  #drawStand({ store }: Context): void {
    const parts: string[] = [];
    const step = store.run.progress?.step;
    if (this.#walk) {
      parts.push(t('Numbers of step {0}, epoch {1}.', formatCount(this.#walk.step), formatCount(this.#walk.epoch)));
      if (step !== undefined && step !== this.#walk.step && store.run.state !== 'running') {
        parts.push(t('The run is at step {0}.', formatCount(step)));
      }
    }
    const phase = store.run.progress?.phase;
    if (phase && store.run.state === 'paused') {
      const names = {
        forward: stageName('forward'),
        loss: stageName('error'),
        backward: `${stageName('error')}, ${stageName('gradients')}`,
        update: stageName('update'),
      };
      const layer = phase.layer === undefined ? undefined : store.layers[phase.layer]?.name;
      parts.push(
        t('The run is paused within a step, at: {0}.', layer ? `${names[phase.kind]} · ${layer}` : names[phase.kind]),
      );
    }
    setText(this.#stand, parts.join(' '));
  }

  /** The overview: the stages, each with its layers in the order of execution. */
  #buildSteps(reader: WalkReader): void {
    this.#steps.classList.toggle('many', reader.steps.length > manySteps);
    this.#steps.classList.toggle('deep', reader.steps.length > deepSteps);
    this.#steps.replaceChildren(
      ...stages
        .filter((stage) => reader.at(stage))
        .map((stage, i) =>
          h(
            'li',
            {},
            h('span', { class: 'stage' }, `${stage === 'again' ? '↻' : i + 1} ${stageName(stage)}`),
            h(
              'span',
              { class: 'stage-steps' },
              ...reader.steps.flatMap((step, at) => {
                if (step.stage !== stage) {
                  return [];
                }
                const label =
                  step.phase.layer === undefined ? t('output') : (reader.layers[step.phase.layer]?.name ?? '');
                const button = h(
                  'button',
                  {
                    type: 'button',
                    class: 'chip',
                    'data-at': at,
                    'data-testid': `walk-step-${at}`,
                    'aria-label': stepName(reader, step),
                  },
                  label,
                );
                button.addEventListener('click', () => this.#go(at));
                return [button];
              }),
            ),
          ),
        ),
    );
  }

  #go(at: number): void {
    const count = this.#reader?.steps.length ?? 0;
    if (at >= 0 && at < count && this.#reader) {
      this.#at = at;
      this.#show();
      announce(`${stepName(this.#reader, this.#reader.steps[at])}. ${this.#explanation.spoken}`);
    }
  }

  #show(): void {
    const reader = this.#reader;
    const training = this.#context?.store.run.started?.spec.training;
    if (!reader) {
      return;
    }
    const count = reader.steps.length;
    // A disabled button would lose the focus, so `aria-disabled` marks the ends.
    this.#back.setAttribute('aria-disabled', String(this.#at === 0));
    this.#next.setAttribute('aria-disabled', String(this.#at === count - 1));
    setText(this.#count, t('{0} of {1}', this.#at + 1, count));
    for (const button of this.#steps.querySelectorAll('button')) {
      const at = Number(button.dataset.at);
      button.setAttribute('aria-current', at === this.#at ? 'step' : 'false');
      button.classList.toggle('done', at < this.#at);
      if (at === this.#at && button.parentElement) {
        showInRow(button.parentElement, button);
      }
    }
    this.#explanation.show(reader, this.#at, training?.optimizer ?? { name: 'sgd', parameters: {} });
  }
}

/** Whether there is a network to walk through: the run's, or that of a frame of its film. */
function isMeasurable({ run, frame }: Store): boolean {
  if (cannotAsk(run.hello, 'walk') !== undefined) {
    return false;
  }
  return frame !== undefined || (!run.stored && run.state !== 'waiting' && run.state !== 'failed');
}

/** Scrolls a row horizontally until the chip is in its middle; the page does not scroll. */
function showInRow(row: HTMLElement, chip: HTMLElement): void {
  row.scrollLeft = chip.offsetLeft - row.offsetLeft - (row.clientWidth - chip.offsetWidth) / 2;
}

export const backprop: ViewEntry = {
  id: 'backprop',
  title: () => t('Backprop'),
  make: (transport) => new Backprop(transport),
};
