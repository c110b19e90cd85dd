/** Which keys of `data` go together: there is one origin, and the other keys depend on it. */
import { t } from '@vscode/l10n';
import { dataSchema, type MapSchema } from '../../spec/schema';
import { entryOf, type TreeNode } from '../yaml/tree';
import { type Key, schemaKeys } from './keys';

const origins = ['source', 'file', 'folder', 'rows'];

/** The keys that a map of the schema may hold; `word` is still being typed and does not count. */
export function mapKeysOf(schema: MapSchema, map: TreeNode | undefined, word: string): Key[] {
  const keys = schemaKeys(schema);
  if (schema !== dataSchema) {
    return keys;
  }
  const has = (name: string) => name !== word && entryOf(map, name) !== undefined;
  const origin = origins.find(has);
  return keys
    .filter(({ name }) => {
      if (origins.includes(name)) {
        return origin === undefined;
      }
      return name !== 'columns' || origin === 'rows' || origin === undefined;
    })
    .map((key) => ({
      ...key,
      required: key.required || isNeeded(key.name, origin),
      ...(origins.includes(key.name) ? { note: t('one of: {0}', origins.join(', ')) } : {}),
    }));
}

function isNeeded(name: string, origin: string | undefined): boolean {
  if (origin === undefined) {
    return origins.includes(name);
  }
  if (name === 'columns') {
    return origin === 'rows';
  }
  return name === 'target' && origin !== 'source' && origin !== 'folder';
}
