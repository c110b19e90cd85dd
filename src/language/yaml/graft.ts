/** Puts what was read of an excerpt into the draft of the whole text. */
import { assertNever } from '../../common/assertNever';
import type { Steps } from '../../common/steps';
import type { Span } from '../text/lines';
import { type Block, blockOf, columnOf } from './blocks';
import { type Draft, type DraftPair, listOf, mapOf } from './draft';
import { type Excerpt, endWord, moved } from './excerpt';
import type { Entry, TreeNode } from './tree';

/** Members between two yields: well under a millisecond. */
const membersPerSlice = 512;

type Member = Draft | DraftPair;

export interface Grafting {
  readonly excerpt: Excerpt;
  /** How far behind its place in the excerpt the edited part stands in the text after the edit. */
  readonly by: number;
  /** How far the rest of the text was moved by the edit. */
  readonly restBy: number;
  /** Before the edit. */
  readonly text: string;
}

/**
 * The draft of the text after the edit. `fresh` is the excerpt's. Undefined where the edit changed more than what the excerpt
 * holds: its headings, or what follows it, are no longer what they were.
 */
export function* graft(fresh: Draft | undefined, grafting: Grafting, depth = 0): Steps<Draft | undefined> {
  const { excerpt, by, restBy, text } = grafting;
  const { levels, end } = excerpt;
  const { block, index, mark } = levels[depth];
  const found = blockOf(fresh);
  if (!found || isMap(found) !== isMap(block) || found.span[0] !== mark[0] + columnOf(block, text)) {
    return undefined;
  }
  const old = membersOf(block, text);
  const read = membersOf(found, excerpt.text);
  const members: Member[] = old.slice(0, index);
  if (depth < levels.length - 1) {
    const heading = read.shift();
    if (!heading || !isPair(heading)) {
      return undefined;
    }
    const value = yield* graft(heading.value, grafting, depth + 1);
    if (!value) {
      return undefined;
    }
    members.push({ ...(old[index] as DraftPair), value });
  }
  const follows = old.slice(followingIndex(excerpt, depth));
  if (end?.depth === depth && !isEnd(read.pop(), end.mark)) {
    return undefined;
  }
  for (const member of read) {
    members.push(movedMember(member, by));
  }
  for (const [at, member] of follows.entries()) {
    if (at % membersPerSlice === 0) {
      yield;
    }
    members.push(restBy === 0 ? member : movedMember(member, restBy));
  }
  return isMap(block)
    ? mapOf(block.span, false, members as DraftPair[])
    : listOf(block.span, false, members as Draft[]);
}

/** The first member of a level that is left as it was, behind what is read again. */
function followingIndex({ levels, end }: Excerpt, depth: number): number {
  if (!end || depth > end.depth) {
    return Number.POSITIVE_INFINITY;
  }
  return depth === end.depth ? end.index : levels[depth].index + 1;
}

function isMap(block: Block): boolean {
  return block.kind === 'map' || block.kind === 'draft map';
}

function isPair(member: Member): member is DraftPair {
  return 'keySpan' in member;
}

/** A list of its own, to be changed. */
function membersOf(block: Block, text: string): Member[] {
  switch (block.kind) {
    case 'list':
    case 'draft list':
      return [...block.items];
    case 'draft map':
      return [...block.pairs];
    case 'map':
      return block.entries.map(({ key, keySpan, value }) => {
        return { name: key, plain: !/["']/.test(text[keySpan[0]]), keySpan, value };
      });
    default:
      return assertNever(block);
  }
}

/** Whether a member is what the excerpt ends with. */
function isEnd(member: Member | undefined, [, markEnd]: Span): boolean {
  if (!member || (isPair(member) && member.keySpan[1] !== markEnd - 1)) {
    return false;
  }
  const word = isPair(member) ? member.value : member;
  return word?.kind === 'scalar' && word.source === endWord && word.span[0] === markEnd + 1;
}

function movedMember(member: Member, by: number): Member {
  return isPair(member) ? movedPair(member, by) : movedDraft(member, by);
}

function movedPair({ name, plain, keySpan, value }: DraftPair, by: number): DraftPair {
  return { name, plain, keySpan: moved(keySpan, by), value: value && movedDraft(value, by) };
}

/** Recurses as deep as lists and maps are nested. */
function movedDraft(draft: Draft, by: number): Draft {
  switch (draft.kind) {
    case 'scalar':
    case 'list':
    case 'map':
      return movedTree(draft, by);
    case 'alias':
      return { ...draft, span: moved(draft.span, by) };
    case 'anchored':
      return { ...draft, draft: movedDraft(draft.draft, by) as typeof draft.draft };
    case 'draft list':
      return { ...draft, span: moved(draft.span, by), items: draft.items.map((item) => movedDraft(item, by)) };
    case 'draft map':
      return { ...draft, span: moved(draft.span, by), pairs: draft.pairs.map((pair) => movedPair(pair, by)) };
    default:
      return assertNever(draft);
  }
}

function movedTree(node: TreeNode, by: number): TreeNode {
  const span = moved(node.span, by);
  switch (node.kind) {
    case 'scalar':
      return { kind: 'scalar', span, value: node.value, source: node.source, quoted: node.quoted };
    case 'list':
      return { kind: 'list', span, flow: node.flow, items: node.items.map((item) => movedTree(item, by)) };
    case 'map':
      return { kind: 'map', span, flow: node.flow, entries: node.entries.map((entry) => movedEntry(entry, by)) };
    default:
      return assertNever(node);
  }
}

function movedEntry({ key, keySpan, value }: Entry, by: number): Entry {
  return { key, keySpan: moved(keySpan, by), value: movedTree(value, by) };
}
