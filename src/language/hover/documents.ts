/** The documentation of everything that has a name, the same in hovers and in completion. */
import type { ParameterValues } from '../../spec/catalogue/types';
import type { TableColumn, TableFacts } from '../../spec/tableFacts';
import type { Context, NamedThing } from '../schema/expected';
import { activationHover, entryHover, type HoverOptions } from './activationHover';
import { columnHover, fileHover, sourceHover } from './dataHover';
import { plain } from './markdown';
import { keyHover, parameterHover } from './reference';

/** The subject of a documentation, whose text is made only when it is shown. */
export interface Documented extends Context {
  readonly thing?: NamedThing;
  /** A data file, by its path as the spec writes it. */
  readonly file?: string;
  /** A column of a table, and the number of rows in the table. */
  readonly column?: { readonly facts: TableColumn; readonly rows: number };
  /** A sentence of its own. */
  readonly text?: string;
  /** A spec to show below it. */
  readonly yaml?: string;
}

export interface DocumentOptions extends HoverOptions {
  /** The table of the file or the built-in set. */
  readonly table?: TableFacts;
  /** The columns to predict. */
  readonly target?: readonly string[];
}

/** Markdown; empty where there is no documentation. */
export function documentOf(documented: Documented, options: DocumentOptions): string {
  const { thing, parameter, doc, file, column, text, yaml } = documented;
  const { language } = options;
  if (thing) {
    return thingDocument(thing, {}, options);
  }
  if (parameter) {
    return parameterHover(parameter, language);
  }
  if (doc) {
    return keyHover(doc, language);
  }
  if (column) {
    return columnHover(column.facts, column.rows, language);
  }
  if (file && options.table) {
    return fileHover(file, options.table, options.target ?? [], language);
  }
  return [text ? plain(text) : '', yaml ? `\`\`\`yaml\n${yaml}\n\`\`\`` : ''].filter(Boolean).join('\n\n');
}

/** The documentation of a thing; `written` holds its parameters in the file. */
export function thingDocument({ kind, name }: NamedThing, written: ParameterValues, options: DocumentOptions): string {
  if (kind === 'source') {
    return sourceHover(name, options);
  }
  if (kind === 'activation') {
    return activationHover(name, written, options);
  }
  return entryHover(kind, name, written, options);
}
