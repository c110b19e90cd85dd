/**
 * The texts of predictions. The engine measures one batch of a spec; this module makes hints from it with
 * fixes to try. Once each fix has been measured too, its title names the effect.
 */
import { t } from '@vscode/l10n';
import { explodingRatio, vanishingRatio } from '../../common/verdict/thresholds';
import { flatLayers } from '../../spec/flatLayers';
import type { Forecast } from '../../spec/measurements';
import type { Fix, Problem } from '../../spec/problem';
import type { Spec } from '../../spec/spec';
import { applyFixes } from '../fixes/fixAll';
import { type ParsedSpec, parseSpec } from '../reading/parse';
import { errorShare, type Finding, figure, findingsOf, percent } from './findings';
import { remediesFor } from './remedies';
import { minimumImprovement } from './thresholds';

/** A hint on a layer, and the fixes to try. */
export interface Prediction {
  readonly problem: Problem;
  readonly trials: readonly Trial[];
}

/** A fix with the resulting spec; measure it, then call `outcomeOf`. */
export interface Trial {
  readonly fix: Fix;
  readonly spec: Spec;
  readonly finding: Finding;
}

export function predictionsOf(parsed: ParsedSpec, forecast: Forecast): Prediction[] {
  const { spec, lines } = parsed;
  if (!spec) {
    return [];
  }
  return findingsOf(spec, forecast).map((finding) => {
    const { code, message, path } = finding;
    const what = path.length % 2 === 0 ? 'key' : 'value';
    const range = parsed.locate(path, what) ?? lines.range([0, 0]);
    return { problem: { code, severity: 'hint', message, range }, trials: trialsOf(finding, spec, parsed) };
  });
}

function trialsOf(finding: Finding, spec: Spec, parsed: ParsedSpec): Trial[] {
  return remediesFor(finding, spec, parsed).flatMap((fix) => {
    const changed = parseSpec(applyFixes(parsed.text, [fix]), { fileName: spec.name });
    return changed.spec ? [{ fix, spec: changed.spec, finding }] : [];
  });
}

/**
 * The fix with its measured figure and the present one in its title; undefined where it hardly helps. Of the
 * fixes of one hint, that with the largest `better` is the best.
 */
export function outcomeOf(
  { fix, spec, finding }: Trial,
  before: { readonly spec: Spec; readonly forecast: Forecast },
  after: Forecast,
): { readonly fix: Fix; readonly better: number } | undefined {
  const now = figureOf(finding, before.spec, before.forecast);
  const then = figureOf(finding, spec, after);
  // Between two overflows, and between two zeros, there is no improvement.
  const helps = now && then && then.badness < now.badness && then.badness * minimumImprovement <= now.badness;
  if (!helps) {
    return undefined;
  }
  const title = t('{0}: {1} (now {2})', fix.title, then.text, now.short);
  return { fix: { ...fix, title, choice: true }, better: 1 / Math.max(then.badness, 1e-9) };
}

interface Figure {
  readonly text: string;
  /** The number alone. */
  readonly short: string;
  /** 0 is best. */
  readonly badness: number;
}

function figureOf({ code, layer }: Finding, spec: Spec, forecast: Forecast): Figure | undefined {
  switch (code) {
    case 'vanishing-gradient':
    case 'exploding-gradient': {
      const share = errorShare(forecast);
      if (share === undefined) {
        return undefined;
      }
      if (!Number.isFinite(share)) {
        return { text: t('the loss overflows'), short: t('the loss overflows'), badness: Number.POSITIVE_INFINITY };
      }
      // Inside the bounds, factors hardly matter.
      const badness =
        share < vanishingRatio
          ? vanishingRatio / share + 1
          : share > explodingRatio
            ? share / explodingRatio + 1
            : distance(share);
      return share > 1
        ? { text: t('{0} times the error arrives', figure(share)), short: `${figure(share)} ×`, badness }
        : { text: t('{0} of the error arrives', percent(share)), short: percent(share), badness };
    }
    case 'saturated-units':
    case 'dead-units': {
      const flat = flatLayers(spec.layers);
      const measured = forecast.layers.find((each) => flat[each.layer].layer.name === layer);
      if (!measured) {
        return undefined;
      }
      const { saturated, dead } = measured;
      if (dead !== undefined) {
        return { text: t('{0} dead', percent(dead)), short: percent(dead), badness: dead };
      }
      if (saturated !== undefined) {
        return { text: t('{0} saturated', percent(saturated)), short: percent(saturated), badness: saturated };
      }
      return { text: t('none can die'), short: '0 %', badness: 0 };
    }
    case 'constant-output':
      return {
        text: t('the outputs differ by {0}', figure(forecast.outputSpread)),
        short: figure(forecast.outputSpread),
        badness: 1 / Math.max(forecast.outputSpread, 1e-30),
      };
  }
}

/** From 0 for a share of 1 to 1 at the bounds. */
function distance(share: number): number {
  const factor = share < 1 ? 1 / share : share;
  return (factor - 1) / (explodingRatio - 1);
}
