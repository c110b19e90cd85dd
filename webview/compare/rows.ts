/**
 * The rows and columns of the table, as plain data: one row a run, or one for runs that differ in their seed.
 */
import { t } from '@vscode/l10n';
import { counted } from '../../src/common/counted';
import { meanAndSd } from '../../src/common/foldScores';
import type { ComparedRun, Comparison, SettingColumn, SettingValue } from '../../src/protocol/compare';
import { formatCount, formatDuration, formatNumber, formatShort, tagLabel } from '../shared/format';
import { stateWords } from '../shared/states';

export interface TableRow {
  /** The key of its first run. */
  readonly key: string;
  /** More than one where runs that differ in their seed alone are grouped. */
  readonly runs: readonly ComparedRun[];
}

/** A value to sort and filter by. */
export type CellValue = number | string | undefined;

export interface TableColumn {
  readonly id: string;
  readonly label: string;
  /** Explains the label where it is short. */
  readonly title?: string;
  readonly numeric: boolean;
  value(row: TableRow): CellValue;
  text(row: TableRow): string;
}

/** How runs are ranked, and which is the best. */
export interface Ranking {
  readonly tag: string;
  readonly higher: boolean;
}

export const seedSetting = 'seed';

/** Groups runs that differ in their seed alone, in the order of their newest run. */
export function tableRows(runs: readonly ComparedRun[], groupSeeds: boolean): readonly TableRow[] {
  if (!groupSeeds) {
    return runs.map((run) => ({ key: run.key, runs: [run] }));
  }
  const groups = new Map<string, ComparedRun[]>();
  for (const run of runs) {
    const { [seedSetting]: _, ...settings } = run.settings;
    const sorted = Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1));
    // A run that cannot be read has no settings, and stays alone.
    const key = isReadable(run) ? JSON.stringify([run.name, sorted]) : run.key;
    const group = groups.get(key);
    if (group) {
      group.push(run);
    } else {
      groups.set(key, [run]);
    }
  }
  return [...groups.values()].map((group) => ({ key: group[0].key, runs: group }));
}

/** Whether there are runs to group. */
export function hasSeeds({ settings }: Pick<Comparison, 'settings'>): boolean {
  return settings.some(({ where }) => where === seedSetting);
}

export function isReadable({ state }: ComparedRun): boolean {
  return state !== 'damaged' && state !== 'newer';
}

/** The tag by which most runs are ranked. */
export function rankingOf({ runs, higher }: Pick<Comparison, 'runs' | 'higher'>): Ranking {
  const counts = new Map<string, number>();
  for (const { rank } of runs) {
    if (rank) {
      counts.set(rank.tag, (counts.get(rank.tag) ?? 0) + 1);
    }
  }
  const [tag] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? ['loss'];
  return { tag, higher: isHigherBetter(tag, higher) };
}

/** Whether a larger value of the tag is better; `higher` are the measures of which that is so. */
export function isHigherBetter(tag: string, higher: readonly string[]): boolean {
  return higher.includes(tag.replace(/^(?:val|test|folds)_/, ''));
}

/** The mean of the values by which the runs of a row are ranked. */
export function rowScore({ runs }: TableRow, tag: string): number | undefined {
  return meanOf(runs.map(({ rank }) => (rank?.tag === tag ? rank.value : undefined)))?.mean;
}

/** The row with the best score. */
export function bestRow(rows: readonly TableRow[], { tag, higher }: Ranking): TableRow | undefined {
  let best: { readonly row: TableRow; readonly score: number } | undefined;
  for (const row of rows) {
    const score = rowScore(row, tag);
    if (score !== undefined && (best === undefined || (higher ? score > best.score : score < best.score))) {
      best = { row, score };
    }
  }
  return best?.row;
}

/** Tells a row from the others: `learning_rate 0.1 · units 4`, or else when it began. */
export function rowName(row: TableRow, settings: readonly SettingColumn[], locale: string): string {
  const [run] = row.runs;
  const own = settings
    .filter(({ where }) => where in run.settings && !(where === seedSetting && row.runs.length > 1))
    .slice(0, mostNamed)
    .map(({ where, label }) => `${label} ${settingText(run.settings[where])}`);
  const seeds = row.runs.length > 1 ? [seedsText(row.runs.length)] : [];
  return own.length > 0 ? [...own, ...seeds].join(' · ') : [run.name, whenText(run, locale), ...seeds].join(' · ');
}

/** Settings that name a row. */
const mostNamed = 4;

export function seedsText(count: number): string {
  return counted(count, t('{0} seed', count), t('{0} seeds', count));
}

