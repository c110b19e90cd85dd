/** The network itself: units with their responses, joined by their weights, at any moment of the training. */
import { t } from '@vscode/l10n';
import { shownClasses } from '../../../src/common/limits';
import type { UnitsProbe } from '../../../src/protocol/engine';
import type { Questions } from '../../../src/protocol/measurements';
import type { ToPanel } from '../../../src/protocol/panel';
import { h, setHidden, setText } from '../../shared/dom';
import { formatCount } from '../../shared/format';
import { whyUnmeasured } from '../../shared/states';
import { BoundaryChart } from '../charts/boundary';
import { CurveChart } from '../charts/curve';
import type { Store } from '../store';
import type { Choices, Transport } from '../transport';
import { type Column, columnsOf, mostUnits } from './network/columns';
import { Details } from './network/details';
import { Drawing, type Place } from './network/drawing';
import { Hand } from './network/hand';
import { Zoom } from './network/zoom';
import type { Context, Paint, PanelView, ViewEntry } from './view';

/** Points along each axis of a unit's response, and of the large picture of the output. */
const [unitResolution, outputResolution] = [24, 64];

class Network implements PanelView {
  readonly #transport: Transport;
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
  readonly #byHand = h('input', { type: 'checkbox', 'data-testid': 'net-by-hand' });
  readonly #hand: Hand;
  readonly #boundary = new BoundaryChart('network-boundary');
  readonly #curve = new CurveChart('network-curve');
  readonly #output = h('div', { class: 'net-output' }, this.#boundary.box.element, this.#curve.element);
  readonly #body: HTMLElement;
  readonly element: HTMLElement;
  #columns: readonly Column[] = [];
  #arranged = '';
  /** Pixels of the stage. To ask the page for them in each frame would lay it out. */
  #width = 0;
  /** The pictures of the output are beside the network, not below it. */
  #isWide = false;
  #store: Store | undefined;
  /** The question about inputs by hand that is under way, and the answer to the last one. */
  #asked: { readonly id: number; readonly inputs: readonly number[] } | undefined;
  #answer: UnitsProbe | undefined;
  /** The unit or weight that was chosen, and the one that is pointed at. */
  #chosen: Place | undefined;
  #pointed: Place | undefined;

