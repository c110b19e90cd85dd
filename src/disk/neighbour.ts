/** Names of files that are being written beside those that they will replace. */

/** A name that nobody can guess, short enough for every file system. */
export function neighbourName(): string {
  return `.nnspec-${crypto.randomUUID().replaceAll('-', '').slice(16)}.tmp`;
}

export function isNeighbourName(name: string): boolean {
  return /^\.nnspec-[0-9a-f]{16}\.tmp$/.test(name);
}
