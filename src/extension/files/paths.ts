/** Paths as a spec writes them, restricted to a root folder. */

type PathResult = { readonly ok: readonly string[] } | { readonly err: 'empty' | 'absolute' | 'outside' };

/**
 * Resolves `path` against `base` (path segments below the root that bounds it).
 * @returns the segments below that root, or why the path is refused.
 */
export function resolveInside(base: readonly string[], path: string): PathResult {
  if (path.trim() === '' || path.includes('\0')) {
    return { err: 'empty' };
  }
  const unix = path.replaceAll('\\', '/');
  if (unix.startsWith('/') || /^[A-Za-z][A-Za-z0-9+.-]*:/.test(unix)) {
    return { err: 'absolute' };
  }
  const segments = [...base];
  for (const segment of unix.split('/')) {
    if (segment === '' || segment === '.') {
      continue;
    }
    if (segment !== '..') {
      segments.push(segment);
    } else if (segments.pop() === undefined) {
      return { err: 'outside' };
    }
  }
  return segments.length === 0 ? { err: 'empty' } : { ok: segments };
}

/** The segments of `path` below `root`, or undefined if it is not below it. Both are absolute, with `/`. */
export function segmentsBelow(root: string, path: string): readonly string[] | undefined {
  const prefix = root.endsWith('/') ? root : `${root}/`;
  if (path === root || path === prefix) {
    return [];
  }
  return path.startsWith(prefix) ? path.slice(prefix.length).split('/').filter(Boolean) : undefined;
}
