/**
 * Reads things: a name, or a one-key map from a name to parameters. Layers are things that may carry a name.
 */

import { t } from '@vscode/l10n';
import { nearest } from '../../common/nearest';
import { activation as findActivation } from '../../spec/catalogue';
import type { ParameterEntry } from '../../spec/catalogue/types';
import type { FormulaInputs } from '../../spec/formula';
import { findLayerKind } from '../../spec/layers';
import type { Fix } from '../../spec/problem';
import { layerNamePattern, type ThingKind, type ValueSchema } from '../../spec/schema';
import type { ParameterValue, Thing } from '../../spec/spec';
import { keysOfItems } from '../fixes/dashes';
import { asChoice, type SpecText } from '../fixes/edits';
import { removeLayerAtFix } from '../fixes/entries';
import { commaOfFormula } from '../fixes/formulaComma';
import { indentFix } from '../fixes/indent';
import { missingParameterFix } from '../fixes/missing';
import { splitNumber } from '../fixes/mistypedKeys';
import { namedFix, namedInside } from '../fixes/nameAsValue';
import { callOf } from '../fixes/pythonCalls';
import { remedyFix } from '../fixes/remedy';
import { unwrapFix } from '../fixes/values';
import type { Reporter } from '../problems/reporter';
import {
  findParameter,
  findThing,
  findThingByAlias,
  parameterDefault,
  parameterSchema,
  type ThingEntry,
  thingNames,
} from '../schema/things';
import { describeKind } from '../text/describe';
import { lineStartOf, type Span } from '../text/lines';
import { type Entry, isEmpty, type MapNode, type TreeNode, withMerged } from '../yaml/tree';
import { conflictOf, layerConflictOf } from './conflicts';
import type { ReadingProblems } from './readingProblems';
import type { LayerReading, ValueOf } from './schemaTypes';

/** Reads the values inside things: parameters and names. */
export interface ValueReader {
  read<S extends ValueSchema>(node: TreeNode, schema: S, label: string, owner: Span): ValueOf<S> | undefined;
  /** As `read`, where the schema is known at run time only. */
  readAny(node: TreeNode, schema: ValueSchema, label: string, owner: Span): ParameterValue | undefined;
}

/** A name with what was written for its parameters. */
interface Named {
  readonly name: string;
  readonly span: Span;
  readonly value?: TreeNode;
}

type Parameters = Record<string, ParameterValue>;

export class ThingReader {
  readonly #values: ValueReader;
  readonly #problems: ReadingProblems;
  readonly #source: SpecText;
  readonly #report: Reporter;
  /** Whether the layer that was read last gives only numbers above 0. */
  #isPositive = false;
  /** The numbers that a formula of the layer at hand is given. */
  formulaInputs: FormulaInputs = 'any';

  constructor(values: ValueReader, problems: ReadingProblems, source: SpecText, report: Reporter) {
    this.#values = values;
    this.#problems = problems;
    this.#source = source;
    this.#report = report;
  }

  thing(node: TreeNode, kind: ThingKind, owner: Span): Thing | undefined {
    const named = this.#named(node, kind, owner);
    const entry = named && this.#entry(named, kind);
    const parameters = entry && this.#parameters(entry, named.value, named.span);
    return parameters && { name: entry.name, parameters };
  }

  layer(node: TreeNode, owner: Span): LayerReading | undefined {
    const before = this.#isPositive;
    const reading = this.#layer(node, owner);
    const activation = reading?.activation && findActivation(reading.activation.name);
    const keeps = before && findLayerKind(reading?.type)?.keepsValues === true;
    this.#isPositive = activation?.range?.startsWith('(0, ') ?? keeps;
    this.formulaInputs = 'any';
    return reading;
  }

