/** The runs of a sweep: which values each has, and its spec as if they were written in the file. */
import { exp, log } from '../../common/math';
import { below, purposes, uniform } from '../../common/random';
import { type Steps, takeAll } from '../../common/steps';
import type { Spec, SweptRange, WrittenValue } from '../../spec/spec';
import { settingsOf } from '../export/effectiveSpec';
import { Reporter } from '../problems/reporter';
import { type ParsedSpec, parsedTree, readSpec } from '../reading/parse';
import type { Span } from '../text/lines';
import { type Entry, nodeAtPath, type Path, type TreeNode } from '../yaml/tree';
import { Settings } from './paths';
import { nodeOf, withValue, writtenOf } from './withValue';

/** A setting that differs between the runs. */
export interface SweptSetting {
  /** Its path as written. */
  readonly written: string;
  readonly path: Path;
  /** The written path, which stands for values that are drawn. */
  readonly span: Span;
  readonly values: readonly TreeNode[] | SweptRange;
  /** Whether only whole numbers are drawn. */
  readonly whole: boolean;
}

/** A sweep without faults. */
export interface Sweep {
  readonly parsed: ParsedSpec & { readonly spec: Spec };
  readonly fileName: string;
  readonly count: number;
  readonly settings: readonly SweptSetting[];
  /** Whether the values are drawn, not counted through. */
  readonly random: boolean;
  /** The effective spec, whose values stand for those that the file leaves out. */
  readonly standard: unknown;
  /** The chapters that were read: most are the same in every run. */
  readonly chapters: WeakMap<TreeNode, unknown>;
}

/** A value with the token that it is written at. */
export interface ChosenValue {
  readonly setting: SweptSetting;
  readonly node: TreeNode;
}

export interface SweepRun {
  readonly index: number;
  /** By path, as the file writes both. */
  readonly values: Readonly<Record<string, WrittenValue>>;
  /** The spec of this run; its places are those of the file. */
  readonly parsed: ParsedSpec;
}

/** The sweep of a file; undefined where it has none, or an error. */
export function sweepOf(parsed: ParsedSpec, fileName = ''): Sweep | undefined {
  const { spec, tree } = parsed;
  const map = tree && nodeAtPath(tree, ['sweep', 'values']);
  if (!spec?.sweep || map?.kind !== 'map') {
    return undefined;
  }
  const { values, method } = spec.sweep;
  const places = new Settings(spec);
  const settings = map.entries.flatMap((entry) => settingOf(entry, values[entry.key], places) ?? []);
  const count =
    method === 'grid'
      ? settings.reduce((product, { values: list }) => product * ('from' in list ? 1 : list.length), 1)
      : method.random.runs;
  return {
    parsed: { ...parsed, spec },
    fileName,
    count,
    settings,
    random: method !== 'grid',
    standard: settingsOf(spec),
    chapters: new WeakMap(),
  };
}

function settingOf(
  { key, keySpan, value }: Entry,
  read: readonly WrittenValue[] | SweptRange,
  places: Settings,
): SweptSetting | undefined {
  const place = places.find(key);
  if (!place) {
    return undefined;
  }
  const { path, setting } = place;
  const whole = setting?.type === 'integer' || setting?.type === 'size';
  const values = value.kind === 'list' ? value.items : (read as SweptRange);
  return { written: key, path, span: keySpan, values, whole };
}

/** The values of one run. In a grid the last path turns fastest. */
export function choiceOf(sweep: Sweep, index: number): ChosenValue[] {
  const { settings, random, parsed } = sweep;
  if (random) {
    const { seed } = parsed.spec;
    return settings.map((setting, place) => ({ setting, node: drawn(setting, seed, index, place) }));
  }
  let rest = index;
  const chosen = settings.toReversed().map((setting): ChosenValue => {
    const values = setting.values as readonly TreeNode[];
    const node = values[rest % values.length];
    rest = Math.floor(rest / values.length);
    return { setting, node };
  });
  return chosen.reverse();
}

/** Drawn by the seed of the spec: run and setting count up, so that no draw depends on another. */
function drawn({ values, span, whole }: SweptSetting, seed: number, run: number, place: number): TreeNode {
  if (!('from' in values)) {
    return values[below(seed, purposes.sweep, run, place, values.length)];
  }
  const { from, to, scale } = values;
  const share = uniform(seed, purposes.sweep, run, place);
  // The last whole number is as likely as the others.
  const end = whole ? to + 1 : to;
  const at = scale === 'log' ? exp(log(from) + share * (log(end) - log(from))) : from + share * (end - from);
  return nodeOf(Math.min(to, Math.max(from, whole ? Math.floor(at) : at)), span);
}

/** The values as the file writes them, by path. */
export function valuesOf(chosen: readonly ChosenValue[]): Readonly<Record<string, WrittenValue>> {
  return Object.fromEntries(chosen.map(({ setting, node }) => [setting.written, writtenOf(node)]));
}

/** The run that has these values; undefined where none has. */
export function indexOfRun(sweep: Sweep, values: Readonly<Record<string, unknown>>): number | undefined {
  const wanted = JSON.stringify(values);
  for (let index = 0; index < sweep.count; index += 1) {
    if (JSON.stringify(valuesOf(choiceOf(sweep, index))) === wanted) {
      return index;
    }
  }
  return undefined;
}

export function runAt(sweep: Sweep, index: number): SweepRun {
  const chosen = choiceOf(sweep, index);
  return { index, values: valuesOf(chosen), parsed: takeAll(specSteps(sweep, chosen)) };
}

/** The spec with these values in place of its own, and without the sweep, in short steps. */
export function* specSteps(
  { parsed, standard, fileName, chapters }: Sweep,
  chosen: readonly ChosenValue[],
): Steps<ParsedSpec> {
  const { text, lines, marks } = parsed;
  const whole = parsed.tree as TreeNode & { kind: 'map' };
  let tree: TreeNode = { ...whole, entries: whole.entries.filter(({ key }) => key !== 'sweep') };
  for (const { setting, node } of chosen) {
    tree = withValue(tree, standard, { path: setting.path, value: node, at: setting.span });
  }
  const report = new Reporter(lines);
  const spec = yield* readSpec(tree, { tree, text, lines }, report, fileName, chapters);
  return parsedTree({ tree, text, lines, marks, spec, report });
}
