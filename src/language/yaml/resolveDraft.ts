/** From a draft to the tree: aliases are followed, and the keys of each map are compared. */
import { t } from '@vscode/l10n';
import { assertNever } from '../../common/assertNever';
import type { Steps } from '../../common/steps';
import { type MapFile, removeEntryFix, writeOutFix } from '../fixes/mapEntries';
import type { Reporter } from '../problems/reporter';
import { maximumAliasedNodes } from '../text/limits';
import type { Span } from '../text/lines';
import {
  type Anchored,
  areDashed,
  type Draft,
  type DraftAlias,
  type DraftMap,
  isMergeKey,
  listNode,
  mapNode,
} from './draft';
import type { Entry, MapNode, ScalarNode, TreeNode } from './tree';

/** Nodes between two yields: well under a millisecond. */
const nodesPerSlice = 1024;

interface Anchor {
  readonly draft: Anchored['draft'];
  /** Left out while the anchored node is still being settled: an alias in it would go in a circle. */
  node?: TreeNode;
  /** Nodes in it, those behind its own aliases counted each time. */
  size: number;
}

/** Reports what cannot be settled. */
export class Settling {
  readonly #report: Reporter;
  readonly #file: MapFile;
  readonly #anchors = new Map<string, Anchor>();
  #nodes = 0;
  #aliased = 0;
  #seen = 0;
  #broken = false;

  constructor(text: string, report: Reporter) {
    this.#report = report;
    this.#file = { text, report };
  }

  /** True where an alias could not be followed, or a dash made a list's item a key. */
  get broken(): boolean {
    return this.#broken;
  }

  *node(draft: Draft): Steps<TreeNode> {
    if (this.#seen++ % nodesPerSlice === 0) {
      yield;
    }
    switch (draft.kind) {
      case 'alias':
        return this.#alias(draft);
      case 'anchored': {
        const anchor: Anchor = { draft: draft.draft, size: 0 };
        this.#anchors.set(draft.name, anchor);
        const before = this.#nodes;
        const node = yield* this.node(draft.draft);
        anchor.node = node;
        anchor.size = this.#nodes - before;
        return node;
      }
      case 'draft list': {
        this.#nodes++;
        const items: TreeNode[] = [];
        for (const item of draft.items) {
          items.push(yield* this.node(item));
        }
        return listNode(draft.span, draft.flow, items);
      }
      case 'draft map':
        this.#nodes++;
        return yield* this.#map(draft);
      case 'scalar':
      case 'list':
      case 'map':
        this.#nodes += sizeOf(draft);
        return draft;
      default:
        return assertNever(draft);
    }
  }

  #alias({ name, span }: DraftAlias): TreeNode {
    const anchor = this.#anchors.get(name);
    if (!anchor?.node) {
      const message = anchor
        ? t('The alias *{0} stands inside its own anchor. Write the value out.', name)
        : t('There is no anchor &{0} above this alias.', name);
      this.#report.error('unknown-alias', span, message);
      this.#broken = true;
      return emptyScalar(span);
    }
    const already = this.#aliased > maximumAliasedNodes;
    this.#aliased += anchor.size;
    this.#nodes += anchor.size;
    if (this.#aliased > maximumAliasedNodes) {
      const message = t(
        'The aliases of this file stand for more than {0} values. Write fewer of them.',
        maximumAliasedNodes,
      );
      if (!already) {
        this.#report.error('too-many-aliases', span, message);
      }
      this.#broken = true;
      return emptyScalar(span);
    }
    return { ...anchor.node, alias: span };
  }

  *#map(map: DraftMap): Steps<MapNode> {
    const entries: Entry[] = [];
    const merged: TreeNode[] = [];
    const keys = new Set<string>();
    const isList = !map.flow && areDashed(map.pairs);
    if (isList) {
      this.#reportDashes(map);
    }
    for (const pair of map.pairs) {
      const { name, keySpan, value } = pair;
      if (name === undefined) {
        this.#report.error('bad-key', keySpan, t('A key must be a plain word.'));
        if (value) {
          yield* this.node(value);
        }
        continue;
      }
      const node = value ? yield* this.node(value) : emptyScalar([keySpan[1], keySpan[1]]);
      if (isMergeKey(pair)) {
        merged.push(...(node.kind === 'list' ? node.items : [node]));
        this.#report.error(
          'yaml-merge-key',
          keySpan,
          t('Merge keys (<<) are not used in specs. Write the keys out.'),
          writeOutFix(map, pair, this.#sources(value), this.#file),
        );
      } else if (isList || !keys.has(name)) {
        entries.push({ key: name, keySpan, value: node });
      } else {
        this.#report.error(
          'duplicate-key',
          keySpan,
          t('The key “{0}” is here twice. Remove one of them.', name),
          removeEntryFix(map, pair, this.#file, t('Remove this “{0}”', name)),
        );
      }
      keys.add(name);
    }
    const made = mapNode(map.span, map.flow, entries);
    const behind = merged
      .flatMap((node) => (node.kind === 'map' ? node.entries : []))
      .filter(({ key }) => !keys.has(key));
    return merged.length > 0 ? { ...made, behind } : made;
  }

  /** What a merge key names: one thing, or each of a list. */
  #sources(value: Draft | undefined): (Draft | undefined)[] {
    const inner = value?.kind === 'anchored' ? value.draft : value;
    const named = inner?.kind === 'list' || inner?.kind === 'draft list' ? inner.items : [inner];
    return named.map((each) => {
      if (each?.kind === 'alias') {
        return this.#anchors.get(each.name)?.draft;
      }
      return each?.kind === 'anchored' ? each.draft : each;
    });
  }

  /** `-dense: 8` is a key to YAML; the list that was meant is not there. */
  #reportDashes({ pairs }: DraftMap): void {
    const [{ name, keySpan }] = pairs;
    const edits = pairs.map(({ keySpan: [start] }) => ({
      range: this.#report.rangeOf([start + 1, start + 1]),
      newText: ' ',
    }));
    const message = t('After a dash comes a space: “{0}”.', `- ${name?.slice(1) ?? ''}`);
    const fixes = [{ title: t('Put a space after the dash'), edits }];
    this.#report.error('yaml-syntax', keySpan, message, fixes);
    this.#broken = true;
  }
}

function sizeOf(node: TreeNode): number {
  switch (node.kind) {
    case 'scalar':
      return 1;
    case 'list':
      return node.items.reduce((sum, item) => sum + sizeOf(item), 1);
    case 'map':
      return node.entries.reduce((sum, { value }) => sum + sizeOf(value), 1);
    default:
      return assertNever(node);
  }
}

function emptyScalar(span: Span): ScalarNode {
  return { kind: 'scalar', span, value: null, source: '', quoted: false };
}
