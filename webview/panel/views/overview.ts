/** The overview: loss, metrics, decision boundary or fitted curve, activations. */
import { t } from '@vscode/l10n';
import { shownClasses } from '../../../src/common/limits';
import { verdictOnRun } from '../../../src/common/linearVerdict';
import { valueOfTag } from '../../../src/common/tagValues';
import { isActive } from '../../../src/protocol/engine';
import type { Questions } from '../../../src/protocol/measurements';
import { h, setHidden, setText } from '../../shared/dom';
import { formatCount, formatNumber, tagLabel } from '../../shared/format';
import { trend } from '../../shared/smoothing';
import { whyUnmeasured } from '../../shared/states';
import { ActivationCards } from '../charts/activationChart';
import { BoundaryChart } from '../charts/boundary';
import { CurveChart } from '../charts/curve';
import { LineChart } from '../charts/lineChart';
import { drawLoss, drawMetric } from '../charts/losses';
import type { Store } from '../store';
import type { Transport } from '../transport';
import { Earlier } from './earlier';
import { Folds } from './folds';
import type { Context, Paint, PanelView, ViewEntry } from './view';

/** Points along each axis of the decision boundary or the curve. */
const resolution = 64;

class Overview implements PanelView {
  readonly #compare = h(
    'button',
    { type: 'button', class: 'link', 'data-testid': 'compare-linear' },
    t('Compare with the linear model'),
  );
  readonly #validate = h(
    'button',
    { type: 'button', class: 'link', 'data-testid': 'cross-validate' },
    t('Cross-validate'),
  );
  readonly #links = h('div', { class: 'link-row' }, this.#compare, this.#validate);
  readonly #verdict = h('p', { 'data-testid': 'linear-verdict', hidden: true });
  readonly #folds = new Folds();
  readonly #earlier: Earlier;
  readonly #numbers = h('dl', { class: 'headline', 'data-testid': 'headline' });
  readonly #loss = new LineChart({ id: 'loss', title: t('Loss'), empty: t('The loss appears after the first epoch.') });
  readonly #metrics = new Map<string, LineChart>();
  readonly #metricArea = h('div', { class: 'stack' });
  readonly #boundary = new BoundaryChart();
  readonly #curve = new CurveChart();
  readonly #surfaceArea: HTMLElement;
  readonly #cards = new ActivationCards('overview');
  readonly #activations: HTMLElement;
  readonly #log = h('input', { type: 'checkbox', id: 'log', 'data-testid': 'log' });
  readonly #per = h(
    'select',
    { id: 'per', 'data-testid': 'per', 'aria-label': t('Loss per epoch or per batch') },
    h('option', { value: 'epoch' }, t('per epoch')),
    h('option', { value: 'batch' }, t('per batch')),
  );
  readonly #smoothing = h('input', {
    type: 'range',
    id: 'smoothing',
    min: 0,
    max: 0.99,
    step: 0.01,
    'data-testid': 'smoothing',
  });
  readonly element: HTMLElement;

  constructor(transport: Transport, redraw: () => void) {
    this.#earlier = new Earlier(transport, redraw);
    this.#loss.box.tools.append(
      this.#per,
      h('label', { class: 'toggle', title: t('Equal ratios take equal heights') }, this.#log, t('log')),
      h(
        'label',
        { class: 'toggle', title: t('Exponential moving average: s ← w·s + (1 − w)·y') },
        t('smooth'),
        this.#smoothing,
      ),
    );
    this.#log.addEventListener('change', () => {
      transport.choose({ log: this.#log.checked });
      redraw();
    });
    this.#per.addEventListener('change', () => {
      transport.choose({ per: this.#per.value === 'batch' ? 'batch' : 'epoch' });
      redraw();
    });
    this.#smoothing.addEventListener('input', () => {
      transport.choose({ smoothing: this.#smoothing.valueAsNumber });
      redraw();
    });
    this.#compare.addEventListener('click', () => transport.post({ type: 'compareLinear' }));
    this.#validate.addEventListener('click', () => transport.post({ type: 'crossValidate' }));
    this.#surfaceArea = h('div', { class: 'stack' }, this.#boundary.box.element, this.#curve.element);
    this.#activations = h('section', { class: 'wide-section' }, h('h2', {}, t('Activations')), this.#cards.element);
    this.element = h(
      'div',
      { class: 'tab-panel' },
      this.#numbers,
      this.#verdict,
      this.#links,
      this.#folds.element,
      this.#earlier.element,
      h('div', { class: 'grid overview-grid' }, this.#loss.box.element, this.#metricArea, this.#surfaceArea),
      this.#activations,
    );
  }

  draw(context: Context): readonly Paint[] {
    const { store, palette, choices } = context;
    this.#log.checked = choices.log;
    this.#per.value = choices.per;
    if (document.activeElement !== this.#smoothing) {
      this.#smoothing.value = String(choices.smoothing);
    }
    this.#smoothing.setAttribute('aria-valuetext', choices.smoothing === 0 ? t('off') : choices.smoothing.toFixed(2));
    drawHeadline(this.#numbers, store);
    this.#folds.draw(store);
    this.#earlier.draw(context);
    const { started, linear, folds, state, stored, ended, linearError } = store.run;
    const verdict =
      started && !started.linear && linear && ended && verdictOnRun(ended.final, linear, started.samples, linearError);
    setText(this.#verdict, verdict || '');
    setHidden(this.#verdict, !verdict);
    const isTrained = started !== undefined && started.fold === undefined;
    const comparable = isTrained && !started.linear && !stored && linear === undefined;
    const validatable = isTrained && !isActive(state) && folds === undefined;
    setHidden(this.#compare, !comparable);
    setHidden(this.#validate, !validatable);
    setHidden(this.#links, !comparable && !validatable);
    const paints: Paint[] = [() => drawLoss(this.#loss, context), ...this.#metricPaints(context)];
    const axes = surfaceAxes(store);
    setHidden(this.#surfaceArea, axes === 0);
    setHidden(this.#boundary.box.element, axes !== 2);
    setHidden(this.#curve.element, axes !== 1);
    const numbers = store.run.started?.targetKind === 'numbers';
    if (axes === 2) {
      const picture = {
        surface: store.run.surface,
        classNames: store.run.started?.classNames,
        numbers,
        empty: whyUnmeasured(store.run),
      };
      paints.push(() => this.#boundary.draw(picture, palette));
    } else if (axes === 1) {
      paints.push(() => this.#curve.draw(context));
    }
    paints.push(...this.#cards.draw(context));
    setHidden(this.#activations, this.#cards.isEmpty);
    return paints;
  }

  #metricPaints(context: Context): Paint[] {
    const { store } = context;
    const names = metricNames(store);
    const paints = names.map((name): Paint => {
      let chart = this.#metrics.get(name);
      if (!chart) {
        const title = name === 'accuracy' ? t('Accuracy') : name;
        chart = new LineChart({ id: name, title, empty: t('The value appears after the first epoch.') });
        this.#metrics.set(name, chart);
        this.#metricArea.append(chart.box.element);
      }
      const shown = chart;
      return () => drawMetric(shown, name, context);
    });
    for (const [name, chart] of this.#metrics) {
      if (!names.includes(name)) {
        chart.dispose();
        chart.box.element.remove();
        this.#metrics.delete(name);
      }
    }
    setHidden(this.#metricArea, names.length === 0);
    return paints;
  }
}

/** The number of inputs if a picture of the outputs can be drawn (1 or 2), else 0. */
function surfaceAxes(store: Store): 0 | 1 | 2 {
  const { surface, started } = store.run;
  const isShown = started !== undefined && started.facts.targetSize <= shownClasses;
  const count = surface?.axes.length ?? (isShown ? started.inputNames.length : 0);
  return count === 1 || count === 2 ? count : 0;
}

function metricNames(store: Store): string[] {
  const fromSpec = store.run.started?.spec.training.metrics.map((metric) => metric.name) ?? [];
  const measured = store.tags().filter((tag) => tag !== 'loss' && tag !== 'batch_loss' && !/^(val|test)_|\//.test(tag));
  return [...new Set([...fromSpec, ...measured])];
}

/** The latest numbers in large type, each with its trend. */
function drawHeadline(list: HTMLElement, store: Store): void {
  const tags = ['loss', 'val_loss', ...metricNames(store).flatMap((name) => [name, `val_${name}`])].filter(
    (tag) => store.series(tag).length > 0,
  );
  if (list.dataset.tags !== tags.join()) {
    list.dataset.tags = tags.join();
    list.replaceChildren(
      ...tags.map((tag) =>
        h(
          'div',
          { 'data-testid': `headline-${tag}` },
          h('dt', { title: tagLabel(tag) }, ...breakable(tag), ' ', h('span', { class: 'heading' })),
          h(
            'dd',
            {},
            h('span', { class: 'value' }),
            h('small', { class: 'baseline', title: baselineTitle() }),
            h('small', { class: 'baseline', title: linearTitle() }),
          ),
        ),
      ),
    );
  }
  // Early stopping may have kept an earlier epoch than the last one.
  const { kept } = store.run.ended ?? {};
  tags.forEach((tag, i) => {
    const series = store.series(tag);
    const [arrow, value] = list.children[i].querySelectorAll('span');
    const shown = store.shownValue(tag);
    setText(value, shown === undefined ? '–' : formatNumber(shown));
    const baseline = valueOfTag(tag, store.run.started?.baselines);
    const linear = valueOfTag(tag, store.run.linear);
    const [constant, model] = list.children[i].querySelectorAll('small');
    setText(constant, baseline === undefined ? '' : t('baseline {0}', formatNumber(baseline)));
    setText(model, linear === undefined ? '' : t('linear model {0}', formatNumber(linear)));
    if (store.frame !== undefined) {
      // The film itself says which epoch this is.
      setText(arrow, '');
      arrow.title = '';
      return;
    }
    if (kept) {
      setText(arrow, t('epoch {0}', formatCount(kept.epoch)));
      arrow.title = t('The weights of epoch {0} were kept, the best one.', formatCount(kept.epoch));
      return;
    }
    const heading = trend(series.y);
    setText(arrow, heading === undefined ? '' : { falling: '▼', rising: '▲', flat: '→' }[heading]);
    arrow.title =
      heading === undefined ? '' : { falling: t('falling'), rising: t('rising'), flat: t('steady') }[heading];
  });
  setHidden(list, tags.length === 0);
}

/** A long tag may break after an underscore, so that it does not reach into its neighbour. */
function breakable(tag: string): (string | HTMLElement)[] {
  return tag.split(/(?<=_)/).flatMap((part, index) => (index === 0 ? [part] : [h('wbr', {}), part]));
}

function baselineTitle(): string {
  return t(
    'The same answer for every sample, such as the mean of the targets or the share of each class: a network should do clearly better',
  );
}

function linearTitle(): string {
  return t(
    'What a single layer gives on the same data, trained in the same way: the rest is owed to the hidden layers',
  );
}

export const overview: ViewEntry = {
  id: 'overview',
  title: () => t('Overview'),
  make: (transport, redraw) => new Overview(transport, redraw),
  questions: (store): Questions => (surfaceAxes(store) > 0 ? { surface: { resolution } } : {}),
};
