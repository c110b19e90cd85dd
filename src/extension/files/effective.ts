import * as vscode from 'vscode';

/** Specs with every default written out are documents of this scheme: to be read, not to be edited or saved. */
export const effectiveScheme = 'nnspec-effective';

/** The address of a spec's effective text: `xor.effective.nnspec`. */
export function effectiveUri(spec: vscode.Uri): vscode.Uri {
  const path = `${spec.path.replace(/\.nnspec$/, '')}.effective.nnspec`;
  return vscode.Uri.from({ scheme: effectiveScheme, path, query: spec.toString() });
}

export function isEffective(uri: vscode.Uri): boolean {
  return uri.scheme === effectiveScheme;
}

/** The spec that was written: of an effective text the one it was made of. */
export function writtenSpec(uri: vscode.Uri): vscode.Uri {
  return isEffective(uri) ? vscode.Uri.parse(uri.query) : uri;
}
