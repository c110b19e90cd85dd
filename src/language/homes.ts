/** Where a key belongs that stands in the wrong place. */
import { type MapSchema, specSchema } from '../spec/schema';
import { findParameter, findThing, thingNames } from './things';

/** The right place as it is written in a file; undefined where the key has none. `label` is the map it stands in. */
export function homeOf(key: string, label: string): string | undefined {
  if (label === 'training') {
    const optimizer = thingNames('optimizer')
      .map((name) => findThing('optimizer', name))
      .find((entry) => entry && !entry.unsupported && findParameter(entry, key).parameter);
    const parameter = optimizer && findParameter(optimizer, key).parameter;
    if (optimizer && parameter) return `optimizer: { ${optimizer.name}: { ${parameter.name}: … } }`;
  }
  if (label === 'data' && ['samples', 'noise', 'classes'].includes(key)) return `source: { spiral: { ${key}: … } }`;
  for (const chapter of specSchema.keys) {
    if (chapter.name === key) return `${key}: …`;
    if (chapter.value.type !== 'map' || chapter.name === label) continue;
    const { keys }: MapSchema = chapter.value;
    if (keys.some(({ name }) => name === key)) return `${chapter.name}: { ${key}: … }`;
  }
  return undefined;
}
