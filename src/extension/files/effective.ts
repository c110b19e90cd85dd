import * as vscode from 'vscode';

/** Scheme of read-only documents that show a spec with every default written out. */
export const effectiveScheme = 'nnspec-effective';

/** The uri of a spec's effective text: `xor.effective.nnspec`. */
export function effectiveUri(spec: vscode.Uri): vscode.Uri {
  const path = `${spec.path.replace(/\.nnspec$/, '')}.effective.nnspec`;
  return vscode.Uri.from({ scheme: effectiveScheme, path, query: spec.toString() });
}

export function isEffective(uri: vscode.Uri): boolean {
  return uri.scheme === effectiveScheme;
}

/** The spec's own uri; for an effective text, that of the spec it shows. */
export function writtenSpec(uri: vscode.Uri): vscode.Uri {
  return isEffective(uri) ? vscode.Uri.parse(uri.query) : uri;
}
