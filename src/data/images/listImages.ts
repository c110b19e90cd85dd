/** Finds the images in a folder and in the folders in it. No image is read. */
import { labelColumn } from '../../spec/tableFiles';
import { compareCodePoints } from '../cells';
import type { FolderEntry } from '../files';
import type { CategoryColumn } from '../table';

/** Images of a folder. */
export const largestFolder = 200_000;

export interface ListedImages {
  /** The path of each image below the folder: class by class, in the order of code points. */
  readonly names: readonly string[];
  /** Undefined if the images lie in the folder itself. */
  readonly label?: CategoryColumn;
  /** Folders in it that hold no images. */
  readonly empty: readonly string[];
  /** There are more images than a folder may have; the others are not listed. */
  readonly tooMany: boolean;
}

const hidden = /^\./;

/**
 * `list` gives the entries of a folder. With `mayLackClasses`, images in the folder itself come before those
 * of classes.
 */
export async function listImages(
  folder: string,
  list: (folder: string) => Promise<readonly FolderEntry[]>,
  mayLackClasses = false,
): Promise<ListedImages> {
  const entries = await list(folder);
  const loose = imagesIn(entries);
  if (mayLackClasses && loose.length > 0) {
    return { names: loose, empty: [], tooMany: loose.length > largestFolder };
  }
  const [names, codes, values, empty]: [string[], number[], string[], string[]] = [[], [], [], []];
  for (const name of namesOf(entries, true)) {
    const images = imagesIn(await list(`${folder}/${name}`));
    if (images.length === 0) {
      empty.push(name);
      continue;
    }
    for (const image of images) {
      names.push(`${name}/${image}`);
      codes.push(values.length);
    }
    values.push(name);
    if (names.length > largestFolder) {
      break;
    }
  }
  const label: CategoryColumn = { name: labelColumn, type: 'category', codes: Int32Array.from(codes), values };
  return { names, label, empty, tooMany: names.length > largestFolder };
}

/** Whether a file of this name is an image that can be read. */
export function isImage(fileName: string): boolean {
  return /\.(?:png|pgm|ppm|pnm)$/i.test(fileName);
}

function imagesIn(entries: readonly FolderEntry[]): string[] {
  return namesOf(entries, false).filter(isImage);
}

function namesOf(entries: readonly FolderEntry[], folders: boolean): string[] {
  return entries
    .filter((entry) => entry.folder === folders && !hidden.test(entry.name))
    .map(({ name }) => name)
    .sort(compareCodePoints);
}
