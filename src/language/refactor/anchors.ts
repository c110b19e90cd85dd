/** Lets equal layers share one set of parameters through an anchor. */
import { t } from '@vscode/l10n';
import type { LayerEntry } from '../navigation/layerEntries';
import type { ParsedSpec } from '../reading/parse';
import { placeOf, type TreeNode } from '../yaml/tree';
import type { PlacedLayer, Refactoring } from './types';

/** The first of the equal layers gets the anchor, the others an alias. */
export function shareParameters(
  { text, lines, marks }: ParsedSpec,
  { layer }: PlacedLayer,
  layers: readonly LayerEntry[],
): Refactoring[] {
  const { value } = layer;
  if (value?.kind !== 'map' || value.alias || value.entries.length === 0) {
    return [];
  }
  const written = signatureOf(text, value);
  const alike = flat(layers).filter(
    (other) =>
      other.type === layer.type &&
      other.value?.kind === 'map' &&
      !other.value.alias &&
      signatureOf(text, other.value) === written,
  );
  const [first, ...others] = alike.map((each) => each.value as TreeNode);
  const anchored = marks.anchors.some(({ span }) => alike.some(({ item }) => within(span, placeOf(item))));
  if (others.length === 0 || anchored) {
    return [];
  }
  const name = freeName(new Set(marks.anchors.map((anchor) => anchor.name)));
  // An indented map begins on the line below its key, so its anchor follows the colon of the key.
  const colon = text.lastIndexOf(':', first.span[0]) + 1;
  const anchor =
    first.kind === 'map' && first.flow ? ([first.span[0], `&${name} `] as const) : ([colon, ` &${name}`] as const);
  const edits = [
    { range: lines.range([anchor[0], anchor[0]]), newText: anchor[1] },
    ...others.map((other) => {
      const start = text.lastIndexOf(':', other.span[0]) + 1;
      return { range: lines.range([start, other.span[1]]), newText: ` *${name}` };
    }),
  ];
  return [
    { kind: 'extract', title: t('Let the {0} equal layers share their parameters (&{1})', alike.length, name), edits },
  ];
}

/** The text of a map, regardless of white space. */
function signatureOf(text: string, node: TreeNode): string {
  return text
    .slice(...node.span)
    .split(/\s+/)
    .join(' ');
}

function flat(layers: readonly LayerEntry[]): LayerEntry[] {
  return layers.flatMap((layer) => [layer, ...flat(layer.inner)]);
}

function within([start, end]: readonly [number, number], outer: readonly [number, number]): boolean {
  return start >= outer[0] && end <= outer[1];
}

function freeName(taken: ReadonlySet<string>): string {
  if (!taken.has('hidden')) {
    return 'hidden';
  }
  for (let count = 2; ; count++) {
    if (!taken.has(`hidden_${count}`)) {
      return `hidden_${count}`;
    }
  }
}
