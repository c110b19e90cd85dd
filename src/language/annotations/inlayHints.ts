/** Inlay hints for what the file does not state: shapes, parameters, operations, the inferred loss. */

import { t } from '@vscode/l10n';
import { counted } from '../../common/counted';
import { formatCount } from '../../common/formatCount';
import { flatLayers } from '../../spec/flatLayers';
import { flopsOf } from '../../spec/layers';
import type { LayerPlan } from '../../spec/plan';
import { countOf, type PlanData, planNetwork } from '../../spec/planNetwork';
import type { Position, Range } from '../../spec/problem';
import { formatShape, sizeOf } from '../../spec/shape';
import { assumedData } from '../checking/assumedData';
import type { ParsedSpec } from '../reading/parse';
import { sweepOf } from '../sweep/runs';
import { compactCount } from '../text/compactCount';
import { type Entry, entryOf, nodeAtPath, type Path, placeOf } from '../yaml/tree';

export interface InlayHint {
  readonly position: Position;
  readonly label: string;
  /** Markdown of numbers and translated sentences only, so that nothing needs escaping. */
  readonly tooltip: string;
  /** The edit that writes the hint into the file. */
  readonly edit?: { readonly range: Range; readonly newText: string };
}

/** The hints on the `visible` lines. None for a file with errors; no shapes where the data are not known. */
export function inlayHintsOf(parsed: ParsedSpec, facts?: PlanData, visible?: Range): InlayHint[] {
  const { spec } = parsed;
  if (!spec) {
    return [];
  }
  const data = facts ?? assumedData(spec);
  const isSeen = ({ line }: Position) => !visible || (line >= visible.start.line && line <= visible.end.line);
  const { plan, layers } = data ? planNetwork(spec, data) : { layers: [] };
  const flat = flatLayers(spec.layers);
  const hints: InlayHint[] = [];
  for (const [index, layer] of layers.entries()) {
    const position = layerEnd(parsed, flat[index].path);
    if (position && isSeen(position)) {
      hints.push({ position, label: layerLabel(layer), tooltip: layerTooltip(layer) });
    }
  }
  const whole = plan && keyEnd(parsed, ['model'], 'layers');
  if (plan && whole && isSeen(whole)) {
    const flops = layers.reduce((sum, layer) => sum + flopsOf(layer), 0);
    hints.push({
      position: whole,
      label: join([
        `${formatShape(plan.inputShape)} → ${formatShape(plan.outputShape)}`,
        ...counts(plan.parameterCount, 0),
      ]),
      tooltip: paragraphs([
        t('The whole network: the shape of a sample, and that of its output.'),
        t('Parameters: {0}', formatCount(plan.parameterCount)),
        flopsSentence(flops),
      ]),
    });
  }
  return [...hints, ...sweepHint(parsed), ...lossHint(parsed)].filter(({ position }) => isSeen(position));
}

/** `→ [16] · 80 params · 160 FLOPs`; short, because editors cut long hints. */
function layerLabel(layer: LayerPlan): string {
  return join([`→ ${formatShape(layer.outputShape)}`, ...counts(countOf(layer), flopsOf(layer))]);
}

function counts(parameters: number, flops: number): string[] {
  const [learned, work] = [parameters, flops].map(compactCount);
  return [
    parameters > 0 ? counted(parameters, t('{0} param', learned), t('{0} params', learned)) : '',
    flops > 0 ? counted(flops, t('{0} FLOP', work), t('{0} FLOPs', work)) : '',
  ];
}

function layerTooltip(layer: LayerPlan): string {
  const total = countOf(layer);
  const tensors = layer.tensors.map(({ name, shape }) => {
    const own = name.slice(layer.name.length + 1);
    const product = shape.length > 1 ? `${shape.join(' × ')} = ` : '';
    return `- \`${own}\` ${product}${formatCount(sizeOf(shape))}`;
  });
  const flops = flopsOf(layer);
  return paragraphs([
    t('Shape of a sample: {0} → {1}', formatShape(layer.inputShape), formatShape(layer.outputShape)),
    total > 0
      ? `${t('Parameters: {0}', formatCount(total))}\n\n${tensors.join('\n')}`
      : t('This layer has nothing to learn.'),
    flops > 0 ? flopsSentence(flops) : '',
  ]);
}

