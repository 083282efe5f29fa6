/** Parquet files for Node, by the optional packages hyparquet and, for codecs beyond snappy, hyparquet-compressors. */
import { InvalidDataError, MissingPackageError } from '../base/errors.js';
import { attempt, readBytes } from './read-bytes.js';

/** One array of cells per column; empty cells are null, 64-bit integers bigint, dates Date. */
export type ParquetColumns = Readonly<Record<string, readonly unknown[]>>;

/**
 * Reads a Parquet file into columns that `createTrial` takes.
 *
 * @param path a path or a file URL
 * @throws MissingPackageError where hyparquet is not installed; InvalidDataError INVALID_PARQUET where the
 *   file cannot be read or is none, NO_ROWS where it has no rows
 */
export async function readParquet(path: string | URL): Promise<ParquetColumns> {
  return parquetOfBytes(path, await readBytes(path, 'INVALID_PARQUET'));
}

/** Whether bytes begin as a Parquet file does. */
export const isParquet = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x50 && bytes[1] === 0x41 && bytes[2] === 0x52 && bytes[3] === 0x31;

/** Columns of a Parquet file's bytes. @param name what to call the file in an error */
export async function parquetOfBytes(name: string | URL, bytes: Uint8Array): Promise<ParquetColumns> {
  const { parquetMetadata, parquetReadObjects, parquetSchema } = await hyparquet();
  const compressors = await moreCompressors();
  // A copy: Node's small files share one buffer.
  const file = Uint8Array.from(bytes).buffer;
  const { names, rows } = await attempt(name, 'INVALID_PARQUET', 'is not a Parquet file that can be read', async () => {
    const metadata = parquetMetadata(file);
    return {
      names: parquetSchema(metadata).children.map(({ element }) => element.name),
      rows: await parquetReadObjects({ file, metadata, ...(compressors ? { compressors } : {}) }),
    };
  });
  if (rows.length === 0) throw new InvalidDataError('NO_ROWS', `the Parquet file '${name}' has no rows`);
  return Object.fromEntries(names.map((column) => [column, rows.map((row) => row[column] ?? null)]));
}

async function hyparquet() {
  try {
    return await import('hyparquet');
  } catch {
    throw new MissingPackageError('hyparquet', '1.31.5', 'Reading Parquet files');
  }
}

/** gzip, zstd, brotli and lz4, where the package is installed; without it such a file is refused by its codec's name. */
async function moreCompressors() {
  try {
    return (await import('hyparquet-compressors')).compressors;
  } catch {
    return null;
  }
}
