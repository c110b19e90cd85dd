/** Filters entries by search text and properties. */
import type { GalleryBoot, GalleryEntry } from '../../src/protocol/gallery';

interface Query {
  readonly text: string;
  /** Undefined: all families. */
  readonly family?: string;
  /** Properties that an entry must have, all of them. */
  readonly properties: ReadonlySet<string>;
}

/** Every word must occur in one of the entry's texts; case and underscores are ignored. */
export function matches(entry: GalleryEntry, boot: GalleryBoot, { text, family, properties }: Query): boolean {
  if (family && entry.family !== family) {
    return false;
  }
  if ([...properties].some((property) => !entry.properties.includes(property))) {
    return false;
  }
  const label = (list: GalleryBoot['families'], key: string): string =>
    list.find((item) => item.key === key)?.label ?? '';
  const haystack = squeeze(
    [
      entry.name,
      ...entry.aliases,
      entry.family,
      label(boot.families, entry.family),
      ...entry.properties.map((key) => label(boot.properties, key)),
      entry.summary,
    ].join('\n'),
  );
  return text
    .split(/\s+/)
    .filter(Boolean)
    .every((word) => haystack.includes(squeeze(word)));
}

function squeeze(text: string): string {
  return text.toLowerCase().replace(/[_-]/g, '');
}
