/** Zooms and pans a chart: by wheel, drag, pinch and keyboard. */
import { Chart } from 'chart.js';
import zoomPlugin from 'chartjs-plugin-zoom';
import { css } from '../color';
import type { AxisRange } from '../ranges';
import type { Palette } from '../theme';

Chart.register(zoomPlugin);

const zoomStep = 1.4;
/** Share of the width that a key moves the view by; of the height half of it. */
const panShare = 0.2;

/** The ranges that are visible. */
export interface View {
  readonly x: AxisRange;
  readonly y: AxisRange;
}

export class ChartZoom {
  readonly #chart: () => Chart;
  readonly #changed: () => void;
  #view: View | undefined;

  /** `changed` is called when there is another view to draw. The chart may be made later. */
  constructor(chart: () => Chart, changed: () => void) {
    this.#chart = chart;
    this.#changed = changed;
  }

  /** The ranges that the person has zoomed to; undefined for the whole. */
  get view(): View | undefined {
    return this.#view;
  }

  /** For the chart's `plugins.zoom`. */
  get options() {
    const note = () => this.#note();
    return {
      zoom: {
        mode: 'xy' as const,
        // A plain wheel scrolls the page.
        wheel: { enabled: true, modifierKey: 'ctrl' as const },
        pinch: { enabled: true },
        drag: { enabled: true, threshold: 6, borderWidth: 1 },
        onZoom: note,
      },
      pan: { enabled: true, modifierKey: 'shift' as const, mode: 'xy' as const, onPan: note },
    };
  }

  /** Listens to the keys of the canvas before anybody else does. */
  listen(canvas: HTMLCanvasElement): void {
    canvas.addEventListener('keydown', (event) => this.#onKey(event), { capture: true });
    canvas.addEventListener('dblclick', () => this.reset());
    canvas.setAttribute('aria-keyshortcuts', '+ - 0 Shift+ArrowLeft Shift+ArrowRight');
  }

  paint(palette: Palette): void {
    const { drag } = this.#chart().options.plugins?.zoom?.zoom ?? {};
    Object.assign(drag ?? {}, { backgroundColor: css(palette.focus, 0.2), borderColor: css(palette.focus) });
  }

  /** Along x alone, so that a curve does not leave the view. */
  zoomIn(): void {
    this.#chart().zoom({ x: zoomStep });
  }

  zoomOut(): void {
    this.#chart().zoom({ x: 1 / zoomStep });
  }

  reset(): void {
    if (this.#view) {
      this.#view = undefined;
      this.#changed();
    }
  }

  /** The same without a drawing: for one that follows. */
  forget(): void {
    this.#view = undefined;
  }

  #note(): void {
    const { x, y } = this.#chart().scales;
    this.#view = { x: { min: x.min, max: x.max }, y: { min: y.min, max: y.max } };
    this.#changed();
  }

  #onKey(event: KeyboardEvent): void {
    const chart = this.#chart();
    const far = panShare * chart.width;
    const pans: Readonly<Record<string, { x?: number; y?: number }>> = {
      ArrowLeft: { x: far },
      ArrowRight: { x: -far },
      ArrowUp: { y: far / 2 },
      ArrowDown: { y: -far / 2 },
    };
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (event.key === '+' || event.key === '=') {
      this.zoomIn();
    } else if (event.key === '-') {
      this.zoomOut();
    } else if (event.key === '0' || (event.key === 'Escape' && this.#view)) {
      this.reset();
    } else if (event.shiftKey && pans[event.key]) {
      chart.pan(pans[event.key]);
      this.#note();
    } else {
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}
