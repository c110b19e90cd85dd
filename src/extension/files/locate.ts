import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { resolveInside, segmentsBelow } from './paths';
import { writtenSpec } from './specCopies';

/** The folder that a spec's paths are relative to, and the root folder that they must stay inside. */
export interface Reach {
  readonly root: vscode.Uri;
  /** Segments of the spec's folder below the root. */
  readonly base: readonly string[];
}

/**
 * A saved spec may read files of the workspace folder that contains it, or else of its own folder. An
 * untitled spec may read files of the first workspace folder.
 */
function reachOf(spec: vscode.Uri): Reach | undefined {
  if (spec.scheme === 'untitled') {
    const first = vscode.workspace.workspaceFolders?.[0];
    return first && { root: first.uri, base: [] };
  }
  const parent = vscode.Uri.joinPath(spec, '..');
  const folder = vscode.workspace.getWorkspaceFolder(spec);
  const base = folder && segmentsBelow(folder.uri.path, parent.path);
  return folder && base ? { root: folder.uri, base } : { root: parent, base: [] };
}

/** The uri of `path` as the spec writes it. Throws a sentence for the user if the path is not permitted. */
export function locateDataFile(spec: vscode.Uri, path: string): vscode.Uri {
  return locate(spec, path).uri;
}

/** The uri of `path`, and the root it must stay inside. Throws as `locateDataFile` does. */
export function locate(spec: vscode.Uri, path: string): { uri: vscode.Uri; reach: Reach; segments: readonly string[] } {
  const reach = reachOf(writtenSpec(spec));
  if (!reach) {
    throw new Error(t('“{0}” cannot be found: save the spec, or open a folder that holds the file.', path));
  }
  const resolved = resolveInside(reach.base, path);
  if ('err' in resolved) {
    switch (resolved.err) {
      case 'empty':
        throw new Error(t('The path of the data file is empty. Write a path relative to the spec.'));
      case 'absolute':
        throw new Error(t('“{0}” is an absolute path. Write a path relative to the spec.', path));
      case 'outside':
        throw new Error(
          t('“{0}” leads out of the workspace folder. Copy the file into the folder that holds the spec.', path),
        );
    }
  }
  return { uri: vscode.Uri.joinPath(reach.root, ...resolved.ok), reach, segments: resolved.ok };
}
