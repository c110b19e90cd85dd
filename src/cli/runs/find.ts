/** Finds kept runs: beside the specs in a folder and below it. */
import { basename, dirname, join, resolve } from 'node:path';
import { t } from '@vscode/l10n';
import { nearest } from '../../common/nearest';
import type { RunHeader } from '../../runs/header';
import type { ListedRun, RunRepository } from '../../runs/runRepository';
import { UsageError } from '../errors';
import type { CliIo } from '../io';
import { openRuns } from './keptTraining';

/** A run, and the folder that holds its spec. */
export type FoundRun = ListedRun & { readonly folder: string; readonly repository: RunRepository };

/** A run that can be read. */
export type ReadableRun = FoundRun & { readonly header: RunHeader };

/** Ids that are named where several fit. */
const namedIds = 5;

/** The runs of a spec, or of a folder and all below it, newest first. Rejects where there is neither. */
export async function runsAt(path: string, io: CliIo): Promise<readonly FoundRun[]> {
  const place = resolve(io.cwd, path);
  let isFile = false;
  try {
    await io.files.list(place);
  } catch (error) {
    isFile = await io.files.exists(place);
    if (!isFile) {
      throw error;
    }
  }
  if (isFile) {
    const runs = await runsIn(dirname(place), io);
    return runs.filter((run) => 'header' in run && run.header.spec === basename(place));
  }
  const found: FoundRun[] = [];
  for (const folder of await foldersWithRuns(place, io)) {
    found.push(...(await runsIn(folder, io)));
  }
  return found.sort((a, b) => (a.id < b.id ? 1 : -1));
}

/** The runs of a folder, and of each one below it that has some. Rejects where there is no folder. */
export async function repositoriesAt(path: string, io: CliIo): Promise<readonly RunRepository[]> {
  const place = resolve(io.cwd, path);
  await io.files.list(place);
  return (await foldersWithRuns(place, io)).map((folder) => openRuns(folder, io));
}

/** The runs with these ids, which may be shortened to their beginning or their end. */
export async function findRuns(ids: readonly string[], io: CliIo): Promise<readonly FoundRun[]> {
  const all = await runsAt('.', io);
  return ids.map((id) => {
    const fitting = all.filter((run) => run.id === id || run.id.startsWith(id) || run.id.endsWith(`-${id}`));
    const chosen = fitting.find((run) => run.id === id) ?? fitting[0];
    if (!chosen) {
      const near = nearest(
        id,
        all.map((run) => run.id),
      );
      throw new UsageError(
        near
          ? t('There is no run “{0}”. Did you mean “{1}”?', id, near)
          : t('There is no run “{0}” in this folder.', id),
      );
    }
    if (fitting.length > 1 && chosen.id !== id) {
      const named = fitting.slice(0, namedIds).map((run) => run.id);
      throw new UsageError(
        t(
          'Several runs are meant by “{0}”: {1}. Write more of the id.',
          id,
          [...named, ...(fitting.length > namedIds ? ['…'] : [])].join(', '),
        ),
      );
    }
    return chosen;
  });
}

async function runsIn(folder: string, io: CliIo): Promise<readonly FoundRun[]> {
  const repository = openRuns(folder, io);
  return (await repository.list()).map((run) => ({ ...run, folder, repository }));
}

/** Folders that hold runs. Links are not followed; hidden folders and installed packages are passed over. */
async function foldersWithRuns(folder: string, io: CliIo): Promise<readonly string[]> {
  const found: string[] = [];
  const entries = await io.keeping
    .openFolder(folder)
    .list('')
    .catch(() => []);
  for (const { name, folder: isFolder } of entries) {
    if (isFolder && name === '.nnspec') {
      found.push(folder);
    } else if (isFolder && !name.startsWith('.') && name !== 'node_modules') {
      found.push(...(await foldersWithRuns(join(folder, name), io)));
    }
  }
  return found;
}
