/** Which names are legal at a place, the most likely first. */
import { t } from '@vscode/l10n';
import { activation, activations, familyOf } from '../../spec/catalogue';
import { isUntrainable } from '../../spec/catalogue/properties';
import { findLayerKind } from '../../spec/layers';
import { pairingQuality } from '../../spec/lossRules';
import type { ThingKind } from '../../spec/schema';
import type { TableColumn } from '../../spec/tableFacts';
import { findThing, thingNames } from '../schema/things';
import { nameOf, targetsNamed, wordsOf } from '../unfinished/dataNames';
import { type CompletionRequest, lastActivation, lastLayer, nodeOf, tableOf } from './request';

export interface FittingName {
  readonly name: string;
  /** A few words on why it is offered here. */
  readonly note?: string;
}

export async function fittingNames(request: CompletionRequest, kind: ThingKind): Promise<readonly FittingName[]> {
  const names = thingNames(kind).filter((name) => !findThing(kind, name)?.unsupported);
  switch (kind) {
    case 'activation':
      return isOutput(request) ? outputActivations(request, names) : hiddenActivations(names);
    case 'loss':
      return losses(request, names);
    case 'metric': {
      const written = wordsOf(nodeOf(request, ['training', 'metrics'])).filter((name) => name !== typed(request));
      return names.filter((name) => !written.includes(name)).map((name) => ({ name }));
    }
    case 'layer':
      return byRank(names).map((name) => ({ name }));
    default:
      return names.map((name) => ({ name }));
  }
}

/** The word that is being typed: it is in the tree too. */
function typed({ place, step }: CompletionRequest): string | undefined {
  return step.expected.type === 'schema' ? place.prefix : undefined;
}

export function isOutput(request: CompletionRequest): boolean {
  const [model, layers, index, , ...rest] = request.place.path;
  // A layer inside a block is never the last of the network.
  const nested = rest.some((step) => typeof step === 'number');
  return model === 'model' && layers === 'layers' && !nested && index === lastLayer(request);
}

/** Puts the layers that most networks use first. */
function byRank(names: readonly string[]): readonly string[] {
  const rank = (name: string): number => findLayerKind(name)?.completionRank ?? Number.MAX_SAFE_INTEGER;
  return names.toSorted((a, b) => rank(a) - rank(b));
}

/** The usual functions of hidden layers. */
const usual = activations.filter(({ isUsual }) => isUsual).map(({ name }) => name);

/** Functions that make a distribution and untrainable ones come last: neither suits a hidden layer. */
function hiddenActivations(names: readonly string[]): readonly FittingName[] {
  const isLate = (name: string): boolean => {
    const entry = activation(name);
    return entry !== undefined && (isUntrainable(entry) || familyOf(entry) === 'distribution');
  };
  const others = names.filter((name) => !usual.includes(name));
  return [...usual, ...others.filter((name) => !isLate(name)), ...others.filter(isLate)].map(withRange);
}

function withRange(name: string): FittingName {
  const range = activation(name)?.range;
  return range ? { name, note: range } : { name };
}

/** The activations that imply the loss of a spec that names none. */
const implying = activations.filter(({ loss }) => loss?.isDefault).map(({ name }) => name);

/** Activations that suit the loss come first; those that it cannot read are omitted. */
function outputActivations(request: CompletionRequest, names: readonly string[]): readonly FittingName[] {
  const loss = nameOf(nodeOf(request, ['training', 'loss']));
  if (loss === undefined || !findThing('loss', loss)) {
    return [...implying, ...names.filter((name) => !implying.includes(name))].map(withRange);
  }
  const fits = (fit: string) => names.filter((name) => pairingQuality(loss, name) === fit);
  const right = fits('right');
  // A loss that suits every output usually follows a linear one.
  const first = right.length === names.length ? ['linear'] : right;
  return [
    ...first.map((name) => ({ name, note: t('goes with {0}', loss) })),
    ...[...right, ...fits('possible')].filter((name) => !first.includes(name)).map(withRange),
  ];
}

async function losses(request: CompletionRequest, names: readonly string[]): Promise<readonly FittingName[]> {
  const last = lastActivation(request);
  const legal = last === undefined ? names : names.filter((name) => pairingQuality(name, last) !== 'wrong');
  const wanted = last === undefined ? lossesFor(await targetColumn(request)) : [];
  const madeFor = last === undefined || last === 'linear' ? [] : legal.filter((name) => isMadeFor(name, last));
  const first = [...wanted, ...madeFor];
  const note = (name: string): FittingName =>
    last !== undefined && madeFor.includes(name) ? { name, note: t('goes with {0}', last) } : { name };
  return [...first, ...legal.filter((name) => !first.includes(name))].map(note);
}

/** Whether the loss suits this activation in particular, and not every output. */
function isMadeFor(loss: string, last: string): boolean {
  return pairingQuality(loss, last) === 'right' && pairingQuality(loss, 'linear') === 'wrong';
}

export async function targetColumn(request: CompletionRequest): Promise<TableColumn | undefined> {
  const [target, ...more] = targetsNamed(request.tree);
  if (target === undefined || more.length > 0) {
    return undefined;
  }
  const table = await tableOf(request);
  return table?.columns.find(({ name }) => name === target);
}

function lossesFor(column: TableColumn | undefined): readonly string[] {
  if (!column) {
    return [];
  }
  if (column.distinct === 2) {
    return ['binary_crossentropy'];
  }
  return column.type === 'category' ? ['categorical_crossentropy'] : ['mean_squared_error'];
}