  #layer(node: TreeNode, owner: Span): LayerReading | undefined {
    const named = this.#named(node, 'layer', owner);
    const entry = named && this.#entry(named, 'layer');
    if (!entry) {
      return undefined;
    }
    const { name, value } = this.#layerName(named.value);
    const isActivation = findLayerKind(entry.name)?.isActivation === true;
    this.formulaInputs = isActivation && this.#isPositive ? 'positive' : 'any';
    const inner = isActivation ? unwrapped(value) : undefined;
    if (inner) {
      const activation = this.thing(inner, 'activation', named.span);
      return activation && { type: entry.name, name, parameters: {}, activation };
    }
    const all = this.#parameters(entry, value, named.span);
    if (!all) {
      return undefined;
    }
    const { activation, layers, ...parameters } = all;
    const reading = { type: entry.name, name, parameters, activation: isThing(activation) ? activation : undefined };
    return Array.isArray(layers) ? { ...reading, layers: layers as readonly LayerReading[] } : reading;
  }

  /** The name and the parameters of a thing, in either of its forms. */
  #named(written: TreeNode, kind: ThingKind, owner: Span): Named | undefined {
    const node = withMerged(written);
    const schema: ValueSchema = kind === 'layer' ? { type: 'layer' } : { type: 'thing', of: kind };
    if (node.kind === 'scalar') {
      if (typeof node.value === 'string' && node.value !== '') {
        return { name: node.value, span: node.span };
      }
      if (kind !== 'layer') {
        return this.#problems.wrongType(node, schema, kind);
      }
      const isUnits = typeof node.value === 'number' && Number.isInteger(node.value) && node.value > 0;
      const dense = this.#isItem(node.span) ? `dense: ${node.source}` : `{ dense: ${node.source} }`;
      const fixes = isUnits ? asChoice(this.#problems.replaceFix(node.span, dense)) : [];
      return this.#problems.wrongType(node, schema, t('An entry of “{0}”', 'layers'), fixes);
    }
    if (node.kind === 'list' || node.entries.length === 0) {
      const label = kind === 'layer' ? t('An entry of “{0}”', 'layers') : kind;
      return this.#problems.wrongType(node, schema, label, unwrapFix(this.#source, node));
    }
    const known = (key: string) => findThing(kind, key) ?? findThingByAlias(kind, key);
    const inside = namedInside(node, kind);
    if (inside) {
      const message = t(
        'The name itself is the key: “{0}: …” instead of “{1}: {0}”.',
        inside.entry.name,
        inside.holder.key,
      );
      this.#report.error('one-key', inside.holder.keySpan, message, namedFix(this.#source, node, inside));
      return undefined;
    }
    const first = node.entries.find(({ key }) => known(key)) ?? node.entries[0];
    const siblings = node.entries.filter((other) => other !== first);
    const named = { name: first.key, span: first.keySpan, value: withMerged(first.value) };
    if (siblings.length === 0) {
      return named;
    }
    const entry = this.#entry(named, kind);
    if (!entry) {
      return undefined;
    }
    if (entry.parameters.some(({ primary, type }) => primary && type === 'formula') && this.#isSplit(node, first)) {
      return undefined;
    }
    const isOwn = (key: string) =>
      (kind === 'layer' && key === 'name') || findParameter(entry, key).parameter !== undefined;
    if (
      siblings.some(({ key }) => isOwn(key)) ||
      (isEmpty(first.value) && !siblings.some(({ key }) => findThing(kind, key)))
    ) {
      const message = t(
        '“{0}” stands beside “{1}”, not inside it. Indent the keys of “{1}” further than “{1}”.',
        siblings[0].key,
        first.key,
      );
      const fixes =
        first === node.entries[0] && !node.merged
          ? indentFix(node, entry, { source: this.#source, report: this.#report })
          : [];
      this.#report.error('indentation', siblings[0].keySpan, message, fixes);
      return undefined;
    }
    const split = node.kind === 'map' && node.flow ? splitNumber(this.#source, first.value, siblings[0]) : undefined;
    if (split) {
      this.#report.error('one-key', siblings[0].keySpan, split.message, split.fixes);
      return undefined;
    }
    const message = t(
      'Only one name can stand here, and “{0}” is a second one. Begin a new entry for it.',
      siblings[0].key,
    );
    this.#report.error('one-key', siblings[0].keySpan, message, this.#newItemFix(node, kind, owner));
    return undefined;
  }

  /** Whether a comma inside a formula ended it early, which is then reported. */
  #isSplit(map: MapNode, entry: Entry): boolean {
    const found = commaOfFormula(this.#source, map, entry);
    if (!found) {
      return false;
    }
    const message = t('Between braces a comma ends a text without quotes. Put all of the formula in quotes.');
    this.#report.error('custom-formula', found.comma, message, found.fixes);
    return true;
  }

  /** For two layers in one item of an indented list: gives the second its own dash. */
  #newItemFix(node: MapNode, kind: ThingKind, owner: Span): Fix[] {
    const second = node.entries[1].keySpan[0];
    const { text } = this.#source;
    const dash = text.lastIndexOf('-', owner[0]);
    const lineStart = lineStartOf(text, second);
    const between = text.slice(lineStart, second);
    if (kind !== 'layer' || node.flow || node.merged || dash < 0 || !/^ {2,}$/.test(between)) {
      return [];
    }
    const edits = [{ range: this.#report.rangeOf([second - 2, second]), newText: '- ' }];
    return [{ title: t('Make it a layer of its own'), edits }];
  }

  #entry(named: Named, kind: ThingKind): ThingEntry | undefined {
    const { name, span } = named;
    const exact = findThing(kind, name);
    const entry = exact ?? findThingByAlias(kind, name);
    if (entry?.unsupported) {
      this.#problems.notSupported(span, name);
      return undefined;
    }
    if (exact) {
      return exact;
    }
    if (entry) {
      this.#problems.aliasName(span, name, entry.name);
      return entry;
    }
    // Past the cap errors are only counted, so this one needs no message.
    if (this.#report.full) {
      this.#report.error('unknown-name', span, '');
      return undefined;
    }
    const call = callOf(name, kind);
    if (call) {
      const { written, isMap } = call;
      const message = written
        ? t('A spec has no calls. Write it as “{0}”.', written)
        : t('A spec has no calls. Write its parameters in braces: “{0}: { … }”.', call.entry.name);
      const needsBraces = isMap && !this.#isItem(span);
      this.#report.error(
        'unknown-name',
        span,
        message,
        this.#problems.replaceFix(span, needsBraces && written ? `{ ${written} }` : written),
      );
      return undefined;
    }
    if (kind === 'layer' && /^(?:nn\.|layers\.|keras\.)*(?:input|inputlayer|input_layer|inputs)$/i.test(name)) {
      const message = t(
        'The network begins with its first layer: the size of the input comes from the data. Remove “{0}”.',
        name,
      );
      this.#report.error('unknown-name', span, message, removeLayerAtFix(this.#source, span));
      return undefined;
    }
    const activation =
      kind === 'layer' ? (findThing('activation', name) ?? findThingByAlias('activation', name)) : undefined;
    if (activation) {
      const message = t('“{0}” is an activation. As a layer it is written “activation: {1}”.', name, activation.name);
      this.#report.error('unknown-name', span, message, this.#activationFix(named, activation.name));
      return undefined;
    }
    const names = thingNames(kind);
    const meant = nearest(name, names);
    const supported = names.filter((each) => !findThing(kind, each)?.unsupported);
    const message = meant
      ? t('“{0}” is unknown. Did you mean “{1}”?', name, meant)
      : t('“{0}” is unknown. Expected {1}, such as {2}.', name, describeKind(kind), supported.slice(0, 5).join(', '));
    this.#report.error('unknown-name', span, message, this.#problems.replaceFix(span, meant));
    return undefined;
  }

  /** Whether the span follows a dash, where a map needs no braces. */
  #isItem([start]: Span): boolean {
    const { text } = this.#source;
    return /^\s*(?:- +)+$/.test(text.slice(lineStartOf(text, start), start));
  }

  /**
   * `relu` as a layer becomes `activation: relu`; `leaky_relu: 0.2` becomes `activation: { leaky_relu: 0.2
   * }`, if on one line.
   */
  #activationFix({ span, value }: Named, activation: string): Fix[] {
    const takesOne = findThing('activation', activation)?.parameters.some(({ primary }) => primary);
    if (!value) {
      return this.#problems.replaceFix(span, `activation: ${activation}`);
    }
    const whole: Span = [span[0], value.span[1]];
    const text = this.#source.text.slice(...whole);
    // The value of an alias is written elsewhere.
    const isHere = value.span[0] >= span[1] && !text.includes('\n');
    const written = activation + text.slice(span[1] - span[0]);
    if (isHere && !takesOne) {
      return this.#problems.replaceFix(whole, `activation: ${activation}`);
    }
    return isHere ? this.#problems.replaceFix(whole, `activation: { ${written} }`) : [];
  }

  /** The `name` of a layer, and the layer's value without that key. */
  #layerName(value: TreeNode | undefined): { name?: string; value?: TreeNode } {
    if (value?.kind !== 'map') {
      return { value };
    }
    const entry = value.entries.find(({ key }) => key === 'name');
    if (!entry) {
      return { value };
    }
    const rest = { ...value, entries: value.entries.filter((other) => other !== entry) };
    const name = this.#values.read(entry.value, { type: 'name' }, 'name', entry.keySpan);
    if (name !== undefined && !layerNamePattern.test(name)) {
      const proposal = name.replace(/[^A-Za-z0-9_]+/g, '_').replace(/^(?=\d)/, '_');
      this.#report.error(
        'bad-name',
        entry.value.span,
        t("A layer's name has letters, digits and “_” only, and no digit first."),
        layerNamePattern.test(proposal) ? this.#problems.replaceFix(entry.value.span, proposal) : [],
      );
    }
    return { name, value: rest };
  }

  /** All parameters of an entry, including defaults; undefined where one is wrong or missing. */
  #parameters(entry: ThingEntry, node: TreeNode | undefined, owner: Span): Parameters | undefined {
    const written = new Map<string, ParameterValue>();
    let sound = true;
    const read = (parameter: ParameterEntry, value: TreeNode, keySpan: Span): void => {
      const result = this.#values.readAny(value, parameterSchema(parameter), parameter.name, keySpan);
      const short = parameter.type === 'layers' && value.kind === 'list' && lengthOf(result) < value.items.length;
      if (result === undefined || short) {
        sound = false;
      } else {
        written.set(parameter.name, result);
      }
    };
    if (node && !isEmpty(node)) {
      if (node.kind === 'map') {
        const isFormula = ({ key }: Entry) => findParameter(entry, key).parameter?.type === 'formula';
        if (node.entries.some((item) => isFormula(item) && this.#isSplit(node, item))) {
          return undefined;
        }
        for (const item of node.entries) {
          const parameter = this.#parameter(entry, item, node);
          if (parameter) {
            read(parameter, item.value, item.keySpan);
          } else {
            sound = false;
          }
        }
      } else if (
        node.kind === 'list' &&
        keysOfItems(node)?.every((key) => key === 'name' || findParameter(entry, key).parameter)
      ) {
        this.#problems.undash(node, entry.name);
        return undefined;
      } else {
        const primary = entry.parameters.find((parameter) => parameter.primary);
        if (!primary) {
          return this.#noPrimary(entry, node);
        }
        if (primary.unsupported) {
          this.#problems.notSupported(node.span, primary.name);
          return undefined;
        }
        read(primary, node, owner);
      }
    }
    const missing = entry.parameters.filter(
      (parameter) =>
        !parameter.unsupported &&
        !parameter.optional &&
        parameter.default === undefined &&
        !written.has(parameter.name),
    );
    if (missing.length > 0 && sound) {
      const message = t('“{0}” needs a value for “{1}”.', entry.name, missing[0].name);
      const fixes = missingParameterFix(this.#source, entry, owner, node, missing);
      this.#report.error('missing-key', owner, message, fixes);
    }
    if (!sound || missing.length > 0) {
      return undefined;
    }
    const values = complete(entry, written);
    const conflict = conflictOf(entry.name, values);
    if (conflict) {
      const items = node?.kind === 'map' ? node.entries : [];
      const item = items.find(({ key }) => conflict.parameters.includes(key));
      const fixes = remedyFix(this.#source, node, conflict.remedy);
      this.#report.error('conflict', item?.keySpan ?? owner, conflict.message, fixes);
    }
    if (entry.kind === 'layer') {
      const misfit = layerConflictOf(entry.name, values);
      if (misfit) {
        const at = node?.kind === 'map' ? node.entries.find(({ key }) => key === misfit.parameter) : undefined;
        const span = at && !isEmpty(at.value) ? at.value.span : (node?.span ?? owner);
        this.#report.error('conflict', span, misfit.message, remedyFix(this.#source, node, misfit.remedy));
        return undefined;
      }
    }
    return conflict ? undefined : values;
  }

  #parameter(entry: ThingEntry, item: Entry, map: MapNode): ParameterEntry | undefined {
    const { parameter, alias } = findParameter(entry, item.key);
    if (!parameter) {
      const known = entry.parameters.filter((other) => !other.unsupported).map(({ name }) => name);
      this.#problems.unknownKey(item, entry.name, known, map);
      return undefined;
    }
    if (parameter.unsupported) {
      this.#problems.notSupported(item.keySpan, parameter.name);
      return undefined;
    }
    if (
      alias &&
      map.entries.some(
        (other) =>
          other.key === parameter.name ||
          (isBefore(other, item) && findParameter(entry, other.key).parameter === parameter),
      )
    ) {
      this.#problems.secondName(item, parameter.name, map);
      return undefined;
    }
    if (alias) {
      this.#problems.aliasName(item.keySpan, item.key, parameter.name);
    }
    return parameter;
  }

  #noPrimary(entry: ThingEntry, node: TreeNode): undefined {
    const names = entry.parameters.filter((parameter) => !parameter.unsupported).map(({ name }) => name);
    const message =
      names.length > 0
        ? t(
            '“{0}” takes its parameters by name: {1}.',
            entry.name,
            `{ ${names.map((name) => `${name}: …`).join(', ')} }`,
          )
        : t('“{0}” takes no parameters.', entry.name);
    this.#report.error('wrong-type', node.span, message);
    return undefined;
  }
}

