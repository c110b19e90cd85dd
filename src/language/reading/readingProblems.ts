/** Reports values that do not fit the schema, each on its exact token, with quick fixes. */
import { t } from '@vscode/l10n';
import { nearest } from '../../common/nearest';
import type { Fix } from '../../spec/problem';
import type { ListSchema, MapSchema, ValueSchema } from '../../spec/schema';
import { dashesFix, keysOfItems, layersFix, undashFix } from '../fixes/dashes';
import { asChoice, changeFix, fixOf, removal, type SpecText } from '../fixes/edits';
import { removeItemFix } from '../fixes/entries';
import { equalsSignFix, foreignPunctuation, mistypedKey } from '../fixes/mistypedKeys';
import { moveKeyFix } from '../fixes/moveKey';
import { expectationsFix, spaceAfterColonFix, wrapFix } from '../fixes/values';
import type { Reporter } from '../problems/reporter';
import { describeSchema, describeValue } from '../text/describe';
import type { Span } from '../text/lines';
import { type Entry, isEmpty, type ListNode, type MapNode, type TreeNode } from '../yaml/tree';
import { inputSizeKeys, properPlaceOf } from './misplacedKeys';
import { isCode, mapFromScalar, splitFromList, tokenOf, tupleAt } from './otherForms';

export class ReadingProblems {
  readonly #source: SpecText;
  readonly #report: Reporter;
  /** Chapters that stand inside other chapters. */
  readonly #misplacedChapters = new Set<string>();

  constructor(source: SpecText, report: Reporter) {
    this.#source = source;
    this.#report = report;
  }

  /** Whether a chapter was found inside another one: it is then not reported as missing. */
  isMisplaced(chapter: string): boolean {
    return this.#misplacedChapters.has(chapter);
  }

