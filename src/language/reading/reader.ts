/** Reads a tree by the schema: says what does not fit, on the exact token, and returns what does. */
import { t } from '@vscode/l10n';
import { assertNever } from '../../common/assertNever';
import { nearest } from '../../common/nearest';
import { readFormula } from '../../spec/formula';
import type { Fix } from '../../spec/problem';
import {
  type KeyEntry,
  type ListSchema,
  type MapSchema,
  type NumberSchema,
  regularizerSchema,
  type SizeSchema,
  type ValueSchema,
} from '../../spec/schema';
import type { Cell, ClassWeight, Expectation, ParameterValue, Regularizer } from '../../spec/spec';
import { dashesFix, keysOfItems, layersFix, undashFix } from '../fixes/dashes';
import { asChoice, changeFix, fixOf, removal, type SpecText } from '../fixes/edits';
import { removeItemFix } from '../fixes/entries';
import { indentKeysFix } from '../fixes/indent';
import { missingKeyFix, missingValueFix } from '../fixes/missing';
import { assignedFix, slipOf, strangeMarks } from '../fixes/mistypedKeys';
import { moveHomeFix } from '../fixes/moveKey';
import {
  booleanFix,
  expectationFix,
  expectationsFix,
  numberFix,
  rangeFix,
  sizesFix,
  spaceAfterColonFix,
  unwrapFix,
  wrapFix,
} from '../fixes/values';
import type { Reporter } from '../problems/reporter';
import { describeSchema, describeValue, numberRange } from '../text/describe';
import type { Span } from '../text/lines';
import { partOfScalar } from '../yaml/scalarParts';
import { type Entry, isEmpty, type ListNode, type MapNode, meantBy, type TreeNode } from '../yaml/tree';
import { mendingReplacement, parseExpectation } from './expectation';
import { homeOf, needless } from './misplacedKeys';
import { isCode, keysBelow, shares, tokenOf, tupleAt, wholeMapOf, wholeSplitOf } from './otherForms';
import type { ValueOf } from './schemaTypes';
import { ThingReader, type ValueReader } from './thingReader';

/** What people write for the words that a spec knows. */
const otherWords: Readonly<Record<string, string | undefined>> = {
  numeric: 'number',
  float: 'number',
  integer: 'number',
  categorical: 'category',
  text: 'category',
  string: 'category',
  standardize: 'standard',
  standardization: 'standard',
  standardscaler: 'standard',
  zscore: 'standard',
  'z-score': 'standard',
  normalize: 'minmax',
  normalization: 'minmax',
  min_max: 'minmax',
  minmaxscaler: 'minmax',
  dropna: 'drop',
  remove: 'drop',
  ignore: 'drop',
};

export class Reader implements ValueReader {
  readonly report: Reporter;
  readonly source: SpecText;
  readonly #things: ThingReader;
  /** Chapters that stand inside others. */
  readonly #elsewhere = new Set<string>();

  constructor(source: SpecText, report: Reporter) {
    this.source = source;
    this.report = report;
    this.#things = new ThingReader(this);
  }

  /**
   * The node's value; undefined where it does not fit the schema, which was then reported. `label` names the value in
   * messages and `owner` is where to point if there is nothing to point at: usually its key.
   */
  read<S extends ValueSchema>(node: TreeNode, schema: S, label: string, owner: Span): ValueOf<S> | undefined {
    // The one place where a value read by a schema gets the type that the schema describes.
    return this.#value(node, schema, label, owner) as ValueOf<S> | undefined;
  }

  readAny(node: TreeNode, schema: ValueSchema, label: string, owner: Span): ParameterValue | undefined {
    return this.#value(node, schema, label, owner) as ParameterValue | undefined;
  }

