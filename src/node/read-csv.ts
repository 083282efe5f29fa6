/** CSV files for Node: read, unpacked where gzipped, decoded, and parsed by `parseCsv`. */
import { InvalidOptionError } from '../base/errors.js';
import { rejectUnknownKeys } from '../base/options.js';
import { type CsvColumns, type CsvOptions, parseCsv } from '../csv/index.js';
import { attempt, readBytes } from './read-bytes.js';

/** Options of `readCsv` and `readTable`; defaults stand at each. */
export interface ReadCsvOptions extends CsvOptions {
  /** Text encoding by its WHATWG name, e.g. 'gb18030'. Default 'utf-8'. Bytes that it does not know are an error. */
  readonly encoding?: string;
}

/**
 * Reads a CSV file, plain or gzipped (told by its first bytes, not its name).
 *
 * @param path a path or a file URL
 * @throws InvalidDataError INVALID_CSV where the file cannot be read, unpacked or decoded, and as `parseCsv` does
 */
export async function readCsv(path: string | URL, options: ReadCsvOptions = {}): Promise<CsvColumns> {
  rejectUnknownKeys('options', options, ['delimiter', 'encoding']);
  requireDecoder(options.encoding);
  return csvOfBytes(path, await readBytes(path, 'INVALID_CSV'), options);
}

/** Columns of a CSV file's unpacked bytes. @param name what to call the file in an error */
export async function csvOfBytes(
  name: string | URL,
  bytes: Uint8Array,
  { encoding, ...csvOptions }: ReadCsvOptions,
): Promise<CsvColumns> {
  const decoder = requireDecoder(encoding);
  const failure = `is not ${encoding ?? DEFAULT_ENCODING} text (name its encoding)`;
  return parseCsv(await attempt(name, 'INVALID_CSV', failure, () => decoder.decode(bytes)), csvOptions);
}

const DEFAULT_ENCODING = 'utf-8';

function requireDecoder(encoding: string = DEFAULT_ENCODING): TextDecoder {
  try {
    return new TextDecoder(encoding, { fatal: true });
  } catch {
    throw new InvalidOptionError('encoding', encoding, "the name of a text encoding, such as 'utf-8' or 'gb18030'");
  }
}
