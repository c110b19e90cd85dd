/** The banner: what is being prepared, how the run ended and what to try next, or what failed. */
import { t } from '@vscode/l10n';
import { assertNever } from '../../../src/common/assertNever';
import { type Ended, isActive, type Started } from '../../../src/protocol/engine';
import { type Child, h, setHidden } from '../../shared/dom';
import { formatCount, formatDuration, formatNumber, formatShort } from '../../shared/format';
import { icon } from '../../shared/icons';
import { stepOf } from '../findings';
import type { Store } from '../store';
import type { Context } from './view';

export type Part = keyof Started['samples'];

export class Banner {
  readonly element = h('section', { class: 'banner', 'data-testid': 'banner', role: 'status', hidden: true });
  /** Whether the person has opened the details; kept when the banner is redrawn. */
  #open: boolean;

  constructor({ open = false }: { readonly open?: boolean } = {}) {
    this.#open = open;
  }

  draw({ store, transport }: Context): void {
    const key = JSON.stringify([
      store.run.runId,
      store.run.state,
      store.run.stored,
      store.run.stage,
      store.run.failure,
      store.run.ended,
      store.hydrated,
      store.idle,
      store.run.activations?.step,
    ]);
    if (this.element.dataset.key === key) {
      return;
    }
    this.element.dataset.key = key;
    const content = this.#content(store);
    setHidden(this.element, content.length === 0);
    this.element.dataset.state = store.run.state;
    const restart = store.run.state === 'failed' || store.run.state === 'diverged' || store.run.stored;
    if (restart && content.length > 0) {
      const button = (action: 'resume' | 'restart', words: string, look: string) => {
        const made = h('button', { type: 'button', class: look, 'data-testid': `banner-${action}` }, words);
        made.addEventListener('click', () => transport.post({ type: 'control', action }));
        return made;
      };
      const resumes = mayResume(store);
      const buttons = [
        ...(resumes ? [button('resume', t('Resume'), 'primary')] : []),
        button('restart', t('Restart'), resumes ? 'secondary' : 'primary'),
      ];
      content.push(h('div', { class: 'banner-action' }, ...buttons));
    }
    this.element.replaceChildren(...content);
    const details = this.element.querySelector('details');
    if (details) {
      details.open = this.#open;
      details.addEventListener('toggle', () => {
        this.#open = details.open;
      });
    }
  }

  #content(store: Store): Node[] {
    if (!store.hydrated) {
      return [line('info', t('Connecting to the run…'))];
    }
    if (store.idle) {
      return [];
    }
    const stored = store.run.stored ? [line('info', storedText(store))] : [];
    if (store.run.state === 'failed') {
      return [
        ...stored,
        line('warning', store.run.failure?.message ?? t('The run failed. Restart it.')),
        ...(store.series('loss').length > 0 ? [h('p', { class: 'muted' }, t('The losses so far stay below.'))] : []),
      ];
    }
    if (store.run.state === 'waiting' && !store.run.stored) {
      return [line('info', store.run.stage ?? t('Starting the engine…'), true)];
    }
    return store.run.ended ? [...stored, ...ended(store)] : stored;
  }
}

/** A run that stopped before its end goes on from its last checkpoint, if it was kept. */
function mayResume({ run }: Store): boolean {
  return run.stored
    ? run.state === 'interrupted' || run.state === 'stopped'
    : run.state === 'failed' && run.failure?.code === 'engine-ended' && run.started !== undefined;
}

/** Says what a run from disk is, and what can be done with it. */
function storedText({ run }: Store): string {
  if (isActive(run.state)) {
    return t('This run trains in another window or terminal. What you see is how it stood when it was opened.');
  }
  if (run.state === 'interrupted') {
    return t(
      'This run was interrupted: whatever trained it has gone. Resume goes on from its last checkpoint, with the same numbers that it would have had.',
    );
  }
  return t('This is a stored run: no training stands behind it. Restart trains again.');
}

/**
 * How the run ended, the expectations that it missed, and what to try next. The rest can be opened.
 */
