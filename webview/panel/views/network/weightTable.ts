/** The weights of a unit, each of which can be set by hand, and the changes be undone. */
import { t } from '@vscode/l10n';
import { focusBeside, h, setHidden, setText } from '../../../shared/dom';
import { formatNumber, formatShort } from '../../../shared/format';
import type { Transport } from '../../transport';

export interface WeightRow {
  readonly name: string;
  /** The number that it weighs; none for a bias. */
  readonly input?: number;
  readonly value: number;
  readonly gradient: number;
  readonly change: number | undefined;
  readonly tensor: string;
  readonly index: number;
}

interface Setting {
  readonly tensor: string;
  readonly index: number;
  readonly value: number;
}

interface Cells {
  readonly row: HTMLElement;
  readonly input: HTMLElement;
  readonly field: HTMLInputElement;
  readonly text: HTMLElement;
  readonly gradient: HTMLElement;
  readonly change: HTMLElement;
}

export class WeightTable {
  readonly #body = h('tbody', {});
  readonly element: HTMLElement;
  readonly undo = h(
    'button',
    { type: 'button', class: 'link', hidden: true, 'data-testid': 'net-undo' },
    t('Undo the last change (Ctrl+Z)'),
  );
  readonly #transport: Transport;
  #rows: readonly WeightRow[] = [];
  #cells: readonly Cells[] = [];
  #key = '';
  /** The values before each change, the last one at the end. */
  #before: Setting[] = [];

  constructor(transport: Transport) {
    this.#transport = transport;
    const head = [t('input'), 'x', 'w', 'dL/dw', t('change')];
    this.element = h(
      'table',
      { class: 'data-table', 'data-testid': 'net-table' },
      h('thead', {}, h('tr', {}, ...head.map((text) => h('th', { scope: 'col' }, text)))),
      this.#body,
    );
    this.undo.addEventListener('click', () => this.undoLast());
  }

  /** `marked`: the row whose weight is pointed at. */
  draw(rows: readonly WeightRow[], marked: number | undefined, canSet: boolean): void {
    const key = rows.map(({ tensor, index }) => `${tensor}/${index}`).join();
    this.#rows = rows;
    if (this.#key !== key) {
      this.#key = key;
      this.#cells = rows.map((row, i) => this.#build(row, i));
      this.#body.replaceChildren(...this.#cells.map(({ row }) => row));
    }
    for (const [i, { input, value, gradient, change }] of rows.entries()) {
      const cells = this.#cells[i];
      cells.row.classList.toggle('chosen', i === marked);
      setText(cells.input, input === undefined ? '' : formatNumber(input, 3));
      setText(cells.text, formatNumber(value, 4));
      setHidden(cells.text, canSet);
      setHidden(cells.field, !canSet);
      if (focusBeside(cells.field) !== cells.field) {
        cells.field.value = formatShort(value, 4);
        cells.field.setAttribute('aria-invalid', 'false');
      }
      setText(cells.gradient, formatNumber(gradient, 3));
      setText(cells.change, formatNumber(change, 3));
    }
    setHidden(this.undo, !canSet || this.#before.length === 0);
  }

  /** Another run: its weights were not changed. */
  forget(): void {
    this.#before = [];
  }

  undoLast(): void {
    const before = this.#before.pop();
    if (before) {
      this.#transport.post({ type: 'setWeight', ...before });
    }
    setHidden(this.undo, this.#before.length === 0);
  }

  #build({ name }: WeightRow, i: number): Cells {
    const field = h('input', {
      type: 'text',
      inputmode: 'decimal',
      class: 'number-input',
      'data-testid': `net-weight-${i}`,
      'aria-label': t('Weight: {0}', name),
    });
    field.addEventListener('change', () => this.#set(field, i));
    field.addEventListener('keydown', (event) => {
      const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (by !== undefined) {
        event.preventDefault();
        const step = event.shiftKey ? 1 : 0.1;
        field.value = formatShort(Number((numberIn(field.value) + by * step).toPrecision(6)), 6);
        this.#set(field, i);
      }
    });
    const [input, text, gradient, change] = [h('td', {}), h('span', {}), h('td', {}), h('td', {})];
    const row = h('tr', {}, h('th', { scope: 'row' }, name), input, h('td', {}, field, text), gradient, change);
    return { row, input, field, text, gradient, change };
  }

  #set(field: HTMLInputElement, i: number): void {
    const { tensor, index, value: before } = this.#rows[i];
    const value = numberIn(field.value);
    const isNumber = field.value.trim() !== '' && Number.isFinite(Math.fround(value));
    field.setAttribute('aria-invalid', String(!isNumber));
    if (isNumber && value !== before) {
      this.#before.push({ tensor, index, value: before });
      this.#transport.post({ type: 'setWeight', tensor, index, value });
      setHidden(this.undo, false);
    }
  }
}

function numberIn(text: string): number {
  return Number(text.replace('\u2212', '-').replace(',', '.'));
}
