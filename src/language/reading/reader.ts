/** Reads a tree by the schema. Returns the values that fit; reports the others on their exact token. */
import { t } from '@vscode/l10n';
import { assertNever } from '../../common/assertNever';
import { nearest } from '../../common/nearest';
import { type Steps, takeAll } from '../../common/steps';
import { readFormula } from '../../spec/formula';
import type { Fix } from '../../spec/problem';
import {
  type KeyEntry,
  type ListSchema,
  type MapSchema,
  type NumberSchema,
  rangeSchema,
  regularizerSchema,
  type SizeSchema,
  specSchema,
  type ValueSchema,
} from '../../spec/schema';
import type { Cell, ClassWeight, Expectation, NestedNumbers, ParameterValue, Regularizer } from '../../spec/spec';
import { fixOf, type SpecText } from '../fixes/edits';
import { removeItemFix } from '../fixes/entries';
import { indentKeysFix } from '../fixes/indent';
import { missingKeyFix, missingValueFix } from '../fixes/missing';
import { remedyFix } from '../fixes/remedy';
import { booleanFix, expectationFix, numberFix, rangeFix, sizesFix, unwrapFix, wrapFix } from '../fixes/values';
import type { Reporter } from '../problems/reporter';
import { choiceText, describeSchema, isNumeric, numberRange } from '../text/describe';
import type { Span } from '../text/lines';
import { partOfScalar } from '../yaml/scalarParts';
import {
  type Entry,
  entryOf,
  isEmpty,
  type ListNode,
  type MapNode,
  placeOf,
  type TreeNode,
  withMerged,
} from '../yaml/tree';
import { mendingReplacement, parseExpectation } from './expectation';
import { keysBelow, shares } from './otherForms';
import { ReadingProblems } from './readingProblems';
import type { ValueOf } from './schemaTypes';
import { ThingReader, type ValueReader } from './thingReader';

/** Words from other libraries, with the words of a spec that mean the same. */
const otherWords: Readonly<Record<string, string | undefined>> = {
  numeric: 'number',
  gpu: 'cuda',
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
  robustscaler: 'robust',
  dropna: 'drop',
  remove: 'drop',
  ignore: 'drop',
  datetime: 'date',
  timestamp: 'date',
  skip: 'ignore',
  tab: '\t',
  '\\t': '\t',
  comma: ',',
  semicolon: ';',
  pipe: '|',
  utf8: 'utf-8',
  utf16: 'utf-16',
  cp949: 'euc-kr',
  ms949: 'euc-kr',
  euckr: 'euc-kr',
  ks_c_5601: 'euc-kr',
  sjis: 'shift_jis',
  'shift-jis': 'shift_jis',
  cp932: 'shift_jis',
  gbk: 'gb18030',
  gb2312: 'gb18030',
  cp936: 'gb18030',
  cp1252: 'windows-1252',
  latin1: 'windows-1252',
  'latin-1': 'windows-1252',
  'iso-8859-1': 'windows-1252',
};

/** Values read between two yields; a value may be a layer. */
const valuesPerStep = 64;

export class Reader implements ValueReader {
  readonly #source: SpecText;
  readonly #report: Reporter;
  readonly #problems: ReadingProblems;
  readonly #things: ThingReader;
  /** Chapters that were read before, without faults: those of another tree of the same file. */
  readonly #chapters: WeakMap<TreeNode, unknown> | undefined;
  #count = 0;

  constructor(source: SpecText, report: Reporter, chapters?: WeakMap<TreeNode, unknown>) {
    this.#chapters = chapters;
    this.#source = source;
    this.#report = report;
    this.#problems = new ReadingProblems(source, report);
    this.#things = new ThingReader(this, this.#problems, source, report);
  }

  /**
   * The node's value; undefined where it does not fit the schema, which was then reported. `label` names the
   * value in messages. `owner` is marked where the value itself is empty: usually its key.
   */
  read<S extends ValueSchema>(node: TreeNode, schema: S, label: string, owner: Span): ValueOf<S> | undefined {
    return takeAll(this.readSteps(node, schema, label, owner));
  }

