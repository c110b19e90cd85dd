/**
 * The context of one completion: the place of the cursor, what the schema allows there, and the rest of the
 * file.
 */

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
  /**
   * The table in a file, by its path as the spec writes it, or of a shipped set; undefined where there is
   * none.
   */
  table(data: DataName): Promise<TableFacts | undefined>;
  /** The entries of a folder, by its path as the spec writes it; an empty path is the spec's own folder. */
  list(folder: string): Promise<readonly FolderEntry[]>;
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

/** The layers of the model, whatever state they are in. */
export function layersOf(request: Pick<CompletionRequest, 'tree'>): readonly TreeNode[] {
  const list = nodeOf(request, ['model', 'layers']);
  return list?.kind === 'list' ? list.items : [];
}

/** The index of the layer whose outputs are the network's, or will be. */
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

/** A word that is still being typed names nothing. */
function known(name: string | undefined): string | undefined {
  return name !== undefined && activationEntry(name) ? name : undefined;
}

/** The loss: written, or inferred from the last activation. */
export function lossOf(request: Pick<CompletionRequest, 'tree'>): string | undefined {
  return nameOf(nodeOf(request, ['training', 'loss'])) ?? inferredLoss(lastActivation(request));
}

/** The table that the file's data come from. */
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
