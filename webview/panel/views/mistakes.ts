/** Samples that the network gets wrong: the confusion matrix, a threshold to choose, the worst samples. */
import { t } from '@vscode/l10n';
import { shownClasses } from '../../../src/common/limits';
import type { MistakesQuestion } from '../../../src/protocol/engine';
import type { Questions } from '../../../src/protocol/measurements';
import type { RunStatus } from '../../../src/protocol/panel';
import { h, setHidden, setText } from '../../shared/dom';
import { whyUnmeasured } from '../../shared/states';
import type { Store } from '../store';
import type { Choices, Transport } from '../transport';
import { type Part, partName } from './banner';
import { parts } from './data/run';
import { type Cell, Matrix } from './mistakes/matrix';
import { Samples } from './mistakes/samples';
import { countsAt, ThresholdPart } from './mistakes/threshold';
import type { Context, Paint, PanelView, ViewEntry } from './view';

class MistakesView implements PanelView {
  readonly #transport: Transport;
  readonly #redraw: () => void;
  readonly #part = h('select', {
    class: 'select',
    'aria-label': t('Part of the data'),
    'data-testid': 'mistakes-part',
  });
  readonly #empty = h('p', { class: 'empty-tab', 'data-testid': 'empty-mistakes' });
  readonly #matrix: Matrix;
  readonly #heading = h('h2');
  readonly #why = h('p', { class: 'empty-inline' });
  readonly #confusion: HTMLElement;
  readonly #threshold: ThresholdPart;
  readonly #samples: Samples;
  readonly element: HTMLElement;

  constructor(transport: Transport, redraw: () => void) {
    this.#transport = transport;
    this.#redraw = redraw;
    this.#matrix = new Matrix((cell) => this.#choose({ cell, from: 0 }));
    this.#threshold = new ThresholdPart((threshold) => this.#choose({ threshold, from: 0 }));
    this.#samples = new Samples({
      move: (from) => this.#choose({ from }),
      showAll: () => this.#choose({ cell: undefined, from: 0 }),
    });
    this.#part.addEventListener('change', () => this.#choose({ part: this.#part.value as Part, from: 0 }));
    this.#confusion = h('section', { 'data-testid': 'confusion' }, this.#heading, this.#why, this.#matrix.element);
    this.element = h(
      'div',
      { class: 'tab-panel' },
      this.#empty,
      h('div', { class: 'mistakes-tools' }, this.#part),
      h('div', { class: 'mistakes-grid' }, this.#confusion, this.#threshold.element),
      this.#samples.element,
    );
  }

  #choose(change: Partial<MistakesQuestion>): void {
    this.#transport.choose({ mistakes: { ...this.#transport.choices.mistakes, ...change } });
    this.#redraw();
  }

  draw({ store, palette, choices }: Context): readonly Paint[] {
    const { run } = store;
    const { started, confusion, mistakes } = run;
    const question = questionOf(store, choices);
    setHidden(this.#empty, started !== undefined);
    setText(this.#empty, t('The mistakes appear with the first measurements.'));
    setHidden(this.#confusion, !started || started.targetKind === 'numbers');
    const offered = started ? parts.filter((part) => started.samples[part] > 0) : [];
    if (this.#part.dataset.offered !== offered.join()) {
      this.#part.dataset.offered = offered.join();
      this.#part.replaceChildren(...offered.map((part) => h('option', { value: part }, partName(part))));
    }
    setHidden(this.#part, offered.length < 2);
    this.#part.value = question?.part ?? '';
    const title = t('Confusion matrix');
    setText(this.#heading, confusion ? `${title} · ${partName(confusion.part)}` : title);
    setText(
      this.#why,
      confusion
        ? t('Rows are the true classes, columns what the network says. Choose a cell to see its samples.')
        : whyNone(run),
    );
    const { thresholds } = confusion ?? {};
    const shown = thresholds ? question?.threshold : undefined;
    const counts = confusion && shown !== undefined ? countsAt(confusion, shown) : confusion?.counts;
    const matrix = confusion && counts && { classNames: confusion.classNames, counts };
    const paints = [
      () => this.#matrix.draw(matrix, question?.cell),
      ...this.#threshold.draw(confusion, shown, palette),
    ];
    this.#samples.draw({
      answer: mistakes,
      question,
      classNames: confusion?.classNames,
      // Beside a matrix, its own sentence says why.
      empty:
        started?.targetKind === 'numbers'
          ? (whyUnmeasured(run) ?? t('The samples appear with the first measurements.'))
          : '',
    });
    return paints;
  }
}

/** Why there is no matrix. */
function whyNone(run: RunStatus): string {
  const { started } = run;
  if (started?.targetKind === 'binary' && started.facts.targetSize > 1) {
    return t('Each sample may have several labels, so there are no classes to confuse.');
  }
  return started && started.facts.targetSize > shownClasses
    ? t('It is shown for up to {0} classes.', shownClasses)
    : (whyUnmeasured(run) ?? t('It appears with the first measurements.'));
}

/** The choices that this run can answer. */
function questionOf({ run: { started } }: Store, { mistakes = {} }: Choices): MistakesQuestion | undefined {
  if (!started) {
    return undefined;
  }
  const { samples, targetKind, facts } = started;
  const { part, cell, threshold, from = 0 } = mistakes;
  const held = samples.validation > 0 ? 'validation' : 'train';
  const isClass = targetKind !== 'numbers' && (targetKind === 'classes' || facts.targetSize === 1);
  const classes = Math.max(2, facts.targetSize);
  const has = ({ target, predicted }: Cell) => target < classes && predicted < classes;
  return {
    part: part && samples[part] > 0 ? part : held,
    ...(isClass && cell && has(cell) && { cell }),
    ...(isClass && classes === 2 && threshold !== undefined && { threshold }),
    from,
  };
}

export const mistakes: ViewEntry = {
  id: 'mistakes',
  title: () => t('Mistakes'),
  make: (transport, redraw) => new MistakesView(transport, redraw),
  questions(store, choices): Questions {
    const question = questionOf(store, choices);
    if (!question) {
      return {};
    }
    const isClass = store.run.started?.targetKind !== 'numbers';
    return { mistakes: question, ...(isClass && { confusion: { part: question.part } }) };
  },
};
