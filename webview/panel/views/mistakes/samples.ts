/** The samples that the network fits worst, as pictures or as rows of the table. */
import { t } from '@vscode/l10n';
import { counted } from '../../../../src/common/counted';
import { mistakesAtOnce } from '../../../../src/common/limits';
import type { MistakenSample, Mistakes, MistakesQuestion } from '../../../../src/protocol/engine';
import { h, setHidden, setText } from '../../../shared/dom';
import { formatCount, formatNumber, formatShort } from '../../../shared/format';
import { partName } from '../banner';
import { Pager } from '../data/pager';

export interface SamplesPicture {
  readonly answer: Mistakes | undefined;
  /** The samples that are wanted. Those of the answer are shown until it is answered. */
  readonly question: MistakesQuestion | undefined;
  readonly classNames: readonly string[] | undefined;
  /** Why there is no answer. */
  readonly empty: string;
}

export class Samples {
  readonly #heading = h('h2', { 'data-testid': 'mistakes-heading' });
  readonly #all = h('button', { type: 'button', class: 'link', 'data-testid': 'mistakes-all' }, t('Show all samples'));
  readonly #why = h('p', { class: 'empty-inline', 'data-testid': 'mistakes-why' });
  readonly #note = h('p', { class: 'muted' });
  readonly #pager: Pager;
  readonly #pictures = h('ul', { class: 'mistake-pictures', 'data-testid': 'mistake-pictures' });
  readonly #table = h('table', { class: 'data-table', 'data-testid': 'mistake-rows' });
  readonly #scroll = h(
    'div',
    { class: 'table-scroll rows-scroll', tabindex: 0, role: 'region', 'aria-label': t('Samples') },
    this.#table,
  );
  readonly element: HTMLElement;
  #shown: Mistakes | undefined;

  constructor({ move, showAll }: { move: (from: number) => void; showAll: () => void }) {
    this.#pager = new Pager(mistakesAtOnce, move);
    this.#all.addEventListener('click', () => {
      showAll();
      this.#heading.focus();
    });
    this.#heading.tabIndex = -1;
    this.element = h(
      'section',
      { class: 'stack mistakes-samples', 'data-testid': 'mistakes-samples' },
      h('div', { class: 'mistakes-head' }, this.#heading, this.#all, this.#pager.element),
      this.#note,
      this.#why,
      this.#pictures,
      this.#scroll,
    );
  }

  draw({ answer, question, classNames, empty }: SamplesPicture): void {
    setHidden(this.element, !answer && empty === '');
    setText(this.#why, empty);
    setHidden(this.#why, answer !== undefined);
    this.element.setAttribute('aria-busy', String(answer !== undefined && !isAnswered(answer, question)));
    for (const part of [this.#heading, this.#note]) {
      setHidden(part, !answer);
    }
    setHidden(this.#all, answer?.question.cell === undefined);
    setHidden(this.#pictures, !answer?.picture);
    setHidden(this.#scroll, !answer || answer.picture !== undefined || answer.samples.length === 0);
    if (!answer || answer === this.#shown) {
      return;
    }
    this.#shown = answer;
    setText(this.#heading, headingOf(answer, classNames));
    setText(this.#note, noteOf(answer));
    this.#pager.show(answer.question.from, answer.total);
    if (answer.picture) {
      this.#drawPictures(answer);
    } else {
      this.#table.replaceChildren(...tableOf(answer));
    }
  }

  /** Draws into the pictures that are there, so that nothing flickers while the network trains. */
  #drawPictures({ samples, picture }: Mistakes): void {
    while (this.#pictures.childElementCount > samples.length) {
      this.#pictures.lastElementChild?.remove();
    }
    while (this.#pictures.childElementCount < samples.length) {
      this.#pictures.append(h('li', {}, h('canvas', { role: 'img' }), h('span'), h('small', { class: 'muted' })));
    }
    samples.forEach((sample, i) => {
      const [canvas, words, small] = this.#pictures.children[i].children;
      drawPixels(canvas as HTMLCanvasElement, sample.pixels ?? new Uint8Array(), picture!);
      const said = `${sample.target.map(valueText).join(', ')} → ${sample.predicted.map(valueText).join(', ')}`;
      setText(words, said);
      const more = [measureOf(sample), t('row {0}', formatCount(sample.row))].join(' · ');
      setText(small, more);
      canvas.setAttribute('aria-label', t('Picture of row {0}', formatCount(sample.row)));
    });
  }
}

function isAnswered({ question }: Mistakes, wanted: MistakesQuestion | undefined): boolean {
  return (
    wanted?.part === question.part &&
    wanted.from === question.from &&
    wanted.threshold === question.threshold &&
    wanted.cell?.target === question.cell?.target &&
    wanted.cell?.predicted === question.cell?.predicted
  );
}

function headingOf({ question, total }: Mistakes, classNames: readonly string[] | undefined): string {
  const { cell, part } = question;
  const count = counted(total, t('{0} sample', formatCount(total)), t('{0} samples', formatCount(total)));
  const nameOf = (index: number) => classNames?.[index] ?? String(index);
  if (!cell) {
    return t('All samples of the part {0}, the worst first', partName(part));
  }
  return cell.target === cell.predicted
    ? t('{0}, recognised: {1}', nameOf(cell.target), count)
    : t('{0}, taken for {1}: {2}', nameOf(cell.target), nameOf(cell.predicted), count);
}

/** How the samples are sorted. */
function noteOf({ samples, total }: Mistakes): string {
  const [first] = samples;
  if (total === 0 || !first) {
    return t('There is no such sample.');
  }
  if (typeof first.target[0] === 'number') {
    return first.target.length > 1
      ? t('Sorted by the distance between prediction and target, in the numbers that the network learns.')
      : t('Sorted by the distance between prediction and target.');
  }
  return first.probability === undefined
    ? t('Sorted by the loss of each sample.')
    : t('Sorted by the probability that the network gives the true class, the lowest first.');
}

function measureOf({ probability, wrong }: MistakenSample): string {
  return probability === undefined ? formatNumber(wrong, 3) : `p ${formatNumber(probability, 3)}`;
}

function valueText(value: string | number): string {
  return typeof value === 'number' ? formatShort(value, 5) : value;
}

function tableOf({ samples, columns = [], moreColumns = 0, targets }: Mistakes): HTMLElement[] {
  const [first] = samples;
  if (!first) {
    return [];
  }
  const isNumber = typeof first.target[0] === 'number';
  const measure = first.probability === undefined ? (isNumber ? t('distance') : t('loss')) : t('p of the true class');
  const side = isNumber ? undefined : 'text';
  const several = (title: string) => (targets && isNumber ? targets.map((name) => `${title} ${name}`) : [title]);
  const answers = [...several(isNumber ? t('target') : t('true class')), ...several(t('predicted'))];
  const cellsOf = (values: MistakenSample['target']): readonly string[] =>
    isNumber ? values.map(valueText) : [values.join(', ') || t('none')];
  const head = h(
    'tr',
    {},
    h('th', { scope: 'col', class: 'row-number' }, t('row')),
    ...answers.map((name) => h('th', { scope: 'col', class: side }, name)),
    h('th', { scope: 'col' }, measure),
    ...columns.map((column) => h('th', { scope: 'col', class: column.isNumber ? undefined : 'text' }, column.name)),
    moreColumns > 0 && h('th', { scope: 'col', class: 'text muted' }, t('{0} more', formatCount(moreColumns))),
  );
  const rows = samples.map(({ row, target, predicted, probability, wrong, cells = [] }) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row', class: 'row-number' }, formatCount(row)),
      ...[...cellsOf(target), ...cellsOf(predicted)].map((text) => h('td', { class: side }, text)),
      h('td', {}, formatNumber(probability ?? wrong, 3)),
      ...cells.map((cell, i) =>
        cell === null
          ? h('td', { class: 'missing text' }, t('unknown'))
          : h('td', { class: columns[i].isNumber ? undefined : 'text' }, valueText(cell)),
      ),
      moreColumns > 0 && h('td', {}, ''),
    ),
  );
  return [h('thead', {}, head), h('tbody', {}, ...rows)];
}

function drawPixels(
  canvas: HTMLCanvasElement,
  pixels: Uint8Array,
  { channels, height, width }: NonNullable<Mistakes['picture']>,
): void {
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  const image = context.createImageData(width, height);
  const size = width * height;
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < 3; k++) {
      image.data[4 * i + k] = pixels[(channels === 3 ? k * size : 0) + i];
    }
    image.data[4 * i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}
