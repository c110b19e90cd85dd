/** One step of the walk: sentence, picture, formulas with and without numbers, tensors. */
import { t } from '@vscode/l10n';
import { h, math, setHidden } from '../../shared/dom';
import { networkPicture } from './networkPicture';
import { roleOrder, sentence, stepName } from './sentences';
import { tensorTable } from './tensorTable';
import type { Selection, WalkReader } from './walk';
import { worked } from './worked';
import type { Optimizer } from './workedUpdate';

const choicesShown = 64;

export class Explanation {
  readonly #title = h('h2', { 'data-testid': 'walk-title' });
  readonly #sentence = h('p', { class: 'sentence', 'data-testid': 'walk-sentence' });
  readonly #picture = h('div', { class: 'network-stage' });
  readonly #formulas = h('div', { class: 'formulas', 'data-testid': 'walk-formulas' });
  readonly #numbers = h('div', { class: 'formulas plugged', 'data-testid': 'walk-numbers' });
  readonly #tensors = h('div', { class: 'tensors', 'data-testid': 'walk-tensors' });
  readonly #unit = h('select', { 'data-testid': 'pick-unit' });
  readonly #input = h('select', { 'data-testid': 'pick-input' });
  readonly #sample = h('select', { 'data-testid': 'pick-sample' });
  readonly #formulaHead = h('h3', {}, t('Formula'));
  readonly #numbersHead = h('h3', {}, t('With the numbers'));
  readonly #picks: readonly { select: HTMLSelectElement; label: HTMLElement }[];
  /** Sentence, picture and formulas; beside them the tensors. */
  readonly main: HTMLElement;
  readonly side: HTMLElement;
  #selection: Selection = { unit: 0, input: 0, sample: 0 };
  onSelect: (() => void) | undefined;

  constructor() {
    this.#picks = [
      { select: this.#unit, label: h('label', { class: 'toggle' }, t('unit j'), this.#unit) },
      { select: this.#input, label: h('label', { class: 'toggle' }, t('input i'), this.#input) },
      { select: this.#sample, label: h('label', { class: 'toggle' }, t('sample n'), this.#sample) },
    ];
    const read = () => {
      this.#selection = {
        unit: this.#unit.selectedIndex,
        input: this.#input.selectedIndex,
        sample: this.#sample.selectedIndex,
      };
      this.onSelect?.();
    };
    for (const { select } of this.#picks) {
      select.addEventListener('change', read);
    }
    this.main = h(
      'div',
      { class: 'explanation-main' },
      this.#title,
      this.#sentence,
      this.#picture,
      this.#formulaHead,
      this.#formulas,
      h(
        'div',
        { class: 'plugged-head' },
        this.#numbersHead,
        h('div', { class: 'picks' }, ...this.#picks.map(({ label }) => label)),
      ),
      this.#numbers,
    );
    this.side = h('div', { class: 'explanation-side' }, h('h3', {}, t('Tensors of this step')), this.#tensors);
  }

  get spoken(): string {
    const lines = Array.from(this.#numbers.children, (line) => line.textContent);
    return `${this.#sentence.textContent} ${lines.join('; ')}`;
  }

  reset(): void {
    this.#selection = { ...this.#selection, sample: 0 };
  }

  show(reader: WalkReader, at: number, optimizer: Optimizer): void {
    const step = reader.steps[at];
    this.#boundSelection(reader, at);
    this.#title.textContent = stepName(reader, step);
    this.#sentence.textContent = sentence(reader, step);
    const picture = networkPicture(reader, at, this.#selection);
    // A small network keeps its size. A wide one shrinks to the available width, as long as its numbers are
    // legible.
    picture.style.setProperty('--natural', `${picture.dataset.width}px`);
    this.#picture.replaceChildren(picture);
    const { formulas, numbers } = worked(reader, step, this.#selection, optimizer);
    setHidden(this.#formulaHead, formulas.length === 0);
    setHidden(this.#numbersHead, numbers.length === 0);
    setHidden(this.#numbers, numbers.length === 0);
    this.#formulas.replaceChildren(...formulas.map((text) => h('p', {}, math(text))));
    this.#numbers.replaceChildren(...numbers.map((text) => h('p', {}, math(text))));
    const channel = reader.channelOf(step.phase.layer ?? reader.last, this.#selection.unit);
    const roles = [
      ...roleOrder.filter((role) => step.tensors[role]),
      ...Object.keys(step.tensors).filter((role) => !roleOrder.some((known) => known === role)),
    ];
    this.#tensors.replaceChildren(
      ...roles.map((role) => tensorTable(role, step.tensors[role], this.#selection, channel, step.phase.kind)),
    );
  }

  /**
   * Offers the units, inputs and samples whose numbers were received; keeps a selection that still exists.
   */
  #boundSelection(reader: WalkReader, at: number): void {
    const step = reader.steps[at];
    const layer = step.phase.layer ?? reader.last;
    const output = reader.tensor('a', layer) ?? reader.tensor('z', layer) ?? reader.tensor('delta', layer);
    const weights = reader.tensor('W', layer);
    const counts = [
      Math.min(output?.shownColumns ?? 1, weights?.shownRows ?? choicesShown, choicesShown),
      step.stage === 'gradients' || step.stage === 'update' ? Math.min(weights?.shownColumns ?? 1, choicesShown) : 1,
      step.phase.kind === 'update' ? 1 : Math.min(output?.shownRows ?? 1, choicesShown),
    ];
    const { unit, input, sample } = this.#selection;
    const chosen = [unit, input, sample].map((value, i) => Math.max(0, Math.min(value, counts[i] - 1)));
    this.#picks.forEach(({ select, label }, i) => {
      if (select.options.length !== counts[i]) {
        select.replaceChildren(...Array.from({ length: counts[i] }, (_, k) => h('option', {}, k + 1)));
      }
      select.selectedIndex = chosen[i];
      setHidden(label, counts[i] < 2);
    });
    this.#selection = { unit: chosen[0], input: chosen[1], sample: chosen[2] };
  }
}