function flopsSentence(flops: number): string {
  return t(
    'FLOPs: {0} in the forward pass of one sample, outside training. A multiplication and an addition are one each; activations are not counted.',
    counted(flops, t('{0} operation', formatCount(flops)), t('{0} operations', formatCount(flops))),
  );
}

/** After the layer if it is on one line, otherwise after its type. */
function layerEnd(parsed: ParsedSpec, path: Path): Position | undefined {
  const item = parsed.tree && nodeAtPath(parsed.tree, path.slice(0, -1));
  if (!item) {
    return undefined;
  }
  const [from, to] = placeOf(item);
  const [start, end] = [parsed.lines.positionAt(from), parsed.lines.positionAt(to)];
  if (start.line === end.line) {
    return end;
  }
  const type = item.alias ? undefined : entryOf(item, String(path.at(-1)));
  return type && behind(parsed, type);
}

function keyEnd(parsed: ParsedSpec, path: Path, key: string): Position | undefined {
  const map = parsed.tree && nodeAtPath(parsed.tree, path);
  const entry = map && entryOf(map, key);
  return entry && behind(parsed, entry);
}

/** After the colon of an entry, or after its alias; undefined for a map in braces on the same line. */
function behind({ text, lines }: ParsedSpec, { keySpan, value }: Entry): Position | undefined {
  const key = lines.positionAt(keySpan[1]);
  if (value.alias || (lines.positionAt(value.span[0]).line === key.line && value.kind === 'map' && value.flow)) {
    return value.alias ? lines.positionAt(value.alias[1]) : undefined;
  }
  const colon = text.indexOf(':', keySpan[1]);
  return colon < 0 ? undefined : lines.positionAt(colon + 1);
}

/** How many runs a sweep has: next to its key, or behind its braces. */
function sweepHint(parsed: ParsedSpec): InlayHint[] {
  const count = sweepOf(parsed)?.count;
  const written = parsed.tree && entryOf(parsed.tree, 'sweep')?.value;
  const position = keyEnd(parsed, [], 'sweep') ?? (written && parsed.lines.positionAt(placeOf(written)[1]));
  if (count === undefined || !position) {
    return [];
  }
  const label = counted(count, t('{0} run', formatCount(count)), t('{0} runs', formatCount(count)));
  return [{ position, label, tooltip: t('The spec is run once for each choice of values.') }];
}

/** Next to `training`, or at the end of the file where there is no such chapter. */
function lossHint(parsed: ParsedSpec): InlayHint[] {
  const { spec, tree, lines } = parsed;
  if (!spec?.training.lossInferred || tree?.kind !== 'map') {
    return [];
  }
  const { name } = spec.training.loss;
  const training = entryOf(tree, 'training');
  const label = `loss: ${name}`;
  const tooltip = t(
    'The last activation settles the loss: it is {0}. Double-click to write it into the file.',
    `\`${name}\``,
  );
  if (!training) {
    const end = lines.positionAt(Math.max(0, parsed.text.trimEnd().length));
    const range = { start: end, end };
    return [{ position: end, label, tooltip, edit: { range, newText: `\n\ntraining:\n  ${label}` } }];
  }
  const { value } = training;
  if (value.kind !== 'map' || value.alias || value.entries.length === 0) {
    return [];
  }
  const first = lines.positionAt(value.entries[0].keySpan[0]);
  const range = { start: first, end: first };
  if (value.flow) {
    return [{ position: lines.positionAt(value.span[1]), label, tooltip, edit: { range, newText: `${label}, ` } }];
  }
  const position = behind(parsed, training);
  const newText = `${label}\n${' '.repeat(first.character)}`;
  return position ? [{ position, label, tooltip, edit: { range, newText } }] : [];
}

function join(parts: readonly string[]): string {
  return parts.filter(Boolean).join(' · ');
}

function paragraphs(parts: readonly string[]): string {
  return parts.filter(Boolean).join('\n\n');
}
