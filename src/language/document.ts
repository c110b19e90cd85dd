/** From text to tree: YAML syntax, its caps and what of YAML a spec does not use. */
import { t } from '@vscode/l10n';
import {
  type Alias,
  CST,
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  Lexer,
  type ParsedNode,
  Parser,
  type Scalar,
  type YAMLError,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Steps } from '../common/steps';
import type { Fix } from '../spec/problem';
import { reportCharacters } from './characters';
import { composeSteps } from './compose';
import { isMergeKey, type MapFile, removeEntryFix, writeOutFix } from './fixes/maps';
import { maximumAliasedNodes, maximumNesting } from './limits';
import type { Span } from './lines';
import type { Marks } from './marks';
import { OpenMarks } from './openMarks';
import type { Reporter } from './reporter';
import { mendingOf } from './syntaxFixes';
import { explainSyntax } from './syntaxMessages';
import { type Entry, endOf, type ListNode, type MapNode, placeOf, type ScalarNode, type TreeNode } from './tree';

export interface ReadDocument {
  /** Left out where the file holds nothing, or nothing that could be read. */
  readonly tree?: TreeNode;
  /** True where the tree is a recovery from syntax errors: what it lacks may only be out of place. */
  readonly broken: boolean;
  readonly marks: Marks;
}

/**
 * The tree of the file's one document. Syntax errors are reported. Yields now and then, so that a long file can be read
 * in slices.
 */
export function* readDocument(text: string, report: Reporter): Steps<ReadDocument> {
  const marks: MarkLists = { anchors: [], aliases: [], comments: [] };
  if (reportCharacters(text, report)) return { broken: true, marks };
  const open = new OpenMarks(text, report);
  const mends = mendingOf(text);
  const tokens = yield* scan(text, report, marks, { open, mends });
  if (!tokens) return { broken: true, marks };
  yield;
  const documents = yield* composeSteps(tokens, text.length);
  const document = documents[0];
  let broken = open.report(mends);
  const seen = new Set<number>();
  for (const { errors, warnings } of documents) {
    for (const error of byTelling([...errors, ...warnings])) {
      // A tag is reported from its token, with the right range; what follows from an open bracket or quote is no news.
      if (error.code === 'TAG_RESOLVE_FAILED' || error.pos[0] >= open.first || seen.has(error.pos[0])) continue;
      broken = true;
      seen.add(error.pos[0]);
      const { span, message, fixes } = explainSyntax(error, text, report);
      report.error('yaml-syntax', span, message, fixes?.filter(mends));
    }
  }
  if (documents.length > 1) {
    const at = documents[1].range[0];
    report.error(
      'multiple-documents',
      [at, Math.min(at + 3, text.length)],
      t('A file holds one experiment. Move what follows “---” into a file of its own.'),
    );
    return { broken: true, marks };
  }
  yield;
  if (document.directives?.yaml.explicit && document.directives.yaml.version !== '1.2') {
    report.error('yaml-version', [0, Math.max(0, text.indexOf('\n'))], t('Specs are YAML 1.2. Remove this line.'));
  }
  if (document.contents === null) return { broken, marks };
  const builder = new TreeBuilder(document, text, report);
  const tree = yield* builder.build();
  return { tree, broken: broken || builder.broken, marks };
}

/** In order of the text. Of two errors at one place the one about lines says more than the one about keys. */
function byTelling(errors: readonly YAMLError[]): readonly YAMLError[] {
  const rank = ({ code }: YAMLError) => (code === 'BLOCK_AS_IMPLICIT_KEY' ? 1 : 0);
  return [...errors].sort((a, b) => a.pos[0] - b.pos[0] || rank(a) - rank(b));
}

/** Lexemes, and nodes of the tree, between two yields: well under a millisecond. */
const lexemesPerSlice = 256;
const nodesPerSlice = 1024;

type MarkLists = { -readonly [K in keyof Marks]: Mutable<Marks[K]> };
type Mutable<T> = T extends readonly (infer E)[] ? E[] : never;

