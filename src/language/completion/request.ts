/** The context of one completion: the place of the cursor, the schema there, and the rest of the file. */

import { activation as activationEntry } from '../../spec/catalogue';
import { findLayerKind } from '../../spec/layers';
import { findSource } from '../../spec/sources';
import type { TableColumn, TableFacts } from '../../spec/tableFacts';
import { inferredLoss } from '../reading/defaults';
import type { Step } from '../schema/expected';
import type { Place } from '../unfinished';
import { type DataName, dataNamed, nameOf, wordsOf } from '../unfinished/dataNames';
import { entryOf, nodeAtPath, type Path, type TreeNode } from '../yaml/tree';

export interface FolderEntry {
  readonly name: string;
  readonly folder: boolean;
}

/** Gives completion access to the files around the spec. */
export interface CompletionHost {
  /** The table of a file, by its path in the spec, or of a shipped set; undefined where there is none. */
  table(data: DataName): Promise<TableFacts | undefined>;
  /** The entries of a folder, by its path in the spec; an empty path is the folder of the spec. */
  list(folder: string): Promise<readonly FolderEntry[]>;
  /** The names of the arrays in a file of several, by its path in the spec; empty where it cannot be read. */
  arrays(path: string): Promise<readonly string[]>;
}

export interface CompletionRequest {
  readonly text: string;
  readonly place: Place;
  readonly step: Step;
  readonly tree?: TreeNode;
  readonly host: CompletionHost;
}

export function nodeOf({ tree }: Pick<CompletionRequest, 'tree'>, path: Path): TreeNode | undefined {
  return tree && nodeAtPath(tree, path);
}

/** The layers of the model, even unfinished ones. */
export function layersOf(request: Pick<CompletionRequest, 'tree'>): readonly TreeNode[] {
  const list = nodeOf(request, ['model', 'layers']);
  return list?.kind === 'list' ? list.items : [];
}

/** The index of the output layer. */
export function lastLayer(request: Pick<CompletionRequest, 'tree'>): number {
  return layersOf(request).findLastIndex((layer) => !findLayerKind(nameOf(layer))?.keepsValues);
}

/** The activation on the network's outputs, `linear` where a dense layer has none. */
export function lastActivation(request: Pick<CompletionRequest, 'tree'>): string | undefined {
  const layer = layersOf(request)[lastLayer(request)];
  const kind = findLayerKind(nameOf(layer));
  const value = layer?.kind === 'map' ? layer.entries[0]?.value : undefined;
  if (kind?.isActivation) {
    return known(nameOf(value));
  }
  if (kind?.weights !== 'matrix') {
    return undefined;
  }
  const written = entryOf(value, 'activation')?.value;
  return written ? known(nameOf(written)) : 'linear';
}

/** An unfinished word is not the name of an activation. */
function known(name: string | undefined): string | undefined {
  return name !== undefined && activationEntry(name) ? name : undefined;
}

/** The loss: written, or inferred from the last activation. */
export function lossOf(request: Pick<CompletionRequest, 'tree'>): string | undefined {
  return nameOf(nodeOf(request, ['training', 'loss'])) ?? inferredLoss(lastActivation(request));
}

/** The table of the data that the file names. */
export async function tableOf(request: Pick<CompletionRequest, 'tree' | 'host'>): Promise<TableFacts | undefined> {
  return request.host.table(dataNamed(request.tree));
}

/** A column by name, with its facts where they are known. */
export interface ColumnName extends Partial<TableColumn> {
  readonly name: string;
}

export async function columnsOf(request: Pick<CompletionRequest, 'tree' | 'host'>): Promise<readonly ColumnName[]> {
  const table = await tableOf(request);
  if (table) {
    return table.columns;
  }
  const source = findSource(nameOf(nodeOf(request, ['data', 'source'])) ?? '');
  const names = source ? source.columns : wordsOf(nodeOf(request, ['data', 'columns']));
  return names.map((name) => ({ name }));
}
