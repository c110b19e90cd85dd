/** Small pictures of a column: bars of its numbers, or of its most frequent categories. */
import { t } from '@vscode/l10n';
import type { ColumnView } from '../../../src/protocol/engine';
import { h, svg } from '../../shared/dom';
import { formatCount, formatValue } from '../../shared/format';

/** Categories that are shown at once; the others that were counted can be opened. */
const shownCategories = 5;
const [width, height] = [240, 44];
/** Height of a bar that holds anything. */
const lowest = 1.5;

/** Undefined for a column without numbers. Each bar says its range and count where the mouse rests. */
export function histogram({ histogram: bars, numbers, dates, name }: ColumnView): SVGElement | undefined {
  if (!bars || !numbers) {
    return undefined;
  }
  const { low, high, counts, whole } = bars;
  const most = counts.reduce((a, b) => Math.max(a, b), 0);
  const step = (high - low) / counts.length;
  const wide = width / counts.length;
  const gap = counts.length > 1 ? 1 : 0;
  const [first, last] = dates ?? [formatValue(numbers.minimum), formatValue(numbers.maximum)];
  return svg(
    'svg',
    {
      class: 'histogram',
      viewBox: `0 0 ${width} ${height}`,
      preserveAspectRatio: 'none',
      role: 'img',
      'aria-label': t(
        'Histogram of {0} from {1} to {2} in {3} bars, the highest of {4} rows.',
        name,
        first,
        last,
        counts.length,
        formatCount(most),
      ),
    },
    ...counts.map((count, i) => {
      const tall = count === 0 ? 0 : Math.max(lowest, (count / most) * height);
      const from = low + i * step;
      const to = whole ? from + step - 1 : from + step;
      const range = from === to ? formatValue(from) : `${formatValue(from)} … ${formatValue(to)}`;
      return svg(
        'rect',
        { x: i * wide, y: height - tall, width: Math.max(0.5, wide - gap), height: tall, 'data-count': count },
        svg('title', {}, dates ? formatCount(count) : `${range}: ${formatCount(count)}`),
      );
    }),
  );
}

/** The most frequent categories with their counts, each with a bar. */
export function categoryBars({ values = [], distinct }: ColumnView): HTMLElement {
  const most = values[0]?.count ?? 1;
  const items = values.map(({ value, count }) =>
    h(
      'li',
      {},
      h('span', { class: 'category', title: value }, value),
      svg(
        'svg',
        { class: 'category-bar', 'aria-hidden': 'true' },
        svg('rect', { width: `${Math.max(1, (100 * count) / most)}%`, height: '100%' }),
      ),
      h('span', { class: 'numbers' }, formatCount(count)),
    ),
  );
  const more = distinct - Math.min(values.length, shownCategories);
  const uncounted = distinct - values.length;
  const rest = h('ul', { class: 'category-bars' }, ...items.slice(shownCategories));
  return h(
    'div',
    { class: 'categories' },
    h('ul', { class: 'category-bars' }, ...items.slice(0, shownCategories)),
    more > 0 &&
      h(
        'details',
        {},
        h('summary', {}, t('{0} more', formatCount(more))),
        rest,
        uncounted > 0 && h('p', { class: 'muted' }, t('{0} more', formatCount(uncounted))),
      ),
  );
}