  constructor(transport: Transport, redraw: () => void) {
    this.#transport = transport;
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
        this.#details.reveal();
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
    this.#hand = new Hand((inputs) => this.#setInputs(inputs));
    this.#boundary.pick((x, y) => {
      const { ranges } = this.#shown ?? {};
      if (ranges) {
        this.#setInputs([x, y].map((value, i) => (value - ranges.shift[i]) / ranges.scale[i]));
      }
    });
    this.#byHand.addEventListener('change', () => {
      this.#setInputs(this.#byHand.checked && this.#shown ? [...this.#shown.inputs] : undefined);
    });
    const tools = h(
      'div',
      { class: 'net-tools' },
      h('label', { class: 'toggle' }, t('training sample'), this.#sample),
      h('label', { class: 'toggle' }, this.#byHand, t('inputs by hand')),
      this.#zoom.tools,
    );
    const side = h('div', { class: 'net-side' }, this.#hand.field, this.#output);
    this.#body = h(
      'div',
      { class: 'net-grid' },
      h('div', { class: 'net-main' }, tools, this.#stage, this.#hand.sliders, this.#details.element),
      side,
      // Last, so that in one column the pictures are not pushed down.
      this.#note,
    );
    this.element = h('div', { class: 'tab-panel' }, this.#empty, this.#body);
    this.element.addEventListener('keydown', (event) => {
      if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key === 'z' && event.target !== this.#sample) {
        event.preventDefault();
        this.#details.undo();
      }
    });
    new ResizeObserver(([{ contentRect }]) => {
      this.#width = contentRect.width;
      this.#isWide = side.offsetLeft > this.#stage.offsetLeft;
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
    if (this.#columns.length === 0) {
      // The room is not known yet.
      return [];
    }
    if (document.activeElement !== this.#sample) {
      this.#sample.value = String(sampleOf(store, choices.sample) + 1);
    }
    this.#sample.max = String(run.started.samples.train);
    const units = this.#shown;
    const inputs = this.#inputs;
    this.#byHand.checked = inputs !== undefined;
    this.#byHand.disabled = !canBeByHand(store, units, this.#columns[0]);
    this.#sample.disabled = inputs !== undefined;
    if (!inputs) {
      this.#hand.hide();
    }
    setText(this.#note, this.#words(store));
    const axes = run.surface?.axes.length ?? 0;
    setHidden(this.#boundary.box.element, axes !== 2);
    setHidden(this.#curve.element, axes !== 1);
    setHidden(this.#output, axes === 0);
    const own = units && ownInputs(units, inputs);
    const numbers = run.started.targetKind === 'numbers';
    const paints: Paint[] = [];
    if (units) {
      paints.push(...this.#drawing.draw(units, palette, !numbers), () => {
        if (inputs) {
          this.#hand.draw(this.#columns[0], inputs, units, this.#drawing.shades?.picture);
        }
        this.#drawDetails();
      });
    }
    if (axes === 2) {
      const marked = own && ([own[0], own[1]] as const);
      const picture = {
        surface: run.surface,
        classNames: run.started.classNames,
        numbers,
        empty: whyUnmeasured(run),
        marked,
      };
      paints.push(() => this.#boundary.draw(picture, palette));
    } else if (axes === 1) {
      paints.push(() => this.#curve.draw(context, own?.[0]));
    }
    return paints;
  }

  /** The newest picture of the inputs by hand, or of the sample. */
  get #shown(): UnitsProbe | undefined {
    const measured = this.#store?.run.units;
    return this.#answer && this.#inputs && !isOf(measured, this.#inputs) ? this.#answer : measured;
  }

  /** Undefined unless inputs were chosen by hand that the shown network can take. */
  get #inputs(): readonly number[] | undefined {
    return this.#store && inputsByHand(this.#store, this.#transport.choices);
  }

  #setInputs(inputs: readonly number[] | undefined): void {
    this.#transport.choose({ inputs });
    this.#answer = inputs && this.#answer;
    this.#ask();
    this.#redraw();
  }

  /** One question at a time: the answer to the last one shows the last inputs. */
  #ask(): void {
    const store = this.#store;
    const inputs = this.#inputs;
    if (store && inputs && !this.#asked) {
      const { units } = questions(store, this.#transport.choices);
      const id = this.#transport.newId();
      this.#asked = { id, inputs };
      this.#transport.post({ type: 'moment', id, frame: store.frame, questions: { units } });
    }
  }

  receive(message: ToPanel): void {
    if (message.type === 'cursorLayer') {
      this.#drawing.markLayer(message.layer);
    }
    if (message.type === 'moment' && message.id === this.#asked?.id) {
      const { inputs } = this.#asked;
      this.#asked = undefined;
      this.#answer = message.answers?.units ?? this.#answer;
      if (this.#inputs !== inputs) {
        this.#ask();
      }
    }
  }

  /** Builds the picture anew where the network or the room has changed. */
  #arrange(store: Store): void {
    const width = this.#width;
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
    const room = this.#drawing.arrange(this.#columns, width, (layer) => store.layers[layer]?.line);
    this.#zoom.fit(room.width);
    this.#stage.style.height = `${room.height * Math.min(1, width / room.width)}px`;
  }

  #drawDetails(): void {
    const place = (this.#details.isInUse ? undefined : this.#pointed) ?? this.#chosen;
    this.#drawing.mark(place);
    // In one column the numbers of what is only pointed at would move the charts below them.
    const told = this.#isWide || this.#chosen ? place : undefined;
    if (this.#store) {
      this.#details.draw(told, this.#columns, this.#drawing, this.#shown, this.#store);
    }
  }

  #words({ run }: Store): string {
    const { units } = run;
    const broken = units?.layers.some(({ a }) => a.some((value) => !Number.isFinite(value)));
    const cut = this.#columns.some(({ layer, size, shown }) => layer !== undefined && shown < size);
    const passedOver = this.#columns.find(({ layer }) => layer === undefined);
    return [
      units ? '' : (whyUnmeasured(run) ?? t('The numbers appear with the first measurements.')),
      t('Lines are weights: orange above 0, blue and dashed below; the thicker, the larger.'),
      units ? colourWords(units, this.#columns[0].pictures, run.started?.targetKind !== 'numbers') : '',
      cut ? t('Of large layers only the first units are shown.') : '',
      passedOver ? t('{0} layers in the middle are not shown.', formatCount(passedOver.size)) : '',
      t('Choose a unit or a weight, by a click or by the arrow keys, to see its numbers.'),
      broken ? t('Some numbers are not finite: they have no colour.') : '',
    ]
      .filter((sentence) => sentence !== '')
      .join(' ');
  }
}

/** How the pictures in the units are to be read. */
function colourWords({ axes }: UnitsProbe, isPicture: boolean, separates: boolean): string {
  if (isPicture) {
    return '';
  }
  if (axes?.length === 1) {
    return t('Each unit shows its output over the input, its number is that for the sample.');
  }
  const over = axes
    ? t('Colour in a unit: its output over both inputs, orange above 0, blue below; its number is that for the sample.')
    : t('Colour in a unit: its number, orange above 0, blue below.');
  return axes && separates ? `${over} ${t('The outputs have the colours of the classes.')}` : over;
}

/** The chosen sample, or the last one where there are fewer. */
function sampleOf({ run }: Store, chosen: number): number {
  return Math.max(0, Math.min(chosen, (run.started?.samples.train ?? 1) - 1));
}

/** Inputs by hand of another network are passed over. */
function inputsByHand({ run }: Store, { inputs }: Choices): readonly number[] | undefined {
  return inputs?.length === run.started?.facts.inputSize ? inputs : undefined;
}

/** Sliders are for numbers, the field for one picture; of larger inputs not all numbers are known. */
function canBeByHand({ run, alive, frame }: Store, units: UnitsProbe | undefined, inputs: Column): boolean {
  const isWhole = units?.inputs.length === run.started?.facts.inputSize;
  return (
    isWhole && (!inputs.pictures || inputs.size === 1) && (alive || frame !== undefined || run.ended !== undefined)
  );
}

/** Whether these inputs were passed through the network. */
function isOf(probe: UnitsProbe | undefined, inputs: readonly number[]): boolean {
  return probe?.inputs.every((input, i) => input === Math.fround(inputs[i])) === true;
}

/** The inputs in the units of the file. */
function ownInputs({ inputs, ranges }: UnitsProbe, byHand: readonly number[] | undefined): readonly number[] {
  return Array.from(byHand ?? inputs, (input, i) => input * ranges.scale[i] + ranges.shift[i]);
}

function questions(store: Store, choices: Choices): Questions {
  const { started } = store.run;
  if (!started) {
    return {};
  }
  const layers = columnsOf(store.run).flatMap(({ layer = -1 }) => (layer < 0 ? [] : [layer]));
  const units = {
    layers,
    units: mostUnits,
    resolution: unitResolution,
    sample: sampleOf(store, choices.sample),
    inputs: inputsByHand(store, choices),
  };
  const inputs = started.inputNames.length;
  const hasSurface = inputs >= 1 && inputs <= 2 && started.facts.targetSize <= shownClasses;
  return hasSurface ? { units, surface: { resolution: outputResolution } } : { units };
}

export const network: ViewEntry = {
  id: 'network',
  title: () => t('Network'),
  make: (transport, redraw) => new Network(transport, redraw),
  questions,
};
