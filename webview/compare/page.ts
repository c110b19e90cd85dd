/** The page that compares runs: their curves, what differs, and a table of all of them. */

import type { SortingState } from '@tanstack/table-core';
import { t } from '@vscode/l10n';
import { assertNever } from '../../src/common/assertNever';
import { counted } from '../../src/common/counted';
import { unpackNumbers } from '../../src/common/jsonNumbers';
import { timeTag } from '../../src/common/trainingTime';
import {
  type ComparedRun,
  type Comparison,
  type FromCompare,
  mostCurves,
  type RunCurves,
  type ToCompare,
} from '../../src/protocol/compare';
import type { Points } from '../../src/runs/series';
import { announce, mountLiveRegion } from '../shared/announce';
import { saveChartsWith } from '../shared/charts/chartFiles';
import { css } from '../shared/color';
import { h, setHidden, setText } from '../shared/dom';
import { formatCount, formatNumber, tagLabel } from '../shared/format';
import { icon } from '../shared/icons';
import { smooth } from '../shared/smoothing';
import { dashes, type Palette, passColours, readPalette, watchTheme } from '../shared/theme';
import { CurveChart, type CurveLine } from './curveChart';
import { bandOf, bestPoint, curveOf, hasTimes, type XAxis, xAxes } from './curves';
import { parallelAxes } from './parallelAxes';
import { ParallelChart } from './parallelChart';
import {
  bestRow,
  hasSeeds,
  isHigherBetter,
  isReadable,
  type Ranking,
  rankingOf,
  rowName,
  rowScore,
  type TableRow,
  tableColumns,
  tableRows,
} from './rows';
import { type RowButton, RunTable } from './runTable';
import { Slots } from './slots';