/** Lexes and parses, watching the nesting so that nothing recursive ever sees a text that is too deep. */
function* scan(
  text: string,
  report: Reporter,
  marks: MarkLists,
  { open, mends }: { readonly open: OpenMarks; readonly mends: (fix: Fix) => boolean },
): Steps<CST.Token[] | undefined> {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let scalarFollows = false;
  let count = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (++count % lexemesPerSlice === 0) yield;
    const start = parser.offset;
    const type: string | null = scalarFollows ? null : CST.tokenType(lexeme);
    scalarFollows = type === 'scalar';
    open.see(type, lexeme, start);
    const span: Span = [start, start + lexeme.length];
    if (type === 'anchor') marks.anchors.push({ name: lexeme.slice(1), span });
    else if (type === 'alias') marks.aliases.push({ name: lexeme.slice(1), span });
    else if (type === 'comment') marks.comments.push(span);
    if (type === 'tag') {
      const removal = tagRemoval(text, span);
      // A key that was taken for a tag is missing from the tree.
      if (removal[1] < span[1]) open.spoil();
      const fix = { title: t('Remove the tag'), edits: [{ range: report.rangeOf(removal), newText: '' }] };
      const message = t('Tags are not used in specs. Remove {0}.', text.slice(...removal).trim());
      report.error('yaml-tag', span, message, mends(fix) ? [fix] : []);
    }
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > maximumNesting && nesting(parser) > maximumNesting) {
      report.error(
        'nesting-too-deep',
        span,
        t('Lists and maps are nested more than {0} deep. A spec needs about 6 levels.', maximumNesting),
      );
      return undefined;
    }
  }
  for (const token of parser.end()) tokens.push(token);
  return tokens;
}

/** The tag with the spaces after it; of `!loss: …`, which is a key with a mark before it, the mark alone. */
function tagRemoval(text: string, [start, end]: Span): Span {
  const marks = /^!+(?=[\w-]+:$)/.exec(text.slice(start, end));
  if (marks) return [start, start + marks[0].length];
  let after = end;
  while (text[after] === ' ') after++;
  return [start, after];
}

function nesting(parser: Parser): number {
  let depth = 0;
  for (const { type } of parser.stack) {
    if (type === 'block-map' || type === 'block-seq' || type === 'flow-collection') depth++;
  }
  return depth;
}

interface Anchored {
  /** Left out while the anchored node is still being built: an alias in it would go in a circle. */
  node?: TreeNode;
  /** Nodes in it, those behind its own aliases counted each time. */
  size: number;
}

class TreeBuilder {
  readonly #document: Document.Parsed;
  readonly #report: Reporter;
  readonly #file: MapFile;
  readonly #anchors = new Map<string, Anchored>();
  #nodes = 0;
  #aliased = 0;
  #broken = false;

  constructor(document: Document.Parsed, text: string, report: Reporter) {
    this.#document = document;
    this.#report = report;
    this.#file = { document, text, report };
  }

  /** True where an alias could not be followed, or a dash made a list's item a key. */
  get broken(): boolean {
    return this.#broken;
  }

  build(): Steps<TreeNode> {
    return this.#node(this.#document.contents as ParsedNode);
  }