function ended(store: Store): Node[] {
  const run = store.run.ended;
  if (!run) {
    return [];
  }
  const step = stepOf(store);
  const next = step === undefined ? [] : [h('p', { 'data-testid': 'advice' }, t('Try next: {0}', step))];
  if (run.reason === 'diverged') {
    const { message, step, tensor } = run.divergence ?? {};
    const where = step === undefined ? [] : [[t('step'), step] as const, [t('tensor'), tensor] as const];
    return [line('warning', message ?? t('The loss is no longer a number.')), ...next, ...details(facts(where))];
  }
  const missed = run.expect.filter(({ ok }) => !ok);
  const met = run.expect.filter(({ ok }) => ok);
  const picture = run.reason === 'stopped' ? 'stop' : 'check';
  return [
    line(
      missed.length > 0 ? 'warning' : picture,
      `${howItEnded(run, store.run.started)} ${expected(met.length, missed.length)}`.trim(),
    ),
    ...(missed.length > 0 ? [expectations(missed)] : []),
    ...testResults(run),
    ...next,
    ...details(facts(finalValues(run)), ...(met.length > 0 ? [expectations(met)] : [])),
  ];
}

function howItEnded(ended: Ended, started: Started | undefined): string {
  const { kept } = ended;
  if (started?.fold !== undefined) {
    const folds = started.spec.training.crossValidation ?? 0;
    return t('Stopped in fold {0} of {1}: the network itself was not trained.', started.fold, folds);
  }
  const best = kept ? ` ${t('The weights of epoch {0} were kept, the best one.', formatCount(kept.epoch))}` : '';
  return `${reasonOf(ended)}${best}`;
}

function reasonOf({ reason, epochs, seconds }: Ended): string {
  const time = formatDuration(seconds);
  switch (reason) {
    case 'completed':
      return t('Finished at epoch {0}, {1}.', formatCount(epochs), time);
    case 'early_stopping':
      return t('Stopped early at epoch {0}, {1}: there was no improvement any more.', formatCount(epochs), time);
    case 'stopped':
      return t('Stopped at epoch {0}, {1}.', formatCount(epochs), time);
    case 'diverged':
      return t('The loss is no longer a number.');
    default:
      return assertNever(reason);
  }
}

function expected(met: number, missed: number): string {
  if (missed > 0) {
    return t('{0} of {1} expectations not met.', missed, met + missed);
  }
  return met > 0 ? t('All expectations met.') : '';
}

function finalValues({ final }: Ended): [name: string, value: string][] {
  return Object.entries(final).flatMap(([part, values]) =>
    (values ?? []).map(([tag, value]): [string, string] => [`${tag} · ${partName(part as Part)}`, formatNumber(value)]),
  );
}

/** The part that training never saw decides, so its values are not hidden in the details. */
function testResults({ final }: Ended): Node[] {
  const values = (final.test ?? []).map(([tag, value]) => `${tag} ${formatNumber(value)}`);
  return values.length === 0
    ? []
    : [h('p', { class: 'numbers', 'data-testid': 'test-results' }, t('Test part: {0}', values.join(' · ')))];
}

function expectations(judged: Ended['expect']): HTMLElement {
  return h(
    'ul',
    { class: 'expectations', 'data-testid': 'expectations' },
    ...judged.map(({ ok, text, value }) =>
      h(
        'li',
        { class: ok ? 'met' : 'missed' },
        icon(ok ? 'check' : 'cross'),
        h(
          'span',
          {},
          h('code', {}, text),
          ' ',
          ok ? t('met: {0}', formatShort(value, 4)) : t('not met: {0}', formatShort(value, 4)),
        ),
      ),
    ),
  );
}

function details(...content: readonly HTMLElement[]): HTMLElement[] {
  const filled = content.filter((each) => each.childElementCount > 0);
  return filled.length === 0
    ? []
    : [h('details', { 'data-testid': 'banner-details' }, h('summary', {}, t('Details')), ...filled)];
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

/** Pairs of name and value in one line that wraps. */
export function facts(pairs: readonly (readonly [name: string, value: Child])[]): HTMLElement {
  return h(
    'dl',
    { class: 'facts' },
    ...pairs.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
  );
}
