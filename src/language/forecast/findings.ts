/** Turns the measurements of one batch into hints before training. */
import { t } from '@vscode/l10n';
import { counted } from '../../common/counted';
import { deadShare, explodingRatio, saturatedShare, vanishingRatio } from '../../common/verdict/thresholds';
import { flatLayers } from '../../spec/flatLayers';
import { activationPath } from '../../spec/layers';
import type { Forecast, LayerForecast } from '../../spec/measurements';
import type { Spec } from '../../spec/spec';
import type { PredictionCode } from '../problems/codes';
import type { Path } from '../yaml/tree';
import { constantOutput, wildLoss } from './thresholds';

export interface Finding {
  readonly code: PredictionCode;
  readonly message: string;
  readonly path: Path;
  /** The layer it is about. */
  readonly layer: string;
}

/** Largest number of hints of one kind. */
const maxPerCode = 4;

export function findingsOf(spec: Spec, forecast: Forecast): Finding[] {
  const gradient = gradientFindings(spec, forecast);
  const units = [...unitFindings(spec, forecast, 'saturated-units'), ...unitFindings(spec, forecast, 'dead-units')];
  // A vanishing error or a dead layer already explains equal outputs.
  const explained = gradient.length > 0 || forecast.layers.some((layer) => layer.dead === 1);
  return [...gradient, ...units, ...(explained ? [] : outputFindings(spec, forecast))];
}

/**
 * The error at the first layer with weights divided by that at the last; undefined for a single one, and
 * where it is no number, as without any error. Infinite if the loss overflows.
 */
export function errorShare({ layers, loss }: Forecast): number | undefined {
  const deltas = layers.flatMap(({ delta }) => (delta === undefined ? [] : [delta]));
  if (!Number.isFinite(loss) || Math.abs(loss) > wildLoss) {
    return Number.POSITIVE_INFINITY;
  }
  const share = deltas.length > 1 ? deltas[0] / deltas[deltas.length - 1] : Number.NaN;
  return Number.isFinite(share) ? share : undefined;
}

function gradientFindings(spec: Spec, forecast: Forecast): Finding[] {
  const share = errorShare(forecast);
  const flat = flatLayers(spec.layers);
  const learning = forecast.layers.filter(({ delta }) => delta !== undefined);
  const first = learning[0];
  if (share === undefined || !first) {
    return [];
  }
  const { layer, path } = flat[first.layer];
  if (!Number.isFinite(share)) {
    const message = t(
      'Exploding gradient: the loss of the first batch is {0} before any training. The values grow from layer to layer; no learning rate can mend that.',
      String(forecast.loss),
    );
    return [{ code: 'exploding-gradient', message, path, layer: layer.name }];
  }
  if (share >= vanishingRatio && share <= explodingRatio) {
    return [];
  }
  if (share === 0) {
    const message = t('Vanishing gradient: of the error at the output nothing arrives at this layer.');
    return [{ code: 'vanishing-gradient', message, path, layer: layer.name }];
  }
  const factors = factorsOf(spec, learning);
  const mean = geometricMean(learning, share);
  if (share < vanishingRatio) {
    const message = t(
      'Vanishing gradient: of the error at the output only {0} arrives at this layer. Going back, each layer passes on {1} of it on average ({2}).',
      percent(share),
      percent(mean),
      factors,
    );
    return [{ code: 'vanishing-gradient', message, path, layer: layer.name }];
  }
  const message = t(
    'Exploding gradient: the error at the output arrives at this layer {0} times as large. Going back, each layer multiplies it by {1} on average ({2}).',
    figure(share),
    figure(mean),
    factors,
  );
  return [{ code: 'exploding-gradient', message, path, layer: layer.name }];
}

/** The mean factor per layer: the n-th root of the share. */
function geometricMean(learning: readonly LayerForecast[], share: number): number {
  // By bisection: the mean need not be exact, and the engine's own power function is not available here.
  const n = learning.length - 1;
  let low = 0;
  let high = Math.max(1, share);
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2;
    let power = 1;
    for (let k = 0; k < n; k++) {
      power *= middle;
    }
    if (power < share) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return high;
}

/** `dense_3 0.14, dense_2 0.13`: the factor by which each layer scales the error that comes back to it. */
function factorsOf(spec: Spec, learning: readonly LayerForecast[]): string {
  const flat = flatLayers(spec.layers);
  const shown = 6;
  const factors = learning
    .slice(0, -1)
    .map((each, i) => `${flat[each.layer].layer.name} ${figure((each.delta ?? 0) / (learning[i + 1].delta ?? 1))}`)
    .reverse();
  return factors.length > shown ? `${factors.slice(0, shown).join(', ')}, …` : factors.join(', ');
}

function unitFindings(spec: Spec, { layers, samples }: Forecast, code: 'saturated-units' | 'dead-units'): Finding[] {
  const flat = flatLayers(spec.layers);
  return layers
    .flatMap((each): Finding[] => {
      const { layer, path } = flat[each.layer];
      const share = code === 'dead-units' ? each.dead : each.saturated;
      if (share === undefined || share < (code === 'dead-units' ? deadShare : saturatedShare) || !layer.activation) {
        return [];
      }
      const at = activationPath(layer.type, path);
      const message =
        code === 'dead-units'
          ? counted(
              each.units ?? 0,
              t(
                'Dead unit: the one unit gives 0 for each of {0} samples before training has begun, so that no gradient reaches it.',
                samples,
              ),
              t(
                'Dead units: {0} of the {1} units give 0 for each of {2} samples before training has begun, so that no gradient reaches them.',
                percent(share),
                each.units ?? 0,
                samples,
              ),
            )
          : t(
              'Saturated units: {0} of the values are in the flat parts of {1} before training has begun, where its gradient is almost 0.',
              percent(share),
              layer.activation.name,
            );
      return [{ code, message, path: at, layer: layer.name }];
    })
    .slice(0, maxPerCode);
}

function outputFindings(spec: Spec, { outputSpread, samples, layers }: Forecast): Finding[] {
  const last = flatLayers(spec.layers).at(-1);
  if (!last || samples < 2 || layers.length === 0 || !(outputSpread < constantOutput)) {
    return [];
  }
  const message = t(
    'Constant output: over {0} different samples the outputs differ by {1} at most. What the network is shown hardly reaches its end.',
    samples,
    figure(outputSpread),
  );
  return [{ code: 'constant-output', message, path: last.path, layer: last.layer.name }];
}

/** Two significant digits. */
export function figure(value: number): string {
  return String(Number(value.toPrecision(2)));
}

export function percent(share: number): string {
  return `${figure(share * 100)} %`;
}
