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
  /** Right behind the label, dimmer: the parameters of a form. */
  readonly suffix?: string;
  /** A few words at the right: `required`, `default 32`, `3 classes`. */
  readonly detail?: string;
  /**
   * The editor's snippet syntax: `$` and `}` are escaped. After a line break stands what the line is indented
   * beyond the line of the cursor, as editors repeat that line's indentation.
   */
  readonly insertText: string;
  /** The text that is matched with the word. Default: the label. */
  readonly filterText?: string;
  readonly sortText: string;
  /** The span that is replaced. It holds the cursor. */
  readonly span: Span;
  /** Blank text before it that goes, since a line break takes its place. */
  readonly removed?: Span;
  /** Completion is asked for again right after this item, which is only a beginning. */
  readonly retrigger?: boolean;
  readonly preselect?: boolean;
  readonly documented: Documented;
}

/** Text as it is, inside a snippet. */
export function literal(text: string): string {
  return text.replace(/[\\$}]/g, '\\$&');
}

/** A tab stop that holds a text. */
export function stop(index: number, text: string | number | boolean): string {
  return `\${${index}:${literal(String(text))}}`;
}
