/** Reads a folder of images as a table: a row for each image, with its pixels and the name of its class. */
import { t } from '@vscode/l10n';
import { formatCount } from '../../common/formatCount';
import { messageOf } from '../../common/messageOf';
import { labelColumn } from '../../spec/tableFiles';
import { asDataBytes, heldBytes, wholeOf } from '../bytes';
import { largestData } from '../encode';
import type { DataFiles } from '../files';
import { numberedName } from '../findFormat';
import { sha256 } from '../hash';
import { BlockColumn, NumberBlock } from '../numberBlock';
import type { OpenedData } from '../opened';
import type { Problems } from '../problems';
import type { CategoryColumn, Column, Table } from '../table';
import { decodeImage } from './decodeImage';
import type { Image, ImageFault } from './image';
import { type ListedImages, largestFolder, listImages } from './listImages';

/** Bytes of the file of one image. */
export const largestImageFile = 67_108_864;

/** Files that are asked for at a time: an answer takes longer than the reading itself. */
const readAtOnce = 16;

/** Folders that a warning names. */
const namedFolders = 12;

export interface ImageFolder extends OpenedData {
  /** The path of each image below the folder, in the order of the rows. */
  readonly names: readonly string[];
}

export interface FolderRequest {
  /** As the spec writes it. */
  readonly folder: string;
  /** Channels, height and width that every image must have; default: those of the first. */
  readonly shape?: readonly number[];
  /** Images without a class may lie in the folder itself. */
  readonly mayLackClasses?: boolean;
}

/** Undefined if the images cannot be read; `problems` then says why. */
export async function openImageFolder(
  request: FolderRequest,
  files: DataFiles,
  problems: Problems,
): Promise<ImageFolder | undefined> {
  try {
    const list = async (path: string) => (await files.list?.(path)) ?? [];
    const listed = await listImages(request.folder, list, request.mayLackClasses);
    checkListed(listed, request.folder, problems);
    return problems.any ? undefined : await readImages(listed, request, files, problems);
  } catch (error) {
    problems.add('data-file', messageOf(error), keyPath);
    return undefined;
  }
}

const keyPath = ['data', 'folder'];

/** Says what prevents the images from being read, and what is passed over. */
function checkListed({ names, empty, tooMany }: ListedImages, folder: string, problems: Problems): void {
  if (tooMany) {
    problems.add(
      'data-too-large',
      t('{0} has more than {1} images. Train on a part of them.', folder, formatCount(largestFolder)),
      keyPath,
    );
  } else if (names.length === 0) {
    problems.add(
      'image-folder',
      t(
        '{0} has no folders with images in them. Put the images of each class, PNG, PGM or PPM, into a folder of its own.',
        folder,
      ),
      keyPath,
    );
  } else if (empty.length > 0) {
    const listed = empty.slice(0, namedFolders).join(', ');
    problems.add(
      'image-folder',
      t('Folders without images are passed over: {0}.', empty.length > namedFolders ? `${listed}, …` : listed),
      keyPath,
      undefined,
      { severity: 'warning' },
    );
  }
}

async function readImages(
  { names, label }: ListedImages,
  { folder, shape }: FolderRequest,
  files: DataFiles,
  problems: Problems,
): Promise<ImageFolder | undefined> {
  const pixels = new Pixels(names.length, folder, shape?.length === 3 ? shape : undefined, problems);
  const lines: string[] = [];
  for (let from = 0; from < names.length && !problems.full; from += readAtOnce) {
    const read = names.slice(from, from + readAtOnce).map((name) => readFile(`${folder}/${name}`, files));
    for (const [i, file] of (await Promise.all(read)).entries()) {
      const row = from + i;
      if (pixels.add(row, `${folder}/${names[row]}`, file)) {
        lines.push(`${names[row]}\n${await sha256(heldBytes(file as Uint8Array))}\n`);
      }
      if (pixels.isTooLarge) {
        return undefined;
      }
    }
  }
  if (problems.any) {
    return undefined;
  }
  return {
    names,
    bytes: heldBytes(new TextEncoder().encode(lines.join(''))),
    ...(label && { target: [labelColumn] }),
    read: () => pixels.table(names, label),
  };
}

/** The bytes of a file, what is wrong with it, or a sentence that says why it cannot be read. */
async function readFile(path: string, files: DataFiles): Promise<Uint8Array | ImageFault | { readonly why: string }> {
  try {
    const bytes = asDataBytes(await files.read(path));
    try {
      return bytes.length > largestImageFile ? 'tooLarge' : wholeOf(bytes);
    } finally {
      bytes.close();
    }
  } catch (error) {
    return { why: messageOf(error) };
  }
}