  *#node(node: ParsedNode): Steps<TreeNode> {
    if (isAlias(node)) return this.#alias(node);
    const before = this.#nodes++;
    if (before % nodesPerSlice === 0) yield;
    const anchored: Anchored | undefined = node.anchor ? { size: 0 } : undefined;
    if (anchored && node.anchor) this.#anchors.set(node.anchor, anchored);
    const built = isMap(node)
      ? yield* this.#map(node as YAMLMap.Parsed)
      : isSeq(node)
        ? yield* this.#list(node as YAMLSeq.Parsed)
        : scalar(node as Scalar.Parsed);
    if (anchored) {
      anchored.node = built;
      anchored.size = this.#nodes - before;
    }
    return built;
  }

  #alias(alias: Alias.Parsed): TreeNode {
    const span: Span = [alias.range[0], alias.range[1]];
    const anchored = this.#anchors.get(alias.source);
    if (!anchored?.node) {
      const message = anchored
        ? t('The alias *{0} stands inside its own anchor. Write the value out.', alias.source)
        : t('There is no anchor &{0} above this alias.', alias.source);
      this.#report.error('unknown-alias', span, message);
      this.#broken = true;
      return emptyScalar(span);
    }
    const already = this.#aliased > maximumAliasedNodes;
    this.#aliased += anchored.size;
    this.#nodes += anchored.size;
    if (this.#aliased > maximumAliasedNodes) {
      const message = t(
        'The aliases of this file stand for more than {0} values. Write fewer of them.',
        maximumAliasedNodes,
      );
      if (!already) this.#report.error('too-many-aliases', span, message);
      this.#broken = true;
      return emptyScalar(span);
    }
    return { ...anchored.node, alias: span };
  }

  *#map(map: YAMLMap.Parsed): Steps<MapNode> {
    const entries: Entry[] = [];
    const merged: TreeNode[] = [];
    const keys = new Set<string>();
    const dashed = dashedKeys(map);
    if (dashed.length > 0) this.#reportDashes(dashed);
    for (const item of map.items) {
      if (!isPair(item)) continue;
      const { key, value } = item;
      if (!isScalar(key) || (key.value === null && !key.source)) {
        const at = key?.range ?? map.range;
        this.#report.error('bad-key', [at[0], Math.max(at[1], at[0])], t('A key must be a plain word.'));
        if (value) yield* this.#node(value as ParsedNode);
        continue;
      }
      const name = typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
      const keySpan: Span = [key.range[0], key.range[1]];
      const node = value ? yield* this.#node(value as ParsedNode) : emptyScalar([keySpan[1], keySpan[1]]);
      if (isMergeKey(key)) {
        merged.push(...(node.kind === 'list' ? node.items : [node]));
        this.#report.error(
          'yaml-merge-key',
          keySpan,
          t('Merge keys (<<) are not used in specs. Write the keys out.'),
          writeOutFix(map, item, this.#file),
        );
      } else if (keys.has(name)) {
        this.#report.error(
          'duplicate-key',
          keySpan,
          t('The key “{0}” is here twice. Remove one of them.', name),
          removeEntryFix(map, item, this.#file, t('Remove this “{0}”', name)),
        );
      } else {
        entries.push({ key: name, keySpan, value: node });
      }
      keys.add(name);
    }
    const last = entries.at(-1);
    const end = map.flow || !last ? map.range[1] : endOf(last);
    const span: Span = [map.range[0], Math.max(map.range[0], end)];
    const behind = merged
      .flatMap((node) => (node.kind === 'map' ? node.entries : []))
      .filter(({ key }) => !keys.has(key));
    return { kind: 'map', span, flow: map.flow === true, entries, ...(merged.length > 0 ? { behind } : {}) };
  }

  /** `-dense: 8` is a key to YAML; the list that was meant is not there. */
  #reportDashes(keys: readonly Scalar.Parsed[]): void {
    const [{ range, source }] = keys;
    const edits = keys.map((key) => ({
      range: this.#report.rangeOf([key.range[0] + 1, key.range[0] + 1]),
      newText: ' ',
    }));
    const message = t('After a dash comes a space: “{0}”.', `- ${source?.slice(1) ?? ''}`);
    const fixes = [{ title: t('Put a space after the dash'), edits }];
    this.#report.error('yaml-syntax', [range[0], range[1]], message, fixes);
    this.#broken = true;
  }

  *#list(list: YAMLSeq.Parsed): Steps<ListNode> {
    const items: TreeNode[] = [];
    for (const item of list.items) items.push(yield* this.#node(item));
    const last = items.at(-1);
    const end = list.flow || !last ? list.range[1] : placeOf(last)[1];
    return { kind: 'list', span: [list.range[0], Math.max(list.range[0], end)], flow: list.flow === true, items };
  }
}

/** The keys of an indented map that all begin with a dash. */
function dashedKeys(map: YAMLMap.Parsed): readonly Scalar.Parsed[] {
  const keys = map.items.map(({ key }) => key);
  const isDashed = (key: unknown): key is Scalar.Parsed =>
    isScalar(key) && key.type === 'PLAIN' && /^-[A-Za-z]/.test(key.source ?? '');
  return map.flow ? [] : keys.every(isDashed) ? keys : [];
}

function scalar(node: Scalar.Parsed): ScalarNode {
  const { value } = node;
  const known = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
  return {
    kind: 'scalar',
    span: [node.range[0], Math.max(node.range[0], node.range[1])],
    value: known,
    source: node.source ?? '',
    quoted: node.type !== 'PLAIN',
  };
}

function emptyScalar(span: Span): ScalarNode {
  return { kind: 'scalar', span, value: null, source: '', quoted: false };
}
