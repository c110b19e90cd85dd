/** Every activation of the network: its curve, its derivative and the distribution of its inputs. */
import { t } from '@vscode/l10n';
import { counted } from '../../../src/common/counted';
import { h, setHidden, setText } from '../../shared/dom';
import { formatCount } from '../../shared/format';
import { whyUnmeasured } from '../../shared/states';
import { ActivationCards } from '../charts/activationChart';
import type { Context, Paint, PanelView, ViewEntry } from './view';

class Activations implements PanelView {
  readonly #note = h('p', { class: 'muted' });
  readonly #empty = h('p', { class: 'empty-tab', 'data-testid': 'empty-activations' });
  readonly #cards = new ActivationCards('activation');
  readonly element = h('div', { class: 'tab-panel' }, this.#note, this.#empty, this.#cards.element);

  draw(context: Context): readonly Paint[] {
    const { store } = context;
    const paints = this.#cards.draw(context);
    const any = !this.#cards.isEmpty;
    const probe = store.run.activations;
    const count = formatCount(probe?.samples ?? 0);
    setText(
      this.#note,
      probe
        ? t(
            'Each curve is the function itself; the bars are the values z that reach it now, over {0} (what lies outside is in the outermost bars). Where f′ is near 0, hardly any gradient passes.',
            counted(probe.samples, t('{0} training sample', count), t('{0} training samples', count)),
          )
        : (whyUnmeasured(store.run) ?? t('The distributions of z appear with the first measurements.')),
    );
    setHidden(this.#note, !any);
    setHidden(this.#empty, any);
    setText(
      this.#empty,
      store.run.started ? noneText(store.run.started.linear) : t('The activations appear when the network is built.'),
    );
    return paints;
  }
}

/** Shown if all activations are linear; other layers may still be non-linear, such as pooling. */
function noneText(linear: boolean): string {
  return linear
    ? t(
        'This network has no activation but linear: whatever its depth, it computes one linear map. Give a hidden layer an activation such as tanh.',
      )
    : t('This network has no activation but linear, so there is no curve to show.');
}

export const activations: ViewEntry = {
  id: 'activations',
  title: () => t('Activations'),
  make: () => new Activations(),
};
