/** The Python that trains a spec: only the machine and the person say which, never a file. */
import * as vscode from 'vscode';

/** As much as is used of the API of the extension `ms-python.python`. */
interface PythonApi {
  readonly environments?: {
    getActiveEnvironmentPath(resource: vscode.Uri): unknown;
    resolveEnvironment(path: unknown): Promise<{ readonly executable?: { readonly uri?: vscode.Uri } } | undefined>;
  };
}

/**
 * The environment that the Python extension has for a file, else the Python of the settings; empty for the
 * usual one of the machine.
 */
export async function pythonFor(specUri: vscode.Uri): Promise<string> {
  return (await chosenEnvironment(specUri)) ?? vscode.workspace.getConfiguration('nnspec').get('pythonPath', '');
}

/** Undefined without the extension, and where it does not answer as it should. */
async function chosenEnvironment(specUri: vscode.Uri): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<PythonApi>('ms-python.python');
  try {
    const { environments } = (await extension?.activate()) ?? {};
    const found = await environments?.resolveEnvironment(environments.getActiveEnvironmentPath(specUri));
    return found?.executable?.uri?.fsPath;
  } catch {
    return undefined;
  }
}
