/** Where a key belongs that stands in the wrong place. */
import { type MapSchema, specSchema } from '../spec/schema';
import { findParameter, findThing, thingNames } from './things';

export interface Home {
  /** As it is written in a file. */
  readonly written: string;
  /** The chapter that the key belongs to. */
  readonly chapter?: string;
  /** The parameter of the optimizer that the key stands for. */
  readonly parameter?: string;
}

/** The right place of a key; undefined where it has none. `label` is the map it stands in. */
export function homeOf(key: string, label: string): Home | undefined {
  if (label === 'training') {
    const optimizer = thingNames('optimizer')
      .map((name) => findThing('optimizer', name))
      .find((entry) => entry && !entry.unsupported && findParameter(entry, key).parameter);
    const parameter = optimizer && findParameter(optimizer, key).parameter;
    if (optimizer && parameter) {
      return { written: `optimizer: { ${optimizer.name}: { ${parameter.name}: … } }`, parameter: parameter.name };
    }
  }
  if (label === 'data' && ['samples', 'noise', 'classes'].includes(key)) {
    return { written: `source: { spiral: { ${key}: … } }` };
  }
  for (const chapter of specSchema.keys) {
    if (chapter.name === key) return { written: `${key}: …` };
    if (chapter.value.type !== 'map' || chapter.name === label) continue;
    const { keys }: MapSchema = chapter.value;
    if (keys.some(({ name }) => name === key)) {
      return { written: `${chapter.name}: { ${key}: … }`, chapter: chapter.name };
    }
  }
  return undefined;
}
