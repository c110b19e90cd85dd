/** The columns of the network's picture: the inputs, and one for each layer that is shown. */
import { t } from '@vscode/l10n';
import type { LayerInfo } from '../../../../src/protocol/engine';
import type { RunStatus } from '../../../../src/protocol/panel';
import { formatCount } from '../../../shared/format';

export interface Column {
  /** Layer index; -1 for the inputs; undefined in place of the layers that are not shown. */
  readonly layer: number | undefined;
  readonly name: string;
  /** Units or channels in all, and how many of them are shown. */
  readonly size: number;
  readonly shown: number;
  /** Its nodes are channels, or the whole input as one picture. */
  readonly pictures: boolean;
  /** How its nodes are called, where they have names. */
  readonly names?: readonly string[];
  /** For pixels: height and width of each picture. */
  readonly picture?: readonly [number, number];
  /** How its nodes are connected with those of the column before. */
  readonly edges: 'weights' | 'all' | 'one' | 'none';
}

/** The most units of a column, channels of one, and layers. */
export const mostUnits = 16;
const mostChannels = 8;
const mostLayers = 9;

/** A network of so many units, or channels, is small: its picture comes first. */
const smallSize = 72;

/** Layers that leave the numbers as they are when the network is asked have no column. */
const passing: ReadonlySet<LayerInfo['forward']> = new Set([
  'drop',
  'drop_keeping_moments',
  'add_noise',
  'lay_out_in_row',
  'lay_out_in_shape',
]);

/** Whether the picture shows all, or nearly all of the network. */
export function isSmall(layers: readonly LayerInfo[]): boolean {
  const shown = layers.filter(({ forward }) => !passing.has(forward));
  return shown.length <= mostLayers && shown.reduce((sum, { shape }) => sum + shape[0], 0) <= smallSize;
}

export function columnsOf({ started }: RunStatus): readonly Column[] {
  if (!started) {
    return [];
  }
  const { layers, inputNames, facts, classNames } = started;
  const shown = layers.flatMap((layer, index) => (passing.has(layer.forward) ? [] : [{ layer, index }]));
  const columns: Column[] = [inputColumn(facts.inputShape, inputNames)];
  const left = shown.length - mostLayers;
  for (const [place, { layer, index }] of shown.entries()) {
    const isLast = index === layers.length - 1;
    if (left > 0 && place >= mostLayers - 2 && place < shown.length - 2) {
      if (place === mostLayers - 2) {
        columns.push({ ...gap, name: `⋯ ${formatCount(left)}`, size: left });
      }
      continue;
    }
    const pictures = layer.shape.length > 1;
    const before = columns[columns.length - 1];
    const most = pictures ? mostChannels : mostUnits;
    const size = layer.shape[0];
    columns.push({
      layer: index,
      name: layer.name,
      size,
      shown: Math.min(most, size),
      pictures,
      names: isLast && size > 1 ? classNames : undefined,
      edges: edgesOf(layer, before),
    });
  }
  return columns;
}

const gap: Column = { layer: undefined, name: '', size: 0, shown: 0, pictures: false, edges: 'none' };

function edgesOf({ forward, shape }: LayerInfo, before: Column): Column['edges'] {
  if (before.layer === undefined) {
    return 'none';
  }
  if (forward === 'weigh') {
    return before.pictures ? 'all' : 'weights';
  }
  const slides = forward === 'slide_over_sequence' || forward === 'slide_over_picture';
  return slides || before.size !== shape[0] ? 'all' : 'one';
}

function inputColumn(shape: readonly number[], names: readonly string[]): Column {
  const column = { layer: -1, name: t('inputs'), edges: 'none' as const };
  if (shape.length > 1) {
    const picture = [shape.length > 2 ? shape[1] : 1, shape[shape.length - 1]] as const;
    return { ...column, size: shape[0], shown: Math.min(3, shape[0]), pictures: true, picture };
  }
  const side = sideOf(shape[0], names);
  return side === undefined
    ? { ...column, size: shape[0], shown: Math.min(mostUnits, shape[0]), pictures: false, names }
    : { ...column, size: 1, shown: 1, pictures: true, picture: [side, side] };
}

/** Columns `pixel_0`, `pixel_1`, … of a square number are the pixels of a square picture. */
function sideOf(size: number, names: readonly string[]): number | undefined {
  const side = Math.round(Math.sqrt(size));
  if (side < 4 || side * side !== size || names.length !== size) {
    return undefined;
  }
  const [prefix] = /^[a-z_ ]*/i.exec(names[0]) ?? [''];
  const start = Number(names[0].slice(prefix.length));
  const isSeries = names.every((name, i) => name === `${prefix}${start + i}`);
  return isSeries && /pixel|px|^p_?$/i.test(prefix) ? side : undefined;
}
