/** From YAML's nodes to the tree: resolves aliases, and reports repeated keys. */
import { t } from '@vscode/l10n';
import { type Alias, isAlias, isCollection, isMap, isPair, isScalar, type Node, type Pair, type YAMLMap } from 'yaml';
import type { Steps } from '../../common/steps';
import { removeEntryFix, type WrittenEntry, writeOutFix } from '../fixes/mapEntries';
import type { Reporter } from '../problems/reporter';
import { maximumAliasedNodes } from '../text/limits';
import type { Span } from '../text/lines';
import { type Entry, endOf, type ListNode, type MapNode, placeOf, type ScalarNode, type TreeNode } from './tree';

/** Nodes built between two yields. */
const nodesPerStep = 256;

interface Anchor {
  /** Undefined while the anchored node is still being built: an alias inside it would be a cycle. */
  node?: TreeNode;
  /** Number of nodes in it; each alias inside counts the nodes that it stands for. */
  size: number;
}

/** A key of a map, with the node of its value. */
interface WrittenPair {
  /** Undefined where the key is no scalar. A number keeps its spelling. */
  readonly name?: string;
  /** Whether the key is written without quotes. */
  readonly plain: boolean;
  readonly keySpan: Span;
  /** Undefined where not even a colon follows the key. */
  readonly value?: Node;
}

/** Builds the tree of one document, and reports what a spec may not contain. */
export class TreeBuilder {
  readonly #text: string;
  readonly #report: Reporter;
  readonly #anchors = new Map<string, Anchor>();
  #nodes = 0;
  #aliasedNodes = 0;
  #broken = false;

  constructor(text: string, report: Reporter) {
    this.#text = text;
    this.#report = report;
  }

  /** True where an alias could not be followed, or where the items of a list were read as keys. */
  get broken(): boolean {
    return this.#broken;
  }

  /** Recurses as deep as lists and maps are nested. */
  *build(node: Node): Steps<TreeNode> {
    if (isAlias(node)) {
      return this.#alias(node);
    }
    if (!node.anchor) {
      return yield* this.#unaliased(node);
    }
    const anchor: Anchor = { size: 0 };
    this.#anchors.set(node.anchor, anchor);
    const before = this.#nodes;
    anchor.node = yield* this.#unaliased(node);
    anchor.size = this.#nodes - before;
    return anchor.node;
  }

