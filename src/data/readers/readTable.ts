/** Reads the table in a data file, whatever its name says that it is. */
import { assertNever } from '../../common/assertNever';
import { tableKind } from '../../spec/tableFiles';
import { readDelimited } from '../delimited';
import type { DelimitedRequest } from '../findFormat';
import type { Problems } from '../problems';
import type { Table } from '../table';
import { readIdx } from './idx';
import { readJsonLines } from './jsonLines';
import { readNpy } from './npy';
import { readNpz } from './npz';
import { readParquet } from './parquet/parquet';

/** Undefined if the file is no table; `problems` then says why. Its bytes are unpacked already. */
export function readTable(request: DelimitedRequest, problems: Problems): Table | undefined {
  const kind = tableKind(request.fileName) ?? 'text';
  switch (kind) {
    case 'text':
      return readDelimited(request, problems);
    case 'jsonLines':
      return readJsonLines(request, problems);
    case 'npy':
      return readNpy(request, problems);
    case 'npz':
      return readNpz(request, problems);
    case 'idx':
      return readIdx(request, problems);
    case 'parquet':
      return readParquet(request, problems);
    default:
      return assertNever(kind);
  }
}