  /** As `read`, in short steps. */
  *readSteps<S extends ValueSchema>(
    node: TreeNode,
    schema: S,
    label: string,
    owner: Span,
  ): Steps<ValueOf<S> | undefined> {
    // The only cast from a value read at run time to the type that its schema describes.
    return (yield* this.#value(node, schema, label, owner)) as ValueOf<S> | undefined;
  }

  readAny(node: TreeNode, schema: ValueSchema, label: string, owner: Span): ParameterValue | undefined {
    return takeAll(this.#value(node, schema, label, owner)) as ParameterValue | undefined;
  }

  *#value(
    written: TreeNode,
    schema: ValueSchema,
    label: string,
    owner: Span,
    fixesOfEmpty: () => readonly Fix[] = () => [],
  ): Steps<unknown> {
    if (++this.#count % valuesPerStep === 0) {
      yield;
    }
    const node = withMerged(written);
    if (isEmpty(node) && schema.type !== 'cell') {
      const message = t('{0} has no value. Expected: {1}.', label, describeSchema(schema));
      this.#report.error('missing-value', owner, message, fixesOfEmpty());
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
        return this.#problems.wrongType(node, schema, label, booleanFix(this.#source, node));
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
      case 'numbers':
        return this.#numbers(node, label);
      case 'formula':
        return this.#formula(node, label);
      case 'list':
        return yield* this.#list(node, schema, label, owner);
      case 'dictionary': {
        if (node.kind !== 'map') {
          return this.#problems.wrongType(node, schema, label);
        }
        const values: [string, unknown][] = [];
        for (const { key, keySpan, value } of node.entries) {
          values.push([key, yield* this.#value(value, schema.of, key, keySpan)]);
        }
        return Object.fromEntries(values);
      }
      case 'paths':
        return node.kind === 'map' && node.entries.length > 0 ? {} : this.#problems.wrongType(node, schema, label);
      case 'free':
        return node;
      case 'swept':
        return yield* this.#swept(node, schema, label, owner);
      case 'map':
        return schema.words && node.kind === 'scalar'
          ? this.#choice(node, schema.words, label)
          : yield* this.#map(node, schema, label, owner);
      default:
        return assertNever(schema);
    }
  }

  #text(node: TreeNode, schema: ValueSchema & { type: 'text' | 'name' }, label: string): string | undefined {
    if (node.kind !== 'scalar') {
      return this.#problems.wrongType(node, schema, label);
    }
    if (typeof node.value === 'string') {
      if (node.value !== '') {
        return node.value;
      }
    } else if (schema.type === 'name' && typeof node.value === 'number') {
      return node.source;
    }
    return this.#problems.wrongType(node, schema, label);
  }

  #number(node: TreeNode, schema: NumberSchema, label: string): number | undefined {
    if (node.kind !== 'scalar' || typeof node.value !== 'number') {
      return this.#problems.wrongType(node, schema, label, this.#numberFixes(node, schema));
    }
    const value = node.value;
    if (!Number.isFinite(value)) {
      this.#report.error('not-finite', node.span, t('{0} must be a finite number.', label));
      return undefined;
    }
    if (schema.type === 'integer' && !Number.isInteger(value)) {
      return this.#problems.wrongType(node, schema, label, numberFix(this.#source, node, 'integer'));
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
    this.#report.error(
      'out-of-range',
      node.span,
      t('{0} is {1}; it must be {2}.', label, node.source, numberRange(schema, value)),
      rangeFix(this.#source, node, schema, shares.includes(label)),
    );
    return undefined;
  }

  #choice(node: TreeNode, choices: readonly string[], label: string): string | undefined {
    const schema = { type: 'choice', choices } as const;
    if (node.kind !== 'scalar' || typeof node.value !== 'string') {
      return this.#problems.wrongType(node, schema, label);
    }
    if (choices.includes(node.value)) {
      return node.value;
    }
    const meant =
      choices.find((each) => each === otherWords[String(node.value).toLowerCase()]) ?? nearest(node.value, choices);
    this.#report.error(
      'unknown-choice',
      node.span,
      t('“{0}” is not a value of {1}. It must be one of: {2}.', node.source, label, choices.map(choiceText).join(', ')),
      this.#problems.replaceFix(node.span, meant === undefined ? undefined : choiceText(meant)),
    );
    return undefined;
  }

  #cell(node: TreeNode, label: string): Cell | undefined {
    if (node.kind !== 'scalar') {
      return this.#problems.wrongType(node, { type: 'cell' }, label);
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
    this.#report.error('not-finite', node.span, t('{0} must be a finite number.', label));
    return undefined;
  }

  #expectation(node: TreeNode, label: string): Expectation | undefined {
    if (node.kind !== 'scalar' || typeof node.value !== 'string') {
      return this.#problems.wrongType(node, { type: 'expectation' }, label, expectationFix(this.#source, node));
    }
    const parsed = parseExpectation(node.value);
    if ('tag' in parsed) {
      return parsed;
    }
    const span = partOfScalar(node, parsed.at, this.#source.text);
    const fixes = span === node.span ? [] : this.#problems.replaceFix(span, mendingReplacement(node.value, parsed));
    this.#report.error('bad-expectation', span, parsed.message, fixes);
    return undefined;
  }

