/** Chooses the earlier runs that are drawn behind the curves, and asks the host for them. */
import { t } from '@vscode/l10n';
import { counted } from '../../../src/common/counted';
import { type EarlierChoice, type EarlierRuns, mostEarlierRuns } from '../../../src/protocol/panel';
import { h, setHidden, setText } from '../../shared/dom';
import type { Transport } from '../transport';
import type { Context } from './view';

export class Earlier {
  readonly #select = h(
    'select',
    { id: 'earlier', 'data-testid': 'earlier' },
    h('option', { value: 'none' }, t('none')),
    h('option', { value: 'last' }, t('the last')),
    h('option', { value: 'best' }, t('the best')),
    h('option', { value: 'all' }, t('all')),
  );
  /** Offered once some were chosen. */
  readonly #chosen = h('option', { value: 'chosen' });
  readonly #choose = h('button', { type: 'button', class: 'link', 'data-testid': 'choose-earlier' }, t('Choose…'));
  readonly #note = h('span', { class: 'muted', role: 'status', 'data-testid': 'earlier-note' });
  readonly element = h(
    'div',
    { class: 'earlier', 'data-testid': 'earlier-row' },
    h('label', { for: 'earlier' }, t('Earlier runs')),
    this.#select,
    this.#choose,
    this.#note,
  );
  /** The last question, which is not asked twice. */
  #asked = '';

  constructor(transport: Transport, redraw: () => void) {
    this.#select.addEventListener('change', () => {
      transport.choose({ earlier: this.#select.value as EarlierChoice });
      redraw();
    });
    this.#choose.addEventListener('click', () =>
      transport.post({ type: 'chooseEarlier', ids: transport.choices.earlierIds }),
    );
  }

  draw({ store, transport, choices }: Context): void {
    const { earlier: choice, earlierIds: ids } = choices;
    if (ids.length === 0) {
      this.#chosen.remove();
    } else {
      setText(this.#chosen, t('chosen ({0})', ids.length));
      this.#select.append(this.#chosen);
    }
    this.#select.value = choice;
    const question = JSON.stringify([store.run.runId, choice, ids]);
    if (store.run.runId !== '' && question !== this.#asked) {
      this.#asked = question;
      transport.post({ type: 'showEarlier', choice, ids: choice === 'chosen' ? ids : [] });
    }
    const { earlier } = store;
    setText(this.#note, earlier ? noteOn(earlier) : '');
    // A first run has nothing to be compared with.
    setHidden(this.element, !earlier || (earlier.known === 0 && earlier.damaged === 0 && choice === 'last'));
  }
}

/** Says which runs are not drawn as they were asked for. */
function noteOn({ damaged, more, otherLoss }: EarlierRuns): string {
  return [
    damaged > 0 && counted(damaged, t('1 damaged run is left out.'), t('{0} damaged runs are left out.', damaged)),
    more > 0 && t('Of the runs, {0} are drawn, the newest.', mostEarlierRuns),
    otherLoss > 0 &&
      counted(
        otherLoss,
        t('The loss of 1 run is left out: it is another function.'),
        t('The losses of {0} runs are left out: they are other functions.', otherLoss),
      ),
  ]
    .filter(Boolean)
    .join(' ');
}
