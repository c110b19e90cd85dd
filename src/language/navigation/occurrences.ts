/** Every key and scalar of a file with its role, for colours, renaming and links. */
import { assertNever } from '../../common/assertNever';
import { type Steps, takeAll } from '../../common/steps';
import { columnDocs, fileDocs, type ThingKind, type ValueSchema } from '../../spec/schema';
import type { ParsedSpec } from '../reading/parse';
import {
  atRoot,
  type Expected,
  expectedItem,
  isLayerName,
  type Step,
  scalarSchema,
  stepInto,
  thingNamed,
} from '../schema/expected';
import type { ThingEntry } from '../schema/things';
import type { Span } from '../text/lines';
import type { Entry, Path, ScalarNode, TreeNode } from '../yaml/tree';

export type Role =
  /** `data`, `model`, `training`, `expect`, and every other key at the left margin. */
  | 'chapter'
  /** Any other key of the schema. */
  | 'key'
  /** A key of a thing: `units`, `learning_rate`. */
  | 'parameter'
  /** The name of a catalogue entry or of a built-in data set. */
  | ThingKind
  | 'layerName'
  | 'column'
  /** The name of a class under `class_weight`. */
  | 'class'
  | 'number'
  | 'boolean'
  /** One of a few words: `standard`, `same`. */
  | 'choice'
  | 'path'
  /** A measured value: `val_loss`. */
  | 'tag'
  | 'expectation'
  | 'formula'
  /** A cell of `rows` that is not a number. */
  | 'cell'
  | 'text'
  /** A word that the language does not know. */
  | 'unknown';

export interface Occurrence {
  readonly role: Role;
  readonly kind: 'key' | 'value';
  readonly span: Span;
  /** Without quotes; a number keeps its spelling. */
  readonly text: string;
  /** Keys and indices from the root; for a key, the key itself is the last. */
  readonly path: Path;
  /** Defined for a value. */
  readonly node?: ScalarNode;
}

const known = new WeakMap<TreeNode, readonly Occurrence[]>();

/**
 * In order of the text. An anchored value has the role of its first alias in a place that the schema knows.
 * The result is cached per tree.
 */
export function occurrencesOf(parsed: Pick<ParsedSpec, 'tree'>): readonly Occurrence[] {
  return takeAll(occurrenceSteps(parsed));
}

/** `occurrencesOf` in short steps. */
export function* occurrenceSteps({ tree }: Pick<ParsedSpec, 'tree'>): Steps<readonly Occurrence[]> {
  if (!tree) {
    return [];
  }
  const before = known.get(tree);
  if (before) {
    return before;
  }
  const list = yield* new Walk(tree).steps();
  known.set(tree, list);
  return list;
}

/** Work to do: a node, or an entry with what the schema expects of its map. */
type Work =
  | { readonly node: TreeNode; readonly step: Step; readonly path: Path }
  | { readonly entry: Entry; readonly expected: Expected; readonly path: Path };

/** Nodes and keys visited between two yields. */
const wordsPerStep = 512;

class Walk {
  readonly #found = new Map<number, Occurrence>();
  /** A stack: the last one is visited next. */
  readonly #work: Work[];
  /** Cache, since the same things and keys recur. */
  readonly #steps = new Map<ThingEntry, Map<string, Step>>();
  #ordered = true;
  #last = -1;

  constructor(tree: TreeNode) {
    this.#work = [{ node: tree, step: atRoot, path: [] }];
  }

  *steps(): Steps<Occurrence[]> {
    let count = 0;
    for (let work = this.#work.pop(); work; work = this.#work.pop()) {
      if (++count % wordsPerStep === 0) {
        yield;
      }
      if ('node' in work) {
        this.#node(work.node, work.step, work.path);
      } else {
        this.#entry(work.entry, work.expected, work.path);
      }
    }
    const list = [...this.#found.values()];
    return this.#ordered ? list : list.sort((a, b) => a.span[0] - b.span[0]);
  }

  #node(node: TreeNode, step: Step, path: Path): void {
    const { expected } = step;
    switch (node.kind) {
      case 'scalar':
        if (node.span[1] > node.span[0]) {
          const { span, value, source } = node;
          const text = typeof value === 'string' ? value : source;
          this.#add({ role: roleOf(node, step, path), kind: 'value', span, text, path, node });
        }
        return;
      case 'list': {
        const inner: Step = { expected: expectedItem(expected), context: step.context };
        for (let index = node.items.length - 1; index >= 0; index--) {
          this.#work.push({ node: node.items[index], step: inner, path: [...path, index] });
        }
        return;
      }
      case 'map':
        for (let index = node.entries.length - 1; index >= 0; index--) {
          this.#work.push({ entry: node.entries[index], expected, path });
        }
        return;
      default:
        assertNever(node);
    }
  }