  *#unaliased(node: Exclude<Node, Alias>): Steps<TreeNode> {
    if (++this.#nodes % nodesPerStep === 0) {
      yield;
    }
    if (isMap(node)) {
      return yield* this.#map(node);
    }
    if (isCollection(node)) {
      const items: TreeNode[] = [];
      for (const item of node.items) {
        items.push(yield* this.build(item as Node));
      }
      return listNode(spanOf(node), node.flow === true, items);
    }
    const { value, source = '', type } = node;
    const known = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
    return { kind: 'scalar', span: spanOf(node), value: known, source, quoted: type !== 'PLAIN' };
  }

  #alias(alias: Alias): TreeNode {
    const name = alias.source;
    const span = spanOf(alias);
    const anchor = this.#anchors.get(name);
    if (!anchor?.node) {
      const message = anchor
        ? t('The alias *{0} stands inside its own anchor. Write the value out.', name)
        : t('There is no anchor &{0} above this alias.', name);
      this.#report.error('unknown-alias', span, message);
      this.#broken = true;
      return emptyScalar(span);
    }
    const isReported = this.#aliasedNodes > maximumAliasedNodes;
    this.#aliasedNodes += anchor.size;
    this.#nodes += anchor.size;
    if (this.#aliasedNodes > maximumAliasedNodes) {
      const message = t(
        'The aliases of this file stand for more than {0} values. Write fewer of them.',
        maximumAliasedNodes,
      );
      if (!isReported) {
        this.#report.error('too-many-aliases', span, message);
      }
      this.#broken = true;
      return emptyScalar(span);
    }
    return { ...anchor.node, alias: span };
  }

  *#map(map: YAMLMap): Steps<MapNode> {
    const pairs = map.items.filter((item) => isPair<Node, Node | null>(item)).map(pairOf);
    const flow = map.flow === true;
    const entries: Entry[] = [];
    const sources: TreeNode[] = [];
    const keys = new Set<string>();
    const isList = !flow && areDashed(pairs);
    if (isList) {
      this.#reportDashes(pairs);
    }
    let lastEnd: number | undefined;
    for (const [index, pair] of pairs.entries()) {
      const { name, keySpan } = pair;
      const value = pair.value ? yield* this.build(pair.value) : emptyScalar([keySpan[1], keySpan[1]]);
      lastEnd = endOf({ keySpan, value });
      if (name === undefined) {
        this.#report.error('bad-key', keySpan, t('A key must be a plain word.'));
        continue;
      }
      const written: WrittenEntry = {
        span: [keySpan[0], lastEnd],
        flow,
        first: index === 0,
        next: pairs[index + 1]?.keySpan[0],
      };
      const file = { text: this.#text, report: this.#report };
      if (isMergeKey(pair)) {
        const own = value.kind === 'list' ? value.items : [value];
        sources.push(...own);
        this.#report.error(
          'yaml-merge-key',
          keySpan,
          t('Merge keys (<<) are not used in specs. Write the keys out.'),
          this.#report.full ? [] : writeOutFix(written, new Set(pairs.map((each) => each.name)), own, file),
        );
      } else if (isList || !keys.has(name)) {
        entries.push({ key: name, keySpan, value });
      } else {
        this.#report.error(
          'duplicate-key',
          keySpan,
          t('The key “{0}” is here twice. Remove one of them.', name),
          removeEntryFix(written, file, t('Remove this “{0}”', name)),
        );
      }
      keys.add(name);
    }
    const last = entries.at(-1);
    const span = trimmed(spanOf(map), flow, last ? endOf(last) : lastEnd);
    const made: MapNode = { kind: 'map', span, flow, entries };
    const merged = sources
      .flatMap((node) => (node.kind === 'map' ? node.entries : []))
      .filter(({ key }) => !keys.has(key));
    return sources.length > 0 ? { ...made, merged } : made;
  }

  /** To YAML `-dense: 8` is a key, so the tree lacks the list that was meant. */
  #reportDashes(pairs: readonly WrittenPair[]): void {
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

function pairOf({ key, value }: Pair<Node, Node | null>): WrittenPair {
  const named = isScalar(key) && !(key.value === null && !key.source) ? key : undefined;
  return {
    name: named && (typeof named.value === 'string' ? named.value : (named.source ?? '')),
    plain: named?.type === 'PLAIN',
    keySpan: spanOf(key),
    value: value ?? undefined,
  };
}

function isMergeKey({ name, plain }: WrittenPair): boolean {
  return name === '<<' && plain;
}

/** Whether there are keys, and all begin with a dash. */
function areDashed(pairs: readonly WrittenPair[]): boolean {
  return pairs.length > 0 && pairs.every(({ name, plain }) => plain && /^-[A-Za-z]/.test(name ?? ''));
}

function listNode(span: Span, flow: boolean, items: readonly TreeNode[]): ListNode {
  const last = items.at(-1);
  return { kind: 'list', span: trimmed(span, flow, last && placeOf(last)[1]), flow, items };
}

/**
 * YAML's span of an indented list or map includes the blank lines after it; here it ends with its last item.
 */
function trimmed([start, end]: Span, flow: boolean, lastEnd: number | undefined): Span {
  return [start, Math.max(start, flow || lastEnd === undefined ? end : lastEnd)];
}

function emptyScalar(span: Span): ScalarNode {
  return { kind: 'scalar', span, value: null, source: '', quoted: false };
}

function spanOf({ range }: Node): Span {
  const [start, end] = range ?? [0, 0];
  return [start, Math.max(start, end)];
}
