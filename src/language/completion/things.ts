/** Completion of layers, activations, losses, …: as a name, and as a form with parameters. */
import { findLayerKind } from '../../spec/layers';
import type { ThingKind } from '../../spec/schema';
import { findThing } from '../schema/things';
import { type FittingName, fittingNames } from './fittingNames';
import { formOf, isRequired } from './forms';
import type { CompletionItem } from './item';
import { outputLayerItems } from './outputLayer';
import type { CompletionRequest } from './request';

/**
 * How a thing is written here. `value`: `adam` or `{ adam: { … } }`. `line`: on its own line or in a list,
 * `adam: { … }`. `key`: as a key of an existing map.
 */
export type ThingMode = 'value' | 'line' | 'key';

export async function thingItems(
  request: CompletionRequest,
  kind: ThingKind,
  mode: ThingMode,
): Promise<CompletionItem[]> {
  const names = await fittingNames(request, kind);
  const output = kind === 'layer' ? await outputLayerItems(request) : [];
  return [
    ...output,
    ...names.flatMap((fitting, index) => itemsOf(request, kind, fitting, mode, String(index).padStart(3, '0'))),
  ];
}

function itemsOf(
  request: CompletionRequest,
  kind: ThingKind,
  fitting: FittingName,
  mode: ThingMode,
  rank: string,
): CompletionItem[] {
  const { name, note } = fitting;
  const entry = findThing(kind, name);
  if (!entry || entry.unsupported) {
    return [];
  }
  const { place } = request;
  const shared = {
    label: name,
    span: place.span,
    documented: { thing: { kind, name } },
    ...(note ? { detail: note } : {}),
  };
  const bare: CompletionItem = { ...shared, kind: 'thing', insertText: name, sortText: `${rank}a` };
  // Only the name is missing.
  if (place.colon || place.quoted) {
    return [bare];
  }
  const form = formOf(kind, entry);
  const suffix = form ? { suffix: `: ${form.preview}` } : {};
  const items: CompletionItem[] = [];
  const needs = entry.parameters.some(isRequired);
  const block = entry.parameters.some(({ type }) => type === 'layers');
  if (block) {
    const deeper = ' '.repeat(Math.max(0, place.column - place.indent) + 2);
    const written = place.flow ? `${name}: [$0]` : `${name}:\n${deeper}- $0`;
    return mode === 'value'
      ? []
      : [{ ...shared, kind: 'form', insertText: written, sortText: `${rank}a`, retrigger: true }];
  }
  // For a layer with a form such as `dense: 16`, the bare name is not offered.
  const isShort = kind === 'layer' && form?.value.startsWith('$') === true;
  if (!needs && mode !== 'key' && !isShort) {
    items.push(bare);
  }
  if (form) {
    const pair = `${name}: ${form.value}`;
    const insertText = mode === 'value' ? `{ ${pair} \\}` : pair;
    items.push({ ...shared, ...suffix, kind: 'form', insertText, sortText: `${rank}b`, retrigger: isOpen(kind, name) });
  } else if (mode === 'key') {
    items.push({ ...shared, kind: 'thing', insertText: `${name}: {\\}`, sortText: `z${rank}` });
  }
  return items;
}

/** Whether completion continues: an activation layer needs a function. */
function isOpen(kind: ThingKind, name: string): boolean {
  return kind === 'layer' && findLayerKind(name)?.isActivation === true;
}
