/** The Data view's part of the wire between the extension host and the panel. */
import { isCount } from '../common/isCount';
import { isRecord } from '../common/isRecord';
import { columnsAtOnce, scatterColumns } from '../common/limits';
import type { DataAnswer, DataOverview, DataQuestion, Reply } from './engine';

/** A sentence about the spec or its data. */
export interface DataNotice {
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

/** How far the data of the spec have been read. */
export type DataState =
  | { readonly kind: 'reading'; readonly name: string }
  /** Errors among `notices` keep the network from being trained, but not the table from being shown. */
  | { readonly kind: 'open'; readonly view: DataOverview; readonly notices: readonly DataNotice[] }
  /** There is no table to show. */
  | { readonly kind: 'refused'; readonly notices: readonly DataNotice[] }
  | { readonly kind: 'failed'; readonly message: string }
  /** Restricted Mode. */
  | { readonly kind: 'untrusted' };

export type DataToPanel =
  | { readonly type: 'dataState'; readonly state: DataState }
  /** Whether a file or the spec's data have changed since they were read. */
  | { readonly type: 'dataChanged'; readonly changed: boolean }
  | { readonly type: 'dataAnswer'; readonly id: number; readonly reply: Reply<DataAnswer> };

export type DataFromPanel =
  /** Reads the data, again if they have been read. */
  | { readonly type: 'openData' }
  | { readonly type: 'askData'; readonly id: number; readonly question: DataQuestion }
  /** Shows the place of a notice. */
  | { readonly type: 'showNotice'; readonly index: number }
  | { readonly type: 'manageTrust' };

function areColumns(value: unknown, most: number): boolean {
  return Array.isArray(value) && value.length <= most && value.every(isCount);
}

/** True for a question that a panel can ask. */
export function isDataQuestion(value: unknown): boolean {
  if (!isRecord(value)) {
    return false;
  }
  const { kind, search, from, count, columns, sort, part } = value;
  switch (kind) {
    case 'columns':
      return typeof search === 'string' && isCount(from);
    case 'page':
      return (
        isCount(from) &&
        isCount(count) &&
        areColumns(columns, columnsAtOnce) &&
        (sort === undefined || (isRecord(sort) && isCount(sort.column) && typeof sort.descending === 'boolean')) &&
        (part === undefined || part === 'train' || part === 'validation' || part === 'test')
      );
    case 'scatter':
      return areColumns(columns, scatterColumns);
    default:
      return false;
  }
}
