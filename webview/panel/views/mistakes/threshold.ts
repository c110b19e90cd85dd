/** The threshold between two classes, to be moved: precision and recall follow it. */
import { t } from '@vscode/l10n';
import type { Confusion, ThresholdCounts } from '../../../../src/protocol/engine';
import { h, setHidden, setText } from '../../../shared/dom';
import { formatNumber, formatShort } from '../../../shared/format';
import type { Palette } from '../../../shared/theme';
import { LineChart } from '../../charts/lineChart';
import { facts } from '../banner';
import type { Paint } from '../view';

/** The threshold that training decides by. */
const usual = 0.5;

export class ThresholdPart {
  readonly #slider = h('input', {
    type: 'range',
    min: 0,
    max: 1,
    id: 'threshold',
    class: 'threshold-slider',
    'data-testid': 'threshold',
  });
  readonly #label = h('label', { for: 'threshold' });
  readonly #reset = h('button', { type: 'button', class: 'link', 'data-testid': 'threshold-reset' }, t('Back to 0.5'));
  readonly #values = h('div', { class: 'threshold-values', 'data-testid': 'threshold-values', 'aria-live': 'polite' });
  readonly #chart = new LineChart({
    id: 'threshold',
    title: t('Precision and recall by threshold'),
    empty: t('The curves appear with the first measurements.'),
  });
  readonly element = h(
    'section',
    { class: 'threshold', hidden: true },
    h('h2', {}, t('Threshold')),
    h('div', { class: 'threshold-row' }, this.#label, this.#slider, this.#reset),
    this.#values,
    this.#chart.box.element,
  );
  #curves: { readonly of: ThresholdCounts; readonly curves: Curves } | undefined;

  constructor(choose: (threshold: number | undefined) => void) {
    this.#slider.addEventListener('input', () => {
      const { valueAsNumber: value } = this.#slider;
      choose(value === usual ? undefined : value);
    });
    this.#reset.addEventListener('click', () => {
      choose(undefined);
      this.#slider.focus();
    });
  }

  draw(confusion: Confusion | undefined, chosen: number | undefined, palette: Palette): readonly Paint[] {
    setHidden(this.element, !confusion?.thresholds);
    if (!confusion?.thresholds) {
      return [];
    }
    const { thresholds, classNames } = confusion;
    const threshold = chosen ?? usual;
    const name = classNames[1];
    this.#slider.step = String(1 / thresholds.steps);
    if (this.#slider.valueAsNumber !== threshold) {
      this.#slider.valueAsNumber = threshold;
    }
    const said = t('“{0}” from a probability above {1}', name, formatShort(threshold));
    setText(this.#label, said);
    this.#slider.setAttribute('aria-valuetext', formatShort(threshold));
    setHidden(this.#reset, chosen === undefined);
    const scores = scoresOf(countsAt(confusion, threshold));
    const shown = Object.values(scores).map((value) => formatNumber(value, 3));
    if (this.#values.dataset.key !== shown.join()) {
      this.#values.dataset.key = shown.join();
      const names = [t('precision'), t('recall'), 'F1', t('accuracy')];
      this.#values.replaceChildren(facts(names.map((each, i) => [each, shown[i]])));
    }
    return [() => this.#drawCurves(confusion, thresholds, { name, threshold, scores }, palette)];
  }

  #drawCurves(
    { counts }: Confusion,
    thresholds: ThresholdCounts,
    { name, threshold, scores }: { readonly name: string; readonly threshold: number; readonly scores: TwoClassScores },
    palette: Palette,
  ): void {
    if (this.#curves?.of !== thresholds) {
      this.#curves = { of: thresholds, curves: curvesOf(thresholds, counts[2] + counts[3]) };
    }
    const { x, precision, recall } = this.#curves.curves;
    this.#chart.draw(
      {
        lines: [
          { label: t('precision'), x: x.subarray(0, precision.length), y: precision, color: palette.train, dash: [] },
          { label: t('recall'), x, y: recall, color: palette.validation, dash: [6, 3] },
        ],
        xRange: { min: 0, max: 1 },
        yRange: { min: 0, max: 1 },
        xLabel: t('threshold'),
        cursor: threshold,
        label: t(
          'Precision and recall of “{0}” by threshold. At {1}: precision {2}, recall {3}.',
          name,
          formatShort(threshold),
          formatNumber(scores.precision, 3),
          formatNumber(scores.recall, 3),
        ),
      },
      palette,
    );
  }
}

interface TwoClassScores {
  readonly precision: number | undefined;
  readonly recall: number | undefined;
  readonly f1: number | undefined;
  readonly accuracy: number | undefined;
}

/** `[target, predicted]` counts at one of the thresholds. */
export function countsAt({ counts, thresholds }: Confusion, threshold: number): Float64Array {
  if (!thresholds) {
    return counts;
  }
  const { steps, first, second } = thresholds;
  const step = Math.max(0, Math.min(steps, Math.round(threshold * steps)));
  const [ofFirst, ofSecond] = [counts[0] + counts[1], counts[2] + counts[3]];
  return Float64Array.of(ofFirst - first[step], first[step], ofSecond - second[step], second[step]);
}

/** Undefined where they would be 0/0. */
function scoresOf([trueFirst, falseSecond, falseFirst, trueSecond]: Float64Array): TwoClassScores {
  const quotient = (part: number, whole: number) => (whole === 0 ? undefined : part / whole);
  const all = trueFirst + falseSecond + falseFirst + trueSecond;
  return {
    precision: quotient(trueSecond, trueSecond + falseSecond),
    recall: quotient(trueSecond, trueSecond + falseFirst),
    f1: quotient(2 * trueSecond, 2 * trueSecond + falseSecond + falseFirst),
    accuracy: quotient(trueFirst + trueSecond, all),
  };
}

interface Curves {
  readonly x: Float64Array;
  /** To the last threshold that a sample is above. */
  readonly precision: Float64Array;
  readonly recall: Float64Array;
}

function curvesOf({ steps, first, second }: ThresholdCounts, ofSecond: number): Curves {
  const x = Float64Array.from({ length: steps + 1 }, (_, k) => k / steps);
  const last = x.findLastIndex((_, k) => first[k] + second[k] > 0);
  return {
    x,
    precision: Float64Array.from({ length: last + 1 }, (_, k) => second[k] / (first[k] + second[k])),
    recall: second.map((count) => count / ofSecond),
  };
}