  #weights(node: TreeNode, label: string): ClassWeight | undefined {
    if (node.kind === 'list') {
      return this.#problems.wrongType(node, { type: 'weights' }, label);
    }
    if (node.kind === 'scalar') {
      if (typeof node.value !== 'string') {
        return this.#problems.wrongType(node, { type: 'weights' }, label);
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
      this.#report.error('out-of-range', node.span, t('{0} needs at least one weight above 0.', label));
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
      return this.#problems.wrongType(node, schema, label);
    }
    if (typeof node.value === 'number') {
      return this.#number(node, number, label);
    }
    const listed = sizesFix(this.#source, node, axes);
    if (listed.length > 0 || words.length === 0 || typeof node.value !== 'string') {
      return this.#problems.wrongType(
        node,
        schema,
        label,
        listed.length > 0 ? listed : this.#numberFixes(node, number),
      );
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

  /** The shape is compared with that of the tensor when the network is planned. */
  #numbers(node: TreeNode, label: string): NestedNumbers | undefined {
    if (node.kind !== 'list') {
      return this.#problems.wrongType(node, { type: 'numbers' }, label, wrapFix(this.#source, node));
    }
    const numbers = node.items.map((item) =>
      item.kind === 'list' ? this.#numbers(item, label) : this.#number(item, { type: 'number' }, label),
    );
    return numbers.every((each) => each !== undefined) ? numbers : undefined;
  }

  #formula(node: TreeNode, label: string): string | undefined {
    if (node.kind !== 'scalar' || typeof node.value === 'boolean' || node.value === null) {
      return this.#problems.wrongType(node, { type: 'formula' }, label);
    }
    const text = typeof node.value === 'number' ? node.source : node.value;
    const formula = readFormula(text);
    const inputs = this.#things.formulaInputs;
    const fault = 'problem' in formula ? formula.problem : inputs === 'any' ? formula.faultAtZero : undefined;
    const problem = fault ?? ('gap' in formula ? formula.gap(inputs) : undefined);
    if (!problem) {
      return text;
    }
    const severity = fault ? 'error' : 'warning';
    const span = partOfScalar(node, problem.at, this.#source.text);
    const fixes = span === node.span ? [] : this.#formulaFix(span, problem.replacement);
    this.#report.add(severity, 'custom-formula', span, problem.message, fixes);
    return severity === 'error' ? undefined : text;
  }

  #formulaFix(span: Span, replacement: string | undefined): Fix[] {
    if (replacement !== '') {
      return this.#problems.replaceFix(span, replacement);
    }
    return fixOf(this.#source, t('Remove the character'), [{ span, newText: '' }]);
  }

  *#list(node: TreeNode, schema: ListSchema, label: string, owner: Span): Steps<unknown[] | undefined> {
    if (node.kind !== 'list') {
      if (schema.single && node.kind === 'scalar') {
        const only = yield* this.#value(node, schema.of, label, owner);
        return only === undefined ? undefined : [only];
      }
      return this.#problems.wrongType(node, schema, label, this.#problems.listFixes(node, schema));
    }
    if (node.items.length < (schema.minimumLength ?? 0)) {
      const least = schema.minimumLength ?? 0;
      const message =
        least === 1 ? t('{0} needs at least one entry.', label) : t('{0} needs at least {1} entries.', label, least);
      this.#report.error('list-length', node.span, message);
      return undefined;
    }
    if (node.items.length > (schema.maximumLength ?? Number.POSITIVE_INFINITY)) {
      this.#report.error('list-length', node.span, t('{0} has at most {1} entries.', label, schema.maximumLength ?? 0));
      return undefined;
    }
    const values: unknown[] = [];
    const seen = new Set<unknown>();
    for (const [index, item] of node.items.entries()) {
      if (isEmpty(item) && schema.of.type !== 'cell') {
        this.#problems.emptyItem(node, index, schema, label, owner);
        continue;
      }
      const value = yield* this.#value(item, schema.of, itemLabel(schema, label, index), item.span);
      if (value === undefined) {
        continue;
      }
      const identity = typeof value === 'object' && value !== null && 'name' in value ? value.name : value;
      if (schema.distinct && seen.has(identity)) {
        const message = t('“{0}” is here twice. Remove one of them.', String(identity));
        // Removing a name from `columns` would leave one cell too many in every row.
        const fixes = label === 'columns' ? [] : removeItemFix(this.#source, node, index);
        this.#report.error('duplicate-name', item.span, message, fixes);
      }
      seen.add(identity);
      values.push(value);
    }
    return values;
  }

  *#swept(node: TreeNode, { of }: ValueSchema & { type: 'swept' }, label: string, owner: Span): Steps<unknown> {
    if (node.kind === 'list') {
      const values = yield* this.#list(node, { type: 'list', of, minimumLength: 1 }, label, owner);
      this.#repeated(node, values);
      return values;
    }
    if (node.kind !== 'map' || !isNumeric(of)) {
      return this.#problems.wrongType(node, { type: 'swept', of }, label, wrapFix(this.#source, node));
    }
    const range = yield* this.readSteps(node, rangeSchema, label, owner);
    const ends = [entryOf(node, 'from')?.value, entryOf(node, 'to')?.value];
    const fit = ends.map((end) => end && this.readAny(end, of, label, end.span) !== undefined);
    const { from, to, scale = 'linear' } = range ?? {};
    if (from === undefined || to === undefined || fit.includes(false)) {
      return undefined;
    }
    const place = ends[0]?.span ?? node.span;
    if (from >= to) {
      const swap = { kind: 'swap', parameters: ['from', 'to'] } as const;
      const fixes = from > to ? remedyFix(this.#source, node, swap) : [];
      this.#report.error('conflict', place, t('from must be below to.'), fixes);
      return undefined;
    }
    if (scale === 'log' && from <= 0) {
      this.#report.error('conflict', place, t('On a log scale a range begins above 0.'));
      return undefined;
    }
    return { from, to, scale };
  }

  /** Reports values of a sweep that stand in its list twice: their runs would be the same. */
  #repeated(node: ListNode, values: readonly unknown[] = []): void {
    const seen = new Set<string>();
    for (const [index, item] of values.length === node.items.length ? node.items.entries() : []) {
      const identity = JSON.stringify(values[index]);
      if (seen.has(identity)) {
        const written = this.#source.text.slice(...placeOf(item));
        const message = t('“{0}” is here twice. Remove one of them.', written);
        this.#report.error('duplicate-name', placeOf(item), message, removeItemFix(this.#source, node, index));
      }
      seen.add(identity);
    }
  }

