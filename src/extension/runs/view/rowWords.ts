/** Words of the Runs view: the row of a run, and the facts in its tooltip. They are not inert yet. */
import { t } from '@vscode/l10n';
import { counted } from '../../../common/counted';
import { formatCount } from '../../../common/formatCount';
import { isRecord } from '../../../common/isRecord';
import { decodeNumber } from '../../../common/jsonNumbers';
import { describeInherited } from '../../../common/startingPoint';
import { verdictLines } from '../../../common/verdict/words';
import type { RunHeader } from '../../../runs/header';
import { rankOf } from '../../../runs/rank';
import type { ListedRun } from '../../../runs/runRepository';
import type { RunState } from '../../../runs/series';
import { describeEpoch, describeState, formatDuration, formatLoss, formatSpread, iconOfState } from '../describe';
import { prefixes } from '../lastResults';
import type { Run } from '../run';

/** A run of this window, which knows more than its file. */
export type LiveRun = Pick<Run, 'state' | 'lastValue'> & { readonly details: Pick<Run['details'], 'progress'> };

/** The moment and the language in which a row is read. */
export interface Reading {
  readonly now: Date;
  readonly locale: string;
}

export interface RowWords {
  readonly label: string;
  readonly description: string;
  /** Name of one of the editor's icons. */
  readonly icon: string;
  /** Id of one of the editor's colours. */
  readonly colour?: string;
  /** Words that the conditions of menus ask for: `run over resumable starred`, `sweep over marked`. */
  readonly context: string;
}

/** Characters of a note in a row, and of one in a tooltip. */
const [rowNote, tooltipNote] = [60, 400];
/** Values of a sweep, or of the command line, that are named. */
const mostValues = 6;

export function rowWords(run: ListedRun, live: LiveRun | undefined, reading: Reading): RowWords {
  if ('problem' in run) {
    const description = run.problem === 'newer' ? t('written by a newer NNSpec') : t('damaged');
    return { label: run.id, description, icon: run.problem === 'newer' ? 'question' : 'warning', context: 'run over' };
  }
  const { header } = run;
  const state = live?.state ?? header.state;
  const { icon, colour } = markOf(header, state);
  // The view is narrow: what comes late is often hidden.
  const parts = [
    header.starred ? '★' : undefined,
    // A diverged run has no rank.
    (header.sweep && rankWords(header)) ?? headlineOf(header, live),
    state === 'completed' ? undefined : describeState(state),
    header.note && cut(header.note, rowNote),
    epochsOf(header, live),
    header.seconds === undefined ? undefined : formatDuration(header.seconds),
    expectationsOf(header),
  ];
  return {
    // The runs of a sweep began together, and differ in their values.
    label: [header.sweep ? undefined : timeOf(header.created, reading), ...valuesOf(header)]
      .filter(Boolean)
      .join(' · '),
    description: parts.filter(Boolean).join(' · '),
    icon,
    colour,
    context: contextOf(header, state),
  };
}

/** The row of a sweep, from its runs, best first. */
export function sweepWords(runs: readonly RunHeader[], reading: Reading): RowWords {
  const count = runs.length;
  const training = runs.filter(({ state }) => state === 'running').length;
  const best = rankWords(runs[0]);
  const parts = [
    counted(count, t('{0} run', count), t('{0} runs', formatCount(count))),
    best && t('best {0}', `${best} (${valuesOf(runs[0]).join(', ')})`),
    training > 0 && counted(training, t('{0} run trains', training), t('{0} runs train', training)),
  ];
  const [first] = runs.map(({ created }) => created).sort();
  const isStarred = runs.every(({ starred }) => starred);
  return {
    label: `${t('Sweep')} · ${timeOf(first, reading)}`,
    description: parts.filter(Boolean).join(' · '),
    icon: training > 0 ? iconOfState('running') : 'graph-scatter',
    context: ['sweep', training < count && 'over', isStarred ? 'marked' : 'unmarked'].filter(Boolean).join(' '),
  };
}

/** The facts about a run, a line each. The first is its title. */
export function factsOf(header: RunHeader, live: LiveRun | undefined, locale: string): readonly string[] {
  const {
    created,
    seconds,
    step,
    best,
    expect = [],
    verdict,
    seed,
    parameters,
    engine,
    note,
    tags = [],
    parent,
    id,
  } = header;
  const when = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(created));
  const epoch = epochsOf(header, live);
  const final = finalWords(header);
  return [
    `${header.name}: ${describeState(live?.state ?? header.state)}`,
    [when, ...(seconds === undefined ? [] : [formatDuration(seconds)])].join(' · '),
    [epoch, step === undefined ? undefined : t('step {0}', formatCount(step))].filter(Boolean).join(' · '),
    best ? t('best: {0} {1} in epoch {2}', best.tag, formatLoss(best.value), formatCount(best.epoch)) : '',
    final ? t('final: {0}', final) : '',
    ...expect.map(({ ok, text, value }) => `${ok ? '✓' : '✗'} ${text} (${formatLoss(value)})`),
    ...(verdict ? verdictLines(verdict, formatLoss) : []),
    [
      seed === undefined ? undefined : t('seed {0}', seed),
      parameters === undefined
        ? undefined
        : counted(parameters, t('{0} parameter', parameters), t('{0} parameters', formatCount(parameters))),
      engine && `NNSpec ${engine.version}, ${engine.backend}`,
    ]
      .filter(Boolean)
      .join(' · '),
    valuesOf(header).join(' · '),
    parent ? t('forked from {0} at step {1}', parent.id, formatCount(parent.step)) : '',
    parent?.inherited ? describeInherited(parent.inherited) : '',
    tags.map((tag) => `#${tag}`).join(' '),
    note ? cut(note, tooltipNote) : '',
    id,
  ].filter((line) => line !== '');
}

