/** The right place of a key that stands in the wrong one. */
import { type MapSchema, specSchema } from '../../spec/schema';
import { findParameter, findThing, thingNames } from '../schema/things';
import { entryOf, type MapNode } from '../yaml/tree';

/** Sizes of a layer's input, which other libraries ask for. Here they follow from the data. */
export const inputSizeKeys: readonly string[] = [
  'in_features',
  'in_channels',
  'num_features',
  'input_shape',
  'input_dim',
  'input_size',
  'batch_input_shape',
  'data_format',
];

export interface ProperPlace {
  /** As it is written in a file. */
  readonly written: string;
  /** Whether it is a chapter itself. */
  readonly isChapter?: boolean;
  /** The chapter that the key belongs to. */
  readonly chapter?: string;
  /** The parameter of the optimizer that the key stands for. */
  readonly parameter?: string;
  /** The built-in set whose parameter it is. */
  readonly source?: string;
}

/** The right place of a key; undefined where it has none. `label` names the map that it stands in. */
export function properPlaceOf(key: string, label: string, map: MapNode): ProperPlace | undefined {
  if (label === 'training') {
    const own = nameIn(map, 'optimizer');
    const optimizer = [...(own === undefined ? [] : [own]), ...thingNames('optimizer')]
      .map((name) => findThing('optimizer', name))
      .find((entry) => entry && !entry.unsupported && findParameter(entry, key).parameter);
    const parameter = optimizer && findParameter(optimizer, key).parameter;
    if (optimizer && parameter) {
      return { written: `optimizer: { ${optimizer.name}: { ${parameter.name}: … } }`, parameter: parameter.name };
    }
  }
  if (label === 'data' && ['samples', 'noise', 'classes'].includes(key)) {
    const own = nameIn(map, 'source');
    const source = own === undefined ? undefined : findThing('source', own);
    const fits = source && findParameter(source, key).parameter;
    return { written: `source: { ${fits ? own : 'spiral'}: { ${key}: … } }`, ...(fits ? { source: own } : {}) };
  }
  if (label !== 'split' && /^(?:train|test|val|valid|validation)_(?:size|split|share|ratio)$/.test(key)) {
    return { written: 'data: { split: { train: 0.8, validation: 0.2 } }' };
  }
  for (const chapter of specSchema.keys) {
    if (chapter.name === key) {
      return { written: `${key}: …`, isChapter: true };
    }
    if (chapter.value.type !== 'map' || chapter.name === label) {
      continue;
    }
    const { keys }: MapSchema = chapter.value;
    if (keys.some(({ name }) => name === key)) {
      return { written: `${chapter.name}: { ${key}: … }`, chapter: chapter.name };
    }
  }
  return undefined;
}

/** The thing that a key of a map names, in either form. */
function nameIn(map: MapNode, key: string): string | undefined {
  const value = entryOf(map, key)?.value;
  if (value?.kind === 'scalar') {
    return typeof value.value === 'string' ? value.value : undefined;
  }
  return value?.kind === 'map' ? value.entries[0]?.key : undefined;
}
