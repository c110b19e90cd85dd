/** From a file's text to an experiment and everything that is wrong with it. */
import { t } from '@vscode/l10n';
import { type Steps, takeAll } from '../../common/steps';
import { flatLayers } from '../../spec/flatLayers';
import type { Position, Problem, Range } from '../../spec/problem';
import { languageVersion, specSchema } from '../../spec/schema';
import type { Spec } from '../../spec/spec';
import type { SpecText } from '../fixes/edits';
import { Reporter } from '../problems/reporter';
import { readSweep } from '../sweep/readSweep';
import { maximumBytes, tooLarge, utf8Length } from '../text/limits';
import { Lines, type Span } from '../text/lines';
import { readDocument } from '../yaml/document';
import { type Marks, noMarks } from '../yaml/marks';
import { headOf, isEmpty, locate, type Path, type TreeNode } from '../yaml/tree';
import { assemble } from './assemble';
import { Reader } from './reader';

export interface ParsedSpec {
  /** The effective spec: every default filled in. Undefined where the file has an error. */
  readonly spec?: Spec;
  readonly problems: readonly Problem[];
  /**
   * The range of a path of keys and indices in the file; where the file holds only part of the path, the
   * range of the deepest part that exists. Undefined only where the file could not be read as YAML. `what` is
   * the value by default, but the key for a column of `data.types`.
   */
  locate(path: Path, what?: 'key' | 'value'): Range | undefined;
  /** The file as a tree; undefined where it could not be read as YAML. */
  readonly tree?: TreeNode;
  readonly marks: Marks;
  readonly text: string;
  readonly lines: Lines;
}

export interface ParseOptions {
  readonly fileName: string;
}

/** Never throws, and takes time linear in the text. */
export function parseSpec(text: string, options: ParseOptions): ParsedSpec {
  return takeAll(parseSteps(text, options));
}

/** `parseSpec` in short steps, so that the caller can do other work in between. */
export function* parseSteps(text: string, options: ParseOptions): Steps<ParsedSpec> {
  const bytes = utf8Length(text);
  if (bytes > maximumBytes) {
    return { problems: [tooLarge(bytes)], locate: () => undefined, marks: noMarks, text, lines: new Lines('') };
  }
  const lines = new Lines(text);
  const report = new Reporter(lines);
  const { tree, broken, marks } = yield* readDocument(text, report);
  yield;
  const spec = tree && !broken ? yield* readSpec(tree, { tree, text, lines }, report, options.fileName) : undefined;
  if (!tree && !report.hasErrors) {
    reportEmpty(text, report);
  }
  return parsedTree({ tree, spec, report, marks, text, lines });
}

/** Everything that reading a tree gave and reported. */
export function parsedTree({
  report,
  spec,
  ...file
}: Pick<ParsedSpec, 'spec' | 'tree' | 'marks' | 'text' | 'lines'> & { readonly report: Reporter }): ParsedSpec {
  const { tree, lines } = file;
  return {
    ...file,
    spec: report.hasErrors ? undefined : spec,
    problems: report.list(),
    locate: (path, what = markOf(path)) => tree && lines.range(locate(tree, path, what)),
  };
}

/** The spec of a tree; undefined where it has a fault, which was reported. */
export function* readSpec(
  tree: TreeNode,
  source: SpecText,
  report: Reporter,
  fileName: string,
  chapters?: WeakMap<TreeNode, unknown>,
): Steps<Spec | undefined> {
  if (isEmpty(tree)) {
    reportEmpty(source.text, report, tree.span);
    return undefined;
  }
  const reader = new Reader(source, report, chapters);
  const reading = yield* reader.readSteps(tree, specSchema, t('The file'), headOf(tree));
  if (!reading || tree.kind !== 'map') {
    return undefined;
  }
  if (reading.nnspec !== undefined && reading.nnspec !== languageVersion) {
    const span = locate(tree, ['nnspec']);
    const fix = {
      title: t('Change to “{0}”', languageVersion),
      edits: [{ range: report.rangeOf(span), newText: String(languageVersion) }],
    };
    report.error(
      'unsupported-version',
      span,
      t('This version of NNSpec reads language version {0}.', languageVersion),
      [fix],
    );
  }
  yield;
  const spec = assemble(reading, { tree, source, report, fileName });
  if (!spec || !reading.sweep) {
    return spec;
  }
  const sweep = yield* readSweep(reading.sweep, spec, reader, { tree, source, report });
  return sweep && { ...spec, sweep };
}

const skeleton = `data:
  source: xor

model:
  layers:
    - dense: { units: 4, activation: tanh }
    - dense: { units: 1, activation: sigmoid }

training:
  optimizer: { adam: { learning_rate: 0.1 } }
  epochs: 200
`;

/** If the file holds only `null`, `nothing` is its span, which the fix replaces. */
function reportEmpty(text: string, report: Reporter, nothing?: Span): void {
  const end = text.length;
  const [start, rest] = nothing ?? [end, end];
  const kept = text.slice(rest).trimStart();
  const before = text.slice(0, start) + kept;
  const newText = kept + (before === '' || before.endsWith('\n') ? '' : '\n') + skeleton;
  report.error(
    'empty-file',
    [0, 0],
    t('The file describes no experiment yet. It needs data, model and, as a rule, training.'),
    [
      {
        title: t('Insert a small network that learns XOR'),
        choice: true,
        edits: [{ range: report.rangeOf([start, end]), newText }],
      },
    ],
  );
}

function markOf(path: Path): 'key' | 'value' {
  return path.length === 3 && path[0] === 'data' && path[1] === 'types' ? 'key' : 'value';
}

/** A layer's place in the file. */
export interface LayerRange {
  readonly index: number;
  readonly name: string;
  /** The whole entry. */
  readonly range: Range;
  /** The token of its type. */
  readonly typeRange: Range;
}

/**
 * The range of every layer of a spec without errors, in the order of the plan: the layers of a block precede
 * it.
 */
export function layerRanges(parsed: ParsedSpec): LayerRange[] {
  const { spec, locate: find } = parsed;
  return flatLayers(spec?.layers ?? []).flatMap(({ layer, path }, index) => {
    const range = find(path.slice(0, -1));
    const typeRange = find(path, 'key');
    return range && typeRange ? [{ index, name: layer.name, range, typeRange }] : [];
  });
}

/**
 * The index of the layer whose lines hold this one: the innermost, since the lines of a block hold those of
 * its layers.
 */
export function layerAt(parsed: ParsedSpec, line: number): number | undefined {
  const around = layerRanges(parsed).filter(({ range }) => range.start.line <= line && line <= range.end.line);
  const sizes = around.map(({ range }) => range.end.line - range.start.line);
  return around[sizes.indexOf(Math.min(...sizes))]?.index;
}

/** The position of the code lens with the command to train. */
export const codeLensPosition: Position = { line: 0, character: 0 };
