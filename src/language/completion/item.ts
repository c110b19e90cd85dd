import type { Documented } from '../hover/documents';
import type { Span } from '../text/lines';

export type { Documented };

/** The kind of an item; the editor chooses its icon by it. */
export type ItemKind =
  | 'key'
  | 'thing'
  | 'form'
  | 'value'
  | 'column'
  | 'file'
  | 'folder'
  | 'tag'
  | 'name'
  | 'anchor'
  | 'file-form';

export interface CompletionItem {
  readonly label: string;
  readonly kind: ItemKind;
  /** Shown dimmed after the label: the parameters of a form. */
  readonly suffix?: string;
  /** A few words at the right: `required`, `default 32`, `3 classes`. */
  readonly detail?: string;
  /**
   * In the editor's snippet syntax, with `$` and `}` escaped. Lines after the first are indented relative to
   * the line of the cursor, because editors repeat that line's indentation.
   */
  readonly insertText: string;
  /** The text compared with the typed word. Default: the label. */
  readonly filterText?: string;
  readonly sortText: string;
  /** The span to replace, which contains the cursor. */
  readonly span: Span;
  /** The blanks before it to remove, if a line break replaces them. */
  readonly removed?: Span;
  /** Whether to request completion again after this item, which is only a beginning. */
  readonly retrigger?: boolean;
  readonly preselect?: boolean;
  readonly documented: Documented;
}

/** Escapes text for a snippet. */
export function literal(text: string): string {
  return text.replace(/[\\$}]/g, '\\$&');
}

/** A tab stop that holds a text. */
export function stop(index: number, text: string | number | boolean): string {
  return `\${${index}:${literal(String(text))}}`;
}