  #value(
    written: TreeNode,
    schema: ValueSchema,
    label: string,
    owner: Span,
    fixesOfEmpty: () => readonly Fix[] = () => [],
  ): unknown {
    const node = meantBy(written);
    if (isEmpty(node) && schema.type !== 'cell') {
      const message = t('{0} has no value. Expected: {1}.', label, describeSchema(schema));
      this.report.error('missing-value', owner, message, fixesOfEmpty());
      return undefined;
    }
    switch (schema.type) {
      case 'text':
      case 'name':
        return this.#text(node, schema, label);
      case 'boolean':
        if (node.kind === 'scalar' && typeof node.value === 'boolean') {
          return node.value;
        }
        return this.wrongType(node, schema, label, booleanFix(this.source, node));
      case 'number':
      case 'integer':
        return this.#number(node, schema, label);
      case 'choice':
        return this.#choice(node, schema.choices, label);
      case 'thing':
        return this.#things.thing(node, schema.of, owner);
      case 'layer':
        return this.#things.layer(node, owner);
      case 'cell':
        return this.#cell(node, label);
      case 'expectation':
        return this.#expectation(node, label);
      case 'weights':
        return this.#weights(node, label);
      case 'size':
        return this.#size(node, schema, label);
      case 'regularizer':
        return this.#regularizer(node, label, owner);
      case 'formula':
        return this.#formula(node, label);
      case 'list':
        return this.#list(node, schema, label, owner);
      case 'dictionary': {
        if (node.kind !== 'map') {
          return this.wrongType(node, schema, label);
        }
        const { of } = schema;
        return Object.fromEntries(
          node.entries.map((entry) => [entry.key, this.#value(entry.value, of, entry.key, entry.keySpan)]),
        );
      }
      case 'map':
        return this.#map(node, schema, label, owner);
      default:
        return assertNever(schema);
    }
  }

  #text(node: TreeNode, schema: ValueSchema & { type: 'text' | 'name' }, label: string): string | undefined {
    if (node.kind !== 'scalar') {
      return this.wrongType(node, schema, label);
    }
    if (typeof node.value === 'string') {
      if (node.value !== '') {
        return node.value;
      }
    } else if (schema.type === 'name' && typeof node.value === 'number') {
      return node.source;
    }
    return this.wrongType(node, schema, label);
  }

  #number(node: TreeNode, schema: NumberSchema, label: string): number | undefined {
    if (node.kind !== 'scalar' || typeof node.value !== 'number') {
      return this.wrongType(node, schema, label, this.#numberFixes(node, schema));
    }
    const value = node.value;
    if (!Number.isFinite(value)) {
      this.report.error('not-finite', node.span, t('{0} must be a finite number.', label));
      return undefined;
    }
    if (schema.type === 'integer' && !Number.isInteger(value)) {
      return this.wrongType(node, schema, label, numberFix(this.source, node, 'integer'));
    }
    const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
    const fits =
      (minimum === undefined || value >= minimum) &&
      (maximum === undefined || value <= maximum) &&
      (exclusiveMinimum === undefined || value > exclusiveMinimum) &&
      (exclusiveMaximum === undefined || value < exclusiveMaximum) &&
      (schema.type === 'number' || Number.isSafeInteger(value));
    if (fits) {
      return value;
    }
    this.report.error(
      'out-of-range',
      node.span,
      t('{0} is {1}; it must be {2}.', label, node.source, numberRange(schema, value)),
      rangeFix(this.source, node, schema, shares.includes(label)),
    );
    return undefined;
  }

  #choice(node: TreeNode, choices: readonly string[], label: string): string | undefined {
    const schema = { type: 'choice', choices } as const;
    if (node.kind !== 'scalar' || typeof node.value !== 'string') {
      return this.wrongType(node, schema, label);
    }
    if (choices.includes(node.value)) {
      return node.value;
    }
    const meant =
      choices.find((each) => each === otherWords[String(node.value).toLowerCase()]) ?? nearest(node.value, choices);
    this.report.error(
      'unknown-choice',
      node.span,
      t('“{0}” is not a value of {1}. It must be one of: {2}.', node.source, label, choices.join(', ')),
      this.replaceFix(node.span, meant),
    );
    return undefined;
  }

  #cell(node: TreeNode, label: string): Cell | undefined {
    if (node.kind !== 'scalar') {
      return this.wrongType(node, { type: 'cell' }, label);
    }
    if (typeof node.value === 'boolean') {
      return node.source;
    }
    if (typeof node.value !== 'number' || Number.isFinite(node.value)) {
      return node.value;
    }
    if (Number.isNaN(node.value)) {
      return null;
    }
    this.report.error('not-finite', node.span, t('{0} must be a finite number.', label));
    return undefined;
  }

  #expectation(node: TreeNode, label: string): Expectation | undefined {
    if (node.kind !== 'scalar' || typeof node.value !== 'string') {
      return this.wrongType(node, { type: 'expectation' }, label, expectationFix(this.source, node));
    }
    const parsed = parseExpectation(node.value);
    if ('tag' in parsed) {
      return parsed;
    }
    const span = partOfScalar(node, parsed.at, this.source.text);
    const fixes = span === node.span ? [] : this.replaceFix(span, mendingReplacement(node.value, parsed));
    this.report.error('bad-expectation', span, parsed.message, fixes);
    return undefined;
  }

  #weights(node: TreeNode, label: string): ClassWeight | undefined {
    if (node.kind === 'list') {
      return this.wrongType(node, { type: 'weights' }, label);
    }
    if (node.kind === 'scalar') {
      if (typeof node.value !== 'string') {
        return this.wrongType(node, { type: 'weights' }, label);
      }
      return this.#choice(node, ['balanced'], label) === undefined ? undefined : 'balanced';
    }
    const weights: [string, number][] = [];
    for (const { key, keySpan, value } of node.entries) {
      const weight = this.read(value, { type: 'number', minimum: 0 }, key, keySpan);
      if (weight !== undefined) {
        weights.push([key, weight]);
      }
    }
    if (weights.length === node.entries.length && weights.every(([, weight]) => weight === 0)) {
      this.report.error('out-of-range', node.span, t('{0} needs at least one weight above 0.', label));
      return undefined;
    }
    return Object.fromEntries(weights);
  }

  #size(node: TreeNode, schema: SizeSchema, label: string): number | string | readonly number[] | undefined {
    const { axes, minimum, words } = schema;
    const number = { type: 'integer', minimum, maximum: 65_536 } as const;
    if (node.kind === 'list' && axes > 1) {
      const list = { type: 'list', of: number, minimumLength: axes, maximumLength: axes } as const;
      const sizes = this.read(node, list, label, node.span);
      return sizes?.length === axes ? sizes : undefined;
    }
    if (node.kind !== 'scalar') {
      return this.wrongType(node, schema, label);
    }
    if (typeof node.value === 'number') {
      return this.#number(node, number, label);
    }
    const listed = sizesFix(this.source, node, axes);
    if (listed.length > 0 || words.length === 0 || typeof node.value !== 'string') {
      return this.wrongType(node, schema, label, listed.length > 0 ? listed : this.#numberFixes(node, number));
    }
    return this.#choice(node, words, label);
  }

  #regularizer(node: TreeNode, label: string, owner: Span): Regularizer | undefined {
    const read = this.read(node, regularizerSchema, label, owner);
    const whole = node.kind === 'map' && read && Object.keys(read).length === node.entries.length;
    if (!whole || Object.values(read).includes(undefined as never)) {
      return undefined;
    }
    return { l1: read.l1 ?? 0, l2: read.l2 ?? 0 };
  }

  #formula(node: TreeNode, label: string): string | undefined {
    if (node.kind !== 'scalar' || typeof node.value === 'boolean' || node.value === null) {
      return this.wrongType(node, { type: 'formula' }, label);
    }
    const text = typeof node.value === 'number' ? node.source : node.value;
    const formula = readFormula(text);
    const problem = 'problem' in formula ? formula.problem : formula.gap();
    if (!problem) {
      return text;
    }
    const severity = 'problem' in formula ? 'error' : 'warning';
    const span = partOfScalar(node, problem.at, this.source.text);
    const fixes = span === node.span ? [] : this.#formulaFix(span, problem.replacement);
    this.report.add(severity, 'custom-formula', span, problem.message, fixes);
    return severity === 'error' ? undefined : text;
  }

  #formulaFix(span: Span, replacement: string | undefined): Fix[] {
    if (replacement !== '') {
      return this.replaceFix(span, replacement);
    }
    return fixOf(this.source, t('Remove the character'), [{ span, newText: '' }]);
  }

  #list(node: TreeNode, schema: ListSchema, label: string, owner: Span): unknown[] | undefined {
    if (node.kind !== 'list') {
      if (schema.single && node.kind === 'scalar') {
        const only = this.#value(node, schema.of, label, owner);
        return only === undefined ? undefined : [only];
      }
      return this.wrongType(node, schema, label, this.#listFixes(node, schema));
    }
    if (node.items.length < (schema.minimumLength ?? 0)) {
      const least = schema.minimumLength ?? 0;
      const message =
        least === 1 ? t('{0} needs at least one entry.', label) : t('{0} needs at least {1} entries.', label, least);
      this.report.error('list-length', node.span, message);
      return undefined;
    }
    if (node.items.length > (schema.maximumLength ?? Number.POSITIVE_INFINITY)) {
      this.report.error('list-length', node.span, t('{0} has at most {1} entries.', label, schema.maximumLength ?? 0));
      return undefined;
    }
    const values: unknown[] = [];
    const seen = new Set<unknown>();
    for (const [index, item] of node.items.entries()) {
      if (isEmpty(item) && schema.of.type !== 'cell') {
        this.#emptyItem(node, index, schema, label, owner);
        continue;
      }
      const value = this.#value(item, schema.of, itemLabel(schema, label, index), item.span);
      if (value === undefined) {
        continue;
      }
      const identity = typeof value === 'object' && value !== null && 'name' in value ? value.name : value;
      if (schema.distinct && seen.has(identity)) {
        const message = t('“{0}” is here twice. Remove one of them.', String(identity));
        // The cells of a column that is named twice may be another column's.
        const fixes = label === 'columns' ? [] : removeItemFix(this.source, node, index);
        this.report.error('duplicate-name', item.span, message, fixes);
      }
      seen.add(identity);
      values.push(value);
    }
    return values;
  }

  #listFixes(node: TreeNode, { of }: ListSchema): Fix[] {
    if (of.type === 'expectation' && node.kind === 'map') {
      return expectationsFix(this.source, node);
    }
    if (node.kind === 'map' && !node.flow) {
      return dashesFix(this.source, node);
    }
    // In brackets it would be as wrong.
    const isNumber = node.kind === 'scalar' && /^[-+.\d, ]+$/.test(node.source);
    const fits = of.type === 'integer' || of.type === 'number' ? isNumber : of.type !== 'expectation' || !isNumber;
    return fits ? wrapFix(this.source, node) : [];
  }

  #noMap(node: TreeNode, schema: MapSchema, label: string): undefined {
    if (node.kind !== 'scalar') {
      return this.#noMapButList(node, schema, label);
    }
    const strange = node.quoted ? undefined : strangeMarks(this.source, node.span);
    if (strange) {
      this.report.error('wrong-type', node.span, strange.message, strange.fixes);
      return undefined;
    }
    if (isCode(node, this.source.text)) {
      const message = t(
        'This is code. A spec is written as keys and values: “{0}”.',
        'model: { layers: [dense: 16, …] }',
      );
      this.report.error('wrong-type', tokenOf(node, this.source.text), message);
      return undefined;
    }
    const assigned = assignedFix(this.source, node, schema);
    if (assigned.length > 0) {
      const message = t('Between a key and its value stands a colon, not an equals sign.');
      this.report.error('wrong-type', node.span, message, assigned);
      return undefined;
    }
    const spaced = spaceAfterColonFix(this.source, node);
    const known = schema.keys.map(({ name }) => name);
    const begun = typeof node.value === 'string' ? startOf(node.value, known) : undefined;
    if (spaced.length === 0 && begun) {
      const message = t('“{0}” is no key with a value yet. Did you mean “{1}: …”?', node.source, begun);
      this.report.error('wrong-type', node.span, message);
      return undefined;
    }
    const whole = wholeMapOf(label, node);
    return this.wrongType(node, schema, label, whole ? changeFix(this.source, node.span, whole) : spaced);
  }

  #noMapButList(node: TreeNode, schema: MapSchema, label: string): undefined {
    if (node.kind === 'list' && label === 'model' && !node.alias) {
      const message = t('The layers stand under the key “layers” of {0}.', label);
      this.report.error('wrong-type', tokenOf(node, this.source.text), message, layersFix(this.source, node));
      return undefined;
    }
    const keys = keysOfItems(node);
    const isKnown = (key: string) => schema.keys.some(({ name, aliases }) => name === key || aliases?.includes(key));
    if (node.kind !== 'list' || !keys?.every(isKnown)) {
      const shares = label === 'split' && node.kind === 'list' ? wholeSplitOf(node) : undefined;
      return this.wrongType(node, schema, label, shares ? changeFix(this.source, node.span, shares) : []);
    }
    this.undash(node, label);
    return undefined;
  }

  /** Says that the keys of one map were written as the items of a list. */
  undash(node: ListNode, label: string): void {
    const message = node.flow
      ? t('{0} holds keys and values: these stand in braces, not in brackets.', label)
      : t('{0} holds keys and values: these have no dashes. Only the items of a list have.', label);
    this.report.error('wrong-type', tokenOf(node, this.source.text), message, undashFix(this.source, node));
  }

  /** An item with nothing in it is shown at its dash. */
  #emptyItem(node: ListNode, index: number, schema: ListSchema, label: string, owner: Span): void {
    const [at, end] = node.items[index].span;
    const dash = this.source.text.lastIndexOf('-', Math.max(0, at - 1));
    const span: Span = end > at ? [at, end] : node.flow || dash < node.span[0] ? owner : [dash, dash + 1];
    const message = t('An entry of {0} is empty. Expected: {1}.', label, describeSchema(schema.of));
    this.report.error('missing-value', span, message, asChoice(removeItemFix(this.source, node, index)));
  }

  #map(node: TreeNode, schema: MapSchema, label: string, owner: Span): object | undefined {
    if (node.kind !== 'map') {
      return this.#noMap(node, schema, label);
    }
    const values: [string, unknown][] = [];
    // Keys that stand elsewhere, as was said there: they do not seem to be missing as well.
    const excused = new Set<string>();
    // Keys that lack their indentation: their owner tells that for them.
    let below = 0;
    for (const entry of node.entries) {
      if (below-- > 0) {
        continue;
      }
      if (schema.ignoredPrefix && entry.key.startsWith(schema.ignoredPrefix)) {
        continue;
      }
      const key = this.#key(entry, node, schema, label, excused);
      if (!key) {
        continue;
      }
      below = isEmpty(entry.value) && key.value.type === 'map' ? keysBelow(node, entry, key.value, schema) : 0;
      if (below > 0) {
        const message = t('{0} has no value: the keys below it are not indented.', key.name);
        this.report.error('missing-value', entry.keySpan, message, indentKeysFix(this.source, node, entry, below));
        const index = node.entries.indexOf(entry) + 1;
        const own: MapNode = { ...node, entries: node.entries.slice(index, index + below) };
        values.push([key.name, this.#value(own, key.value, key.name, entry.keySpan)]);
        continue;
      }
      const fixes = () => missingValueFix(this.source, node, entry, key);
      values.push([key.name, this.#value(entry.value, key.value, key.name, entry.keySpan, fixes)]);
    }
    // What is in the file, though not in order, is not missing.
    for (const name of excused) {
      if (!values.some(([other]) => other === name)) {
        values.push([name, undefined]);
      }
    }
    for (const key of schema.keys) {
      if (!key.required || this.#elsewhere.has(key.name) || values.some(([name]) => name === key.name)) {
        continue;
      }
      const message = t('{0} lacks the key “{1}”.', label, key.name);
      this.report.error('missing-key', owner, message, missingKeyFix(this.source, node, key.name));
    }
    return Object.fromEntries(values);
  }

  /** The schema's entry for a key; a key of another or a wrong spelling is reported, and still read. */
  #key(entry: Entry, node: MapNode, schema: MapSchema, label: string, excused: Set<string>): KeyEntry | undefined {
    const exact = schema.keys.find((key) => key.name === entry.key);
    if (exact?.unsupported) {
      this.notSupported(entry.keySpan, entry.key);
      return undefined;
    }
    if (exact) {
      return exact;
    }
    const byAlias = (word: string) => schema.keys.find((key) => key.aliases?.includes(word));
    const meant = byAlias(entry.key);
    if (
      meant &&
      node.entries.some(
        (other) => other.key === meant.name || (other.keySpan[0] < entry.keySpan[0] && byAlias(other.key) === meant),
      )
    ) {
      this.secondName(entry, meant.name, node);
      return undefined;
    }
    if (meant) {
      this.aliasName(entry.keySpan, entry.key, meant.name);
      return meant.unsupported ? undefined : meant;
    }
    const known = schema.keys.map(({ name }) => name);
    const name = this.unknownKey(entry, label, known, node);
    if (name === undefined) {
      return undefined;
    }
    excused.add(name);
    const read = schema.keys.find((key) => key.name === name);
    return nearest(entry.key, known) === name && !read?.unsupported ? read : undefined;
  }

  /** Reports it, and returns the known key that was most likely meant, or the chapter that it belongs to. */
  unknownKey(entry: Entry, label: string, known: readonly string[], map: MapNode): string | undefined {
    // Past the cap an error is only counted, so its text is not made.
    if (this.report.full) {
      this.report.error('unknown-key', entry.keySpan, '');
      return undefined;
    }
    // The rest of a list in round brackets, as was said at its beginning.
    const bracket = map.flow ? this.source.text.lastIndexOf('(', entry.keySpan[0]) : -1;
    const tuple = bracket > map.span[0] ? tupleAt(this.source.text, bracket) : undefined;
    if (tuple && tuple.span[1] >= entry.keySpan[1] && isEmpty(entry.value)) {
      return undefined;
    }
    const home = homeOf(entry.key, label, map);
    if (home) {
      const message = t('“{0}” belongs elsewhere: {1}', entry.key, home.written);
      this.report.error('misplaced-key', entry.keySpan, message, moveHomeFix(this.source, map, entry, home));
      if (home.isChapter) {
        this.#elsewhere.add(entry.key);
      }
      return home.chapter;
    }
    const slip = slipOf(this.source, map, entry, known);
    if (slip) {
      this.report.error('unknown-key', entry.keySpan, slip.message, slip.fixes);
      return known.find((name) => entry.key.startsWith(name));
    }
    if (needless.includes(entry.key)) {
      const message = t(
        '“{0}” is not needed: the sizes of inputs follow from the data and the layers before. Remove it.',
        entry.key,
      );
      const fixes = fixOf(this.source, t('Remove “{0}”', entry.key), [removal(map, entry, this.source)]);
      this.report.error('unknown-key', entry.keySpan, message, fixes);
      return undefined;
    }
    const meant = nearest(entry.key, known);
    const taken = meant !== undefined && map.entries.some(({ key }) => key === meant);
    const message = meant
      ? t('{0} has no key “{1}”. Did you mean “{2}”?', label, entry.key, meant)
      : known.length > 0
        ? t('{0} has no key “{1}”. Its keys: {2}.', label, entry.key, known.join(', '))
        : t('{0} has no keys; remove “{1}”.', label, entry.key);
    const remove = asChoice(fixOf(this.source, t('Remove “{0}”', entry.key), [removal(map, entry, this.source)]));
    // What was most likely meant may be needed: it is not offered to remove it.
    const fixes = taken || meant === undefined ? remove : this.replaceFix(entry.keySpan, meant);
    this.report.error('unknown-key', entry.keySpan, message, fixes);
    return taken ? undefined : meant;
  }

  /** Another spelling of a key that the map holds already. */
  secondName(entry: Entry, name: string, map: MapNode): void {
    const message = t('“{0}” is another word for “{1}”, which is here already. Remove one of them.', entry.key, name);
    const fixes = fixOf(this.source, t('Remove “{0}”', entry.key), [removal(map, entry, this.source)]);
    this.report.error('unknown-key', entry.keySpan, message, asChoice(fixes));
  }

  aliasName(span: Span, spelling: string, name: string): void {
    this.report.error(
      'alias-name',
      span,
      t('“{0}” is called “{1}” here.', spelling, name),
      this.replaceFix(span, name),
    );
  }

  notSupported(span: Span, name: string): void {
    this.report.error(
      'not-yet-supported',
      span,
      t('“{0}” is not yet supported by this version. Leave it out for now.', name),
    );
  }

  /** Reports and returns undefined, so that a reader can return it. */
  wrongType(node: TreeNode, schema: ValueSchema, label: string, fixes: readonly Fix[] = []): undefined {
    const tuple = tupleAt(this.source.text, node.span[0]);
    if (tuple && node.kind === 'scalar' && !node.quoted) {
      const message = t('A list stands in square brackets: {0}', tuple.list);
      this.report.error('wrong-type', tuple.span, message, changeFix(this.source, tuple.span, tuple.list));
      return undefined;
    }
    const message = t('{0} must be {1}, not {2}.', label, describeSchema(schema), describeValue(node));
    this.report.error('wrong-type', tokenOf(node, this.source.text), message, fixes);
    return undefined;
  }

  replaceFix(span: Span, replacement: string | undefined): Fix[] {
    return replacement === undefined ? [] : changeFix(this.source, span, replacement);
  }

  #numberFixes(node: TreeNode, { type }: NumberSchema): Fix[] {
    const own = numberFix(this.source, node, type);
    return own.length > 0 ? own : unwrapFix(this.source, node);
  }
}

/** The key that a half-typed word begins, or that it was meant to be. */
function startOf(word: string, known: readonly string[]): string | undefined {
  return known.find((name) => word.length > 1 && name.startsWith(word)) ?? nearest(word, known);
}

function itemLabel(schema: ListSchema, label: string, index: number): string {
  return schema.of.type === 'list' || schema.of.type === 'cell' ? `${label}[${index}]` : label;
}
