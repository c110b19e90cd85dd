/** Reads YAML that is no spec, such as a block of a lesson, by a schema of its own. */
import { takeAll } from '../../common/steps';
import type { Problem } from '../../spec/problem';
import type { ValueSchema } from '../../spec/schema';
import type { FileCode } from '../problems/codes';
import { Reporter } from '../problems/reporter';
import { Lines, type Span } from '../text/lines';
import { readDocument } from '../yaml/document';
import { partOfScalar } from '../yaml/scalarParts';
import { headOf, type ScalarNode, type TreeNode } from '../yaml/tree';
import { Reader } from './reader';
import type { ValueOf } from './schemaTypes';

/** Collects the problems of one text while its parts are read. Takes time linear in the text. */
export class OwnReading {
  readonly #text: string;
  readonly #report: Reporter;
  readonly #reader: Reader;
  /** Undefined where the text holds nothing, or is no YAML, which was reported. */
  readonly tree: TreeNode | undefined;

  constructor(text: string) {
    const lines = new Lines(text);
    this.#text = text;
    this.#report = new Reporter(lines);
    const { tree, broken } = takeAll(readDocument(text, this.#report));
    this.tree = broken ? undefined : tree;
    this.#reader = new Reader({ tree, text, lines }, this.#report);
  }

  /** The whole text by a schema; undefined where it does not fit, which was reported. */
  read<const S extends ValueSchema>(schema: S, label: string): ValueOf<S> | undefined {
    return this.tree && this.readAt(this.tree, schema, label, headOf(this.tree));
  }

  /** `owner` is marked where the node itself is empty: usually its key. */
  readAt<const S extends ValueSchema>(node: TreeNode, schema: S, label: string, owner: Span): ValueOf<S> | undefined {
    return this.#reader.read(node, schema, label, owner);
  }

  error(code: FileCode, span: Span, message: string): void {
    this.#report.error(code, span, message);
  }

  /** As `error`, at a part of a scalar's text. */
  errorIn(node: ScalarNode, part: Span, code: FileCode, message: string): void {
    this.#report.error(code, partOfScalar(node, part, this.#text), message);
  }

  get hasErrors(): boolean {
    return this.#report.hasErrors;
  }

  problems(): readonly Problem[] {
    return this.#report.list();
  }
}
