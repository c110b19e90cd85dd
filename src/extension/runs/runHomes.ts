import * as vscode from 'vscode';
import { toDisposable } from '../../common/disposable';
import { type ListedRun, RunRepository } from '../../runs/runRepository';
import type { Clock } from '../../runs/runWriter';
import { VirtualFolder } from '../files/virtualFolder';
import { platform } from '../platform';

/** The folder that holds runs, beside the spec. */
const folderName = '.nnspec';

/** The time and the timers of the editor. */
const clock: Clock = {
  now: () => Date.now(),
  after: (milliseconds, action) => {
    const timer = setTimeout(action, milliseconds);
    return toDisposable(() => clearTimeout(timer));
  },
};

/** A folder `.nnspec`, or the storage of the extension in the same layout. */
export interface RunHome {
  readonly repository: RunRepository;
  readonly uri: vscode.Uri;
  /** The path that a run's header gives its spec. */
  specPath(specUri: vscode.Uri): string;
  /** The spec of a header's path. */
  specUri(specPath: string): vscode.Uri;
}

/** A run in a list, and where it is kept. */
export type FoundRun = ListedRun & { readonly home: RunHome };

/** Where runs are kept: beside their specs, or in the extension's storage where that cannot be. */
export class RunHomes {
  readonly #storage: vscode.Uri;
  readonly #homes = new Map<string, RunHome>();

  /** `storage` is the extension's folder for this workspace. */
  constructor(storage: vscode.Uri) {
    this.#storage = storage;
  }

  /** The home of new runs of a spec. */
  async of(specUri: vscode.Uri): Promise<RunHome> {
    const folder = vscode.Uri.joinPath(specUri, '..');
    return (await mayHoldRuns(specUri, folder)) ? this.#beside(folder) : this.stored;
  }

  /** The home of new runs of a spec, and the spec's path in their headers. */
  async placeOf(specUri: string): Promise<{ readonly home: RunHome; readonly spec: string }> {
    const uri = vscode.Uri.parse(specUri);
    const home = await this.of(uri);
    return { home, spec: home.specPath(uri) };
  }

  /** The extension's own storage. */
  get stored(): RunHome {
    return this.#home(this.#storage, {
      specPath: (uri) => uri.toString(),
      specUri: (path) => vscode.Uri.parse(path),
    });
  }

  /** All homes: those of the workspace, that of the extension, and those of other specs trained here. */
  async all(): Promise<readonly RunHome[]> {
    const headers = await vscode.workspace.findFiles(`**/${folderName}/runs/*/run.json`, null);
    for (const header of headers) {
      this.#beside(vscode.Uri.joinPath(header, '../../../..'));
    }
    return [...new Set([...this.#homes.values(), this.stored])];
  }

  /** All runs, newest first. */
  async runs(): Promise<readonly FoundRun[]> {
    return newestFirst(await Promise.all((await this.all()).map(runsOf)));
  }

  /** The newest run of a spec, wherever it is kept. */
  async newestOf(specUri: vscode.Uri): Promise<FoundRun | undefined> {
    const homes = new Set([await this.of(specUri), this.stored]);
    const all = newestFirst(await Promise.all([...homes].map(runsOf)));
    return all.find((run) => 'header' in run && run.header.spec === run.home.specPath(specUri));
  }

  #beside(folder: vscode.Uri): RunHome {
    return this.#home(vscode.Uri.joinPath(folder, folderName), {
      specPath: (uri) => uri.path.slice(uri.path.lastIndexOf('/') + 1),
      specUri: (path) => vscode.Uri.joinPath(folder, path),
    });
  }

  #home(uri: vscode.Uri, paths: Pick<RunHome, 'specPath' | 'specUri'>): RunHome {
    const key = uri.toString();
    let home = this.#homes.get(key);
    if (!home) {
      const { openFolder, here } = platform();
      const isPrivate = key === this.#storage.toString();
      const onDisk = uri.scheme === 'file' ? openFolder?.(uri.fsPath, { isPrivate }) : undefined;
      const repository = new RunRepository(onDisk ?? new VirtualFolder(uri), { clock, here });
      home = { repository, uri, ...paths };
      this.#homes.set(key, home);
    }
    return home;
  }
}

async function runsOf(home: RunHome): Promise<FoundRun[]> {
  return (await home.repository.list()).map((run) => ({ ...run, home }));
}

/** Ids sort by time. */
function newestFirst(lists: readonly FoundRun[][]): FoundRun[] {
  return lists.flat().sort((a, b) => (a.id < b.id ? 1 : -1));
}

async function mayHoldRuns({ scheme }: vscode.Uri, folder: vscode.Uri): Promise<boolean> {
  if (scheme === 'untitled' || !vscode.workspace.isTrusted || !vscode.workspace.fs.isWritableFileSystem(scheme)) {
    return false;
  }
  return scheme !== 'file' || ((await platform().isWritable?.(folder.fsPath)) ?? true);
}
