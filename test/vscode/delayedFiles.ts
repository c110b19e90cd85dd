import * as vscode from 'vscode';
import { ok } from './assert';

interface Entry {
  readonly bytes: Uint8Array;
  readonly mtime: number;
}

/** A file system in memory on which a test can delay reads. */
export class DelayedFiles implements vscode.FileSystemProvider, vscode.Disposable {
  readonly #scheme: string;
  readonly #entries = new Map<string, Entry>();
  readonly #held = new Map<string, (error?: Error) => void>();
  readonly #changes = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly #registration: vscode.Disposable;
  readonly onDidChangeFile = this.#changes.event;
  #time = 1;
  #holds: string | undefined;

  constructor(scheme: string) {
    this.#scheme = scheme;
    this.#registration = vscode.workspace.registerFileSystemProvider(scheme, this);
  }

  /** Writes `/name` as a new version, or with a given time. */
  put(name: string, text: string, mtime = ++this.#time): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: this.#scheme, path: `/${name}` });
    this.#entries.set(uri.path, { bytes: new TextEncoder().encode(text), mtime });
    return uri;
  }

  /** Delays the next read of `/name`, with its present content, until it is released. */
  hold(name: string): void {
    this.#holds = `/${name}`;
  }

  isHeld(name: string): boolean {
    return this.#held.has(`/${name}`);
  }

  /** Completes the delayed read: with the error, or with the content. */
  release(name: string, error?: Error): void {
    const release = this.#held.get(`/${name}`);
    ok(release, `no read of ${name} waits`);
    this.#held.delete(`/${name}`);
    release(error);
  }

  async readFile({ path }: vscode.Uri): Promise<Uint8Array> {
    const { bytes } = this.#entryAt(path);
    if (this.#holds === path) {
      this.#holds = undefined;
      const error = await new Promise<Error | undefined>((done) => this.#held.set(path, done));
      if (error) {
        throw error;
      }
    }
    return bytes;
  }

  stat({ path }: vscode.Uri): vscode.FileStat {
    if (path === '/') {
      return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 };
    }
    const { bytes, mtime } = this.#entryAt(path);
    return { type: vscode.FileType.File, ctime: 0, mtime, size: bytes.length };
  }

  writeFile({ path }: vscode.Uri, bytes: Uint8Array): void {
    this.#entries.set(path, { bytes, mtime: ++this.#time });
  }

  watch(): vscode.Disposable {
    return { dispose: () => undefined };
  }

  readDirectory(): [string, vscode.FileType][] {
    return [...this.#entries.keys()].map((path) => [path.slice(1), vscode.FileType.File]);
  }

  createDirectory(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  delete(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  rename(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changes.dispose();
  }

  #entryAt(path: string): Entry {
    const entry = this.#entries.get(path);
    if (!entry) {
      throw vscode.FileSystemError.FileNotFound(path);
    }
    return entry;
  }
}
