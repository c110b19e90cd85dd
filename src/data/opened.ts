import type { ColumnTypes } from '../spec/spec';
import type { DataBytes } from './bytes';
import type { Problems } from './problems';
import type { Table } from './table';

/** Data that were opened but not parsed yet. */
export interface OpenedData {
  /** Bytes of the file, or of the definition of the rows; their hash identifies the data of a run. */
  readonly bytes: DataBytes;
  /** The target of a built-in set. */
  readonly target?: readonly string[];
  /** Undefined if there is no table; `problems` then says why. */
  readonly read: (problems: Problems) => Table | undefined;
}

/** How the columns of another file were read. */
export interface Alike {
  readonly types: ColumnTypes;
  /** By column, see `units.ts`. */
  readonly units: Readonly<Record<string, string>>;
}

/** A data file that was opened; it may be read like another one where the spec does not say how. */
export interface OpenedFile extends OpenedData {
  readonly fileName: string;
  readonly read: (problems: Problems, alike?: Alike) => Table | undefined;
}
