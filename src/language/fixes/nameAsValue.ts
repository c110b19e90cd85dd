/** Things whose name is given as a value: `{ type: dense, units: 16 }`, `{ name: adam, lr: 0.01 }`. */
import { t } from '@vscode/l10n';
import type { Fix } from '../../spec/problem';
import type { ThingKind } from '../../spec/schema';
import { findParameter, findThing, findThingByAlias, type ThingEntry } from '../schema/things';
import { type Entry, endOf, type MapNode } from '../yaml/tree';
import { type Edit, fixOf, inline, type SpecText } from './edits';

export interface NamedInside {
  readonly entry: ThingEntry;
  /** The entry whose value is the name. */
  readonly holder: Entry;
}

const holders: readonly string[] = ['type', 'name', 'class_name', 'kind', 'layer'];

/** The thing named inside a map; undefined unless all other keys are its parameters. */
export function namedInside(node: MapNode, kind: ThingKind): NamedInside | undefined {
  for (const holder of node.entries) {
    const { key, value } = holder;
    if (!(holders.includes(key) || key === kind) || findThing(kind, key)) {
      continue;
    }
    if (value.kind !== 'scalar' || typeof value.value !== 'string') {
      continue;
    }
    const entry = findThing(kind, value.value) ?? findThingByAlias(kind, value.value);
    const fits = ({ key: other }: Entry) =>
      (entry && findParameter(entry, other).parameter) || (kind === 'layer' && other === 'name');
    if (entry && node.entries.every((other) => other === holder || fits(other))) {
      return { entry, holder };
    }
  }
  return undefined;
}

/**
 * Makes the name the key. In braces the map is rewritten; otherwise the lines below the name are indented. An
 * indented map needs its name first.
 */
export function namedFix(source: SpecText, map: MapNode, { entry, holder }: NamedInside): Fix[] {
  const { text } = source;
  const others = map.entries.filter((other) => other !== holder);
  const title = t('Make “{0}” the key', entry.name);
  if (map.alias || map.merged) {
    return [];
  }
  if (map.flow) {
    const written = others.map(({ key, value }) => {
      const own = inline(source, value);
      return own === undefined ? undefined : `${key}: ${own}`;
    });
    if (written.includes(undefined)) {
      return [];
    }
    const newText = written.length > 0 ? `{ ${entry.name}: { ${written.join(', ')} } }` : entry.name;
    return fixOf(source, title, [{ span: map.span, newText }]);
  }
  const [start] = holder.keySpan;
  if (map.entries[0] !== holder) {
    return [];
  }
  const edits: Edit[] = [{ span: [start, endOf(holder)], newText: others.length > 0 ? `${entry.name}:` : entry.name }];
  const end = map.span[1];
  for (let at = text.indexOf('\n', start) + 1; at > 0 && at < end; at = text.indexOf('\n', at) + 1) {
    if (!/[\r\n]/.test(text[at])) {
      edits.push({ span: [at, at], newText: '  ' });
    }
  }
  return fixOf(source, title, edits);
}
