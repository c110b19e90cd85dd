/** The network itself: units with their responses, joined by their weights, at any moment of the training. */
import { t } from '@vscode/l10n';
import { shownClasses } from '../../../src/common/limits';
import type { Questions } from '../../../src/protocol/measurements';
import { BoundaryChart } from '../charts/boundary';
import { CurveChart } from '../charts/curve';
import { h, setHidden, setText } from '../dom';
import { whyUnmeasured } from '../states';
import type { Store } from '../store';
import type { Transport } from '../transport';
import { type Column, columnsOf, mostUnits } from './network/columns';
import { Details } from './network/details';
import { Drawing, type Place } from './network/drawing';
import { Zoom } from './network/zoom';
import type { Context, Paint, PanelView, ViewEntry } from './view';

/** Points along each axis of a unit's response, and of the large picture of the output. */
const [unitResolution, outputResolution] = [24, 64];

class Network implements PanelView {
  readonly #redraw: () => void;
  readonly #drawing: Drawing;
  readonly #details: Details;
  readonly #stage: HTMLElement;
  readonly #zoom: Zoom;
  readonly #note = h('p', { class: 'muted net-note', 'data-testid': 'net-note' });
  readonly #empty = h('p', { class: 'empty-tab', 'data-testid': 'empty-network' });
  readonly #sample = h('input', {
    type: 'number',
    min: 1,
    step: 1,
    class: 'number-input',
    'data-testid': 'net-sample',
    'aria-label': t('Training sample'),
  });
  readonly #boundary = new BoundaryChart('network-boundary');
  readonly #curve = new CurveChart('network-curve');
  readonly #output = h('div', { class: 'net-output' }, this.#boundary.box.element, this.#curve.element);
  readonly #body: HTMLElement;
  readonly element: HTMLElement;
  #columns: readonly Column[] = [];
  #arranged = '';
  #store: Store | undefined;
  /** The unit or weight that was chosen, and the one that is pointed at. */
  #chosen: Place | undefined;
  #pointed: Place | undefined;

  constructor(transport: Transport, redraw: () => void) {
    this.#redraw = redraw;
    this.#details = new Details(transport);
    this.#drawing = new Drawing({
      point: (place) => {
        this.#pointed = place;
        this.#drawDetails();
      },
      choose: (place) => {
        this.#chosen = place;
        this.#drawDetails();
      },
      reveal: (layer) => {
        const line = this.#store?.layers[layer]?.line;
        if (line !== undefined) {
          transport.post({ type: 'reveal', line });
        }
      },
    });
    this.#stage = h(
      'div',
      { class: 'net-stage', role: 'group', 'aria-label': t('Network'), 'data-testid': 'net-stage' },
      this.#drawing.element,
    );
    this.#zoom = new Zoom(this.#stage, this.#drawing.element);
    this.#sample.addEventListener('change', () => {
      const sample = Math.max(0, Math.round(this.#sample.valueAsNumber || 1) - 1);
      transport.choose({ sample });
      redraw();
    });
    const tools = h(
      'div',
      { class: 'net-tools' },
      h('label', { class: 'toggle' }, t('training sample'), this.#sample),
      this.#zoom.tools,
    );
    this.#body = h(
      'div',
      { class: 'net-grid' },
      h('div', { class: 'net-main' }, tools, this.#stage, this.#note),
      h('div', { class: 'net-side' }, this.#output, this.#details.element),
    );
    this.element = h('div', { class: 'tab-panel' }, this.#empty, this.#body);
    this.element.addEventListener('keydown', (event) => {
      if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key === 'z' && event.target !== this.#sample) {
        event.preventDefault();
        this.#details.undo();
      }
    });
    new ResizeObserver(() => {
      this.#arranged = '';
      this.#redraw();
    }).observe(this.#stage);
  }

  draw(context: Context): readonly Paint[] {
    const { store, palette, choices } = context;
    const { run } = store;
    this.#store = store;
    const isThere = run.started !== undefined;
    setHidden(this.#empty, isThere);
    setHidden(this.#body, !isThere);
    setText(this.#empty, t('The network appears when it is built.'));
    if (!run.started) {
      return [];
    }
    this.#arrange(store);
    if (document.activeElement !== this.#sample) {
      this.#sample.value = String(sampleOf(store, choices.sample) + 1);
    }
    this.#sample.max = String(run.started.samples.train);
    const { units } = run;
    setText(this.#note, this.#words(store));
    const axes = run.surface?.axes.length ?? 0;
    setHidden(this.#boundary.box.element, axes !== 2);
    setHidden(this.#curve.element, axes !== 1);
    setHidden(this.#output, axes === 0);
    const numbers = run.started.targetKind === 'numbers';
    const paints: Paint[] = [];
    if (units) {
      paints.push(() => {
        this.#drawing.draw(units, palette, !numbers);
        this.#drawDetails();
      });
    }
    if (axes === 2) {
      const picture = { surface: run.surface, classNames: run.started.classNames, numbers, empty: whyUnmeasured(run) };
      paints.push(() => this.#boundary.draw(picture, palette));
    } else if (axes === 1) {
      paints.push(() => this.#curve.draw(context));
    }
    return paints;
  }

  /** Builds the picture anew where the network or the room has changed. */
  #arrange(store: Store): void {
    const width = this.#stage.clientWidth;
    const key = `${store.training} ${width}`;
    if (key === this.#arranged || width === 0) {
      return;
    }
    const isOther = !this.#arranged.startsWith(`${store.training} `);
    this.#arranged = key;
    this.#columns = columnsOf(store.run);
    if (isOther) {
      this.#pointed = undefined;
      this.#details.forget();
      this.#chosen = this.#chosen && this.#columns[this.#chosen.column] ? this.#chosen : undefined;
    }
    const height = this.#drawing.arrange(this.#columns, width, (layer) => store.layers[layer]?.line);
    this.#stage.style.height = `${height}px`;
  }

  #drawDetails(): void {
    const place = (this.#details.isInUse ? undefined : this.#pointed) ?? this.#chosen;
    this.#drawing.mark(place);
    if (this.#store) {
      this.#details.draw(place, this.#columns, this.#drawing, this.#store.run.units, this.#store);
    }
  }

  #words({ run }: Store): string {
    const { units } = run;
    const broken = units?.layers.some(({ a }) => a.some((value) => !Number.isFinite(value)));
    const cut = this.#columns.some(({ layer, size, shown }) => layer === undefined || shown < size);
    return [
      units ? '' : (whyUnmeasured(run) ?? t('The numbers appear with the first measurements.')),
      t('Lines are weights: orange above 0, blue and dashed below; the thicker, the larger.'),
      units?.axes ? t('Each unit shows its output over the inputs, its number is that for the sample.') : '',
      cut ? t('Of large layers only the first units are shown.') : '',
      broken ? t('Some numbers are not finite: they have no colour.') : '',
    ]
      .filter((sentence) => sentence !== '')
      .join(' ');
  }
}

/** The chosen sample, or the last one where there are fewer. */
function sampleOf({ run }: Store, chosen: number): number {
  return Math.max(0, Math.min(chosen, (run.started?.samples.train ?? 1) - 1));
}

function questions(store: Store, sample: number): Questions {
  const { started } = store.run;
  if (!started) {
    return {};
  }
  const layers = columnsOf(store.run).flatMap(({ layer = -1 }) => (layer < 0 ? [] : [layer]));
  const units = { layers, units: mostUnits, resolution: unitResolution, sample: sampleOf(store, sample) };
  const inputs = started.inputNames.length;
  const hasSurface = inputs >= 1 && inputs <= 2 && started.facts.targetSize <= shownClasses;
  return hasSurface ? { units, surface: { resolution: outputResolution } } : { units };
}

export const network: ViewEntry = {
  id: 'network',
  title: () => t('Network'),
  make: (transport, redraw) => new Network(transport, redraw),
  questions: (store, { sample }) => questions(store, sample),
};