  /** Reports and returns undefined, so that a reader can return it. */
  wrongType(node: TreeNode, schema: ValueSchema, label: string, fixes: readonly Fix[] = []): undefined {
    const tuple = tupleAt(this.#source.text, node.span[0]);
    if (tuple && node.kind === 'scalar' && !node.quoted) {
      const message = t('A list stands in square brackets: {0}', tuple.list);
      this.#report.error('wrong-type', tuple.span, message, changeFix(this.#source, tuple.span, tuple.list));
      return undefined;
    }
    const message = t('{0} must be {1}, not {2}.', label, describeSchema(schema), describeValue(node));
    this.#report.error('wrong-type', tokenOf(node, this.#source.text), message, fixes);
    return undefined;
  }

  replaceFix(span: Span, replacement: string | undefined): Fix[] {
    return replacement === undefined ? [] : changeFix(this.#source, span, replacement);
  }

  listFixes(node: TreeNode, { of }: ListSchema): Fix[] {
    if (of.type === 'expectation' && node.kind === 'map') {
      return expectationsFix(this.#source, node);
    }
    if (node.kind === 'map' && !node.flow) {
      return dashesFix(this.#source, node);
    }
    // Brackets help only if the value fits an item of the list.
    const isNumber = node.kind === 'scalar' && /^[-+.\d, ]+$/.test(node.source);
    const fits = of.type === 'integer' || of.type === 'number' ? isNumber : of.type !== 'expectation' || !isNumber;
    return fits ? wrapFix(this.#source, node) : [];
  }

  notAMap(node: TreeNode, schema: MapSchema, label: string): undefined {
    if (node.kind !== 'scalar') {
      return this.#listForMap(node, schema, label);
    }
    const strange = node.quoted ? undefined : foreignPunctuation(this.#source, node.span);
    if (strange) {
      this.#report.error('wrong-type', node.span, strange.message, strange.fixes);
      return undefined;
    }
    if (isCode(node, this.#source.text)) {
      const message = t(
        'This is code. A spec is written as keys and values: “{0}”.',
        'model: { layers: [dense: 16, …] }',
      );
      this.#report.error('wrong-type', tokenOf(node, this.#source.text), message);
      return undefined;
    }
    const assigned = equalsSignFix(this.#source, node, schema);
    if (assigned.length > 0) {
      const message = t('Between a key and its value stands a colon, not an equals sign.');
      this.#report.error('wrong-type', node.span, message, assigned);
      return undefined;
    }
    const spaced = spaceAfterColonFix(this.#source, node);
    const joined = /^(\w+):(\S.*)$/.exec(node.source);
    if (spaced.length > 0 && joined) {
      const message = t('After a colon comes a space: “{0}: {1}”.', joined[1], joined[2]);
      this.#report.error('wrong-type', node.span, message, spaced);
      return undefined;
    }
    const known = schema.keys.map(({ name }) => name);
    const begun = typeof node.value === 'string' ? startOf(node.value, known) : undefined;
    if (spaced.length === 0 && begun) {
      const message = t('“{0}” is no key with a value yet. Did you mean “{1}: …”?', node.source, begun);
      this.#report.error('wrong-type', node.span, message);
      return undefined;
    }
    const whole = mapFromScalar(label, node);
    return this.wrongType(node, schema, label, whole ? changeFix(this.#source, node.span, whole) : spaced);
  }

  #listForMap(node: TreeNode, schema: MapSchema, label: string): undefined {
    if (node.kind === 'list' && label === 'model' && !node.alias) {
      const message = t('The layers stand under the key “layers” of {0}.', label);
      this.#report.error('wrong-type', tokenOf(node, this.#source.text), message, layersFix(this.#source, node));
      return undefined;
    }
    const keys = keysOfItems(node);
    const isKnown = (key: string) => schema.keys.some(({ name, aliases }) => name === key || aliases?.includes(key));
    if (node.kind !== 'list' || !keys?.every(isKnown)) {
      const shares = label === 'split' && node.kind === 'list' ? splitFromList(node) : undefined;
      return this.wrongType(node, schema, label, shares ? changeFix(this.#source, node.span, shares) : []);
    }
    this.undash(node, label);
    return undefined;
  }

  /** Reports that the keys of one map were written as the items of a list. */
  undash(node: ListNode, label: string): void {
    const message = node.flow
      ? t('{0} holds keys and values: these stand in braces, not in brackets.', label)
      : t('{0} holds keys and values: these have no dashes. Only the items of a list have.', label);
    this.#report.error('wrong-type', tokenOf(node, this.#source.text), message, undashFix(this.#source, node));
  }

  /** Marks an empty item at its dash. */
  emptyItem(node: ListNode, index: number, schema: ListSchema, label: string, owner: Span): void {
    const [at, end] = node.items[index].span;
    const dash = this.#source.text.lastIndexOf('-', Math.max(0, at - 1));
    const span: Span = end > at ? [at, end] : node.flow || dash < node.span[0] ? owner : [dash, dash + 1];
    const message = t('An entry of {0} is empty. Expected: {1}.', label, describeSchema(schema.of));
    this.#report.error('missing-value', span, message, asChoice(removeItemFix(this.#source, node, index)));
  }

  /**
   * Reports an unknown key. Returns the known key that was most likely meant, or the chapter that it belongs
   * to.
   */
  unknownKey(entry: Entry, label: string, known: readonly string[], map: MapNode): string | undefined {
    // Past the cap errors are only counted, so this one needs no message.
    if (this.#report.full) {
      this.#report.error('unknown-key', entry.keySpan, '');
      return undefined;
    }
    // The rest of a list in round brackets, which was reported already.
    const bracket = map.flow ? this.#source.text.lastIndexOf('(', entry.keySpan[0]) : -1;
    const tuple = bracket > map.span[0] ? tupleAt(this.#source.text, bracket) : undefined;
    if (tuple && tuple.span[1] >= entry.keySpan[1] && isEmpty(entry.value)) {
      return undefined;
    }
    const place = properPlaceOf(entry.key, label, map);
    if (place) {
      const message = t('“{0}” belongs elsewhere: {1}', entry.key, place.written);
      this.#report.error('misplaced-key', entry.keySpan, message, moveKeyFix(this.#source, map, entry, place));
      if (place.isChapter) {
        this.#misplacedChapters.add(entry.key);
      }
      return place.chapter;
    }
    const mistake = mistypedKey(this.#source, map, entry, known);
    if (mistake) {
      this.#report.error('unknown-key', entry.keySpan, mistake.message, mistake.fixes);
      return known.find((name) => entry.key.startsWith(name));
    }
    if (inputSizeKeys.includes(entry.key)) {
      const message = t(
        '“{0}” is not needed: the sizes of inputs follow from the data and the layers before. Remove it.',
        entry.key,
      );
      const fixes = fixOf(this.#source, t('Remove “{0}”', entry.key), [removal(map, entry, this.#source)]);
      this.#report.error('unknown-key', entry.keySpan, message, fixes);
      return undefined;
    }
    const meant = nearest(entry.key, known);
    const taken = meant !== undefined && map.entries.some(({ key }) => key === meant);
    const message = meant
      ? t('{0} has no key “{1}”. Did you mean “{2}”?', label, entry.key, meant)
      : known.length > 0
        ? t('{0} has no key “{1}”. Its keys: {2}.', label, entry.key, known.join(', '))
        : t('{0} has no keys; remove “{1}”.', label, entry.key);
    const remove = asChoice(fixOf(this.#source, t('Remove “{0}”', entry.key), [removal(map, entry, this.#source)]));
    // A misspelt key is corrected, not removed: it may be required.
    const fixes = taken || meant === undefined ? remove : this.replaceFix(entry.keySpan, meant);
    this.#report.error('unknown-key', entry.keySpan, message, fixes);
    return taken ? undefined : meant;
  }

  /** Reports an alias of a key that the map already has. */
  secondName(entry: Entry, name: string, map: MapNode): void {
    const message = t('“{0}” is another word for “{1}”, which is here already. Remove one of them.', entry.key, name);
    const fixes = fixOf(this.#source, t('Remove “{0}”', entry.key), [removal(map, entry, this.#source)]);
    this.#report.error('unknown-key', entry.keySpan, message, asChoice(fixes));
  }

  aliasName(span: Span, spelling: string, name: string): void {
    this.#report.error(
      'alias-name',
      span,
      t('“{0}” is called “{1}” here.', spelling, name),
      this.replaceFix(span, name),
    );
  }

  notSupported(span: Span, name: string): void {
    this.#report.error(
      'not-yet-supported',
      span,
      t('“{0}” is not yet supported by this version. Leave it out for now.', name),
    );
  }
}

/** The key that an unfinished or misspelt word most likely means. */
function startOf(word: string, known: readonly string[]): string | undefined {
  return known.find((name) => word.length > 1 && name.startsWith(word)) ?? nearest(word, known);
}
