/** The backpropagation of one sample, whose weights and inputs can be changed. */
import { t } from '@vscode/l10n';
import type { TensorView, Walk } from '../../src/protocol/engine';
import type { Questions } from '../../src/protocol/measurements';
import type { ToPanel } from '../../src/protocol/panel';
import { Backprop } from '../panel/views/backprop';
import type { Context, Paint } from '../panel/views/view';
import { h, setHidden } from '../shared/dom';
import { formatShort } from '../shared/format';
import type { RunContent, RunPage } from './runPage';

export interface WalkQuestion {
  readonly sample: number;
  readonly edit: readonly ('weights' | 'inputs')[];
}

export class WalkOutput implements RunContent {
  readonly element: HTMLElement;
  readonly #page: RunPage;
  readonly #edit: WalkQuestion['edit'];
  readonly #walk: Backprop;
  readonly #tables = h('div', { class: 'edit-tables' });
  readonly #reset = h('button', { type: 'button', class: 'secondary', hidden: true }, t('Back to the given numbers'));
  readonly #area: HTMLElement;
  /** The numbers as the lesson gives them, by tensor. */
  readonly #given = new Map<string, Float64Array>();
  /** The inputs by hand. */
  #inputs: number[] | undefined;

  constructor(page: RunPage, { sample, edit }: WalkQuestion) {
    this.#page = page;
    this.#edit = edit;
    page.transport.choose({ subject: 'sample', sample });
    this.#walk = new Backprop(page.transport, { onlySample: true });
    this.#reset.addEventListener('click', () => this.#restore());
    this.#area = h(
      'details',
      { class: 'edit-numbers', hidden: edit.length === 0 },
      h('summary', {}, t('Change the numbers')),
      this.#tables,
      this.#reset,
    );
    this.element = h('div', { class: 'stack' }, this.#area, this.#walk.element);
  }

  questions(): Questions {
    return { gradients: {} };
  }

  receive(message: ToPanel): void {
    this.#walk.receive(message);
    if (message.type === 'walk' && message.walk) {
      this.#show(message.walk);
    }
  }

  draw(context: Context): readonly Paint[] {
    return this.#walk.draw(context);
  }

  /** Fields for the numbers that may be changed. */
  #show({ steps }: Walk): void {
    const forward = steps.filter(({ phase }) => phase.kind === 'forward');
    const input = forward[0]?.tensors.input;
    const tensors = [
      ...(this.#edit.includes('inputs') && input ? [{ label: t('inputs'), tensor: input, isInput: true }] : []),
      ...(this.#edit.includes('weights') ? forward : []).flatMap(({ phase, tensors }) => {
        const layer = 'layer' in phase && phase.layer !== undefined ? this.#page.store.layers[phase.layer]?.name : '';
        return (['W', 'b'] as const).flatMap((role) =>
          tensors[role] ? [{ label: `${role} · ${layer}`, tensor: tensors[role], isInput: false }] : [],
        );
      }),
    ].filter(({ tensor }) => !tensor.summary);
    for (const { tensor } of tensors) {
      if (!this.#given.has(tensor.name)) {
        this.#given.set(tensor.name, tensor.values.slice());
      }
    }
    const isChanged = tensors.some(({ tensor }) =>
      tensor.values.some((value, i) => value !== this.#given.get(tensor.name)?.[i]),
    );
    setHidden(this.#reset, !isChanged);
    const isEditing = this.#tables.querySelector(':focus') !== null;
    if (!isEditing || this.#tables.childElementCount === 0) {
      this.#tables.replaceChildren(...tensors.map((each) => this.#table(each)));
    }
  }

  #table({ label, tensor, isInput }: { label: string; tensor: TensorView; isInput: boolean }): HTMLElement {
    const columns = tensor.shape.length > 1 ? (tensor.shape.at(-1) ?? 1) : tensor.values.length;
    const rows = Math.max(1, tensor.values.length / columns);
    const field = (index: number) => {
      const place = rows > 1 ? `${Math.floor(index / columns) + 1}, ${(index % columns) + 1}` : String(index + 1);
      const made = h('input', {
        type: 'number',
        step: 'any',
        class: 'number-input',
        value: Number(tensor.values[index].toPrecision(6)),
        'aria-label': `${label} ${place}`,
        title: formatShort(tensor.values[index], 6),
      });
      made.addEventListener('change', () => {
        if (Number.isFinite(made.valueAsNumber)) {
          this.#change(tensor, isInput, index, made.valueAsNumber);
        }
      });
      return made;
    };
    return h(
      'figure',
      {},
      h('figcaption', {}, label),
      h(
        'table',
        { class: 'matrix' },
        ...Array.from({ length: rows }, (_, row) =>
          h('tr', {}, ...Array.from({ length: columns }, (_, column) => h('td', {}, field(row * columns + column)))),
        ),
      ),
    );
  }

  #change(tensor: TensorView, isInput: boolean, index: number, value: number): void {
    if (isInput) {
      this.#inputs ??= [...tensor.values];
      this.#inputs[index] = value;
    } else {
      this.#page.transport.post({ type: 'setWeight', tensor: tensor.name, index, value });
    }
    this.#walk.refresh(this.#inputs);
  }

  #restore(): void {
    this.#inputs = undefined;
    for (const [tensor, values] of this.#given) {
      if (tensor !== 'input') {
        for (const [index, value] of values.entries()) {
          this.#page.transport.post({ type: 'setWeight', tensor, index, value });
        }
      }
    }
    this.#walk.refresh(undefined);
  }
}
