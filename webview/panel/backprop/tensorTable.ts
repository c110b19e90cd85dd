/** A tensor as a small table; for a large one, a corner and a summary. */
import { t } from '@vscode/l10n';
import type { Phase, TensorView } from '../../../src/protocol/engine';
import { h } from '../../shared/dom';
import { formatNumber, formatShape } from '../../shared/format';
import { facts } from '../views/banner';
import { cell } from './numbers';
import { roleName } from './sentences';
import { matrixOf, type Selection } from './walk';

const rowsShown = 8;
const columnsShown = 5;

/** `channel` is the channel of the selected unit. */
export function tensorTable(
  role: string,
  view: TensorView,
  selection: Selection,
  channel: number,
  kind: Phase['kind'],
): HTMLElement {
  const { symbol, text } = roleName(role);
  const matrix = matrixOf(view);
  const [chosenRow, chosenColumn] = chosenCell(role, selection, channel, kind);
  const rows = windowOf(matrix.shownRows, rowsShown, chosenRow);
  const columns = windowOf(matrix.shownColumns, columnsShown, chosenColumn);
  const cut = rows.length < matrix.rows || columns.length < matrix.columns;
  const body = rows.map((row) =>
    h(
      'tr',
      {},
      matrix.rows > 1 && h('th', { scope: 'row' }, row + 1),
      ...columns.map((column) =>
        h(
          'td',
          { class: (chosenRow ?? row) === row && (chosenColumn ?? column) === column ? 'chosen' : undefined },
          cell(matrix.at(row, column)),
        ),
      ),
      columns.length < matrix.columns && h('td', { class: 'muted' }, '…'),
    ),
  );
  return h(
    'figure',
    { class: 'tensor', 'data-testid': `tensor-${role}` },
    h(
      'figcaption',
      {},
      h('b', { class: 'math' }, symbol),
      ' ',
      h('span', {}, text),
      ' ',
      h('span', { class: 'muted' }, formatShape(view.shape)),
    ),
    h(
      'div',
      { class: 'table-scroll' },
      h(
        'table',
        { class: 'tensor-table' },
        columns.length > 1 &&
          h(
            'thead',
            {},
            h('tr', {}, matrix.rows > 1 && h('td', {}), ...columns.map((i) => h('th', { scope: 'col' }, i + 1))),
          ),
        h(
          'tbody',
          {},
          ...body,
          rows.length < matrix.rows &&
            h(
              'tr',
              {},
              h('td', { class: 'muted', colspan: columns.length + 2 }, t('{0} of {1} rows', rows.length, matrix.rows)),
            ),
        ),
      ),
    ),
    cut &&
      view.summary &&
      facts([
        [t('smallest'), formatNumber(view.summary.minimum, 3)],
        [t('mean'), formatNumber(view.summary.mean, 3)],
        [t('largest'), formatNumber(view.summary.maximum, 3)],
        [t('norm'), formatNumber(view.summary.norm, 3)],
      ]),
  );
}

/** The rows (or columns) to show: the first ones, or those around the selected one. */
function windowOf(received: number, limit: number, chosen: number | undefined): number[] {
  const count = Math.min(received, limit);
  const from =
    chosen === undefined || chosen < count || chosen < 0
      ? 0
      : Math.min(received - count, chosen - Math.floor(count / 2));
  return Array.from({ length: count }, (_, i) => from + i);
}

/** Row and column of the numbers used in the formulas; `undefined` means all, −1 none. */
function chosenCell(
  role: string,
  { unit, input, sample }: Selection,
  channel: number,
  kind: Phase['kind'],
): [row: number | undefined, column: number | undefined] {
  switch (role) {
    case 'W':
    case 'dW':
    case 'Wafter':
    case 'W.velocity':
    case 'W.first_moment':
    case 'W.second_moment':
      return role !== 'W' || kind === 'update' ? [unit, input] : kind === 'forward' ? [unit, undefined] : [-1, -1];
    case 'input':
      return [sample, kind === 'forward' ? undefined : input];
    case 'filters':
      return kind === 'forward' ? [channel, undefined] : [-1, -1];
    case 'dfilters':
    case 'filtersafter':
      return [-1, -1];
    case 'b':
    case 'db':
    case 'bafter':
    case 'b.velocity':
    case 'b.first_moment':
    case 'b.second_moment':
      return [0, channel];
    case 'dInput':
      return [-1, -1];
    case 'nextW':
      return [undefined, unit];
    case 'nextDelta':
      return [sample, undefined];
    default:
      return [sample, unit];
  }
}