  #entry({ key, keySpan, value }: Entry, expected: Expected, path: Path): void {
    const inside = [...path, key];
    const next = this.#step(expected, key);
    const role = path.length === 0 ? 'chapter' : keyRole(expected, next, key);
    this.#add({ role, kind: 'key', span: keySpan, text: key, path: inside });
    this.#work.push({ node: value, step: next, path: inside });
  }

  #step(expected: Expected, key: string): Step {
    if (expected.type !== 'parameters') {
      return stepInto(expected, key);
    }
    const keys = this.#steps.get(expected.entry) ?? new Map<string, Step>();
    this.#steps.set(expected.entry, keys);
    const step = keys.get(key) ?? stepInto(expected, key);
    keys.set(key, step);
    return step;
  }

  #add(occurrence: Occurrence): void {
    const [start] = occurrence.span;
    const before = this.#found.get(start);
    if (before && (before.role !== 'unknown' || occurrence.role === 'unknown')) {
      return;
    }
    if (start < this.#last) {
      this.#ordered = false;
    }
    this.#last = start;
    this.#found.set(start, occurrence);
  }
}

function keyRole(expected: Expected, next: Step, key: string): Role {
  if (next.thing) {
    return next.thing.kind;
  }
  if (isLayerName(expected, key) || next.context.parameter) {
    return 'parameter';
  }
  if (next.context.doc) {
    return 'key';
  }
  if (expected.type === 'parameters') {
    return next.expected.type === 'schema' && next.expected.schema ? 'parameter' : 'unknown';
  }
  switch (expected.schema?.type) {
    case 'dictionary':
      return 'column';
    case 'weights':
      return 'class';
    default:
      return 'unknown';
  }
}

const columnLists = [...columnDocs, 'data.columns'];

function roleOf(node: ScalarNode, { expected, context }: Step, path: Path): Role {
  const schema = scalarSchema(expected);
  return schema ? scalarRole(node, schema, expected, context.doc, path) : 'unknown';
}

function scalarRole(
  node: ScalarNode,
  schema: ValueSchema,
  expected: Expected,
  doc: string | undefined,
  path: Path,
): Role {
  const literal = typeof node.value === 'number' ? 'number' : typeof node.value === 'boolean' ? 'boolean' : undefined;
  switch (schema.type) {
    case 'name':
      if (doc === 'layer.name') {
        return 'layerName';
      }
      return doc !== undefined && columnLists.includes(doc) ? 'column' : 'text';
    case 'text':
      if (doc !== undefined && fileDocs.includes(doc)) {
        return 'path';
      }
      return doc === 'training.early_stopping.monitor' || doc === 'sweep.best' || path.at(-1) === 'monitor'
        ? 'tag'
        : 'text';
    case 'boolean':
    case 'number':
    case 'integer':
    case 'numbers':
      return literal ?? 'unknown';
    case 'choice':
      return 'choice';
    case 'size':
    case 'weights':
      return literal ?? 'choice';
    case 'thing':
    case 'layer':
      return typeof node.value === 'string' ? (thingNamed(expected, node.value)?.kind ?? 'unknown') : 'unknown';
    case 'cell':
      return literal ?? 'cell';
    case 'expectation':
      return 'expectation';
    case 'formula':
      return 'formula';
    case 'list':
      return scalarRole(node, schema.of, { type: 'schema', schema: schema.of }, doc, path);
    case 'map':
      return schema.words ? 'choice' : 'unknown';
    case 'regularizer':
    case 'dictionary':
    case 'paths':
    case 'swept':
    case 'free':
      return 'unknown';
    default:
      return assertNever(schema);
  }
}