/** The columns between the name of a run and its buttons: first what differs, then the results. */
export function tableColumns(
  { runs, settings }: Pick<Comparison, 'runs' | 'settings'>,
  { tag: ranked }: Ranking,
  locale: string,
): readonly TableColumn[] {
  const tags = [...new Set(runs.flatMap(({ final }) => Object.keys(final)))].sort(byPart);
  const has = (there: (run: ComparedRun) => boolean, ...columns: readonly TableColumn[]) =>
    runs.some(there) ? columns : [];
  return [
    {
      id: 'when',
      label: t('Run'),
      numeric: false,
      value: ({ runs: [run] }) => run.created ?? run.id,
      text: ({ runs: [run] }) => whenText(run, locale),
    },
    ...has(
      (run) => isReadable(run) && run.name !== runs.find(isReadable)?.name,
      textColumn('name', t('Name'), ({ name }) => name),
    ),
    ...settings.map(settingColumn),
    textColumn('state', t('State'), stateText),
    ...has(({ best }) => best !== undefined, bestColumn(ranked)),
    ...tags.map((tag) => numberColumn(tag, tagLabel(tag), (run) => run.final[tag], formatNumber)),
    ...has(({ expect }) => expect.length > 0, expectColumn()),
    ...has(({ epoch }) => epoch !== undefined, epochColumn()),
    ...has(
      ({ seconds }) => seconds !== undefined,
      numberColumn('duration', t('Duration'), ({ seconds }) => seconds, formatDuration),
    ),
    ...has(
      ({ note }) => note !== undefined,
      textColumn('note', t('Note'), ({ note }) => note),
    ),
    ...has(
      ({ tags: own }) => own.length > 0,
      textColumn('tags', t('Tags'), ({ tags: own }) => own.map((tag) => `#${tag}`).join(' ')),
    ),
  ];
}

/** Validation first, then training, then the others. */
function byPart(a: string, b: string): number {
  const rank = (tag: string) => (tag.startsWith('val_') ? 0 : /^(?:test|folds)_/.test(tag) ? 2 : 1);
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}

export function stateText({ state, epoch, epochs }: ComparedRun): string {
  switch (state) {
    case 'damaged':
      return t('The files of this run are damaged.');
    case 'newer':
      return t('Written by a newer NNSpec.');
    case 'running':
      return epoch === undefined || epochs === undefined
        ? stateWords(state).text
        : `${stateWords(state).text} ${formatCount(epoch)}/${formatCount(epochs)}`;
    default:
      return stateWords(state).text;
  }
}

export function whenText({ created, id }: ComparedRun, locale: string): string {
  return created === undefined ? id : dateFormat(locale).format(new Date(created));
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** A format is made once: for a thousand rows that would take as long as all the rest. */
function dateFormat(locale: string): Intl.DateTimeFormat {
  const format =
    formats.get(locale) ??
    new Intl.DateTimeFormat(locale, {
      month: 'short',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    });
  formats.set(locale, format);
  return format;
}

export function settingText(value: SettingValue | undefined): string {
  if (typeof value !== 'number') {
    return value === undefined ? '–' : String(value);
  }
  return Number.isInteger(value) ? String(value) : formatShort(value, 4);
}

function settingColumn({ where, label }: SettingColumn): TableColumn {
  const valuesOf = ({ runs }: TableRow) =>
    [...new Set(runs.map((run) => run.settings[where]))].sort((a, b) => Number(a) - Number(b));
  return {
    id: `setting ${where}`,
    label,
    title: where,
    numeric: true,
    value: (row) => {
      const [value] = valuesOf(row);
      return typeof value === 'boolean' ? String(value) : value;
    },
    text: (row) => {
      const values = valuesOf(row);
      return values.length > 3 ? seedsText(values.length) : values.map(settingText).join(', ');
    },
  };
}

function bestColumn(tag: string): TableColumn {
  const own = ({ best }: ComparedRun) => (best?.tag === tag ? best.value : undefined);
  const column = numberColumn(`best ${tag}`, t('Best {0}', tagLabel(tag)), own, formatNumber);
  return {
    ...column,
    text: (row) => {
      const [{ best }] = row.runs;
      return row.runs.length > 1 || best?.tag !== tag
        ? column.text(row)
        : t('{0} (epoch {1})', formatNumber(best.value), formatCount(best.epoch));
    },
  };
}

function expectColumn(): TableColumn {
  const met = ({ expect }: ComparedRun) => expect.filter(({ ok }) => ok).length;
  return {
    ...numberColumn(
      'expectations',
      t('Expectations'),
      (run) => (run.expect.length === 0 ? undefined : met(run) / run.expect.length),
      String,
    ),
    text: ({ runs }) => {
      const all = runs.filter(({ expect }) => expect.length > 0);
      const done = all.filter((run) => met(run) === run.expect.length).length;
      if (all.length === 0) {
        return '–';
      }
      return all.length === 1
        ? `${done === 1 ? '✓' : '✗'} ${met(all[0])}/${all[0].expect.length}`
        : `${done === all.length ? '✓' : '✗'} ${done}/${all.length}`;
    },
  };
}

function epochColumn(): TableColumn {
  return numberColumn('epochs', t('Epochs'), ({ epoch }) => epoch, formatCount);
}

function textColumn(id: string, label: string, read: (run: ComparedRun) => string | undefined): TableColumn {
  const words = ({ runs }: TableRow) => [...new Set(runs.map(read))].filter((each) => each !== undefined).join(', ');
  return { id, label, numeric: false, value: (row) => words(row) || undefined, text: words };
}

/** A column of numbers. Several runs have their mean and standard deviation in it. */
function numberColumn(
  id: string,
  label: string,
  read: (run: ComparedRun) => number | undefined,
  format: (value: number) => string,
): TableColumn {
  const all = ({ runs }: TableRow) => meanOf(runs.map(read));
  return {
    id,
    label,
    ...(label !== id && { title: id }),
    numeric: true,
    value: (row) => all(row)?.mean,
    text: (row) => {
      const spread = all(row);
      if (!spread) {
        return '–';
      }
      return Number.isNaN(spread.sd) ? format(spread.mean) : `${format(spread.mean)} ± ${format(spread.sd)}`;
    },
  };
}

function meanOf(values: readonly (number | undefined)[]) {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : meanAndSd(known);
}
