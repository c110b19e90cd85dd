/** Reads the description at the end of a Parquet file, and checks what it says about rows and places. */
import { type CompressionCodec, parquetMetadata, type SchemaElement } from 'hyparquet';
import { expectSound, UnsupportedError } from './damage';

/** The values of a column in one row group. */
export interface Chunk {
  readonly codec: CompressionCodec;
  readonly start: number;
  readonly length: number;
}

export interface Footer {
  readonly rows: number;
  /** The columns of the table, each with the place of its chunk in a row group. */
  readonly columns: readonly { readonly element: SchemaElement; readonly chunk: number }[];
  readonly groups: readonly { readonly rows: number; readonly chunks: readonly Chunk[] }[];
}

/** Bytes of the description. One of 1000 columns in 100 row groups has about 15 million. */
export const largestFooter = 16_777_216;

/** Statistics are not used: whatever is in them must not be an error. */
const nothing = () => null as never;
const parsers = {
  dateFromDays: nothing,
  stringFromBytes: nothing,
  timestampFromMicroseconds: nothing,
  timestampFromMilliseconds: nothing,
  timestampFromNanoseconds: nothing,
};

export function readFooter(bytes: Uint8Array): Footer {
  const magic = new TextDecoder('latin1').decode(bytes.subarray(-4));
  if (magic === 'PARE') {
    throw new UnsupportedError('encryption');
  }
  const { schema, row_groups, metadata_length } = parquetMetadata(bytes.subarray(-largestFooter - 8), {
    geoparquet: false,
    parsers,
  });
  const end = bytes.length - metadata_length - 8;
  let total = 0;
  const columns = columnsOf(schema);
  const leaves = schema.filter(({ num_children }) => !num_children).length;
  const groups = row_groups.map(({ num_rows, columns: all }) => {
    const rows = countOf(num_rows);
    expectSound(all.length === leaves || rows === 0);
    const chunks = all.map(({ meta_data, file_path, crypto_metadata, encrypted_column_metadata }) => {
      if (file_path !== undefined || crypto_metadata || encrypted_column_metadata) {
        throw new UnsupportedError(file_path === undefined ? 'encryption' : 'file_path');
      }
      const { codec, total_compressed_size, data_page_offset, dictionary_page_offset } = meta_data!;
      const length = Number(total_compressed_size);
      const data = Number(data_page_offset);
      const dictionary = Number(dictionary_page_offset ?? 0);
      // Some writers give 0 where there is no dictionary.
      const start = dictionary > 0 && dictionary < data ? dictionary : data;
      total += length;
      // All chunks lie before the description, and none is there twice. Without rows, a place means nothing.
      expectSound(rows === 0 || (start >= 4 && length >= 0 && start + length <= end && total <= end));
      return { codec, start, length };
    });
    return { rows, chunks };
  });
  return { rows: groups.reduce((sum, { rows }) => sum + rows, 0), columns, groups };
}

/** The columns at the top. Those inside of others follow them in `schema`; each without any is a chunk. */
function columnsOf(schema: readonly SchemaElement[]): Footer['columns'] {
  const columns: Footer['columns'][number][] = [];
  let chunk = 0;
  for (let at = 1; at < schema.length; ) {
    columns.push({ element: schema[at], chunk });
    for (let open = 1; open > 0; open--, at++) {
      expectSound(at < schema.length);
      open += schema[at].num_children ?? 0;
      chunk += schema[at].num_children ? 0 : 1;
    }
  }
  expectSound(schema[0]?.num_children === columns.length);
  return columns;
}

function countOf(value: number | bigint): number {
  const count = Number(value);
  expectSound(Number.isInteger(count) && count >= 0);
  return count;
}