/** The length of a list that was read, without layers that have a fault. */
function lengthOf(value: ParameterValue | undefined): number {
  return Array.isArray(value) ? value.length : 0;
}

function complete(entry: ThingEntry, written: ReadonlyMap<string, ParameterValue>): Parameters {
  const values: [string, ParameterValue][] = [];
  for (const parameter of entry.parameters) {
    if (parameter.unsupported) {
      continue;
    }
    const value = written.get(parameter.name) ?? parameterDefault(parameter);
    if (value !== undefined) {
      values.push([parameter.name, value]);
    }
  }
  return Object.fromEntries(values);
}

/**
 * The value of an activation layer in its short form: `silu` or `{ leaky_relu: 0.2 }`. Undefined for the long
 * form `{ activation: silu }`, and for no value, which is then reported as a missing parameter.
 */
function unwrapped(value: TreeNode | undefined): TreeNode | undefined {
  if (!value || isEmpty(value)) {
    return undefined;
  }
  if (value.kind !== 'map') {
    return value;
  }
  if (value.entries.length === 0 || value.entries.some(({ key }) => key === 'activation')) {
    return undefined;
  }
  return value;
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.keySpan[0] < other.keySpan[0];
}

function isThing(value: ParameterValue | undefined): value is Thing {
  return typeof value === 'object' && value !== null && 'parameters' in value;
}