  *#map(node: TreeNode, schema: MapSchema, label: string, owner: Span): Steps<object | undefined> {
    if (node.kind !== 'map') {
      return this.#problems.notAMap(node, schema, label);
    }
    const values: [string, unknown][] = [];
    // Keys that were reported as misplaced or misspelt: they are not also reported as missing.
    const excused = new Set<string>();
    // Number of keys to skip: they belong inside the last one and were read with it.
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
        this.#report.error('missing-value', entry.keySpan, message, indentKeysFix(this.#source, node, entry, below));
        const index = node.entries.indexOf(entry) + 1;
        const own: MapNode = { ...node, entries: node.entries.slice(index, index + below) };
        values.push([key.name, yield* this.#value(own, key.value, key.name, entry.keySpan)]);
        continue;
      }
      const fixes = () => missingValueFix(this.#source, node, entry, key);
      const chapters = schema === specSchema ? this.#chapters : undefined;
      const value =
        chapters?.get(entry.value) ?? (yield* this.#value(entry.value, key.value, key.name, entry.keySpan, fixes));
      chapters?.set(entry.value, value);
      values.push([key.name, value]);
    }
    for (const name of excused) {
      if (!values.some(([other]) => other === name)) {
        values.push([name, undefined]);
      }
    }
    for (const key of schema.keys) {
      if (!key.required || this.#problems.isMisplaced(key.name) || values.some(([name]) => name === key.name)) {
        continue;
      }
      const message = t('{0} lacks the key “{1}”.', label, key.name);
      this.#report.error('missing-key', owner, message, missingKeyFix(this.#source, node, key.name));
    }
    return Object.fromEntries(values);
  }

  /** The schema's entry for a key. An alias or a near misspelling is reported, and its value still read. */
  #key(entry: Entry, node: MapNode, schema: MapSchema, label: string, excused: Set<string>): KeyEntry | undefined {
    const exact = schema.keys.find((key) => key.name === entry.key);
    if (exact?.unsupported) {
      this.#problems.notSupported(entry.keySpan, entry.key);
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
      this.#problems.secondName(entry, meant.name, node);
      return undefined;
    }
    if (meant) {
      this.#problems.aliasName(entry.keySpan, entry.key, meant.name);
      return meant.unsupported ? undefined : meant;
    }
    const known = schema.keys.map(({ name }) => name);
    const name = this.#problems.unknownKey(entry, label, known, node);
    if (name === undefined) {
      return undefined;
    }
    excused.add(name);
    const read = schema.keys.find((key) => key.name === name);
    return nearest(entry.key, known) === name && !read?.unsupported ? read : undefined;
  }

  #numberFixes(node: TreeNode, { type }: NumberSchema): Fix[] {
    const own = numberFix(this.#source, node, type);
    return own.length > 0 ? own : unwrapFix(this.#source, node);
  }
}

function itemLabel(schema: ListSchema, label: string, index: number): string {
  return schema.of.type === 'list' || schema.of.type === 'cell' ? `${label}[${index}]` : label;
}