interface VsCodeApi {
  postMessage(message: FromCompare): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** The person's choices; they survive hiding the page and reloading the window. */
interface Choices {
  /** Default: the tag that ranks the runs. */
  readonly tag?: string;
  readonly x: XAxis;
  readonly logX: boolean;
  readonly logY: boolean;
  /** Weight of the moving average, [0, 0.99]. */
  readonly smoothing: number;
  readonly groupSeeds: boolean;
  readonly sorting: SortingState;
  readonly filter: string;
  /** Runs whose curves the person has shown or hidden. */
  readonly shown: Readonly<Record<string, boolean>>;
}

const defaultChoices: Choices = {
  x: 'epoch',
  logX: false,
  logY: false,
  smoothing: 0,
  groupSeeds: false,
  sorting: [],
  filter: '',
  shown: {},
};

/** Curves that are shown without being asked for: of a sweep, and of all runs of a spec. */
const [firstOfSweep, firstOfSpec] = [50, 12];
/** Up to this number of smoothed curves what was measured is drawn behind them. */
const mostRaw = 8;

/** Data for tests: what the charts and the table show. */
interface CompareProbe {
  curves(): { label: string; x: number[]; y: number[] }[];
  axes(): { label: string; places: readonly number[] }[];
  middleOf(line: number, axis: number): { readonly x: number; readonly y: number };
  /** The run that the tooltip of the parallel coordinates names. */
  readonly pointed: string | undefined;
  range(): { readonly x: object; readonly y: object } | undefined;
  readonly idle: boolean;
}

declare global {
  interface Window {
    nnspecCompare?: CompareProbe;
  }
}

export class ComparePage {
  readonly #api = acquireVsCodeApi();
  readonly #locale = document.documentElement.lang;
  #choices: Choices;
  #comparison: Comparison | undefined;
  readonly #curves = new Map<string, RunCurves>();
  readonly #slots = new Slots();
  #palette = readPalette();
  #asked = '';
  #base: string | undefined;
  #scheduled = false;
  #curvesStale = true;
  #parallelStale = true;
  readonly #root: HTMLElement;
  readonly #title = h('h1', { 'data-testid': 'title' });
  readonly #state = h('p', { class: 'muted', 'data-testid': 'summary' });
  readonly #best = h('p', { class: 'best-line', 'data-testid': 'best' });
  readonly #stop = h(
    'button',
    { type: 'button', class: 'action', 'data-testid': 'stop-all' },
    icon('stop'),
    t('Stop All'),
  );
  readonly #apply = h(
    'button',
    { type: 'button', class: 'action', 'data-testid': 'apply-best' },
    icon('apply'),
    t('Apply to Spec'),
  );
  readonly #empty = h(
    'p',
    { class: 'empty-tab', 'data-testid': 'empty' },
    t('No run is kept yet. Rows appear here as soon as one trains.'),
  );
  readonly #charts = h('div', { class: 'charts' });
  readonly #timeNote = h('p', { class: 'muted', hidden: true, 'data-testid': 'time-note' });
  readonly #tag = h('select', { 'data-testid': 'tag' });
  readonly #x = h('select', { 'data-testid': 'x-axis' });
  readonly #logX = h('input', { type: 'checkbox', 'data-testid': 'log-x' });
  readonly #logY = h('input', { type: 'checkbox', 'data-testid': 'log-y' });
  readonly #smoothing = h('input', { type: 'range', min: 0, max: 0.99, step: 0.01, 'data-testid': 'smoothing' });
  readonly #seeds = h('input', { type: 'checkbox', 'data-testid': 'group-seeds' });
  readonly #seedsLabel = h('label', { class: 'toggle' }, this.#seeds, t('Group seeds'));
  readonly #curveChart: CurveChart;
  readonly #parallel: ParallelChart;
  readonly #table: RunTable;

  constructor(root: HTMLElement) {
    this.#root = root;
    const saved = this.#api.getState() as { readonly choices?: Partial<Choices> } | undefined;
    this.#choices = { ...defaultChoices, ...saved?.choices };
    const point = (key: string | undefined) => this.#point(key);
    this.#curveChart = new CurveChart(t('Curves'), t('Choose runs in the table to see their curves.'), point);
    this.#parallel = new ParallelChart(
      t('What differs'),
      t('The runs do not differ in their settings, or have no result yet.'),
      point,
    );
    this.#table = new RunTable(
      {
        sort: (sorting) => this.#arrange({ sorting }),
        filter: (filter) => this.#arrange({ filter }),
        show: (keys, shown) =>
          this.#choose({ shown: { ...this.#choices.shown, ...Object.fromEntries(keys.map((key) => [key, shown])) } }),
        press: (button, row) => this.#press(button, row),
        point: (key) => {
          this.#curveChart.emphasize(key);
          this.#parallel.emphasize(key);
        },
      },
      (canvas, look) => this.#drawSwatch(canvas, Number(look)),
      [this.#seedsLabel],
    );
    this.#build();
    mountLiveRegion(root);
    passColours(root, this.#palette);
    watchTheme((palette) => {
      this.#palette = palette;
      passColours(root, palette);
      this.#schedule();
    });
    window.addEventListener('message', ({ data }: MessageEvent<ToCompare>) => this.#receive(unpackNumbers(data)));
    window.nnspecCompare = this.#probe();
    saveChartsWith((file) => this.#post({ type: 'saveFile', ...file }));
    this.#post({ type: 'ready' });
  }

  #build(): void {
    const field = (label: string, input: HTMLElement) => h('label', { class: 'field' }, label, input);
    const check = (label: string, input: HTMLElement) => h('label', { class: 'toggle' }, input, label);
    const names: Readonly<Record<XAxis, string>> = { epoch: t('epoch'), step: t('step'), time: t('time') };
    this.#x.append(...xAxes.map((axis) => h('option', { value: axis }, names[axis])));
    this.#x.title = t('Time: seconds in which the run has trained, without pauses.');
    this.#curveChart.box.element.append(this.#timeNote);
    this.#curveChart.box.tools.prepend(
      field(t('Show'), this.#tag),
      field(t('over'), this.#x),
      check(t('log x'), this.#logX),
      check(t('log y'), this.#logY),
      field(t('smooth'), this.#smoothing),
    );
    this.#tag.addEventListener('change', () => this.#choose({ tag: this.#tag.value }));
    this.#x.addEventListener('change', () => this.#choose({ x: this.#x.value as XAxis }));
    this.#logX.addEventListener('change', () => this.#choose({ logX: this.#logX.checked }));
    this.#logY.addEventListener('change', () => this.#choose({ logY: this.#logY.checked }));
    this.#smoothing.addEventListener('input', () => this.#choose({ smoothing: Number(this.#smoothing.value) }));
    this.#seeds.addEventListener('change', () => this.#choose({ groupSeeds: this.#seeds.checked }));
    this.#stop.addEventListener('click', () => this.#post({ type: 'stopAll' }));
    this.#apply.addEventListener('click', () => {
      const key = this.#apply.dataset.key;
      if (key !== undefined) {
        this.#post({ type: 'act', action: 'apply', key });
      }
    });
    this.#charts.append(this.#curveChart.box.element, this.#parallel.box.element);
    this.#root.append(
      h(
        'header',
        { class: 'compare-head' },
        h('div', { class: 'title-row' }, this.#title, this.#state, this.#stop),
        h('div', { class: 'best-row' }, this.#best, this.#apply),
      ),
      h('main', {}, this.#empty, this.#charts, this.#table.element),
    );
    this.#root.hidden = true;
  }

  #receive(message: ToCompare): void {
    switch (message.type) {
      case 'comparison':
        this.#comparison = message.comparison;
        this.#root.hidden = false;
        this.#save();
        break;
      case 'changed': {
        const changed = new Map(message.runs.map((run) => [run.key, run]));
        if (this.#comparison) {
          const runs = this.#comparison.runs.map((run) => changed.get(run.key) ?? run);
          this.#comparison = { ...this.#comparison, runs };
        }
        break;
      }
      case 'curves':
        for (const [key, curves] of Object.entries(message.curves)) {
          this.#curves.set(key, curves);
        }
        this.#curvesStale = true;
        this.#request();
        return;
      default:
        assertNever(message);
    }
    this.#schedule();
  }

  #post(message: FromCompare): void {
    this.#api.postMessage(message);
  }

  #choose(change: Partial<Choices>): void {
    this.#arrange(change);
    this.#schedule();
  }

  /** Changes what concerns the table alone: a thousand runs take long to draw in the charts. */
  #arrange(change: Partial<Choices>): void {
    this.#choices = { ...this.#choices, ...change };
    this.#save();
    this.#request();
  }

  #save(): void {
    this.#api.setState({ compared: this.#comparison?.compared, choices: this.#choices });
  }

  /** Draws everything in the next frame. */
  #schedule(): void {
    this.#curvesStale = true;
    this.#parallelStale = true;
    this.#request();
  }

  #request(): void {
    if (!this.#scheduled) {
      this.#scheduled = true;
      requestAnimationFrame(() => {
        this.#scheduled = false;
        if (this.#comparison) {
          this.#draw(this.#comparison);
        }
      });
    }
  }

  #draw(comparison: Comparison): void {
    const { runs } = comparison;
    const rows = tableRows(runs, this.#choices.groupSeeds && hasSeeds(comparison));
    const ranking = rankingOf(comparison);
    const best = runs.length > 1 ? bestRow(rows, ranking) : undefined;
    const shown = rows.filter((row) => row.runs.some((run) => this.#isShown(run, comparison)));
    this.#slots.keep(shown.map(({ key }) => key));
    this.#ask(shown, comparison);
    this.#drawHead(comparison, best, ranking);
    this.#drawTools(comparison, shown, ranking);
    if (this.#curvesStale) {
      this.#curvesStale = false;
      this.#drawCurves(comparison, shown, ranking);
    }
    if (this.#parallelStale) {
      this.#parallelStale = false;
      this.#drawParallel(comparison, rows, ranking);
    }
    this.#table.draw({
      rows,
      columns: tableColumns(comparison, ranking, this.#locale),
      sorting: this.#choices.sorting,
      filter: this.#choices.filter,
      best: best?.key,
      base: this.#base,
      lookOf: ({ key }) => this.#slots.of(key)?.toString(),
      nameOf: (row) => this.#nameOf(row, comparison),
    });
    setHidden(this.#empty, runs.length > 0);
    setHidden(this.#charts, runs.length === 0);
    setHidden(this.#table.element, runs.length === 0);
  }

  #nameOf(row: TableRow, { settings }: Comparison): string {
    return rowName(row, settings, this.#locale);
  }

  /** By default the newest runs of a spec, and the first of a sweep or a choice. */
  #isShown(run: ComparedRun, { runs, compared }: Comparison): boolean {
    const chosen = this.#choices.shown[run.key];
    const most = compared.sweep === undefined && compared.keys === undefined ? firstOfSpec : firstOfSweep;
    return isReadable(run) && (chosen ?? runs.indexOf(run) < most);
  }

  /** Asks for the curves of the runs that are shown, and forgets the others. */
  #ask(shown: readonly TableRow[], comparison: Comparison): void {
    const keys = shown
      .flatMap(({ runs }) => runs.filter((run) => this.#isShown(run, comparison)).map(({ key }) => key))
      .slice(0, mostCurves);
    const asked = JSON.stringify(keys);
    if (asked !== this.#asked) {
      this.#asked = asked;
      for (const key of [...this.#curves.keys()].filter((each) => !keys.includes(each))) {
        this.#curves.delete(key);
      }
      this.#post({ type: 'show', keys });
    }
  }

  #drawHead(comparison: Comparison, best: TableRow | undefined, { tag }: Ranking): void {
    const { title, runs, sweeping } = comparison;
    setText(this.#title, title);
    document.title = title;
    const training = runs.filter(({ state }) => state === 'running').length;
    const words = [
      counted(runs.length, t('{0} run', runs.length), t('{0} runs', formatCount(runs.length))),
      ...(training > 0 ? [counted(training, t('{0} run trains', training), t('{0} runs train', training))] : []),
    ];
    setText(this.#state, words.join(' · '));
    setHidden(this.#stop, !sweeping);
    const score = best && rowScore(best, tag);
    const value = `${tagLabel(tag)} ${formatNumber(score)}`;
    const name = best ? this.#nameOf(best, comparison) : '';
    const isOver = training === 0 && !sweeping;
    setText(this.#best, isOver ? t('Best: {0}, {1}', value, name) : t('Best so far: {0}, {1}', value, name));
    setHidden(this.#best.parentElement as HTMLElement, best === undefined);
    this.#apply.dataset.key = best?.key ?? '';
  }

  #drawTools(comparison: Comparison, shown: readonly TableRow[], ranking: Ranking): void {
    const known = new Set([ranking.tag]);
    for (const { runs } of shown) {
      for (const { key } of runs) {
        for (const tag of Object.keys(this.#curves.get(key) ?? {}).filter((each) => each !== timeTag)) {
          known.add(tag);
        }
      }
    }
    const tags = [...known].sort((a, b) => Number(a === 'batch_loss') - Number(b === 'batch_loss') || (a < b ? -1 : 1));
    const tag = this.#tagOf(ranking);
    const options = known.has(tag) ? tags : [...tags, tag];
    if (this.#tag.dataset.options !== options.join()) {
      this.#tag.dataset.options = options.join();
      this.#tag.replaceChildren(...options.map((each) => h('option', { value: each }, tagLabel(each))));
    }
    this.#tag.value = tag;
    const { x, logX, logY, smoothing, groupSeeds } = this.#choices;
    this.#x.value = x;
    this.#logX.checked = logX;
    this.#logY.checked = logY;
    this.#smoothing.value = String(smoothing);
    this.#seeds.checked = groupSeeds;
    setHidden(this.#seedsLabel, !hasSeeds(comparison));
  }

  #tagOf(ranking: Ranking): string {
    return this.#choices.tag ?? ranking.tag;
  }

  #drawCurves(comparison: Comparison, shown: readonly TableRow[], ranking: Ranking): void {
    const { x, logX, logY, smoothing } = this.#choices;
    const tag = this.#tagOf(ranking);
    const higher = isHigherBetter(tag, comparison.higher);
    const lines = shown.flatMap((row) => {
      const line = this.#lineOf(row, tag, comparison);
      return line ? [smoothed(line, smoothing, shown.length <= mostRaw)] : [];
    });
    const xLabels: Readonly<Record<XAxis, string>> = { epoch: t('epoch'), step: t('step'), time: t('time, s') };
    const waits = this.#asked !== '[]' && this.#curves.size === 0;
    this.#curveChart.draw(
      {
        lines,
        levels: comparison.levels.filter((level) => level.tag === tag),
        higher,
        logX,
        logY,
        xLabel: xLabels[x],
        xWhole: x !== 'time',
        label: this.#curveSentence(lines, tag, higher, xLabels[x]),
        empty:
          shown.length === 0
            ? t('Choose runs in the table to see their curves.')
            : waits
              ? t('Reading the curves…')
              : t('None of the shown runs has measured {0}.', tagLabel(tag)),
      },
      this.#palette,
    );
    this.#curveChart.box.setTitle(tagLabel(tag));
    const runs = shown.flatMap((row) => row.runs.filter(({ key }) => this.#curves.has(key)));
    const without = x === 'time' ? runs.filter(({ key }) => !hasTimes(this.#curves.get(key))).length : 0;
    setHidden(this.#timeNote, without === 0);
    setText(
      this.#timeNote,
      counted(
        without,
        t('The times of {0} run were not measured: its time is spread evenly over its epochs.', without),
        t('The times of {0} runs were not measured: the time of each is spread evenly over its epochs.', without),
      ),
    );
  }

  #lineOf(row: TableRow, tag: string, comparison: Comparison): CurveLine | undefined {
    const slot = this.#slots.of(row.key);
    const own = row.runs.flatMap(
      (run) => (this.#isShown(run, comparison) && curveOf(run, this.#curves.get(run.key), tag, this.#choices.x)) || [],
    ) as Points[];
    if (slot === undefined || own.length === 0) {
      return undefined;
    }
    const band = bandOf(own);
    return {
      key: row.key,
      label: this.#nameOf(row, comparison),
      points: band ? { x: band.x, y: band.mean } : own[0],
      ...(band && { band }),
      ...lookOf(this.#palette, slot),
    };
  }

  #curveSentence(lines: readonly CurveLine[], tag: string, higher: boolean, xLabel: string): string {
    const found = lines.flatMap(({ label, points }) => {
      const point = bestPoint(points, higher);
      return point ? [{ label, ...point }] : [];
    });
    const [best] = found.sort((a, b) => (higher ? b.y - a.y : a.y - b.y));
    const count = counted(lines.length, t('{0} curve', lines.length), t('{0} curves', lines.length));
    const first = t('{0} over {1}: {2}.', tagLabel(tag), xLabel, count);
    return best
      ? `${first} ${t('The best value is {0} at {1} {2}: {3}.', formatNumber(best.y), xLabel, formatNumber(best.x), best.label)}`
      : first;
  }

  #drawParallel(comparison: Comparison, all: readonly TableRow[], ranking: Ranking): void {
    // Lines that have a colour are drawn over the others.
    const isPale = ({ key }: TableRow) => this.#slots.of(key) === undefined;
    const { rows, axes } = parallelAxes(
      [...all.filter(isPale), ...all.filter((row) => !isPale(row))],
      comparison,
      ranking,
    );
    const isShown = axes.length > 0 && rows.length > 1;
    setHidden(this.#parallel.box.element, !isShown);
    this.#charts.classList.toggle('alone', !isShown);
    if (!isShown) {
      return;
    }
    const names = axes.map(({ label }) => label);
    this.#parallel.draw(
      {
        lines: rows.map((row) => {
          const slot = this.#slots.of(row.key);
          const { color, dash } = slot === undefined ? { color: undefined, dash: [] } : lookOf(this.#palette, slot);
          return { key: row.key, label: this.#nameOf(row, comparison), color, dash };
        }),
        axes,
        label: t(
          'A line for each of {0} through {1}; the last axis is {2}.',
          counted(rows.length, t('{0} run', rows.length), t('{0} runs', rows.length)),
          names.slice(0, -1).join(', '),
          names[names.length - 1],
        ),
      },
      this.#palette,
    );
  }

  #press(button: RowButton, row: TableRow): void {
    const [{ key }] = row.runs;
    if (button !== 'compare') {
      this.#post({ type: 'act', action: button, key });
      return;
    }
    if (this.#base === undefined || this.#base === row.key) {
      this.#base = this.#base === undefined ? row.key : undefined;
      announce(this.#base === undefined ? '' : t('Press the same button of another run to compare their specs.'));
    } else {
      this.#post({ type: 'diff', keys: [this.#base, key] });
      this.#base = undefined;
    }
    this.#schedule();
  }

  #point(key: string | undefined): void {
    this.#curveChart.emphasize(key);
    this.#table.mark(key);
  }

  #drawSwatch(canvas: HTMLCanvasElement, slot: number): void {
    const context = canvas.getContext('2d');
    if (!context) {
      return;
    }
    const { color, dash } = lookOf(this.#palette, slot);
    context.scale(2, 2);
    context.strokeStyle = css(color);
    context.lineWidth = 2;
    context.setLineDash([...dash]);
    context.beginPath();
    context.moveTo(0, 6);
    context.lineTo(28, 6);
    context.stroke();
  }

  #probe(): CompareProbe {
    const page = this;
    return {
      curves: () => this.#curveChart.shownData(),
      axes: () => this.#parallel.shownData(),
      middleOf: (line, axis) => this.#parallel.middleOf(line, axis),
      get pointed() {
        return page.#parallel.named;
      },
      range: () => this.#curveChart.range,
      get idle() {
        return !page.#scheduled;
      },
    };
  }
}

function smoothed(line: CurveLine, weight: number, withRaw: boolean): CurveLine {
  if (weight === 0) {
    return line;
  }
  const { x, y } = line.points;
  return { ...line, points: { x, y: smooth(y, weight) }, ...(withRaw && { raw: line.points }) };
}

/** Colour and dash of a line: 48 different ones. */
function lookOf(palette: Palette, slot: number): Pick<CurveLine, 'color' | 'dash'> {
  const { series } = palette;
  const turn = Math.floor(slot / 24);
  return { color: series[(slot + turn) % series.length], dash: dashes[slot % dashes.length] };
}
