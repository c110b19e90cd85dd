/** One column: its picture, its numbers, and what it becomes. */
import { t } from '@vscode/l10n';
import { counted } from '../../../../src/common/counted';
import type { ColumnRole, ColumnUse, ColumnView, ShownScale } from '../../../../src/protocol/engine';
import { h } from '../../../shared/dom';
import { formatCount, formatShare, formatValue } from '../../../shared/format';
import { categoryBars, histogram } from '../../charts/histogram';
import { facts } from '../banner';

export function columnCard(column: ColumnView, rows: number): HTMLElement {
  const { name, role, missing, texts = [] } = column;
  const { numbers, dates } = column;
  const picture = column.values ? categoryBars(column) : histogram(column);
  const range = dates ?? (numbers && [formatValue(numbers.minimum), formatValue(numbers.maximum)]);
  const isRead = role !== 'ignored';
  return h(
    'article',
    { class: `column-card column-${role}`, 'data-testid': 'column', 'aria-label': name },
    h(
      'h3',
      {},
      h('span', { class: 'column-name', title: name }, name),
      h('span', { class: 'muted' }, typeName(column)),
    ),
    picture,
    !column.values && range && h('div', { class: 'range muted numbers' }, ...range.map((end) => h('span', {}, end))),
    isRead &&
      facts([
        ...(texts.length > 0 ? [[t('text'), textsOf(texts)] as const] : []),
        ...(missing > 0 ? [[t('missing'), `${formatCount(missing)} (${formatShare(missing / rows)})`] as const] : []),
        [t('different'), formatCount(column.distinct)],
        ...(numbers && !dates
          ? [
              [t('mean'), `${formatValue(numbers.mean)} ± ${formatValue(numbers.deviation)}`] as const,
              [
                t('quartiles'),
                [numbers.lowerQuartile, numbers.median, numbers.upperQuartile].map(formatValue).join(' · '),
              ] as const,
            ]
          : []),
      ]),
    h('p', { class: 'becomes', 'data-testid': 'becomes' }, h('span', {}, roleName(role)), becomes(column)),
  );
}

function typeName({ type, unit }: ColumnView): string {
  const names = { number: t('number'), category: t('category'), date: t('date') };
  // As in cells: “$ …”, “… km”.
  return unit === undefined ? names[type] : `${names[type]} (${unit.replace('#', '…')})`;
}

function roleName(role: ColumnRole): string {
  const names: Readonly<Record<ColumnRole, string>> = {
    input: t('input'),
    target: t('target'),
    weights: t('weight of the row'),
    split: t('decides the part'),
    unused: t('not used'),
    ignored: t('ignored'),
    'passed-over': t('passed over'),
    unknown: t('not known yet'),
  };
  return names[role];
}

/** Texts among numbers that a card names. */
const namedTexts = 4;

function textsOf(texts: NonNullable<ColumnView['texts']>): string {
  const named = texts.slice(0, namedTexts).map(({ value, count }) => `“${value}” ${formatCount(count)}`);
  return [...named, ...(texts.length > named.length ? ['…'] : [])].join(', ');
}

/** The inputs or the target that a column becomes, or why it becomes nothing. */
function becomes({ role, use, missing }: ColumnView): string {
  switch (role) {
    case 'unused':
      return t('inputs does not list it');
    case 'ignored':
      return t('types says so, so it is not read');
    case 'passed-over':
      return t('words that hardly repeat; types can make it a category');
    case 'weights':
      return t('tells how much the row counts');
    case 'split':
      return t('the rows are divided by it');
    default:
      return use ? useWords(use, missing > 0) : '';
  }
}

function useWords(use: ColumnUse, hasMissing: boolean): string {
  const filled = (imputation: string | undefined) =>
    imputation === undefined || !hasMissing ? '' : t('missing cells become {0}', imputation);
  switch (use.kind) {
    case 'number':
      return joined(scaled(use), filled(use.imputation === undefined ? undefined : formatValue(use.imputation)));
    case 'date': {
      const names = { month: t('month'), weekday: t('weekday') };
      const cycles = use.cycles.map((cycle) => names[cycle]).join(', ');
      return joined(
        t('days since 1970: {0}', scaled(use)),
        cycles === '' ? '' : t('on a circle, as sine and cosine: {0}', cycles),
        filled(use.imputation),
      );
    }
    case 'one-hot':
      return joined(
        counted(use.inputs, t('one-hot, {0} input', use.inputs), t('one-hot, {0} inputs', formatCount(use.inputs))),
        filled(use.imputation),
        use.unknown ? t('categories that training never saw become zeros') : '',
      );
    case 'classes':
      return t('one of {0} classes', formatCount(use.count));
    case 'binary':
      return t('yes or no');
    case 'target':
      return scaled(use);
  }
}

function scaled({ shift, scale, log, limit, limited = 0 }: ShownScale): string {
  if (shift === 0 && scale === 1 && !log) {
    return t('as it is');
  }
  const above = shift === 0 ? '' : shift < 0 ? ` + ${formatValue(-shift)}` : ` − ${formatValue(shift)}`;
  const x = log ? 'ln x' : 'x';
  const top = above === '' ? x : `(${x}${above})`;
  const scaling = scale === 1 ? `${x}${above}` : `${top} / ${formatValue(scale)}`;
  if (limit === undefined) {
    return scaling;
  }
  const within = t('{0}, within ±{1}', scaling, limit);
  return limited === 0 ? within : `${within} ${t('({0} % of cells limited)', Number((100 * limited).toPrecision(2)))}`;
}

function joined(...texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join('; ');
}
