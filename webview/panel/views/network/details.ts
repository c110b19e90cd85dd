/** The numbers of a unit or of one of its weights: the formula with them, gradients and changes. */
import { t } from '@vscode/l10n';
import type { LayerUnits, Learned, UnitsProbe } from '../../../../src/protocol/engine';
import { cannotAsk } from '../../../../src/protocol/hello';
import { h, setHidden, setText } from '../../../shared/dom';
import { formatCount, formatNumber } from '../../../shared/format';
import { applied, result, sumOfProducts } from '../../backprop/numbers';
import type { Store } from '../../store';
import type { Transport } from '../../transport';
import type { Column } from './columns';
import type { Drawing, Place } from './drawing';
import { drawRaster, largest } from './thumbnail';
import { type WeightRow, WeightTable } from './weightTable';

/** Channels of a filter that are shown. */
const filtersShown = 16;
/** Terms of a sum that are written out. */
const termsShown = 8;

export class Details {
  readonly #title = h('h2', {});
  readonly #formula = h('p', { class: 'net-formula math', 'data-testid': 'net-formula' });
  readonly #activation = h('p', { class: 'net-formula math', 'data-testid': 'net-activation' });
  /** The unit's picture, larger, and a convolution's filter, one picture for each channel before. */
  readonly #pictures = h('div', { class: 'net-pictures', 'aria-hidden': 'true' });
  readonly #note = h('p', { class: 'muted' });
  readonly #table: WeightTable;
  readonly #scroll: HTMLElement;
  readonly element: HTMLElement;

