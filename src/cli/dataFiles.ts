/** The files that a spec may read: with links resolved, in the working directory or the spec's folder. */
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { t } from '@vscode/l10n';
import type { DataFiles, WholeFiles } from '../data/files';
import { fileErrorText } from '../disk/fileErrors';
import type { HostRequests } from '../protocol/engine';
import { FailureError, type Handlers, handOver } from '../protocol/rpc';
import type { CliIo } from './io';

export function dataFilesOf(specPath: string, io: CliIo): WholeFiles & Required<DataFiles> {
  const specFolder = dirname(resolve(io.cwd, specPath));
  /** Calls `use` with the real path of a file or folder, after checking that the spec may read it. */
  const withPath = async <Result>(path: string, use: (real: string) => Promise<Result>): Promise<Result> => {
    const wanted = resolve(specFolder, path);
    const roots = [resolve(io.cwd), specFolder];
    if (!roots.some((root) => isInside(root, wanted))) {
      throw outside(path);
    }
    try {
      const real = await io.files.realPath(wanted);
      const realRoots = await Promise.all(roots.map((root) => io.files.realPath(root)));
      if (!realRoots.some((root) => isInside(root, real))) {
        throw outside(path);
      }
      return await use(real);
    } catch (error) {
      throw error instanceof FailureError ? error : new FailureError('file-unreadable', fileErrorText(path, error));
    }
  };
  return {
    read: (path) => withPath(path, (real) => io.files.read(real)),
    list: (path) => (path === '' ? io.files.list(specFolder) : withPath(path, (real) => io.files.list(real))),
    readShipped: (name) => io.readShipped(name),
  };
}

/** Serves the file requests of an engine that works on a spec. */
export function engineHostOf(specPath: string, io: CliIo): Handlers<HostRequests> {
  const files = dataFilesOf(specPath, io);
  return {
    readFile: async ({ path }) => handOver(await files.read(path)),
    listFolder: ({ path }) => files.list(path),
    readShipped: ({ name }) => files.readShipped(name),
  };
}

/** The path of a data file as it is printed: relative to the working directory. */
export function shownDataPath(specPath: string, dataPath: string): string {
  return isAbsolute(dataPath) ? dataPath : join(dirname(specPath), dataPath);
}

export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function outside(path: string): FailureError {
  return new FailureError(
    'file-outside',
    t('{0} lies outside the working directory and the folder of the spec. Move the file there.', path),
  );
}
