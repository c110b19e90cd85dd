/** A file of a folder. */
export interface FileState {
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

/** A folder in which runs are kept. Paths are relative to it, with `/`. */
export interface RunFiles {
  /** Rejects if there is no such file. */
  read(path: string): Promise<Uint8Array>;
  /** Adds to the end of a file, which is made if need be, in a folder that exists. Absent where it cannot. */
  append?(path: string, bytes: Uint8Array): Promise<void>;
  /**
   * Makes a file with its folders, at once; false if there is one already, made by whoever else. Absent where
   * the file system cannot.
   */
  create?(path: string, bytes: Uint8Array): boolean;
  /** Writes a file whole or not at all, with its folders. */
  replace(path: string, bytes: Uint8Array): Promise<void>;
  /** The entries of a folder; none of a folder that does not exist. */
  list(path: string): Promise<readonly { readonly name: string; readonly folder: boolean }[]>;
  /** Undefined if there is nothing at the path. */
  stat(path: string): Promise<FileState | undefined>;
  /** Moves a file, or a folder with all that is in it. */
  move(from: string, to: string): Promise<void>;
  /** Removes a file, or a folder with all that is in it. Nothing happens if there is none. */
  remove(path: string): Promise<void>;
}

/** The files in a folder of `files`. */
export function inFolder(files: RunFiles, folder: string): RunFiles {
  const at = (path: string) => (path === '' ? folder : `${folder}/${path}`);
  const { append, create } = files;
  return {
    read: (path) => files.read(at(path)),
    ...(append && { append: (path: string, bytes: Uint8Array) => append.call(files, at(path), bytes) }),
    ...(create && { create: (path: string, bytes: Uint8Array) => create.call(files, at(path), bytes) }),
    replace: (path, bytes) => files.replace(at(path), bytes),
    list: (path) => files.list(at(path)),
    stat: (path) => files.stat(at(path)),
    move: (from, to) => files.move(at(from), at(to)),
    remove: (path) => files.remove(at(path)),
  };
}

/** The text of a file; undefined if there is none, or it cannot be read. */
export async function readText(files: RunFiles, path: string): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await files.read(path));
  } catch {
    return undefined;
  }
}

/** The bytes of a file; undefined where there is none. */
export async function readIfThere(files: RunFiles, path: string): Promise<Uint8Array | undefined> {
  return (await files.stat(path)) ? files.read(path) : undefined;
}