/** Collects the pixels of the images, which must all be alike. */
class Pixels {
  readonly #rows: number;
  readonly #folder: string;
  readonly #wanted: readonly number[] | undefined;
  readonly #problems: Problems;
  #first: (Image & { readonly name: string }) | undefined;
  #pixels: Uint8Array | Uint16Array = new Uint8Array(0);
  isTooLarge = false;

  constructor(rows: number, folder: string, wanted: readonly number[] | undefined, problems: Problems) {
    this.#rows = rows;
    this.#folder = folder;
    this.#wanted = wanted;
    this.#problems = problems;
  }

  /** Whether the image can be used; else `problems` says why. */
  add(row: number, name: string, file: Awaited<ReturnType<typeof readFile>>): boolean {
    if (typeof file === 'object' && 'why' in file) {
      this.#problems.add('data-file', file.why, keyPath);
      return false;
    }
    const image = typeof file === 'string' ? file : decodeImage(file);
    if (typeof image === 'string') {
      this.#report(image, name);
    } else if (this.#fits(image, name)) {
      this.#pixels.set(image.pixels, row * image.pixels.length);
      return true;
    }
    return false;
  }

  #report(fault: ImageFault, name: string): void {
    switch (fault) {
      case 'damaged':
        this.#problems.add(
          'image-damaged',
          t('{0} is no whole PNG, PGM or PPM image: it is damaged, or another kind of file. Save it again.', name),
          keyPath,
        );
        break;
      case 'tooLarge':
        this.#problems.add(
          'data-too-large',
          t('{0} is too large for an image to learn from. Make it smaller.', name),
          keyPath,
        );
        break;
      case 'transparent':
        this.#problems.add(
          'image-transparent',
          t('{0} has transparent pixels, and nothing says what lies behind them. Save it without transparency.', name),
          keyPath,
        );
    }
  }

  #fits(image: Image, name: string): boolean {
    const shape = shapeOf(image);
    if (this.#wanted && !isSame(shape, this.#wanted)) {
      this.#problems.add(
        'image-shape',
        t(
          '{0} has the shape [{1}] (channels, height, width), but shape is [{2}]. Make both equal.',
          name,
          shape.join(', '),
          this.#wanted.join(', '),
        ),
        keyPath,
      );
      return false;
    }
    if (!this.#first) {
      const numbers = this.#rows * image.pixels.length;
      if (numbers > largestData) {
        this.#problems.add(
          'data-too-large',
          t(
            '{0} holds {1} numbers, more than fit into memory. Train on a part of its rows.',
            this.#folder,
            `${formatCount(this.#rows)} × ${formatCount(image.pixels.length)}`,
          ),
          keyPath,
        );
        this.isTooLarge = true;
        return false;
      }
      this.#first = { ...image, name };
      this.#pixels = image.largest > 255 ? new Uint16Array(numbers) : new Uint8Array(numbers);
    }
    const first = this.#first;
    if (!isSame(shape, shapeOf(first))) {
      this.#problems.add(
        'image-shape',
        t(
          '{0} has the shape [{1}] (channels, height, width), but {2} has [{3}]. Make all images alike.',
          name,
          shape.join(', '),
          first.name,
          shapeOf(first).join(', '),
        ),
        keyPath,
      );
      return false;
    }
    if (image.largest !== first.largest) {
      this.#problems.add(
        'image-shape',
        t(
          'White is {1} in {0}, but {3} in {2}. Save all images with the same number of bits.',
          name,
          image.largest,
          first.name,
          first.largest,
        ),
        keyPath,
      );
      return false;
    }
    return true;
  }

  table(names: readonly string[], label: CategoryColumn | undefined): Table {
    const rows = this.#rows;
    const width = this.#pixels.length / rows;
    const block = new NumberBlock(this.#pixels, width);
    const columns: readonly Column[] = Array.from(
      { length: width },
      (_, column) => new BlockColumn(numberedName(column), block, column),
    );
    return {
      columns: label ? [...columns, label] : columns,
      rows,
      samples: [{ start: 0, shape: shapeOf(this.#first!) }],
      place: (row, column) => ({
        path: keyPath,
        words: t(
          '{0}, column “{1}”',
          `${this.#folder}/${names[row]}`,
          column < width ? numberedName(column) : labelColumn,
        ),
      }),
    };
  }
}

function shapeOf({ channels, height, width }: Image): readonly number[] {
  return [channels, height, width];
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.every((length, axis) => length === b[axis]);
}
