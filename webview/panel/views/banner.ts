/** What the run came to: reached, expected, what to try; or what is being prepared; or what went wrong. */
import { t } from '@vscode/l10n';
import type { Started } from '../../../src/protocol/engine';
import { advice } from '../advice';
import { type Child, h, setHidden } from '../dom';
import { formatDuration, formatNumber, formatShort } from '../format';
import { icon } from '../icons';
import type { Store } from '../store';
import type { Context, PanelView } from './view';

export type Part = keyof Started['samples'];

export class Banner implements PanelView {
  readonly element = h('section', { class: 'banner', 'data-testid': 'banner', role: 'status', hidden: true });

  draw({ store, transport }: Context): void {
    const key = JSON.stringify([
      store.runId,
      store.state,
      store.stored,
      store.stage,
      store.failure,
      store.ended,
      store.hydrated,
      store.activations?.step,
    ]);
    if (this.element.dataset.key === key) {
      return;
    }
    this.element.dataset.key = key;
    const content = this.#content(store);
    setHidden(this.element, content.length === 0);
    this.element.dataset.state = store.state;
    const restart = store.state === 'failed' || store.state === 'diverged' || store.stored;
    if (restart && content.length > 0) {
      const button = h('button', { type: 'button', class: 'primary', 'data-testid': 'banner-restart' }, t('Restart'));
      button.addEventListener('click', () => transport.post({ type: 'control', action: 'restart' }));
      content.push(h('div', {}, button));
    }
    this.element.replaceChildren(...content);
  }

  #content(store: Store): Node[] {
    if (!store.hydrated) {
      return [line('info', t('Connecting to the run…'))];
    }
    const stored = store.stored
      ? [
          line(
            'info',
            t(
              'This is a stored run: its losses are shown as they were, and no training stands behind it. Restart trains again.',
            ),
          ),
        ]
      : [];
    if (store.state === 'failed') {
      return [
        ...stored,
        line('warning', store.failure?.message ?? t('The run failed. Restart it.')),
        ...(store.series('loss').length > 0 ? [h('p', { class: 'muted' }, t('The losses so far stay below.'))] : []),
      ];
    }
    if (store.state === 'waiting' && !store.stored) {
      return [line('info', store.stage ?? t('Starting the engine…'), true)];
    }
    return store.ended ? [...stored, ...ended(store)] : stored;
  }
}

function ended(store: Store): Node[] {
  const run = store.ended;
  if (!run) {
    return [];
  }
  const nodes: Node[] = [];
  const time = formatDuration(run.seconds);
  if (run.reason === 'diverged') {
    const where = run.divergence;
    nodes.push(
      line('warning', where?.message ?? t('The loss is no longer a number.')),
      ...(where
        ? [
            facts([
              [t('layer'), where.layer],
              [t('step'), String(where.step)],
              [t('tensor'), where.tensor],
            ]),
          ]
        : []),
    );
  } else {
    const texts = {
      completed: t('Finished at epoch {0}, {1}.', run.epochs, time),
      early_stopping: t('Stopped early at epoch {0}, {1}: there was no improvement any more.', run.epochs, time),
      stopped: t('Stopped at epoch {0}, {1}.', run.epochs, time),
    };
    nodes.push(line(run.reason === 'stopped' ? 'stop' : 'check', texts[run.reason]));
  }
  const final = Object.entries(run.final).filter(([, values]) => values !== undefined && values.length > 0);
  if (final.length > 0 && run.reason !== 'diverged') {
    nodes.push(
      facts(
        final.flatMap(([part, values]) =>
          (values ?? []).map(([tag, value]): [string, string] => [
            `${tag} · ${partName(part as Part)}`,
            formatNumber(value),
          ]),
        ),
      ),
    );
  }
  if (run.expect.length > 0) {
    nodes.push(
      h(
        'ul',
        { class: 'expectations', 'data-testid': 'expectations' },
        ...run.expect.map((expectation) =>
          h(
            'li',
            { class: expectation.ok ? 'met' : 'missed' },
            icon(expectation.ok ? 'check' : 'cross'),
            h(
              'span',
              {},
              h('code', {}, expectation.text),
              ' ',
              expectation.ok
                ? t('met: {0}', formatShort(expectation.value, 4))
                : t('not met: {0}', formatShort(expectation.value, 4)),
            ),
          ),
        ),
      ),
    );
  }
  const next = advice(store);
  if (next.length > 0) {
    nodes.push(
      h(
        'div',
        { 'data-testid': 'advice' },
        h('strong', {}, t('What to try next')),
        h('ul', { class: 'advice' }, ...next.map((text) => h('li', {}, text))),
      ),
    );
  }
  return nodes;
}

export function partName(part: Part): string {
  const names = { train: t('training'), validation: t('validation'), test: t('test') };
  return names[part];
}

function line(picture: Parameters<typeof icon>[0], text: string, busy = false): HTMLElement {
  return h(
    'p',
    { class: `banner-line ${picture}`, 'aria-busy': busy ? 'true' : undefined },
    icon(picture),
    h('span', {}, text),
  );
}

/** Pairs of a name and a value, in one line that wraps. */
export function facts(pairs: readonly (readonly [name: string, value: Child])[]): HTMLElement {
  return h(
    'dl',
    { class: 'facts' },
    ...pairs.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
  );
}
