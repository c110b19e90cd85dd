/** Fixes that might help against a finding. */
import { t } from '@vscode/l10n';
import { activation as findActivation } from '../../spec/catalogue';
import { type FlatLayer, flatLayers } from '../../spec/flatLayers';
import { findLayerKind, layerKinds } from '../../spec/layers';
import { outputActivation } from '../../spec/outputActivation';
import type { Fix } from '../../spec/problem';
import { findSource } from '../../spec/sources';
import type { Spec } from '../../spec/spec';
import { setFix } from '../fixes/entries';
import { activationFix, activationsFix, layersBeforeFix, parametersFix } from '../fixes/layers';
import type { ParsedSpec } from '../reading/parse';
import type { Finding } from './findings';

/** Fixes to try; the engine measures whether they help. */
export function remediesFor({ code, layer }: Finding, spec: Spec, parsed: ParsedSpec): Fix[] {
  const flat = flatLayers(spec.layers);
  const output = spec.layers[outputActivation(spec.layers)?.layer ?? -1];
  const hidden = flat.filter((each) => isNonlinearElementwise(each) && each.layer !== output);
  const own = flat.filter((each) => each.layer.name === layer);
  switch (code) {
    case 'vanishing-gradient':
    case 'constant-output':
      return [...activations(hidden, parsed), ...initializers(flat, hidden, parsed), ...normalisation(flat, parsed)];
    case 'exploding-gradient':
      return [...initializers(flat, hidden, parsed), ...normalisation(flat, parsed), ...scaling(spec, parsed)];
    case 'saturated-units':
      return [
        ...scaling(spec, parsed),
        ...initializers(flat, hidden, parsed),
        ...own.flatMap(({ path }) => activationFix(parsed, path, 'relu')),
        ...normalisation(flat, parsed),
      ];
    case 'dead-units':
      return [
        ...initializers(flat, hidden, parsed),
        ...own.flatMap(({ path }) => activationFix(parsed, path, 'leaky_relu')),
        ...scaling(spec, parsed),
        ...normalisation(flat, parsed),
      ];
  }
}

function isNonlinearElementwise({ layer }: FlatLayer): boolean {
  const name = layer.activation?.name;
  return name !== undefined && name !== 'linear' && findActivation(name)?.shape === 'elementwise';
}

function activations(hidden: readonly FlatLayer[], parsed: ParsedSpec): Fix[] {
  const paths = hidden.map(({ path }) => path);
  return ['tanh', 'relu']
    .filter((name) => hidden.some(({ layer }) => layer.activation?.name !== name))
    .flatMap((name) => activationsFix(parsed, paths, name));
}

/** Initial weights that suit the activation after them. */
function initializers(flat: readonly FlatLayer[], hidden: readonly FlatLayer[], parsed: ParsedSpec): Fix[] {
  const name = initializerFor(hidden[0]?.layer.activation?.name);
  const learning = flat.filter(({ layer }) => 'kernel_initializer' in layer.parameters);
  const paths = learning.map(({ path }) => path);
  const title = t('Start the weights with {0}', name);
  return parametersFix(parsed, paths, 'layer', 'kernel_initializer', name, title);
}

function initializerFor(activation: string | undefined): string {
  if (activation === 'selu') {
    return 'lecun_normal';
  }
  const entry = activation === undefined ? undefined : findActivation(activation);
  return entry?.shape === 'elementwise' && entry.saturation !== 'saturated' ? 'he_normal' : 'glorot_normal';
}

/** Puts batch normalisation before every layer with weights but the first. */
function normalisation(flat: readonly FlatLayer[], parsed: ParsedSpec): Fix[] {
  const places = flat
    .filter(({ layer }) => 'kernel_initializer' in layer.parameters)
    .slice(1)
    .filter(({ path }) => !isNormalised(flat, path));
  const title = t('Put batch_normalization before each layer but the first');
  return layersBeforeFix(
    parsed,
    places.map(({ path }) => path.slice(0, -1)),
    layerKinds.batch_normalization.name,
    title,
  );
}

function isNormalised(flat: readonly FlatLayer[], path: FlatLayer['path']): boolean {
  const index = flat.findIndex((each) => each.path === path);
  return findLayerKind(flat[index - 1]?.layer.type)?.normalizesOver !== undefined;
}

/** Scales the inputs, unless they are those of a truth table. */
function scaling({ data }: Spec, parsed: ParsedSpec): Fix[] {
  const { origin } = data;
  const source = origin.kind === 'source' ? findSource(origin.source.name) : undefined;
  if (data.scale !== 'none' || (source?.kind === 'generator' && source.truthTable)) {
    return [];
  }
  return setFix(parsed, ['data'], 'scale', 'standard');
}