  constructor(transport: Transport) {
    this.#table = new WeightTable(transport);
    this.#scroll = h(
      'div',
      { class: 'table-scroll', tabindex: 0, role: 'region', 'aria-label': t('Weights of the unit') },
      this.#table.element,
      this.#table.undo,
    );
    this.element = h(
      'section',
      { class: 'net-details', 'aria-label': t('Numbers of a unit'), 'data-testid': 'net-details' },
      this.#title,
      this.#pictures,
      this.#formula,
      this.#activation,
      this.#scroll,
      this.#note,
    );
  }

  /** A weight is being set: other units must not take the place of this one. */
  get isInUse(): boolean {
    return this.#scroll.contains(document.activeElement);
  }

  undo(): void {
    this.#table.undoLast();
  }

  /** Scrolls the numbers into view, so far as they are out of it; the sentences below them may wait. */
  reveal(): void {
    const last = [this.#scroll, this.#activation, this.#formula, this.#title].find(
      (part) => !part.hidden && part.textContent !== '',
    );
    last?.scrollIntoView({ block: 'nearest' });
  }

  /** Another network is shown. */
  forget(): void {
    this.#table.forget();
  }

  draw(
    place: Place | undefined,
    columns: readonly Column[],
    drawing: Drawing,
    probe: UnitsProbe | undefined,
    store: Store,
  ): void {
    const column = place && columns[place.column];
    const layer = place && drawing.layerAt(place.column);
    const isThere = place !== undefined && column !== undefined && probe !== undefined;
    setText(this.#title, isThere ? drawing.nameOf(place) : '');
    setHidden(this.#title, !isThere);
    setHidden(this.#scroll, true);
    setHidden(this.#pictures, true);
    setText(this.#formula, '');
    setText(this.#activation, '');
    setText(this.#note, '');
    if (!isThere) {
      return;
    }
    this.#showPictures(place, column, drawing, layer);
    if (!layer) {
      const value = column.pictures ? undefined : probe.inputs[place.unit];
      setText(
        this.#note,
        value === undefined
          ? t('The sample, as the network sees it.')
          : t('Input as the network sees it: {0}', formatNumber(value, 4)),
      );
      return;
    }
    const info = store.layers[layer.layer];
    const activation = info.activation?.name;
    if (layer.picture) {
      const about = t('What the channel makes of the sample: blue below 0, orange above.');
      setText(
        this.#note,
        layer.filters ? `${about} ${t('The small pictures are its filter, one for each channel before.')}` : about,
      );
      return;
    }
    const a = layer.a[place.unit];
    const z = layer.z?.[place.unit] ?? a;
    const j = place.unit + 1;
    if (layer.weight) {
      const terms = this.#inputsOf(place, columns, drawing, probe, layer);
      const bias = layer.bias?.values[place.unit];
      const count = info.inputShape.reduce((product, side) => product * side, 1);
      const pairs = terms?.slice(0, termsShown).map(({ weight, input }) => [weight, input] as const);
      const sum = pairs ? `= ${sumOfProducts(pairs, z, bias, count, termsShown)}` : `(${count})`;
      setText(this.#formula, `z${subscript(j)} = Σ w·x${bias === undefined ? '' : ' + b'} ${sum} = ${result(z)}`);
      this.#fill(place, columns, drawing, layer, probe, store, terms);
    }
    if (activation && activation !== 'linear') {
      const calculation = info.activation?.ofWholeVector
        ? `${activation}(z) = ${result(a)}`
        : applied(activation, z, a);
      setText(this.#activation, `a${subscript(j)} = ${calculation}`);
    } else if (!layer.weight) {
      setText(this.#activation, `a${subscript(j)} = ${result(a)}`);
    }
  }

  #showPictures(place: Place, column: Column, drawing: Drawing, layer: LayerUnits | undefined): void {
    const picture = drawing.pictureOf(place);
    if (!picture || !(column.picture || layer?.picture || layer?.pattern) || !drawing.shades) {
      return;
    }
    const large = h('canvas', { width: picture.width, height: picture.height, class: 'large' });
    large.getContext('2d')?.drawImage(picture, 0, 0);
    this.#pictures.replaceChildren(large);
    if (layer?.filters) {
      const { shape, values } = layer.filters;
      const [, channels, height, width = 1] = shape.length === 3 ? [shape[0], shape[1], 1, shape[2]] : shape;
      const size = height * width;
      const all = values.subarray(place.unit * channels * size, (place.unit + 1) * channels * size);
      const limit = largest(all) || 1;
      for (let channel = 0; channel < Math.min(channels, filtersShown); channel++) {
        const canvas = h('canvas', {});
        drawRaster(canvas, { values: all, from: channel * size, width, height, limit }, drawing.shades.signed);
        this.#pictures.append(canvas);
      }
    }
    setHidden(this.#pictures, false);
  }

  /** The numbers of the column before, with their weights; undefined where its nodes are no units. */
  #inputsOf(place: Place, columns: readonly Column[], drawing: Drawing, probe: UnitsProbe, { weight }: LayerUnits) {
    if (!weight || columns[place.column].edges !== 'weights') {
      return undefined;
    }
    const inputs = columns[place.column - 1].layer === -1 ? probe.inputs : drawing.layerAt(place.column - 1)?.a;
    return (
      inputs &&
      Array.from({ length: weight.columns }, (_, i) => ({
        weight: weight.values[place.unit * weight.columns + i],
        input: inputs[i],
      }))
    );
  }

  #fill(
    place: Place,
    columns: readonly Column[],
    drawing: Drawing,
    layer: LayerUnits,
    probe: UnitsProbe,
    store: Store,
    terms: readonly { readonly input: number }[] | undefined,
  ): void {
    const { weight, bias } = layer;
    if (!weight) {
      return;
    }
    const info = store.layers[columns[place.column].layer ?? 0];
    const inputs = info.inputShape.reduce((product, side) => product * side, 1);
    const rows: WeightRow[] = (terms ?? []).map(({ input }, i) => ({
      name: drawing.nameOf({ column: place.column - 1, unit: i }),
      input,
      tensor: `${info.name}.weight`,
      index: place.unit * inputs + i,
      ...numbersAt(weight, place.unit * weight.columns + i),
    }));
    if (bias) {
      rows.push({ name: t('bias'), tensor: `${info.name}.bias`, index: place.unit, ...numbersAt(bias, place.unit) });
    }
    setHidden(this.#scroll, rows.length === 0);
    this.#table.draw(rows, place.input, canSet(store));
    const more = columns[place.column - 1].size - (terms?.length ?? 0);
    setText(
      this.#note,
      [
        terms && more > 0 ? t('{0} further weights are not shown.', formatCount(more)) : '',
        rangeWords(layer, place.unit),
        t('Gradients are those of the next batch.'),
        probe.since === undefined ? '' : t('Changes are those since step {0}.', formatCount(probe.since)),
        settingWords(store),
      ]
        .filter((sentence) => sentence)
        .join(' '),
    );
  }
}

function numbersAt({ values, gradients, changes }: Learned, i: number) {
  return { value: values[i], gradient: gradients[i], change: changes?.[i] };
}

/** Weights of the present network can be set while it trains or is paused. */
function canSet({ alive, frame, run }: Store): boolean {
  return (
    alive && frame === undefined && run.started?.fold === undefined && cannotAsk(run.hello, 'setWeight') === undefined
  );
}

/** How weights are set, or when they can be. */
function settingWords(store: Store): string {
  if (canSet(store)) {
    return t('Write another number into w to set a weight by hand.');
  }
  if (store.run.started?.fold !== undefined) {
    return '';
  }
  const missing = store.alive ? cannotAsk(store.run.hello, 'setWeight') : undefined;
  if (missing !== undefined) {
    return t('Weights set by hand: {0}', missing);
  }
  return store.alive
    ? t('Weights are set by hand at the end of the film, which is the present.')
    : t('Weights can be set by hand while a run trains or is paused: Step begins one and pauses it.');
}

/** Between which numbers the colours of a unit lie. */
function rangeWords({ responses, count }: LayerUnits, unit: number): string {
  if (!responses) {
    return '';
  }
  const points = responses.length / count;
  const own = responses.subarray(unit * points, (unit + 1) * points);
  const [low, high] = [Math.min(...own), Math.max(...own)].map((value) => formatNumber(value, 3));
  return t('Over the inputs its output goes from {0} to {1}.', low, high);
}

function subscript(number: number): string {
  return String(number).replace(/\d/g, (digit) => '₀₁₂₃₄₅₆₇₈₉'[Number(digit)]);
}
