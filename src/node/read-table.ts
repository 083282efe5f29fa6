/** A file or a stream with a table in it, CSV or Parquet, told apart by its first bytes. */
import { rejectUnknownKeys } from '../base/options.js';
import type { CsvColumns } from '../csv/index.js';
import { attempt, readBytes, unpacked } from './read-bytes.js';
import { csvOfBytes, type ReadCsvOptions } from './read-csv.js';
import { isParquet, type ParquetColumns, parquetOfBytes } from './read-parquet.js';

/**
 * Reads a table from a CSV file (plain or gzipped) or a Parquet file.
 *
 * @param source a path, a file URL, or a stream that is read to its end, such as `process.stdin`
 * @param options of CSV; a Parquet file needs none and ignores them
 * @throws as `readCsv` and `readParquet`
 */
export async function readTable(
  source: string | URL | AsyncIterable<Uint8Array | string>,
  options: ReadCsvOptions = {},
): Promise<CsvColumns | ParquetColumns> {
  rejectUnknownKeys('options', options, ['delimiter', 'encoding']);
  const isPath = typeof source === 'string' || source instanceof URL;
  const name = isPath ? source : 'standard input';
  const bytes = isPath ? await readBytes(source, 'INVALID_CSV') : await bytesOfStream(source);
  return isParquet(bytes) ? parquetOfBytes(name, bytes) : csvOfBytes(name, bytes, options);
}

async function bytesOfStream(stream: AsyncIterable<Uint8Array | string>): Promise<Uint8Array> {
  const name = 'standard input';
  const bytes = await attempt(name, 'INVALID_CSV', 'cannot be read', async () => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of stream) chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    return Buffer.concat(chunks);
  });
  return unpacked(name, bytes, 'INVALID_CSV');
}