/** `14:15`, on other days with the date. */
export function timeOf(created: string, { now, locale }: Reading): string {
  const at = new Date(created);
  const sameYear = at.getFullYear() === now.getFullYear();
  const today = sameYear && at.getMonth() === now.getMonth() && at.getDate() === now.getDate();
  return formatFor(locale, today ? 'time' : sameYear ? 'day' : 'year').format(at);
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** A format is made once: for a thousand rows that would take as long as all the rest. */
function formatFor(locale: string, detail: 'time' | 'day' | 'year'): Intl.DateTimeFormat {
  const key = `${locale} ${detail}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(locale, {
      ...(detail === 'year' && { year: 'numeric' }),
      ...(detail !== 'time' && { month: 'short', day: 'numeric' }),
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    formats.set(key, format);
  }
  return format;
}

/** The icon for a run's state and its expectations. */
function markOf({ expect = [] }: RunHeader, state: RunState): Pick<RowWords, 'icon' | 'colour'> {
  const isDone = state === 'completed' || state === 'early_stopping';
  if (isDone && expect.length > 0) {
    return expect.every(({ ok }) => ok)
      ? { icon: 'pass', colour: 'testing.iconPassed' }
      : { icon: 'warning', colour: 'list.warningForeground' };
  }
  const isBad = state === 'diverged' || state === 'failed';
  return { icon: iconOfState(state), ...(isBad && { colour: 'list.errorForeground' }) };
}

function contextOf({ starred }: RunHeader, state: RunState): string {
  // A run that is over goes on from where it was cut short; one that came to its end has nowhere to go.
  const isResumable = state === 'interrupted' || state === 'stopped' || state === 'failed';
  const isOver = isResumable || state === 'completed' || state === 'early_stopping' || state === 'diverged';
  return ['run', isOver ? 'over' : 'live', isResumable && 'resumable', starred ? 'starred' : 'unstarred']
    .filter(Boolean)
    .join(' ');
}

/** The value by which a run is known: its final score; before that its newest, or its best, loss. */
export function headlineOf({ final, best }: RunHeader, live?: LiveRun): string | undefined {
  const folds = scoreOf(final?.cross_validation);
  if (folds && isRecord(folds.value)) {
    const [mean, sd] = [folds.value.mean, folds.value.sd].map((each) => decodeNumber(each) ?? Number.NaN);
    return `val_${folds.tag} ${formatSpread({ mean, sd })}`;
  }
  const part = final?.validation ? 'validation' : 'train';
  const score = scoreOf(final?.[part]);
  const value = decodeNumber(score?.value);
  if (score && value !== undefined) {
    return `${prefixes[part]}${score.tag} ${formatLoss(value)}`;
  }
  for (const tag of live ? ['val_loss', 'loss'] : []) {
    const newest = live?.lastValue(tag);
    if (newest !== undefined) {
      return `${tag} ${formatLoss(newest)}`;
    }
  }
  return best && `${best.tag} ${formatLoss(best.value)}`;
}

/** The value by which a run of a sweep is ranked. */
function rankWords(header: RunHeader): string | undefined {
  const rank = rankOf(header);
  return rank && `${rank.tag} ${formatLoss(rank.value)}`;
}

/** The first metric; the loss where there is none. */
function scoreOf(
  values: Readonly<Record<string, unknown>> | undefined,
): { readonly tag: string; readonly value: unknown } | undefined {
  const own = Object.entries(values ?? {}).filter(([tag]) => !tag.startsWith('baseline_'));
  const chosen = own.find(([tag]) => tag !== 'loss') ?? own[0];
  return chosen && { tag: chosen[0], value: chosen[1] };
}

/** `loss 0.0312, accuracy 1.000, val_loss 0.0471` */
function finalWords({ final }: RunHeader): string {
  return Object.entries(prefixes)
    .flatMap(([part, prefix]) =>
      Object.entries(final?.[part] ?? {}).flatMap(([tag, json]) => {
        const value = tag.startsWith('baseline_') ? undefined : decodeNumber(json);
        return value === undefined ? [] : [`${prefix}${tag} ${formatLoss(value)}`];
      }),
    )
    .join(', ');
}

function expectationsOf({ expect = [] }: RunHeader): string | undefined {
  const met = expect.filter(({ ok }) => ok).length;
  if (expect.length === 0) {
    return undefined;
  }
  return met === expect.length ? t('expectations met') : t('{0} of {1} expectations met', met, expect.length);
}

function epochsOf({ epoch, epochs }: RunHeader, live: LiveRun | undefined): string | undefined {
  const { progress } = live?.details ?? {};
  if (progress) {
    return describeEpoch(progress);
  }
  if (epoch === undefined) {
    return undefined;
  }
  return epochs === undefined ? t('epoch {0}', formatCount(epoch)) : describeEpoch({ epoch, epochs });
}

/** In what a run differs from its spec: `learning_rate 0.1`. */
function valuesOf({ sweep, overrides }: RunHeader): readonly string[] {
  const values = Object.entries({ ...overrides, ...sweep?.values });
  const words = values.slice(0, mostValues).map(([path, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return `${path.slice(path.lastIndexOf('.') + 1)} ${cut(text, rowNote)}`;
  });
  return values.length > mostValues ? [...words, '…'] : words;
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
