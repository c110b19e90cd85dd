import * as vscode from 'vscode';
import { toDisposable } from '../../common/disposable';
import { slugIn } from '../../runs/runId';
import { type ListedRun, RunRepository } from '../../runs/runRepository';
import type { Clock } from '../../runs/runWriter';
import { fileNameOf } from '../files/names';
import { resolveInside } from '../files/paths';
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
    return (await mayHoldRuns(specUri, folder)) ? this.beside(folder) : this.stored;
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
      this.beside(vscode.Uri.joinPath(header, '../../../..'));
    }
    return [...new Set([...this.#homes.values(), this.stored])];
  }

  /** All runs, newest first. */
  async runs(): Promise<readonly FoundRun[]> {
    for (const { uri } of vscode.workspace.textDocuments.filter(isSpecFile)) {
      this.beside(vscode.Uri.joinPath(uri, '..'));
    }
    // Their headers are read while the search for others goes on.
    const known = [...new Set([...this.#homes.values(), this.stored])];
    const reading = Promise.all(known.map(runsOf));
    const others = (await this.all()).filter((home) => !known.includes(home));
    return newestFirst([...(await reading), ...(await Promise.all(others.map(runsOf)))]);
  }

  /** The folders that may hold runs, in the homes that are known. */
  async folders(): Promise<readonly Pick<FoundRun, 'home' | 'id'>[]> {
    const homes = [...this.#homes.values()];
    const lists = await Promise.all(
      homes.map(async (home) => (await home.repository.ids()).map((id) => ({ home, id }))),
    );
    return lists.flat();
  }

  /** The newest run of a spec, wherever it is kept. */
  async newestOf(specUri: vscode.Uri): Promise<FoundRun | undefined> {
    return (await this.runsOf(specUri)).find((run) => 'header' in run);
  }

  /** The runs of a spec, newest first; also unreadable ones that are named like one of them. */
  async runsOf(specUri: vscode.Uri): Promise<readonly FoundRun[]> {
    const all = newestFirst(await Promise.all((await this.#homesOf(specUri)).map(runsOf)));
    const isOwn = (run: FoundRun) => 'header' in run && run.header.spec === run.home.specPath(specUri);
    const names = new Set(all.filter(isOwn).map(({ id }) => slugIn(id)));
    return all.filter((run) => isOwn(run) || ('problem' in run && names.has(slugIn(run.id))));
  }

  /** The run of a spec with this id. */
  async find(specUri: vscode.Uri, id: string): Promise<FoundRun | undefined> {
    const homes = await this.#homesOf(specUri);
    const found = await Promise.all(homes.map((home) => findIn(home, id)));
    return found.find((run) => run !== undefined);
  }

  /** The homes in which runs of a spec may be. */
  async #homesOf(specUri: vscode.Uri): Promise<readonly RunHome[]> {
    return [...new Set([await this.of(specUri), this.stored])];
  }

  /** The home in a folder `.nnspec` of the given folder. */
  beside(folder: vscode.Uri): RunHome {
    return this.#home(vscode.Uri.joinPath(folder, folderName), {
      specPath: fileNameOf,
      // A header may have been changed by somebody else: no path leads out of the folder.
      specUri: (path) => {
        const inside = resolveInside([], path);
        return vscode.Uri.joinPath(folder, ...('ok' in inside ? inside.ok : [path.split(/[\\/]/).at(-1) || '_']));
      },
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

/** The run of a home with this id, as it is now. */
export async function findIn(home: RunHome, id: string): Promise<FoundRun | undefined> {
  const run = await home.repository.find(id);
  return run && { ...run, home };
}

async function runsOf(home: RunHome): Promise<FoundRun[]> {
  return (await home.repository.list()).map((run) => ({ ...run, home }));
}

/** Ids sort by time. */
function newestFirst(lists: readonly FoundRun[][]): FoundRun[] {
  return lists.flat().sort((a, b) => (a.id < b.id ? 1 : -1));
}

function isSpecFile({ languageId, uri }: vscode.TextDocument): boolean {
  return languageId === 'nnspec' && vscode.workspace.getWorkspaceFolder(uri) !== undefined;
}

async function mayHoldRuns({ scheme }: vscode.Uri, folder: vscode.Uri): Promise<boolean> {
  if (scheme === 'untitled' || !vscode.workspace.isTrusted || !vscode.workspace.fs.isWritableFileSystem(scheme)) {
    return false;
  }
  return scheme !== 'file' || ((await platform().isWritable?.(folder.fsPath)) ?? true);
}
