/** Makes Parquet files for tests: with the writer of hyparquet, and page by page. */
import { parquetMetadata } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';

type PageHeader = Parameters<typeof writePageHeader>[1];
type Description = Parameters<typeof writeMetadata>[1];
type SchemaElement = Description['schema'][number];
export type ChunkDescription = NonNullable<Description['row_groups'][number]['columns'][number]['meta_data']>;

const magic = [...'PAR1'].map((sign) => sign.charCodeAt(0));

interface Page {
  readonly header: Omit<PageHeader, 'uncompressed_page_size' | 'compressed_page_size'> & Partial<PageHeader>;
  readonly body: readonly number[] | Uint8Array;
  /** Bytes of the body when it is unpacked. */
  readonly length?: number;
}

/** A file of one column in one row group. */
export function fileOf(
  column: Omit<SchemaElement, 'name'>,
  rows: number,
  pages: readonly Page[],
  codec: ChunkDescription['codec'] = 'UNCOMPRESSED',
): Uint8Array {
  const writer = new ByteWriter();
  writer.appendBytes(Uint8Array.from(magic));
  for (const { header, body, length = body.length } of pages) {
    writePageHeader(writer, { uncompressed_page_size: length, compressed_page_size: body.length, ...header });
    writer.appendBytes(Uint8Array.from(body));
  }
  const size = BigInt(writer.offset - magic.length);
  const meta_data = {
    type: column.type!,
    encodings: [],
    path_in_schema: ['x'],
    codec,
    num_values: BigInt(rows),
    total_uncompressed_size: size,
    total_compressed_size: size,
    data_page_offset: 4n,
  };
  return withDescription(writer.getBytes(), {
    version: 1,
    schema: [
      { name: 'root', num_children: 1 },
      { repetition_type: 'REQUIRED', ...column, name: 'x' },
    ],
    num_rows: BigInt(rows),
    row_groups: [{ columns: [{ file_offset: 4n, meta_data }], total_byte_size: size, num_rows: BigInt(rows) }],
    metadata_length: 0,
  });
}

/** The file with another description. */
export function redescribed(file: Uint8Array, change: (description: Description) => void): Uint8Array {
  const description = parquetMetadata(file) as Description;
  for (const { meta_data } of description.row_groups.flatMap(({ columns }) => columns)) {
    // The writer would look up the column to write them.
    delete meta_data?.statistics;
  }
  change(description);
  return withDescription(file.subarray(0, file.length - 8 - description.metadata_length), description);
}

function withDescription(values: Uint8Array, description: Description): Uint8Array {
  const writer = new ByteWriter();
  writer.appendBytes(values);
  writeMetadata(writer, description);
  writer.appendBytes(Uint8Array.from(magic));
  return writer.getBytes();
}

/** The header of a page of the first version, as older writers have it. */
export function firstVersion(values: number, encoding: 'PLAIN' | 'PLAIN_DICTIONARY' | 'RLE' = 'PLAIN'): Page['header'] {
  const levels = { definition_level_encoding: 'RLE', repetition_level_encoding: 'RLE' } as const;
  return { type: 'DATA_PAGE', data_page_header: { num_values: values, encoding, ...levels } };
}

/** Four bytes, the lowest first. */
export function littleEndian(value: number): number[] {
  return [value & 255, (value >> 8) & 255, (value >> 16) & 255, value >>> 24];
}

export function doubles(...values: readonly number[]): number[] {
  return [...new Uint8Array(Float64Array.from(values).buffer)];
}
