import type { FileState, RunFiles } from '../../src/runs/runFiles';

/** A folder in memory. Without `append` it is like the file systems of a browser. */
export class MemoryFolder implements RunFiles {
  readonly files = new Map<string, { bytes: Uint8Array; modified: number }>();
  now = 0;
  /** The error of the next writes. */
  refusal: Error | undefined;
  writes = 0;
  /** Paths of the files that were read. */
  readonly reads: string[] = [];
  readonly append?: RunFiles['append'];

  constructor({ appends = true } = {}) {
    if (appends) {
      this.append = async (path, bytes) => {
        const before = this.files.get(path)?.bytes ?? new Uint8Array();
        const joined = new Uint8Array(before.length + bytes.length);
        joined.set(before);
        joined.set(bytes, before.length);
        this.#write(path, joined);
      };
    }
  }

  text(path: string): string {
    return new TextDecoder().decode(this.files.get(path)?.bytes);
  }

  async read(path: string): Promise<Uint8Array> {
    const file = this.files.get(path);
    this.reads.push(path);
    if (!file) {
      throw new Error(`no file ${path}`);
    }
    // As from a disk: whoever reads may do with the bytes as he likes.
    return file.bytes.slice();
  }

  create(path: string, bytes: Uint8Array): boolean {
    if (this.files.has(path)) {
      return false;
    }
    this.#write(path, bytes);
    return true;
  }

  async replace(path: string, bytes: Uint8Array): Promise<void> {
    this.#write(path, bytes);
  }

  async list(path: string) {
    const inside = path === '' ? '' : `${path}/`;
    const found = new Map<string, boolean>();
    for (const each of this.files.keys()) {
      if (each.startsWith(inside)) {
        const end = each.indexOf('/', inside.length);
        found.set(each.slice(inside.length, end < 0 ? undefined : end), end >= 0);
      }
    }
    return [...found].map(([name, folder]) => ({ name, folder }));
  }

  async stat(path: string): Promise<FileState | undefined> {
    const file = this.files.get(path);
    return file && { size: file.bytes.length, modified: file.modified };
  }

  async move(from: string, to: string): Promise<void> {
    for (const [path, file] of [...this.files]) {
      if (path === from || path.startsWith(`${from}/`)) {
        this.files.delete(path);
        this.files.set(to + path.slice(from.length), file);
      }
    }
  }

  async remove(path: string): Promise<void> {
    for (const each of [...this.files.keys()]) {
      if (each === path || each.startsWith(`${path}/`)) {
        this.files.delete(each);
      }
    }
  }

  #write(path: string, bytes: Uint8Array): void {
    this.writes += 1;
    if (this.refusal) {
      throw this.refusal;
    }
    this.files.set(path, { bytes: bytes.slice(), modified: this.now });
  }
}
