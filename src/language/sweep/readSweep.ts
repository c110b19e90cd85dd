/** Reads the chapter `sweep`, whose paths must exist in the rest of the spec. */
import { t } from '@vscode/l10n';
import type { Steps } from '../../common/steps';
import { mostRuns } from '../../spec/schema';
import type { Spec, SweepSpec, SweptRange, WrittenValue } from '../../spec/spec';
import { asChoice, changeFix, fixOf, removal } from '../fixes/edits';
import type { Reader } from '../reading/reader';
import { checkBest, type TagFile } from '../reading/tags';
import { stepOfPath } from '../schema/expected';
import { type Entry, entryOf, type MapNode, nodeAtPath, type Path, placeOf } from '../yaml/tree';
import { Settings, settingAt } from './paths';
import { writtenOf } from './withValue';

/** The chapter as the schema reads it: without the values, which depend on their paths. */
interface SweepReading {
  readonly method?: 'grid' | { readonly random?: { readonly runs?: number } };
  readonly best?: string;
}

/** The sweep of a spec; undefined where it has a fault, which was reported. */
export function* readSweep(
  { method = 'grid', best }: SweepReading,
  spec: Spec,
  reader: Reader,
  file: TagFile,
): Steps<SweepSpec | undefined> {
  const { tree, report } = file;
  const map = nodeAtPath(tree, ['sweep', 'values']);
  if (map?.kind !== 'map') {
    return undefined;
  }
  const runs = method === 'grid' ? undefined : method.random?.runs;
  if (method !== 'grid' && !method.random) {
    const node = nodeAtPath(tree, ['sweep', 'method']);
    const message = t('method takes one of: {0}.', 'grid, { random: { runs: 20 } }');
    report.error('wrong-type', node?.span ?? map.span, message);
  }
  const settings = new Settings(spec);
  const swept = new Map<string, Path>();
  const values: [string, readonly WrittenValue[] | SweptRange][] = [];
  for (const entry of map.entries) {
    yield;
    const found = settingOf(entry, map, settings, file);
    if (!found) {
      continue;
    }
    const overlapping = overlappingIn(swept, found.path);
    if (overlapping !== undefined) {
      const message = t('“{0}” and “{1}” set the same value. Remove one of them.', overlapping, entry.key);
      report.error('sweep-path', entry.keySpan, message, removeEntry(entry, map, file));
      continue;
    }
    swept.set(entry.key, found.path);
    const last = String(found.path.findLast((step) => typeof step === 'string'));
    const read = yield* reader.readSteps(entry.value, { type: 'swept', of: found.setting }, last, entry.keySpan);
    if (read === undefined) {
      continue;
    }
    if (entry.value.kind === 'list') {
      values.push([entry.key, entry.value.items.map(writtenOf)]);
    } else if (method === 'grid') {
      const message = t(
        'Values are drawn from a range, and a grid draws none. Write a list, or {0}.',
        'method: { random: { runs: 20 } }',
      );
      report.error('conflict', placeOf(entry.value), message);
    } else {
      values.push([entry.key, read]);
    }
  }
  const count = method === 'grid' ? values.reduce((product, [, list]) => product * sizeOf(list), 1) : 1;
  if (count > mostRuns) {
    const span = entryOf(nodeAtPath(tree, ['sweep']), 'values')?.keySpan ?? map.span;
    const message = t(
      'These are {0} runs, and a sweep has at most {1}. Leave out values, or write {2}.',
      count,
      mostRuns,
      'method: { random: { runs: 20 } }',
    );
    report.error('sweep-runs', span, message);
  }
  if (best !== undefined) {
    checkBest(best, spec, file);
  }
  if (report.hasErrors) {
    return undefined;
  }
  return {
    values: Object.fromEntries(values),
    method: runs === undefined ? 'grid' : { random: { runs } },
    best: best ?? (spec.data.split.validation > 0 ? 'val_loss' : 'loss'),
  };
}

/** The setting at a path; reports a path that is none. */
function settingOf(entry: Entry, map: MapNode, settings: Settings, file: TagFile) {
  const { key, keySpan } = entry;
  const { report, source } = file;
  const found = settings.find(key);
  if (found?.setting) {
    return { path: found.path, setting: found.setting };
  }
  if (report.full) {
    report.error('sweep-path', keySpan, '');
    return undefined;
  }
  if (found) {
    const below = settings.paths.find((path) => path.startsWith(`${found.path.join('.')}.`));
    const message = below
      ? t('“{0}” holds several values. Write the path of one, such as “{1}”.', key, below)
      : nothingAt(key);
    report.error('sweep-path', keySpan, message, removeEntry(entry, map, file));
    return undefined;
  }
  const known = knownAt(key);
  if (known && !known.setting) {
    report.error('sweep-path', keySpan, nothingAt(key), removeEntry(entry, map, file));
    return undefined;
  }
  const meant = known ? undefined : settings.nearest(key);
  const message = known
    ? t('This spec does not set “{0}”. Write it there with one value; the sweep then changes it.', key)
    : meant
      ? t('This spec has no value “{0}”. Did you mean “{1}”?', key, meant)
      : t('This spec has no value “{0}”. A path is written as in “{1}”.', key, 'training.epochs');
  const fixes = meant ? changeFix(source, keySpan, meant) : asChoice(removeEntry(entry, map, file));
  report.error('sweep-path', keySpan, message, fixes);
  return undefined;
}

/** A key of the language that this spec leaves out; `setting` tells whether a sweep could set it. */
function knownAt(path: string): { readonly setting: boolean } | undefined {
  const step = stepOfPath(path);
  const { doc } = step.context;
  // The columns of `types` and the classes of `class_weight` have the documentation of their map.
  const isKey = doc !== undefined && (path.endsWith(doc) || path.startsWith(`${doc}.`));
  const schema = step.expected.type === 'schema' ? step.expected.schema : undefined;
  return isKey && schema ? { setting: schema.type === 'map' || settingAt(step) !== undefined } : undefined;
}

function nothingAt(path: string): string {
  return t('“{0}” holds nothing that a sweep can set. Remove it.', path);
}

function removeEntry(entry: Entry, map: MapNode, { source }: TagFile) {
  return asChoice(fixOf(source, t('Remove “{0}”', entry.key), [removal(map, entry, source)]));
}

/** The path of those swept that leads to the place of another, around it or inside it. */
function overlappingIn(swept: ReadonlyMap<string, Path>, path: Path): string | undefined {
  for (const [written, other] of swept) {
    if (other.slice(0, path.length).every((step, index) => step === path[index])) {
      return written;
    }
  }
  return undefined;
}

function sizeOf(values: readonly WrittenValue[] | SweptRange): number {
  return 'from' in values ? 1 : values.length;
}
