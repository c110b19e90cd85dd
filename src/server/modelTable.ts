/** The rows that a trained network runs over: those of a table, or the images of a folder. */
import type { TableSource } from '../data';
import { asDataBytes } from '../data/bytes';
import type { DataProblem } from '../data/dataset';
import { largestFile } from '../data/delimited';
import type { DataFiles } from '../data/files';
import { unpacked } from '../data/gunzip';
import { openImageFolder } from '../data/images/imageFolder';
import { Problems } from '../data/problems';

export interface ModelTable {
  readonly table: TableSource;
  /** The names of the images, if the table is a folder of images. */
  readonly images?: readonly string[];
}

/** `inputShape`: that of the network, and of each image. Rejects with a sentence if nothing can be read. */
export async function openModelTable(
  path: string,
  isFolder: boolean,
  inputShape: readonly number[],
  files: DataFiles,
): Promise<ModelTable | { readonly problems: readonly DataProblem[] }> {
  if (!isFolder) {
    return { table: await unpacked(asDataBytes(await files.read(path)), path, largestFile) };
  }
  const problems = new Problems();
  const images = await openImageFolder({ folder: path, shape: inputShape, mayLackClasses: true }, files, problems);
  const table = images?.read(problems);
  return images && table ? { table, images: images.names } : { problems: problems.list() };
}
