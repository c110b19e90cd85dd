/** The film of a run: the network, its loss and its gradients through depth, and how it ended. */
import { t } from '@vscode/l10n';
import type { Questions } from '../../src/protocol/measurements';
import type { ToPanel } from '../../src/protocol/panel';
import { DepthChart } from '../panel/charts/depthChart';
import { LineChart } from '../panel/charts/lineChart';
import { drawLoss } from '../panel/charts/losses';
import type { Store } from '../panel/store';
import { Banner } from '../panel/views/banner';
import { Film } from '../panel/views/film';
import { Header } from '../panel/views/header';
import { network } from '../panel/views/network';
import { isSmall } from '../panel/views/network/columns';
import type { Context, Paint, PanelView } from '../panel/views/view';
import { h, setHidden } from '../shared/dom';
import type { RunContent, RunPage } from './runPage';

export class RunOutput implements RunContent {
  readonly element: HTMLElement;
  readonly #page: RunPage;
  readonly #header = new Header();
  readonly #network: PanelView;
  readonly #film: Film;
  readonly #loss = new LineChart({ id: 'loss', title: t('Loss'), empty: t('The loss appears after the first epoch.') });
  readonly #depth = new DepthChart('depth');
  readonly #banner = new Banner({ open: true });

  constructor(page: RunPage, autoplay: boolean) {
    this.#page = page;
    const { transport, store } = page;
    this.#network = network.make(transport, () => {
      page.subscribe();
      page.redraw();
    });
    const charts = h('div', { class: 'grid' }, this.#loss.box.element, this.#depth.element);
    const views = h('div', { class: 'stack' }, this.#network.element, charts);
    this.#film = new Film(store, transport, {
      forks: false,
      questions: () => this.questions(store),
      redraw: () => page.redraw(),
      autoplay,
      view: () => views,
      isDrawn: () => page.isDrawn,
    });
    this.element = h(
      'div',
      { class: 'stack' },
      this.#header.element,
      this.#film.element,
      this.#header.findings,
      this.#banner.element,
      views,
    );
  }

  questions(store: Store): Questions {
    const own = isShown(store) ? network.questions?.(store, this.#page.transport.choices) : undefined;
    return { ...(!store.run.ended && { verdict: {} }), gradients: {}, ...own };
  }

  receive(message: ToPanel): void {
    this.#network.receive?.(message);
    if (message.type === 'moment') {
      this.#film.receive(message);
    }
  }

  draw(context: Context): readonly Paint[] {
    const { store } = context;
    this.#header.draw(context);
    this.#film.draw(context);
    this.#banner.draw(context);
    const { started } = store.run;
    setHidden(this.#network.element, !isShown(store));
    setHidden(this.#depth.element, (started?.layers.length ?? 0) < 2);
    const paints: Paint[] = [() => drawLoss(this.#loss, context), () => this.#depth.draw(context)];
    return isShown(store) ? [...this.#network.draw(context), ...paints] : paints;
  }
}

/** Whether the network can be seen as a whole. */
function isShown({ run }: Store): boolean {
  return run.started !== undefined && isSmall(run.started.layers);
}
