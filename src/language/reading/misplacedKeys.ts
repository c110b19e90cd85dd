/** The right place of a misplaced key. */
import { type MapSchema, specSchema } from '../../spec/schema';
import { findParameter, findThing, thingNames } from '../schema/things';
import { nameOf } from '../unfinished/dataNames';
import { entryOf, type MapNode } from '../yaml/tree';

/** Keys of other libraries for the size of a layer’s input, which here follows from the data. */
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
  /** The place as a file would write it. */
  readonly written: string;
  /** True where the key is a chapter itself. */
  readonly isChapter?: boolean;
  /** The chapter that the key belongs to. */
  readonly chapter?: string;
  /** The parameter of the optimizer that the key stands for. */
  readonly parameter?: string;
  /** The built-in set that has the key as a parameter. */
  readonly source?: string;
}

/** The right place of a key; undefined where it has none. `label` names the map that it stands in. */
export function properPlaceOf(key: string, label: string, map: MapNode): ProperPlace | undefined {
  if (label === 'training') {
    const own = nameOf(entryOf(map, 'optimizer')?.value);
    const optimizer = [...(own === undefined ? [] : [own]), ...thingNames('optimizer')]
      .map((name) => findThing('optimizer', name))
      .find((entry) => entry && !entry.unsupported && findParameter(entry, key).parameter);
    const parameter = optimizer && findParameter(optimizer, key).parameter;
    if (optimizer && parameter) {
      return { written: `optimizer: { ${optimizer.name}: { ${parameter.name}: … } }`, parameter: parameter.name };
    }
  }
  if (label === 'data' && ['samples', 'noise', 'classes'].includes(key)) {
    const own = nameOf(entryOf(map, 'source')?.value);
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
