/** Describes a folder of images that no spec is known for. */
import type { TableColumn } from '../../spec/tableFacts';
import type { DataProblem } from '../dataset';
import type { DataFiles } from '../files';
import { Problems } from '../problems';
import { profileColumns } from '../profile';
import { openImageFolder } from './imageFolder';

export interface FolderProfile {
  /** The class of each image. */
  readonly label: TableColumn;
  readonly rows: number;
  /** Channels, height and width of every image. */
  readonly shape: readonly number[];
  /** Folders that are passed over. */
  readonly warnings: readonly string[];
}

/** Reads every image: they must be alike. Problems if they cannot be learned from. */
export async function profileImageFolder(
  folder: string,
  files: DataFiles,
): Promise<FolderProfile | { readonly problems: readonly DataProblem[] }> {
  const problems = new Problems();
  const opened = await openImageFolder({ folder }, files, problems);
  const table = opened?.read(problems);
  opened?.bytes.close();
  const label = table?.columns.at(-1);
  const shape = table?.samples?.[0]?.shape;
  if (!table || !label || !shape || problems.any) {
    return { problems: problems.list() };
  }
  const { rows } = table;
  const [described] = profileColumns({ rows, columns: [label] }).columns;
  return { label: described, rows, shape, warnings: problems.list().map(({ message }) => message) };
}
